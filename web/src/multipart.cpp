#include "multipart.hpp"

#include "web/url.hpp"

namespace web {
namespace {

// The value of `name` in `form-data; name="a"; filename="b"`. Browsers write a quote as %22, never with a backslash.
std::optional<std::string> attribute(std::string_view header, std::string_view name) {
    std::size_t at = header.find(';');
    while (at != header.npos) {
        const std::size_t equals = header.find('=', at);
        if (equals == header.npos) return std::nullopt;
        const std::string_view key = trim(header.substr(at + 1, equals - at - 1));
        std::string_view value;
        if (equals + 1 < header.size() && header[equals + 1] == '"') {
            const std::size_t close = header.find('"', equals + 2);
            if (close == header.npos) return std::nullopt;
            value = header.substr(equals + 2, close - equals - 2);
            at = header.find(';', close);
        } else {
            at = header.find(';', equals);
            value = trim(header.substr(equals + 1, at == header.npos ? at : at - equals - 1));
        }
        if (iequals(key, name)) return std::string(value);
    }
    return std::nullopt;
}

std::string checked_text(std::string text) {
    if (!is_utf8(text)) throw HttpError(400, "The text is not valid UTF-8.");
    if (text.find('\0') != text.npos) throw HttpError(400, "The text contains a NUL character.");
    return text;
}

}  // namespace

std::string multipart_boundary(std::string_view content_type) {
    if (!iequals(trim(content_type.substr(0, content_type.find(';'))), "multipart/form-data")) return {};
    std::string boundary = attribute(content_type, "boundary").value_or("");
    return boundary.size() > 70 ? std::string() : boundary;  // RFC 2046
}

void MultipartParser::feed(std::string_view bytes) {
    if (state_ == State::Done) return;
    buffer_ += bytes;
    while (step()) {
    }
}

// One transition; false when more bytes are needed.
bool MultipartParser::step() {
    switch (state_) {
        case State::Preamble:
            return skip_to_delimiter();
        case State::AfterDelimiter:
            if (buffer_.size() < 2) return false;
            if (buffer_.starts_with("--")) {
                state_ = State::Done;
                buffer_.clear();
                return false;
            }
            if (!buffer_.starts_with("\r\n")) throw HttpError(400, "The form is damaged.");
            if (++parts_ > max_parts) throw HttpError(400, "The form has too many parts.");
            state_ = State::Header;
            return true;
        case State::Header: {
            // The leading line break is still there, so a part without any header ends at once.
            const std::size_t end = buffer_.find("\r\n\r\n");
            if ((end == buffer_.npos ? buffer_.size() : end) > max_part_header) {
                throw HttpError(400, "A part of the form has too long a header.");
            }
            if (end == buffer_.npos) return false;
            open_part(std::string_view(buffer_).substr(0, end));
            buffer_.erase(0, end + 4);
            state_ = State::Data;
            value_.clear();
            return true;
        }
        case State::Data:
            return skip_to_delimiter();
        case State::Done:
            return false;
    }
    return false;
}

bool MultipartParser::skip_to_delimiter() {
    const std::size_t at = buffer_.find(delimiter_);
    const bool found = at != buffer_.npos;
    const std::size_t keep = delimiter_.size() - 1;
    const std::size_t take = found ? at : (buffer_.size() > keep ? buffer_.size() - keep : 0);
    if (state_ == State::Data) append(std::string_view(buffer_).substr(0, take));
    buffer_.erase(0, found ? at + delimiter_.size() : take);
    if (!found) return false;
    if (state_ == State::Data) close_part();
    state_ = State::AfterDelimiter;
    return true;
}

void MultipartParser::open_part(std::string_view header) {
    name_.clear();
    file_.reset();
    std::string disposition;
    std::string type = "application/octet-stream";
    while (!header.empty()) {
        const std::size_t end = header.find("\r\n");
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(end == header.npos ? header.size() : end + 2);
        const std::size_t colon = line.find(':');
        if (colon == line.npos) continue;
        if (iequals(line.substr(0, colon), "Content-Disposition")) disposition = trim(line.substr(colon + 1));
        if (iequals(line.substr(0, colon), "Content-Type")) type = trim(line.substr(colon + 1));
    }
    const auto name = attribute(disposition, "name");
    if (!iequals(disposition.substr(0, 9), "form-data") || !name)
        throw HttpError(400, "A part of the form has no name.");
    name_ = checked_text(*name);
    if (auto filename = attribute(disposition, "filename")) {
        std::string clean = checked_text(std::move(*filename));
        clean.erase(0, clean.find_last_of("/\\") + 1);
        if (clean.size() > 255) throw HttpError(400, "The name of a file is too long.");
        file_.emplace(UploadedFile{name_, std::move(clean), type, TempFile("upload")});
    }
}

void MultipartParser::append(std::string_view bytes) {
    if (file_) {
        file_->content.append(bytes);
        return;
    }
    field_bytes_ += bytes.size();
    if (field_bytes_ > max_field_bytes) throw HttpError(413, "The fields of the form are too long.");
    value_ += bytes;
}

void MultipartParser::close_part() {
    if (!file_) {
        fields_.add(std::move(name_), checked_text(std::move(value_)));
    } else if (!file_->filename.empty() || file_->content.size() > 0) {  // otherwise: no file was chosen
        file_->content.close();
        files_.push_back(std::move(*file_));
    }
    file_.reset();
}

void MultipartParser::finish() {
    if (state_ != State::Done) throw HttpError(400, "The form is incomplete.");
}

}  // namespace web
