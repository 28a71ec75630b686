#include "wire.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <stdexcept>

namespace web {
namespace {

namespace ip = boost::asio::ip;

bool is_framing(std::string_view name) {
    return iequals(name, "Connection") || iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding");
}

// IPv4 inside IPv6 (::ffff:1.2.3.4) is the same client.
ip::address plain(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

}  // namespace

std::optional<std::string> head_problem(std::string_view raw, std::size_t from) {
    for (std::size_t i = from; i < raw.size(); ++i) {
        const auto c = static_cast<unsigned char>(raw[i]);
        const char after = i + 1 < raw.size() ? raw[i + 1] : '\0';
        if (c == '\r') {
            if (i + 1 < raw.size() && after != '\n') return "A line of the request ends badly.";
        } else if (c == '\n') {
            if (i == 0 || raw[i - 1] != '\r') return "A line of the request ends badly.";
            if (after == ' ' || after == '\t') return "Folded header lines are not accepted.";
        } else if ((c < 0x20 && c != '\t') || c == 0x7F) {
            return "The request holds a control character.";
        }
    }
    return std::nullopt;
}

std::optional<std::string> framing_problem(const Headers& headers, bool http_1_1) {
    const std::size_t lengths = headers.count("Content-Length");
    if (const std::string* coding = headers.find("Transfer-Encoding")) {
        if (lengths > 0) return "Content-Length and Transfer-Encoding together are not accepted.";
        if (!http_1_1 || headers.count("Transfer-Encoding") > 1 || !iequals(trim(*coding), "chunked")) {
            return "The only Transfer-Encoding accepted is chunked.";
        }
    }
    if (lengths > 1) return "There is more than one Content-Length.";
    if (lengths == 1) {
        const std::string_view text = headers.get("Content-Length");
        if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != text.npos) {
            return "The Content-Length is not a number.";
        }
    }
    return std::nullopt;
}

bool status_has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const Response& response, HeadOptions options) {
    std::string head;
    head.reserve(512);
    const auto out = std::back_inserter(head);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", response.status,
                   reason_phrase(response.status), fmt::gmtime(std::time(nullptr)));
    for (const auto& [name, value] : response.headers) {
        if (!is_framing(name)) head.append(name).append(": ").append(value).append("\r\n");
    }
    if (status_has_body(response.status)) fmt::format_to(out, "Content-Length: {}\r\n", response.content_length());
    if (!options.keep_alive) head += "Connection: close\r\n";
    if (options.keep_alive && options.http_1_0) head += "Connection: keep-alive\r\n";
    return head += "\r\n";
}

Proxies::Proxies(const std::vector<std::string>& trusted) {
    for (const std::string& text : trusted) {
        boost::system::error_code error;
        const bool v6 = text.find(':') != text.npos;
        const std::string network = text.find('/') != text.npos ? text : text + (v6 ? "/128" : "/32");
        if (v6) {
            v6_.push_back(ip::make_network_v6(network, error));
        } else {
            v4_.push_back(ip::make_network_v4(network, error));
        }
        if (error) throw std::invalid_argument("not an address or network of a proxy: " + text);
    }
}

bool Proxies::trusts(const ip::address& address) const {
    if (address.is_v4()) {
        for (const auto& network : v4_) {
            if (network.hosts().find(address.to_v4()) != network.hosts().end() ||
                network.address() == address.to_v4()) {
                return true;
            }
        }
        return false;
    }
    for (const auto& network : v6_) {
        if (network.hosts().find(address.to_v6()) != network.hosts().end() || network.address() == address.to_v6()) {
            return true;
        }
    }
    return false;
}

// Each proxy appends the address it saw, so the list is read from its end, as far as its writers are trusted.
Origin Proxies::origin(const std::string& peer, const Headers& headers) const {
    boost::system::error_code error;
    ip::address address = plain(ip::make_address(peer, error));
    if (error || !trusts(address)) return {error ? peer : address.to_string(), false};
    const std::string_view proto = headers.get("X-Forwarded-Proto");
    Origin result{address.to_string(), iequals(trim(proto.substr(proto.rfind(',') + 1)), "https")};

    std::string list;
    for (const auto& [name, value] : headers) {
        if (iequals(name, "X-Forwarded-For")) list += (list.empty() ? "" : ",") + value;
    }
    std::string_view rest = list;
    while (!rest.empty() && trusts(address)) {
        const std::size_t comma = rest.rfind(',');
        const std::string one(trim(comma == rest.npos ? rest : rest.substr(comma + 1)));
        rest = comma == rest.npos ? std::string_view() : rest.substr(0, comma);
        address = plain(ip::make_address(one, error));
        if (error) break;
        result.address = address.to_string();
    }
    return result;
}

}  // namespace web
