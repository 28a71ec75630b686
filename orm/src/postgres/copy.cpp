// PostgreSQL: CREATE DATABASE ... TEMPLATE, which copies files but needs the original to itself, and lets nobody in
// until it is done; pg_dump into psql where others are connected, or where that would take long.
#include "copy.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <random>

#include "migrations/shape.hpp"
#include "migrations/text_rows.hpp"
#include "orm/errors.hpp"
#include "postgres/connection.hpp"

namespace orm::postgres {

namespace {

using migrations::literal;
using migrations::quote;
using migrations::text_rows;

// The URL with another database in it.
std::string with_name(const std::string& url, const std::string& name) {
    const std::size_t options = std::min(url.find('?'), url.size());
    const std::size_t path = std::min(url.find('/', url.find("://") + 3), options);
    return url.substr(0, path) + "/" + name + url.substr(options);
}

// What libpq's programs read instead of a connection string, which everybody could see in the list of processes.
std::vector<std::string> environment(const DatabaseUrl& url) {
    std::vector<std::string> result;
    char* reason = nullptr;
    PQconninfoOption* options = PQconninfoParse(url.conninfo.c_str(), &reason);
    PQfreemem(reason);
    if (!options) throw ConfigurationError("PostgreSQL '" + url.display + "': the URL is malformed");
    for (const PQconninfoOption* option = options; option->keyword; ++option)
        if (option->val && option->envvar) result.push_back(std::string(option->envvar) + "=" + option->val);
    PQconninfoFree(options);
    for (char** inherited = environ; *inherited; ++inherited) {
        const std::string_view entry = *inherited;
        const std::string_view name = entry.substr(0, entry.find('=') + 1);
        if (std::none_of(result.begin(), result.end(), [&](const auto& set) { return set.starts_with(name); }))
            result.emplace_back(entry);
    }
    return result;
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }

  private:
    int number_;
};

// Both ends of a pipe; children see only what they are given.
std::array<int, 2> pipe_ends() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        throw OperationalError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    return ends;
}

