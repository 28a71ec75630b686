// What follows from the list of apps.
#include <fmt/format.h>

#include "apps.hpp"
#include "settings.hpp"

namespace cli {

const orm::migrations::Registry& migrations() {
    static const orm::migrations::Registry registry = [] {
        orm::migrations::Registry made;
        for (const App& app : apps()) made.add(app.migrations());
        return made;
    }();
    return registry;
}

void check_apps(const std::vector<std::string>& labels) {
    for (const std::string& label : labels) {
        std::string known;
        bool found = false;
        for (const App& app : apps()) {
            found = found || app.label == label;
            known += (known.empty() ? "" : ", ") + app.label;
        }
        if (!found) throw UsageError(fmt::format("there is no app '{}'; the apps are {}", label, known));
    }
}

std::string unapplied(orm::Connection& connection) {
    std::string names;
    for (const auto& row : orm::migrations::show(connection, migrations()))
        if (!row.applied) names += fmt::format("{}{}.{}", names.empty() ? "" : ", ", row.app, row.name);
    return names;
}

}  // namespace cli
