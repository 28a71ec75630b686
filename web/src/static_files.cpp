#include "web/static_files.hpp"

#include <sys/stat.h>
#include <zlib.h>

#include <array>
#include <charconv>
#include <fstream>
#include <system_error>

#include "web/token.hpp"

namespace web {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Empty when it does not pay.
std::string gzip(const std::string& text) {
    z_stream zip{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&zip, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
    std::string result(deflateBound(&zip, static_cast<uLong>(text.size())), '\0');
    zip.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib's interface; it only reads
    zip.avail_in = static_cast<uInt>(text.size());
    zip.next_out = reinterpret_cast<Bytef*>(result.data());
    zip.avail_out = static_cast<uInt>(result.size());
    const int code = deflate(&zip, Z_FINISH);
    result.resize(code == Z_STREAM_END ? zip.total_out : 0);
    deflateEnd(&zip);
    return result.size() + 64 < text.size() ? result : std::string();
}

bool compressible(std::string_view type) {
    return type.starts_with("text/") || type.starts_with("image/svg") || type.starts_with("application/json") ||
           type.starts_with("application/manifest") || type.starts_with("application/xml");
}

// Relative, without empty, hidden, `.` or `..` segments, backslashes or control characters.
bool harmless_name(std::string_view name) {
    if (name.empty() || name.size() > 1024) return false;
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < 0x20 || c == '\\') return false;
    }
    while (!name.empty()) {
        const std::size_t slash = name.find('/');
        const std::string_view part = name.substr(0, slash);
        if (part.empty() || part.front() == '.' || slash + 1 == name.size()) return false;
        name.remove_prefix(slash == name.npos ? name.size() : slash + 1);
    }
    return true;
}

bool lies_under(const fs::path& path, const fs::path& root) {
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    if (error) return false;
    const fs::path real_root = fs::canonical(root, error);
    if (error) return false;
    const fs::path relative = real.lexically_relative(real_root);
    return !relative.empty() && *relative.begin() != "..";
}

bool matches(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        const std::size_t comma = if_none_match.find(',');
        std::string_view one = trim(if_none_match.substr(0, comma));
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag || one == "*") return true;
        if_none_match.remove_prefix(comma == if_none_match.npos ? if_none_match.size() : comma + 1);
    }
    return false;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

struct Range {
    enum Kind : std::uint8_t { Whole, Part, Unsatisfiable } kind = Whole;
    std::uint64_t first = 0, size = 0;
};

// One range; several, or a damaged one, count as none (RFC 9110 allows that).
Range parse_range(std::string_view header, std::uint64_t size) {
    if (!header.starts_with("bytes=") || header.find(',') != header.npos) return {};
    header.remove_prefix(6);
    const std::size_t dash = header.find('-');
    if (dash == header.npos) return {};
    const auto first = number(trim(header.substr(0, dash)));
    const auto last = number(trim(header.substr(dash + 1)));
    if (!first && !last) return {};
    if (!first) {  // the last n bytes
        if (*last == 0 || size == 0) return {Range::Unsatisfiable, 0, 0};
        const std::uint64_t count = std::min(*last, size);
        return {Range::Part, size - count, count};
    }
    if (last && *last < *first) return {};
    if (*first >= size) return {Range::Unsatisfiable, 0, 0};
    return {Range::Part, *first, (last ? std::min(*last, size - 1) : size - 1) - *first + 1};
}

}  // namespace

struct StaticFiles::Asset {
    fs::path path;
    std::uint64_t size = 0;
    ::timespec changed{};
    std::string type, version;
    std::shared_ptr<const std::string> plain, zipped;  // null: streamed; not worth it
};

std::string_view content_type_of(std::string_view filename) {
    static constexpr auto types = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"css", "text/css; charset=utf-8"},
        {"js", "text/javascript; charset=utf-8"},
        {"mjs", "text/javascript; charset=utf-8"},
        {"html", "text/html; charset=utf-8"},
        {"txt", "text/plain; charset=utf-8"},
        {"json", "application/json"},
        {"map", "application/json"},
        {"webmanifest", "application/manifest+json"},
        {"xml", "application/xml"},
        {"svg", "image/svg+xml"},
        {"png", "image/png"},
        {"jpg", "image/jpeg"},
        {"jpeg", "image/jpeg"},
        {"gif", "image/gif"},
        {"webp", "image/webp"},
        {"avif", "image/avif"},
        {"ico", "image/x-icon"},
        {"woff", "font/woff"},
        {"woff2", "font/woff2"},
        {"ttf", "font/ttf"},
        {"pdf", "application/pdf"},
        {"mp4", "video/mp4"},
        {"webm", "video/webm"},
        {"mp3", "audio/mpeg"},
        {"ics", "text/calendar; charset=utf-8"},
    });
    const std::size_t dot = filename.rfind('.');
    const std::string extension = dot == filename.npos ? std::string() : to_lower(filename.substr(dot + 1));
    for (const auto& [name, type] : types) {
        if (name == extension) return type;
    }
    return "application/octet-stream";
}

StaticFiles::StaticFiles(fs::path root, StaticOptions options)
    : StaticFiles(std::vector<fs::path>{std::move(root)}, std::move(options)) {}

