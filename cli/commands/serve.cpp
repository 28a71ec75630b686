#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <fstream>

#include "apps.hpp"
#include "command.hpp"
#include "monitor/monitoring.hpp"
#include "orm/orm.hpp"
#include "sites.hpp"
#include "stop_on_signal.hpp"
#include "web/server.hpp"

namespace cli {
namespace {

struct Options {
    std::optional<int> port;
    std::optional<std::string> address;
    std::optional<unsigned> workers;
    std::string port_file;
};

void log_access(const web::ServerOptions::Access& access) {
    spdlog::info("{} {} {} {} {} B {:.1f} ms", access.client, access.method, access.target, access.status, access.bytes,
                 static_cast<double>(access.duration.count()) / 1000);
}

/// A URL without pool_size gets as many connections as there are handlers.
orm::DatabaseOptions pool_for(unsigned workers) {
    orm::DatabaseOptions options;
    options.pool.size = workers;
    return options;
}

void print_addresses(const Sites& sites, const Settings& settings, std::uint16_t port) {
    const bool everywhere = settings.address == "0.0.0.0" || settings.address == "::";
    fmt::print("Serving{}:\n", everywhere ? " on every interface" : "");
    for (const std::string& host : sites.addresses()) fmt::print("  http://{}:{}/\n", host, port);
    fmt::print("Ctrl-C stops it.\n");
    std::fflush(stdout);
}

/// Whole or not there: who waits for the file reads no half of it.
void write_port(const std::string& file, std::uint16_t port) {
    const std::string fresh = file + ".new";
    std::ofstream out(fresh);
    out << port << '\n';
    out.close();
    std::error_code error;
    if (out) std::filesystem::rename(fresh, file, error);
    if (!out || error) throw std::runtime_error(fmt::format("cannot write the port into '{}'", file));
}

int serve(Command& command, const Options& options) {
    Settings settings = command.settings();
    if (options.port) settings.port = static_cast<std::uint16_t>(*options.port);
    if (options.address) settings.address = *options.address;
    if (options.workers) settings.workers = *options.workers;

    const orm::DatabaseUrl url = command.existing_url();
    if (const std::string names = unapplied(*orm::connect(url)); !names.empty())
        throw std::runtime_error(
            fmt::format("{}: not migrated ({}); run `entreprinder migrate` first", url.display, names));
    orm::Database db(command.url_text(), pool_for(settings.workers));
    Sites sites(db, settings);
    Monitoring monitoring(db, command.url_text(), settings);

    web::ServerOptions server_options;
    server_options.address = settings.address;
    server_options.port = settings.port;
    server_options.workers = settings.workers;
    server_options.aside = {"/metrics"};
    server_options.trusted_proxies = settings.trusted_proxies;
    server_options.drain_deadline = std::chrono::seconds(10);
    server_options.access_log = [&monitoring](const web::ServerOptions::Access& access) {
        log_access(access);
        monitoring.answered(access);
    };
    web::Server server(server_options);
    const StopOnSignal<web::Server> stop(server);
    if (!options.port_file.empty()) write_port(options.port_file, server.port());
    print_addresses(sites, settings, server.port());
    server.run(monitoring.around(sites.handler()));
    spdlog::info("stopped");
    return 0;
}

}  // namespace

void add_serve(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "serve", "Serve every site until Ctrl-C");
    auto options = std::make_shared<Options>();
    CLI::App& app = command.app();
    app.add_option("--port", options->port, "TCP port (default 8000; 0 takes a free one)")->check(CLI::Range(0, 65535));
    app.add_option("--port-file", options->port_file, "file that gets the port once it is listened on");
    app.add_option("--address", options->address, "address to listen on (default 127.0.0.1)");
    app.add_option("--workers", options->workers, "requests handled at once, and database connections (default 8)")
        ->check(CLI::Range(1U, 1000U));
    command.body([&command, options] { return serve(command, *options); });
}

}  // namespace cli
