// JSON in and out, in the shapes of API-1: {"success":true,"message"?,"data"} and
// {"success":false,"message","errors"?}.
//
//   boost::json::object in = web::json_object(request);                    // HttpError 400
//   std::int64_t id = web::json_integer(in, "profile_id");                 // HttpError 400 naming the field
//   return web::api_ok({{"id", id}}, "Saved.", 201);
//   return web::api_error(409, "Some plots are taken.", {{"plot_ids", {3, 4}}});
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "web/request.hpp"
#include "web/response.hpp"

namespace web {

struct JsonLimits {
    std::size_t depth = 16;
    std::size_t bytes = 256 * 1024;
};

// HttpError 400: not JSON, too deep, too long, invalid UTF-8, a NUL inside a string, or another Content-Type.
boost::json::value parse_json(std::string_view text, JsonLimits limits = {});
boost::json::object json_object(const Request& request, JsonLimits limits = {});

// Fields of an object. HttpError 400 "field: reason" when absent or of another type.
std::int64_t json_integer(const boost::json::object& object, std::string_view field);
std::string json_string(const boost::json::object& object, std::string_view field);
std::string json_string_or(const boost::json::object& object, std::string_view field, std::string_view otherwise);
std::vector<std::int64_t> json_integers(const boost::json::object& object, std::string_view field);

Response api_ok(boost::json::value data = nullptr, std::string_view message = {}, int status = 200);
Response api_error(int status, std::string_view message, boost::json::value errors = nullptr);

}  // namespace web
