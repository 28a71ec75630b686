/// The debug panel: below every page of a development server, what the page asked of the database.
///
///     Panel panel(db.url());
///     return panel.serve(request, sites);                    // the page, with the panel before </body>
///
/// Styles come from /__debug__/panel.css and plans from /__debug__/plan, so that the pages' content policy holds.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "orm/driver.hpp"
#include "orm/query_log.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

namespace cli {

/// More runs of one statement from one place in one request are called a loop.
inline constexpr std::size_t allowed_repetitions = 5;

class Panel {
  public:
    explicit Panel(orm::DatabaseUrl url) : url_(std::move(url)) {}
    web::Response serve(web::Request& request, const web::Handler& sites);

  private:
    std::uint64_t remember(const std::string& text);
    web::Response plan(const web::Request& request);

    const orm::DatabaseUrl url_;
    std::mutex mutex_;
    std::map<std::uint64_t, std::string> texts_;  ///< what /__debug__/plan may be asked for: nothing but our own
    std::deque<std::uint64_t> order_;
};

}  // namespace cli