StaticFiles::StaticFiles(std::vector<fs::path> roots, StaticOptions options)
    : roots_(std::move(roots)), options_(std::move(options)) {}

void StaticFiles::mount(Routes& routes) {
    routes.get(options_.prefix + "/{name:path}",
               [self = shared_from_this()](Request& request) { return self->serve(request, request.param("name")); });
}

std::shared_ptr<const StaticFiles::Asset> StaticFiles::find(std::string_view name) {
    if (!harmless_name(name)) return nullptr;
    for (const fs::path& root : roots_) {
        const fs::path path = root / name;
        struct ::stat info {};
        if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
        const auto size = static_cast<std::uint64_t>(info.st_size);
        {
            const std::scoped_lock lock(mutex_);
            const auto known = cache_.find(name);
            if (known != cache_.end() && known->second->size == size && known->second->path == path &&
                known->second->changed.tv_sec == info.st_mtim.tv_sec &&
                known->second->changed.tv_nsec == info.st_mtim.tv_nsec) {
                return known->second;
            }
        }
        if (!lies_under(path, root)) continue;
        auto asset = std::make_shared<Asset>();
        asset->path = path;
        asset->size = size;
        asset->changed = info.st_mtim;
        asset->type = content_type_of(name);
        if (size <= options_.cache_limit) {
            asset->plain = std::make_shared<const std::string>(read_all(path));
            asset->size = asset->plain->size();
            asset->version = hex(sha256(*asset->plain)).substr(0, 16);
            const fs::path packed = path.string() + ".gz";
            std::error_code error;
            std::string zipped;
            if (fs::is_regular_file(packed, error) && lies_under(packed, root)) zipped = read_all(packed);
            if (zipped.empty() && compressible(asset->type)) zipped = gzip(*asset->plain);
            if (!zipped.empty()) asset->zipped = std::make_shared<const std::string>(std::move(zipped));
        } else {
            asset->version = std::to_string(size) + "-" + std::to_string(info.st_mtim.tv_sec) + "-" +
                             std::to_string(info.st_mtim.tv_nsec);
        }
        const std::scoped_lock lock(mutex_);
        cache_.insert_or_assign(std::string(name), asset);
        return asset;
    }
    return nullptr;
}

std::string StaticFiles::url(std::string_view name) {
    std::string address = options_.prefix + "/" + std::string(name);
    if (const auto asset = find(name)) address += "?v=" + asset->version;
    return address;
}

Response StaticFiles::serve(Request& request, std::string_view name) {
    const auto asset = find(name);
    if (!asset) throw HttpError(404, "There is no such file.");
    const std::string_view range_header = request.header("Range");
    const std::string_view accept = request.header("Accept-Encoding");
    const bool zip = asset->zipped && range_header.empty() && accept.find("gzip") != accept.npos &&
                     accept.find("gzip;q=0,") == accept.npos && !accept.ends_with("gzip;q=0");
    const std::string etag = "\"" + asset->version + (zip ? "-gz\"" : "\"");

    Response response;
    response.headers.set("ETag", etag);
    const bool versioned = request.query().get("v") == asset->version;
    response.headers.set("Cache-Control", versioned ? "public, max-age=31536000, immutable"
                                                    : "public, max-age=" + std::to_string(options_.max_age.count()));
    response.headers.set("Accept-Ranges", "bytes");
    if (asset->zipped) response.headers.add_vary("Accept-Encoding");
    if (matches(request.header("If-None-Match"), etag)) {
        response.status = 304;
        return response;
    }
    response.headers.set("Content-Type", asset->type);
    if (zip) {
        response.headers.set("Content-Encoding", "gzip");
        response.shared_body = asset->zipped;
        return response;
    }
    const std::string* if_range = request.headers().find("If-Range");
    Range range;
    if (if_range == nullptr || *if_range == etag) range = parse_range(range_header, asset->size);
    if (range.kind == Range::Unsatisfiable) {
        response.status = 416;
        response.headers.set("Content-Range", "bytes */" + std::to_string(asset->size));
        return response;
    }
    if (range.kind == Range::Part) {
        response.status = 206;
        response.headers.set("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                  std::to_string(range.first + range.size - 1) + "/" +
                                                  std::to_string(asset->size));
        if (asset->plain) {
            response.body = asset->plain->substr(range.first, range.size);
        } else {
            response.file = FileBody{asset->path, range.first, range.size};
        }
    } else if (asset->plain) {
        response.shared_body = asset->plain;
    } else {
        response.file = FileBody{asset->path, 0, asset->size};
    }
    return response;
}

Middleware security_headers(SecurityOptions options) {
    return [options = std::move(options)](Request& request, const Handler& next) {
        Response response = next(request);
        const auto set_default = [&](std::string name, std::string value) {
            if (!response.headers.has(name)) response.headers.add(std::move(name), std::move(value));
        };
        set_default("Content-Security-Policy", options.policy);
        set_default("X-Content-Type-Options", "nosniff");
        set_default("Referrer-Policy", "same-origin");
        set_default("X-Frame-Options", "DENY");
        set_default("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
        set_default("Cross-Origin-Opener-Policy", "same-origin");
        if (options.hsts && request.is_secure()) set_default("Strict-Transport-Security", "max-age=31536000");
        return response;
    };
}

}  // namespace web
