#include "web/json.hpp"

#include <boost/json/parse.hpp>

#include "web/url.hpp"

namespace web {
namespace {

void refuse_nul(const boost::json::value& value) {
    const auto check = [](std::string_view text) {
        if (text.find('\0') != text.npos) throw HttpError(400, "The text contains a NUL character.");
    };
    if (const auto* text = value.if_string()) check(*text);
    if (const auto* list = value.if_array()) {
        for (const auto& item : *list) refuse_nul(item);
    }
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            check(member.key());
            refuse_nul(member.value());
        }
    }
}

[[noreturn]] void bad_field(std::string_view field, std::string_view reason) {
    throw HttpError(400, std::string(field).append(": ").append(reason));
}

const boost::json::value& need(const boost::json::object& object, std::string_view field) {
    const boost::json::value* value = object.if_contains(field);
    if (value == nullptr || value->is_null()) bad_field(field, "this field is required.");
    return *value;
}

std::int64_t to_integer(const boost::json::value& value, std::string_view field) {
    boost::json::error_code error;
    const auto number = value.to_number<std::int64_t>(error);
    if (error) bad_field(field, "a whole number is expected.");
    return number;
}

}  // namespace

boost::json::value parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) throw HttpError(400, "The JSON text is too long.");
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(text, error, {}, options);
    if (error) throw HttpError(400, "The body is not valid JSON.");
    refuse_nul(value);
    return value;
}

boost::json::object json_object(const Request& request, JsonLimits limits) {
    const std::string_view type = request.header("Content-Type");
    if (!iequals(trim(type.substr(0, type.find(';'))), "application/json")) {
        throw HttpError(400, "Content-Type must be application/json.");
    }
    boost::json::value value = parse_json(request.body_text(), limits);
    if (!value.is_object()) throw HttpError(400, "A JSON object is expected.");
    return std::move(value.as_object());
}

std::int64_t json_integer(const boost::json::object& object, std::string_view field) {
    return to_integer(need(object, field), field);
}

std::string json_string(const boost::json::object& object, std::string_view field) {
    const boost::json::value& value = need(object, field);
    if (!value.is_string()) bad_field(field, "a text is expected.");
    return std::string(value.get_string());
}

std::string json_string_or(const boost::json::object& object, std::string_view field, std::string_view otherwise) {
    const boost::json::value* value = object.if_contains(field);
    return value == nullptr || value->is_null() ? std::string(otherwise) : json_string(object, field);
}

std::vector<std::int64_t> json_integers(const boost::json::object& object, std::string_view field) {
    const boost::json::value& value = need(object, field);
    if (!value.is_array()) bad_field(field, "a list of whole numbers is expected.");
    std::vector<std::int64_t> numbers;
    numbers.reserve(value.get_array().size());
    for (const boost::json::value& item : value.get_array()) numbers.push_back(to_integer(item, field));
    return numbers;
}

Response api_ok(boost::json::value data, std::string_view message, int status) {
    boost::json::object answer{{"success", true}};
    if (!message.empty()) answer["message"] = message;
    answer["data"] = std::move(data);
    return Response::json(answer, status);
}

Response api_error(int status, std::string_view message, boost::json::value errors) {
    boost::json::object answer{{"success", false}, {"message", message}};
    if (!errors.is_null()) answer["errors"] = std::move(errors);
    return Response::json(answer, status);
}

}  // namespace web