class Child {
  public:
    Child(std::vector<std::string> arguments, const std::vector<std::string>& environment, int input, int output,
          int errors)
        : name_(arguments.front()) {
        posix_spawn_file_actions_t files;
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t none, reset;
        sigemptyset(&none);
        sigemptyset(&reset);
        sigaddset(&reset, SIGPIPE);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &reset);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        const int code = posix_spawnp(&pid_, name_.c_str(), &files, &attributes, pointers(arguments).data(),
                                      pointers(environment).data());
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
        if (code != 0)
            throw ConfigurationError(
                fmt::format("cannot run {} (Debian: postgresql-client): {}", name_, std::strerror(code)));
    }
    ~Child() {
        if (pid_ <= 0) return;
        stop();
        wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    void stop() const noexcept { kill(pid_, SIGTERM); }
    // Whether it did its work.
    bool wait() {
        int status = 0;
        while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = 0;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

  private:
    static std::vector<char*> pointers(const std::vector<std::string>& texts) {
        std::vector<char*> result;
        for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
        result.push_back(nullptr);
        return result;
    }
    std::string name_;
    pid_t pid_ = 0;
};

class ServerCopy final : public DatabaseCopy {
  public:
    ServerCopy(const DatabaseUrl& original, const std::stop_token& stop, std::uint64_t template_bytes)
        : original_(original), url_(original) {
        source_ = orm::connect(original);
        source_->script("SET statement_timeout = 0; SET lock_timeout = 0");
        const auto facts = text_rows(
            *source_,
            "SELECT datname::text, (rolcreatedb OR rolsuper)::text, rolname::text, "
            "pg_encoding_to_char(encoding)::text, "
            "datcollate::text, datctype::text, (SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid AND "
            "a.pid <> pg_backend_pid() AND coalesce(a.backend_type, 'client backend') = 'client backend')::text, "
            "pg_database_size(d.oid)::text FROM pg_database d, pg_roles WHERE datname = current_database() AND rolname "
            "= current_user",
            8);
        const auto& row = facts.at(0);
        const std::string database = *row[0];
        if (row[1] != "true")
            throw ConfigurationError(fmt::format(
                "PostgreSQL '{}': a copy is needed, and the role {} has no right to create databases (ALTER ROLE {} "
                "CREATEDB, or give the URL of a copy that you made, and migrate that)",
                original.display, *row[2], quote(*row[2])));
        name_ = fmt::format("{}_copy_{}_{:08x}", database.substr(0, 36), getpid(), std::random_device{}());
        url_.conninfo = with_name(original.conninfo, name_);
        url_.display = with_name(original.display, name_);
        const std::stop_callback cancel(stop, [this] { source_->cancel(); });
        try {
            const std::uint64_t bytes = std::stoull(*row[7]);
            if (*row[6] != "0")
                dumped_since("others are connected to the original");
            else if (bytes > template_bytes)
                dumped_since(
                    fmt::format("copying its {} MiB as a template would keep others out for long", bytes >> 20));
            else
                from_template(database);
            if (!created_) {
                source_->script(
                    fmt::format("CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
                                quote(name_), literal(*row[3]), literal(*row[4]), literal(*row[5])));
                created_ = true;
                dump(stop);
            }
        } catch (const Error&) {
            drop();
            if (stop.stop_requested()) throw OperationalError("interrupted while the database was copied");
            throw;
        }
    }
    ~ServerCopy() override { drop(); }

    const DatabaseUrl& url() const override { return url_; }
    const std::string& made() const override { return made_; }
    std::string drop() noexcept override {
        if (!created_) return {};
        try {
            if (!source_->usable()) source_ = orm::connect(original_);
            source_->script(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote(name_)));
            created_ = false;
            return {};
        } catch (const std::exception& error) {
            return fmt::format("database {}: {}", name_, error.what());
        }
    }

  private:
    void dumped_since(const std::string& reason) { made_ = "with pg_dump, since " + reason; }

    // Leaves it uncreated where that is not possible and another way may be.
    void from_template(const std::string& database) {
        created_ = true;  // a lost answer must not leave it behind
        try {
            source_->script(fmt::format("CREATE DATABASE {} TEMPLATE {}", quote(name_), quote(database)));
        } catch (const DatabaseError& error) {
            const bool in_use = error.code == "55006", not_ours = error.code == "42501";
            if (!in_use && !not_ours) throw;
            created_ = false;
            dumped_since(in_use ? "others are connected to the original" : "the original belongs to another role");
        }
    }

    void dump(const std::stop_token& stop) {
        const auto data = pipe_ends(), errors = pipe_ends();
        Descriptor out(data[0]), in(data[1]), listen(errors[0]), speak(errors[1]), nothing(::open("/dev/null", O_RDWR));
        Child writer({"pg_dump", "--no-password", "--no-owner", "--no-privileges"}, environment(original_),
                     nothing.get(), in.get(), speak.get());
        Child reader({"psql", "--no-password", "--no-psqlrc", "--quiet", "--single-transaction",
                      "--set=ON_ERROR_STOP=1", "--output=/dev/null"},
                     environment(url_), out.get(), nothing.get(), speak.get());
        in.close();
        out.close();
        speak.close();
        const std::stop_callback ends(stop, [&] {
            writer.stop();
            reader.stop();
        });
        std::string said;
        char buffer[4096];
        for (;;) {
            const ssize_t got = read(listen.get(), buffer, sizeof buffer);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            said.append(buffer, static_cast<std::size_t>(got));
        }
        const bool written = writer.wait(), restored = reader.wait();
        if (!written || !restored)
            throw OperationalError(fmt::format("PostgreSQL '{}': copying it with pg_dump and psql failed: {}",
                                               original_.display,
                                               said.empty() ? "they were stopped" : one_line(said.c_str())));
    }

    DatabaseUrl original_, url_;
    std::unique_ptr<Connection> source_;
    std::string name_, made_ = "as a template";
    bool created_ = false;
};

}  // namespace

std::unique_ptr<DatabaseCopy> copy_database(const DatabaseUrl& url, const std::stop_token& stop,
                                            std::uint64_t template_bytes) {
    return std::make_unique<ServerCopy>(url, stop, template_bytes);
}

}  // namespace orm::postgres

namespace orm {

std::unique_ptr<DatabaseCopy> copy_database(const DatabaseUrl& url, const std::stop_token& stop,
                                            std::uint64_t template_bytes) {
    return url.dialect == Dialect::sqlite ? sqlite::copy_database(url, stop)
                                          : postgres::copy_database(url, stop, template_bytes);
}

}  // namespace orm
