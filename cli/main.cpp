/// entreprinder: serves the platforms and looks after their database. One subcommand per file in commands/.
/// Exit codes: 0 done, 1 it went wrong, 2 the command line or a setting is wrong. Errors are one line on stderr.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "command.hpp"
#include "orm/migration.hpp"

namespace {

/// Messages of libraries may span lines; ours is one.
std::string one_line(std::string text) {
    for (char& c : text)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    std::string result;
    for (const char c : text)
        if (c != ' ' || (!result.empty() && result.back() != ' ')) result += c;
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

int fail(int code, const std::string& message) {
    std::fflush(stdout);
    std::fprintf(stderr, "entreprinder: %s\n", one_line(message).c_str());
    return code;
}

std::string help_hint(const CLI::App& root) {
    for (const CLI::App* command : root.get_subcommands())
        return " (see entreprinder " + command->get_name() + " --help)";
    return " (see entreprinder --help)";
}

int run_command(int argc, char** argv) {
    CLI::App root(
        "Entreprinder: Crush.lu, VinsDelux and PowerUP on one data layer.\n"
        "Exit codes: 0 done, 1 it went wrong, 2 wrong command line or setting.",
        "entreprinder");
    root.set_version_flag("--version", "entreprinder " ENTREPRINDER_VERSION);
    root.require_subcommand(1);
    cli::Run run;
    cli::add_serve(root, run);
    cli::add_worker(root, run);
    cli::add_jobs(root, run);
    cli::add_migrate(root, run);
    cli::add_showmigrations(root, run);
    cli::add_sqlmigrate(root, run);
    cli::add_makemigrations(root, run);
    cli::add_adopt(root, run);
    cli::add_inspectdb(root, run);
    cli::add_loaddemo(root, run);
    cli::add_createsuperuser(root, run);
    cli::add_check(root, run);
    cli::add_db(root, run);
    cli::add_dbshell(root, run);
    try {
        root.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
        return root.exit(asked);
    } catch (const CLI::ParseError& error) {
        return fail(2, error.what() + help_hint(root));
    }
    return run();
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a lost connection is an error of a call, not the end of the program
    spdlog::set_default_logger(spdlog::stderr_color_mt("entreprinder"));
    spdlog::set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
    try {
        const int code = run_command(argc, argv);
        if (std::fflush(stdout) != 0 || std::ferror(stdout)) return fail(1, "cannot write to standard output");
        return code;
    } catch (const cli::UsageError& error) {
        return fail(2, error.what());
    } catch (const orm::migrations::WrongRequest& error) {
        return fail(2, error.what());
    } catch (const std::bad_alloc&) {
        return fail(1, "out of memory");
    } catch (const std::exception& error) {
        return fail(1, error.what());
    }
}
