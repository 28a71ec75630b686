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

}  // namespace

void compare_django(Suite& suite, Data& data, const std::string& script) {
    std::string wanted;
    for (const char* name : {"point read", "event list, 25 with counts", "10,000 full rows"})
        if (suite.wants(name, data.database)) (wanted += " ") += shell_quoted(name);
    if (script.empty() || wanted.empty()) return;
    fmt::print(stderr, "django ({}) ...\n", data.database);
    const std::string output = output_of(fmt::format("/usr/bin/python3 {} {} {} {} {}{}{}", shell_quoted(script),
                                                     data.database, shell_quoted(data.sqlite() ? data.path : data.url),
                                                     shell_quoted(orm::to_string(data.facts.now)),
                                                     data.facts.viewer.value, suite.quick() ? " --quick" : "", wanted));
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
