#include "validate.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include "decoding.hpp"
#include "orm/errors.hpp"
#include "sqlite/stored_decimal.hpp"
#include "text_forms.hpp"

namespace orm::detail {

namespace {

/// jsonb's numbers are numerics; SQLite's text would keep any.
void check_json_number(std::string_view number) {
    if (text_forms::fits_numeric(number)) return;
    throw ValidationError("holds the number " + std::string(number.substr(0, 40)) + (number.size() > 40 ? "…" : "") +
                          ", which has more than 131072 digits before the point or 16383 behind it");
}

/// Accepts any document whose numbers both databases keep, and keeps nothing of it.
struct CheckingHandler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using ec = boost::json::error_code;
    using sv = boost::json::string_view;
    bool on_document_begin(ec&) { return true; }
    bool on_document_end(ec&) { return true; }
    bool on_object_begin(ec&) { return true; }
    bool on_object_end(std::size_t, ec&) { return true; }
    bool on_array_begin(ec&) { return true; }
    bool on_array_end(std::size_t, ec&) { return true; }
    bool on_key_part(sv, std::size_t, ec&) { return true; }
    bool on_key(sv, std::size_t, ec&) { return true; }
    bool on_string_part(sv, std::size_t, ec&) { return true; }
    bool on_string(sv, std::size_t, ec&) { return true; }
    bool on_number_part(sv, ec&) { return true; }  // never: the text is read in one piece
    bool on_int64(std::int64_t, sv, ec&) { return true; }
    bool on_uint64(std::uint64_t, sv, ec&) { return true; }
    bool on_double(double, sv part, ec&) {
        check_json_number(part);
        return true;
    }
    bool on_bool(bool, ec&) { return true; }
    bool on_null(ec&) { return true; }
    bool on_comment_part(sv, ec&) { return true; }
    bool on_comment(sv, ec&) { return true; }
};

void check_json(const std::string& text) {
    count_code_points(text);
    if (text.find("\\u0000") != std::string::npos) throw ValidationError("JSON text cannot hold the character \\u0000");
    boost::json::parse_options options;
    options.max_depth = 512;
    boost::json::basic_parser<CheckingHandler> parser(options);
    boost::json::error_code error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (error || read != text.size())
        throw ValidationError("is not a JSON document (at byte " + std::to_string(read) + ")");
}

void check_year(int year) {
    if (year < 1 || year > 9999)
        throw ValidationError("the year " + std::to_string(year) + " is not between 1 and 9999");
}

void check(const TypeInfo& type, const void* value, bool lengths) {
    switch (type.kind) {
        case Kind::text: {
            const std::size_t length = count_code_points(*static_cast<const std::string*>(value));
            if (lengths && type.max_length && length > type.max_length)
                throw ValidationError("is " + std::to_string(length) + " characters long; at most " +
                                      std::to_string(type.max_length) + " fit");
            break;
        }
        case Kind::json:
            check_json(static_cast<const Json*>(value)->text);
            break;
        case Kind::decimal:
            check_decimal(*static_cast<const std::int64_t*>(value), type.digits, type.scale);
            break;
        case Kind::timestamp: {
            const auto day = std::chrono::floor<std::chrono::days>(*static_cast<const Timestamp*>(value));
            check_year(static_cast<int>(Date(day).year()));
            break;
        }
        case Kind::date: {
            const Date& date = *static_cast<const Date*>(value);
            if (!date.ok()) throw ValidationError("is not a day of the calendar");
            check_year(static_cast<int>(date.year()));
            break;
        }
        case Kind::enumeration:
            if (decoding::enumerator_value(*type.choices, value) >= type.choices->names.size())
                throw ValidationError("is none of the choices");
            break;
        case Kind::array: {
            const ArrayInfo& array = *type.array;
            const auto* data = static_cast<const char*>(array.data(value));
            for (std::size_t i = 0; i < array.size(value); ++i) {
                const void* element = data + i * array.stride;
                if (array.nullable) element = array.nullable->peek(element);
                if (element) check(*array.element, element, lengths);
            }
            break;
        }
        default:
            break;
    }
}

/// Before SQLite is asked, which knows the statement's parameters and not the fields.
void check_storable(Dialect dialect, const TypeInfo& type, const void* value) {
    if (dialect != Dialect::sqlite || type.kind != Kind::decimal) return;
    std::int64_t units = *static_cast<const std::int64_t*>(value);
    int scale = type.scale;
    if (!sqlite::make_storable(units, scale)) throw ValidationError(sqlite::not_storable(units, scale));
}

void check_member(Dialect dialect, const ModelInfo& model, const MemberInfo& member, const void* object) {
    const void* value = static_cast<const char*>(object) + member.plan.offset;
    if (member.plan.nullable) value = member.plan.nullable->peek(value);
    if (!value) return;
    try {
        check(*member.plan.type, value, true);
        check_storable(dialect, *member.plan.type, value);
    } catch (const ValidationError& e) {
        throw ValidationError(model.class_name, member.name, e.what());
    }
}

}  // namespace

void validate(Dialect dialect, const ModelInfo& model, const void* object) {
    for (const MemberInfo& member : model.members) check_member(dialect, model, member, object);
}

void validate(Dialect dialect, const ModelInfo& model, const void* object, std::span<const MemberInfo* const> members) {
    for (const MemberInfo* member : members) check_member(dialect, model, *member, object);
}

void validate(Dialect dialect, const ModelInfo& model, const MemberInfo& member, const Param& value) {
    if (!value.value) return;
    const TypeInfo& type = *member.plan.type;
    try {
        check_storable(dialect, *value.type, value.value);
        if (type.kind == value.type->kind && type.scale == value.type->scale) return check(type, value.value, true);
        check(*value.type, value.value, true);
        if (value.type->kind != Kind::int64) return;
        const auto number = *static_cast<const std::int64_t*>(value.value);
        const auto refuse = [&](std::int64_t least, std::int64_t most) {
            if (number < least || number > most)
                throw ValidationError(std::to_string(number) + " is not between " + std::to_string(least) + " and " +
                                      std::to_string(most));
        };
        if (type.kind == Kind::int16) refuse(INT16_MIN, INT16_MAX);
        if (type.kind == Kind::int32) refuse(INT32_MIN, INT32_MAX);
        if (type.kind == Kind::decimal) {
            std::int64_t most = 1;
            for (int i = type.scale; i < type.digits; ++i) most *= 10;
            refuse(1 - most, most - 1);
        }
    } catch (const ValidationError& e) {
        throw ValidationError(model.class_name, member.name, e.what());
    }
}

void validate(std::span<const Param> params) {
    for (const Param& param : params)
        if (param.value) check(*param.type, param.value, false);
}

}  // namespace orm::detail
