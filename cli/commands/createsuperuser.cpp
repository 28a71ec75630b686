#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "accounts/queries.hpp"
#include "accounts/services.hpp"
#include "apps.hpp"
#include "command.hpp"
#include "orm/orm.hpp"

namespace cli {
namespace {

/// The terminal shows nothing of what is typed while this lives.
class NoEcho {
  public:
    NoEcho() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios quiet = before_;
        quiet.c_lflag &= static_cast<tcflag_t>(~static_cast<unsigned>(ECHO));
        changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~NoEcho() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

  private:
    termios before_{};
    bool changed_ = false;
};

std::string ask(const char* question) {
    fmt::print(stderr, "{}: ", question);
    std::string answer;
    if (!std::getline(std::cin, answer)) throw UsageError("nothing was entered");
    return answer;
}

std::string ask_secret(const char* question) {
    const NoEcho quiet;
    std::string answer = ask(question);
    fmt::print(stderr, "\n");
    return answer;
}

int create(Command& command, auth::SignUp form) {
    const bool terminal = isatty(STDIN_FILENO) == 1;
    const char* given = std::getenv("ENTREPRINDER_SUPERUSER_PASSWORD");
    if (!terminal && (form.email.empty() || !given))
        throw UsageError("without a terminal, give --email and the password in ENTREPRINDER_SUPERUSER_PASSWORD");
    const orm::DatabaseUrl url = command.existing_url();
    if (const std::string names = unapplied(*orm::connect(url)); !names.empty())
        throw std::runtime_error(
            fmt::format("{}: not migrated ({}); run `entreprinder migrate` first", url.display, names));
    if (form.email.empty()) form.email = ask("E-mail");
    if (given) {
        form.password = form.password2 = given;
    } else {
        form.password = ask_secret("Password");
        form.password2 = ask_secret("Password, again");
    }
    orm::Database db(command.url_text());
    const auto result = auth::sign_up(db, form, [](orm::Transaction& tx, const auth::User& user) {
        tx.update(orm::select<auth::User> | auth::with_id(user.id), orm::set<& auth::User::is_staff> = true,
                  orm::set<& auth::User::is_superuser> = true);
    });
    if (!result.user) {
        std::string reasons;
        for (const auto& [field, message] : result.errors) reasons += fmt::format(" {}: {}", field, message);
        throw std::runtime_error("no account was created:" + reasons);
    }
    auth::verify_email(db, result.user->id);
    fmt::print("{} may now do everything.\n", result.user->email);
    return 0;
}

}  // namespace

void add_createsuperuser(CLI::App& root, Run& run) {
    auto& command = Command::add(root, run, "createsuperuser", "Create an account with all rights");
    auto form = std::make_shared<auth::SignUp>();
    CLI::App& app = command.app();
    app.add_option("--email", form->email, "asked for if not given");
    app.add_option("--first-name", form->first_name);
    app.add_option("--last-name", form->last_name);
    app.footer("The password is read from the terminal, or from ENTREPRINDER_SUPERUSER_PASSWORD.");
    command.body([&command, form] { return create(command, *form); });
}

}  // namespace cli
