#include "monitor/panel.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "common/page_time.hpp"
#include "orm/errors.hpp"
#include "orm/slow_log.hpp"
#include "web/html.hpp"
#include "web/router.hpp"

namespace cli {
namespace {

constexpr std::size_t most_texts = 2000;

constexpr std::string_view style =
    R"(.debug-panel { margin: 0; border-top: 3px solid #b0701c; background: #1d2127; color: #e8e6e1;
  font: 13px/1.45 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.debug-panel summary { cursor: pointer; padding: .6rem 1rem; }
.debug-panel .scroll { overflow-x: auto; padding: 0 1rem 1rem; }
.debug-panel table { border-collapse: collapse; width: 100%; font: inherit; color: inherit; background: none; }
.debug-panel th, .debug-panel td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #3a4048; white-space: nowrap; background: none; color: inherit; font: inherit; }
.debug-panel td.number { text-align: right; }
.debug-panel td.text { white-space: normal; min-width: 22rem; overflow-wrap: anywhere; color: #c9d3df; }
.debug-panel a { color: #8ec5ff; }
.debug-panel .repeated { color: #ffb454; font-weight: 700; }
.debug-panel pre { margin: 0; padding: 1rem; white-space: pre-wrap; font: inherit; }
body.debug-plan { margin: 0; background: #1d2127; }
)";

std::string milliseconds(std::chrono::nanoseconds span) {
    return fmt::format("{:.2f}", static_cast<double>(span.count()) / 1e6);
}

std::string joined(const std::vector<std::string>& parts) {
    return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::uint64_t Panel::remember(const std::string& text) {
    const std::uint64_t id = std::hash<std::string>()(text);
    const std::lock_guard lock(mutex_);
    if (texts_.try_emplace(id, text).second) order_.push_back(id);
    if (order_.size() > most_texts) {
        texts_.erase(order_.front());
        order_.pop_front();
    }
    return id;
}

web::Response Panel::plan(const web::Request& request) {
    const std::string_view given = request.query().get("id");
    std::uint64_t id = 0;
    std::from_chars(given.data(), given.data() + given.size(), id);
    std::string text;
    {
        const std::lock_guard lock(mutex_);
        const auto found = texts_.find(id);
        if (found == texts_.end())
            return web::default_error(nullptr, 404, "That statement is forgotten; load its page again.");
        text = found->second;
    }
    std::string plan;
    try {
        const orm::GenericPlan made = orm::generic_plan(*orm::connect(url_), text);
        plan = made.text;
    } catch (const orm::Error& error) {
        plan = error.what();
    }
    web::Html out;
    out.write<R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Plan</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/__debug__/panel.css"></head>
<body class="debug-plan"><main class="debug-panel"><pre>{}</pre><pre id="plan">{}</pre></main></body></html>)">(text,
                                                                                                                plan);
    web::Response response = web::Response::html(std::move(out));
    response.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
    response.headers.set("X-Content-Type-Options", "nosniff");
    response.headers.set("Cache-Control", "no-store");
    return response;
}

web::Response Panel::serve(web::Request& request, const web::Handler& sites) {
    if (request.is_get() && request.path() == "/__debug__/panel.css") {
        web::Response response = web::Response::text(std::string(style));
        response.headers.set("Content-Type", "text/css; charset=utf-8");
        return response;
    }
    if (request.is_get() && request.path() == "/__debug__/plan") return plan(request);

    const orm::QueryLog log({.values = true});
    const platform::PageTime& page = request.set(platform::PageTime{});
    const auto start = std::chrono::steady_clock::now();
    web::Response response = sites(request);
    const std::chrono::nanoseconds whole = std::chrono::steady_clock::now() - start;
    const auto end = response.body.rfind("</body>");
    if (end == std::string::npos || response.shared_body || response.file ||
        !response.headers.get("Content-Type").starts_with("text/html"))
        return response;

    const auto repetitions = log.repetitions(allowed_repetitions);
    std::set<std::pair<std::string_view, std::string_view>> repeated;
    for (const orm::Repetition& one : repetitions) repeated.emplace(one.name, one.text);
    web::Html out;
    out.write<R"(<link rel="stylesheet" href="/__debug__/panel.css">
<details class="debug-panel"><summary>{} {}, {} ms in the database, {} ms waiting for a connection, {} ms of template, {} ms in all{}</summary>
<div class="scroll"><table><thead><tr><th>ms</th><th>wait</th><th>rows</th><th>bytes</th><th>query</th><th></th><th>statement</th></tr></thead><tbody>)">(
        log.size(), log.size() == 1 ? "statement" : "statements", milliseconds(log.database_time()),
        milliseconds(log.wait()), milliseconds(page.spent), milliseconds(whole), [&](web::Html& o) {
            for (const orm::Repetition& one : repetitions)
                o.write<R"(, <span class="repeated">{} repeats {} times</span>)">(one.name, one.count);
        });
    for (const orm::LoggedQuery& query : log.queries()) {
        const bool again = repeated.contains({query.name, query.text});
        out.write<
            R"(<tr><td class="number">{}</td><td class="number">{}</td><td class="number">{}</td><td class="number">{}</td><td title="{}">{}{}</td><td><a href="/__debug__/plan?id={}">plan</a></td><td class="text">{}{}</td></tr>)">(
            milliseconds(query.duration), milliseconds(query.wait), query.rows, query.bytes, query.place, query.name,
            web::when(again, [](web::Html& o) { o.write<R"( <span class="repeated">repeated</span>)">(); }),
            std::to_string(remember(query.text)), query.text,
            web::when(!query.params.empty(), [&](web::Html& o) { o.write<" [{}]">(joined(query.params)); }));
    }
    out.write<"</tbody></table></div></details>">();
    response.body.insert(end, out.str());
    return response;
}

}  // namespace cli
