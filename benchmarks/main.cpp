/// entreprinder_bench [--json FILE] [--quick] [--django SCRIPT] [FILTER]: see ./bench.
#include <fmt/format.h>

#include <cstring>
#include <exception>
#include <regex>

#include "cases/cases.hpp"
#include "peers/django.hpp"

namespace {

struct Options {
    std::string json;
    std::string django;
    std::string filter;
    bool quick = false;
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--quick")
            options.quick = true;
        else if (argument == "--json" && i + 1 < argc)
            options.json = argv[++i];
        else if (argument == "--django" && i + 1 < argc)
            options.django = argv[++i];
        else
            options.filter = argument;
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Options options = parse(argc, argv);
        bench::Suite suite(options.quick, options.filter);
        for (std::string& text : bench::missing_peers()) suite.note(std::move(text));
        for (const bool sqlite : {true, false}) {
            const char* name = sqlite ? "sqlite" : "postgresql";
            fmt::print(stderr, "filling a database on {} ...\n", name);
            bench::Data data(name, sqlite ? bench::new_sqlite_url() : bench::new_postgres_url(), false);
            bench::invite_django(suite, data, options.django);
            bench::read_cases(suite, data);
            bench::page_cases(suite, data);
            bench::write_cases(suite, data);
            bench::service_cases(suite, data);
            bench::feature_cases(suite, data);
            suite.invite({});  // its process ends before its database does
        }
        if (suite.rows().empty()) {
            fmt::print(stderr, "no case matches '{}'\n", options.filter);
            return 2;
        }
        suite.print();
        if (!options.json.empty()) suite.write_json(options.json);
        return 0;
    } catch (const std::exception& e) {
        fmt::print(stderr, "entreprinder_bench: {}\n", e.what());
        return 1;
    }
}
