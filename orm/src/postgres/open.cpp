#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "orm/errors.hpp"
#include "postgres/connection.hpp"

namespace orm::postgres {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int default_connect_timeout = 10;  // seconds

std::string place(const DatabaseUrl& url) {
    return "PostgreSQL '" + url.display + "': ";
}

/// libpq's own reading of the URL, and our settings over it.
class Settings {
  public:
    explicit Settings(const DatabaseUrl& url) {
        char* reason = nullptr;
        PQconninfoOption* options = PQconninfoParse(url.conninfo.c_str(), &reason);
        if (!options) {
            const std::string message = place(url) + one_line(reason ? reason : "the URL is malformed");
            PQfreemem(reason);
            throw ConfigurationError(message);
        }
        std::string server_options;
        for (const PQconninfoOption* option = options; option->keyword; ++option) {
            if (!option->val) continue;
            const std::string_view keyword = option->keyword;
            if (keyword == "options") {
                server_options = option->val;
            } else if (keyword == "connect_timeout") {
                std::from_chars(option->val, option->val + std::strlen(option->val), timeout_);
            } else if (keyword != "client_encoding") {
                add(option->keyword, option->val);
            }
        }
        PQconninfoFree(options);
        // A host that vanished without a word is noticed within half a minute instead of a quarter of an hour.
        const auto unless_given = [&](const char* keyword, const char* value) {
            if (std::none_of(list_.begin(), list_.end(), [&](const auto& one) { return one.first == keyword; }))
                add(keyword, value);
        };
        unless_given("tcp_user_timeout", "15000");
        unless_given("keepalives_idle", "15");
        unless_given("keepalives_interval", "5");
        unless_given("keepalives_count", "3");
        add("client_encoding", "UTF8");
        add("fallback_application_name", "entreprinder");
        if (url.prepare) {  // proxies refuse these at start; without `prepare` they are SET afterwards
            server_options += " -c TimeZone=UTC -c lock_timeout=" + std::to_string(url.lock_timeout.count());
            if (url.statement_timeout.count() > 0)
                server_options += " -c statement_timeout=" + std::to_string(url.statement_timeout.count());
        }
        if (!server_options.empty()) add("options", server_options);
    }

    PGconn* start() const {
        std::vector<const char*> keywords, values;
        for (const auto& [keyword, value] : list_) {
            keywords.push_back(keyword.c_str());
            values.push_back(value.c_str());
        }
        keywords.push_back(nullptr);
        values.push_back(nullptr);
        return PQconnectStartParams(keywords.data(), values.data(), 0);
    }
    std::chrono::seconds timeout() const { return std::chrono::seconds(timeout_ > 0 ? timeout_ : 86'400); }

  private:
    void add(std::string keyword, std::string value) { list_.emplace_back(std::move(keyword), std::move(value)); }
    std::vector<std::pair<std::string, std::string>> list_;
    int timeout_ = default_connect_timeout;
};

/// Drives the connection until it stands or failed; false: the time was up.
bool finish(PGconn* connection, Clock::time_point deadline) {
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd entry{PQsocket(connection), static_cast<short>(status == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        const int ready = left > 0 ? poll(&entry, 1, static_cast<int>(left)) : 0;
        if (ready == 0) return false;
        if (ready < 0 && errno == EINTR) continue;
        status = PQconnectPoll(connection);
    }
    return true;
}

/// Cuts `28P01: ` out of libpq's verbose message and returns it; empty: the server did not answer.
std::string take_sqlstate(std::string& message) {
    for (std::size_t at = message.find(": "); at != message.npos; at = message.find(": ", at + 1)) {
        if (at < 6 || message[at - 6] != ' ') continue;
        const std::string code = message.substr(at - 5, 5);
        const auto is_code = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); };
        if (!std::all_of(code.begin(), code.end(), is_code) || code.find_first_of("0123456789") == code.npos) continue;
        message.erase(at - 5, 7);
        if (at >= 7 && message[at - 7] == ' ') message.erase(at - 7, 1);  // verbose messages have two blanks
        return code;
    }
    return {};
}

[[noreturn]] void fail_open(PGconn* connection, const DatabaseUrl& url, bool in_time) {
    if (!in_time) {
        const char* host = PQhost(connection);
        const char* port = PQport(connection);
        throw ConnectionLost(place(url) + "no answer from " + (host ? host : "the server") + ", port " +
                             (port ? port : "?") + " in time");
    }
    std::string message = one_line(PQerrorMessage(connection));
    const std::string code = take_sqlstate(message);
    for (const std::string_view prefix : {"28", "3D", "42", "22", "0A", "08P01"}) {
        if (!code.starts_with(prefix)) continue;
        if (code == "08P01") message += " (behind a transaction-pooling proxy, write prepare=off in the URL)";
        throw ConfigurationError(place(url) + message);
    }
    ConnectionLost error(place(url) + message);
    error.code = code;
    throw error;
}

void ignore_notice(void*, const PGresult*) {}

}  // namespace

PGconn* open(const DatabaseUrl& url) {
    const Settings settings(url);
    PGconn* connection = settings.start();
    if (!connection) throw OperationalError(place(url) + "out of memory");
    try {
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);  // the only way to see the SQLSTATE of a refused connection
        PQsetNoticeReceiver(connection, ignore_notice, nullptr);
        const bool in_time =
            PQstatus(connection) == CONNECTION_BAD || finish(connection, Clock::now() + settings.timeout());
        if (!in_time || PQstatus(connection) != CONNECTION_OK) fail_open(connection, url, in_time);
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
        if (!url.prepare) {
            std::string set = "SET TimeZone TO 'UTC'";
            if (url.lock_timeout.count() > 0)
                set += "; SET lock_timeout TO " + std::to_string(url.lock_timeout.count());
            if (url.statement_timeout.count() > 0)
                set += "; SET statement_timeout TO " + std::to_string(url.statement_timeout.count());
            const Result result(PQexec(connection, set.c_str()));
            if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail_open(connection, url, true);
        }
    } catch (...) {
        PQfinish(connection);
        throw;
    }
    return connection;
}

std::unique_ptr<Connection> connect(const DatabaseUrl& url) {
    return std::make_unique<PostgresConnection>(url);
}

}  // namespace orm::postgres
