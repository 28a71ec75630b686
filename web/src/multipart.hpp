// multipart/form-data as a stream: fields to memory, files to disk, whatever the size of the pieces it is fed.
//
//   MultipartParser parser(boundary, fields, files);
//   while (read(chunk)) parser.feed(chunk);
//   parser.finish();                              // HttpError 400 when the last boundary never came
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/request.hpp"

namespace web {

inline constexpr std::size_t max_parts = 200;
inline constexpr std::size_t max_part_header = 4 * 1024;     // bytes
inline constexpr std::size_t max_field_bytes = 1024 * 1024;  // all fields of a form together

// Boundary of a Content-Type header; empty when it is another type or the boundary is missing or impossible.
std::string multipart_boundary(std::string_view content_type);

class MultipartParser {
  public:
    MultipartParser(std::string_view boundary, Params& fields, std::vector<UploadedFile>& files)
        : delimiter_("\r\n--" + std::string(boundary)), buffer_("\r\n"), fields_(fields), files_(files) {}
    void feed(std::string_view bytes);
    void finish();

  private:
    enum class State : std::uint8_t { Preamble, AfterDelimiter, Header, Data, Done };
    bool step();
    bool skip_to_delimiter();
    void open_part(std::string_view header);
    void append(std::string_view bytes);
    void close_part();

    State state_ = State::Preamble;
    std::string delimiter_, buffer_;
    Params& fields_;
    std::vector<UploadedFile>& files_;
    std::string name_, value_;
    std::optional<UploadedFile> file_;
    std::size_t parts_ = 0, field_bytes_ = 0;
};

}  // namespace web
