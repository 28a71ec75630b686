#include "peers/django.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdio>

#include "cases/cases.hpp"

namespace bench {

namespace {

std::string shell_quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) c == '\'' ? result += "'\\''" : result += c;
    return result + "'";
}

/// What the command prints; empty when it fails.
std::string output_of(const std::string& command) {
    std::string result;
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) return result;
    char buffer[4096];
    while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) result.append(buffer, size);
    return pclose(pipe) == 0 ? result : std::string();
}

/// The keys and times that the cases ask for.
std::string facts_of(const Data& data) {
    const Facts& facts = data.facts;
    return boost::json::serialize(boost::json::object{{"now", orm::to_string(facts.now)},
                                                      {"viewer", facts.viewer.value},
                                                      {"meeting", facts.meeting.value},
                                                      {"meeting_date", orm::to_string(facts.meeting_date)},
                                                      {"open", facts.open.value},
                                                      {"journey", facts.journey.value},
                                                      {"submission", facts.submission.value}});
}

}  // namespace

void compare_django(Suite& suite, Data& data, const std::string& script) {
    std::string wanted;
    for (const Row& row : suite.rows())
        if (row.database == data.database && row.baseline == "handwritten") (wanted += " ") += shell_quoted(row.name);
    if (script.empty() || wanted.empty()) return;
    fmt::print(stderr, "django ({}) ...\n", data.database);
    const std::string output =
        output_of(fmt::format("/usr/bin/python3 {} {} {} {}{}{}", shell_quoted(script), data.database,
                              shell_quoted(data.sqlite() ? data.path : data.url), shell_quoted(facts_of(data)),
                              suite.quick() ? " --quick" : "", wanted));
    if (output.empty()) {
        suite.note("django left out on " + data.database + ": it is not installed, or failed (see above)");
        return;
    }
    const boost::json::value parsed = boost::json::parse(output);
    for (const auto& item : parsed.as_array()) {
        const auto& row = item.as_object();
        suite.compare(std::string(row.at("name").as_string()), data.database, "django",
                      row.at("ns").to_number<double>(), row.at("spread").to_number<double>());
    }
}

}  // namespace bench
