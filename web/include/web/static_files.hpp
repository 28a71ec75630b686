// Public assets under /static/, and the security headers of every answer.
//
//   auto assets = std::make_shared<web::StaticFiles>("platforms/crush_lu/static");
//   assets->mount(site.plain());                                            // GET /static/{path:path}
//   out.write<"<link rel=\"stylesheet\" href=\"{}\">">(assets->url("site.css"));      // /static/site.css?v=1f2e…
//   site.use(web::security_headers());
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "web/router.hpp"

namespace web {

struct StaticOptions {
    std::string prefix = "/static";
    // Without ?v= a browser asks again after this long; with the right ?v= never (a year, immutable).
    std::chrono::seconds max_age = std::chrono::hours(1);
    std::uint64_t cache_limit = 512 * 1024;  // bytes; larger files are streamed from disk, neither cached nor gzipped
};

// ETag, If-None-Match, one Range, types, gzip (made once and kept, or `file.gz` beside the file). Several roots: the
// first that has the file wins. Names that leave the root, hidden files and symbolic links out of it are 404.
class StaticFiles : public std::enable_shared_from_this<StaticFiles> {
  public:
    explicit StaticFiles(std::filesystem::path root, StaticOptions options = {});
    explicit StaticFiles(std::vector<std::filesystem::path> roots, StaticOptions options = {});
    void mount(Routes& routes);                               // keeps this object alive (must be held by a shared_ptr)
    Response serve(Request& request, std::string_view name);  // HttpError 404
    std::string url(std::string_view name);  // with ?v= of the content; without it when there is no such file

  private:
    struct Asset;
    std::shared_ptr<const Asset> find(std::string_view name);

    std::vector<std::filesystem::path> roots_;
    StaticOptions options_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Asset>, std::less<>> cache_;
};

std::string_view content_type_of(std::string_view filename);  // "application/octet-stream" when unknown

struct SecurityOptions {
    // Only this host may give scripts, styles, images; nothing may be framed; forms go home.
    std::string policy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'";
    bool hsts = false;  // Strict-Transport-Security for a year: production behind TLS
};
Middleware security_headers(SecurityOptions options = {});

}  // namespace web
