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

/// One server of a URL that names several, as it is written there.
struct Host {
    std::string name, address, port;
};

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> parts;
    for (std::size_t from = 0, comma = 0; comma != list.npos; from = comma + 1) {
        comma = list.find(',', from);
        parts.push_back(list.substr(from, comma == list.npos ? comma : comma - from));
    }
    return parts;
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
        std::string server_options, names, addresses, ports;
        for (const PQconninfoOption* option = options; option->keyword; ++option) {
            if (!option->val) continue;
            const std::string_view keyword = option->keyword;
            if (keyword == "options") {
                server_options = option->val;
            } else if (keyword == "connect_timeout") {
                std::from_chars(option->val, option->val + std::strlen(option->val), timeout_);
            } else if (keyword == "host") {
                names = option->val;
            } else if (keyword == "hostaddr") {
                addresses = option->val;
            } else if (keyword == "port") {
                ports = option->val;
            } else if (keyword != "client_encoding") {
                add(option->keyword, option->val);
            }
        }
        PQconninfoFree(options);
        take_hosts(names, addresses, ports);
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
        std::string names, addresses, ports;
        for (const Host& host : hosts_) {
            const char* comma = &host == &hosts_.front() ? "" : ",";
            (names += comma) += host.name;
            (addresses += comma) += host.address;
            (ports += comma) += host.port;
        }
        for (const auto& [keyword, list] : {std::pair("host", &names), {"hostaddr", &addresses}, {"port", &ports}}) {
            if (list->find_first_not_of(',') == list->npos) continue;
            keywords.push_back(keyword);
            values.push_back(list->c_str());
        }
        for (const auto& [keyword, value] : list_) {
            keywords.push_back(keyword.c_str());
            values.push_back(value.c_str());
        }
        keywords.push_back(nullptr);
        values.push_back(nullptr);
        return PQconnectStartParams(keywords.data(), values.data(), 0);
    }
    /// Leaves out the host that `connection` waits for, so that the next attempt is with the others. False: there are
    /// none.
    bool leave_out_host_of(const PGconn* connection) {
        const char *name = PQhost(connection), *port = PQport(connection);
        const auto silent = std::find_if(hosts_.begin(), hosts_.end(), [&](const Host& one) {
            return name && port && (one.name.empty() ? one.address : one.name) == name &&
                   (one.port.empty() ? "5432" : one.port) == port;
        });
        if (hosts_.size() < 2 || silent == hosts_.end()) return false;
        hosts_.erase(silent);
        return true;
    }
    std::chrono::seconds timeout() const { return std::chrono::seconds(timeout_ > 0 ? timeout_ : 86'400); }

  private:
    void add(std::string keyword, std::string value) { list_.emplace_back(std::move(keyword), std::move(value)); }
    void take_hosts(const std::string& names, const std::string& addresses, const std::string& ports) {
        const auto all_names = split(names), all_addresses = split(addresses), all_ports = split(ports);
        const std::size_t count = std::max(all_names.size(), all_addresses.size());
        const auto whole = [&](const std::vector<std::string>& list, bool one_for_all) {
            return list.size() == count || (one_for_all ? list.size() == 1 : list.front().empty());
        };
        if (!whole(all_names, false) || !whole(all_addresses, false) || !whole(all_ports, true)) {
            hosts_ = {Host{names, addresses, ports}};  // libpq says what does not fit
            return;
        }
        for (std::size_t i = 0; i < count; ++i)
            hosts_.push_back({all_names.size() == count ? all_names[i] : "",
                              all_addresses.size() == count ? all_addresses[i] : "",
                              all_ports.size() == count ? all_ports[i] : all_ports.front()});
    }
    std::vector<std::pair<std::string, std::string>> list_;
    std::vector<Host> hosts_;
    int timeout_ = default_connect_timeout;
};

/// Whom libpq is trying just now.
std::string host_of(const PGconn* connection) {
    const char *name = PQhost(connection), *port = PQport(connection);
    return std::string(name ? name : "the server") + ", port " + (port ? port : "?");
}

/// Drives the connection until it stands or failed; false: the host that libpq is at did not answer in time. Each host
/// has its own time: one that refuses takes none from the next.
bool finish(PGconn* connection, std::chrono::seconds timeout) {
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    std::string host = host_of(connection);
    Clock::time_point deadline = Clock::now() + timeout;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        if (std::string next = host_of(connection); next != host) {
            host = std::move(next);
            deadline = Clock::now() + timeout;
        }
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

std::string no_answer(const PGconn* connection) {
    return "no answer from " + host_of(connection) + " in time";
}

/// `before`: what is to be told of other hosts.
[[noreturn]] void fail_open(PGconn* connection, const DatabaseUrl& url, bool in_time, const std::string& before) {
    if (!in_time) throw ConnectionLost(place(url) + before + no_answer(connection));
    std::string message = one_line(PQerrorMessage(connection));
    const std::string code = take_sqlstate(message);
    for (const std::string_view prefix : {"28", "3D", "42", "22", "0A", "08P01"}) {
        if (!code.starts_with(prefix)) continue;
        if (code == "08P01") message += " (behind a transaction-pooling proxy, write prepare=off in the URL)";
        throw ConfigurationError(place(url) + message);
    }
    ConnectionLost error(place(url) + before + message);
    error.code = code;
    throw error;
}

void ignore_notice(void*, const PGresult*) {}

/// What the start-up packet says elsewhere.
void set_up(PGconn* connection, const DatabaseUrl& url) {
    std::string set = "SET TimeZone TO 'UTC'";
    if (url.lock_timeout.count() > 0) set += "; SET lock_timeout TO " + std::to_string(url.lock_timeout.count());
    if (url.statement_timeout.count() > 0)
        set += "; SET statement_timeout TO " + std::to_string(url.statement_timeout.count());
    const Result result(PQexec(connection, set.c_str()));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail_open(connection, url, true, {});
}

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};

}  // namespace

PGconn* open(const DatabaseUrl& url) {
    Settings settings(url);
    for (std::string silent;;) {
        std::unique_ptr<PGconn, Finish> owned(settings.start());
        PGconn* connection = owned.get();
        if (!connection) throw OperationalError(place(url) + "out of memory");
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);  // the only way to see the SQLSTATE of a refused connection
        PQsetNoticeReceiver(connection, ignore_notice, nullptr);
        const bool in_time = PQstatus(connection) == CONNECTION_BAD || finish(connection, settings.timeout());
        if (!in_time && settings.leave_out_host_of(connection)) {  // libpq itself would wait for it for ever
            silent += no_answer(connection) + "; ";
            continue;
        }
        if (!in_time || PQstatus(connection) != CONNECTION_OK) fail_open(connection, url, in_time, silent);
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
        if (!url.prepare) set_up(connection, url);
        return owned.release();
    }
}

std::unique_ptr<Connection> connect(const DatabaseUrl& url) {
    return std::make_unique<PostgresConnection>(url);
}

}  // namespace orm::postgres
