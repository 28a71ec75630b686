// The bytes of HTTP/1.1 that need no socket: checks of a raw head, the text of an answer's head, trusted proxies.
//
//   if (auto problem = head_problem(raw)) answer(400, *problem);
//   std::string head = response_head(response, {.keep_alive = true});
//   Proxies proxies({"10.0.0.0/8"});
//   Origin origin = proxies.origin("10.0.0.1", headers);               // address and scheme the client really used
#pragma once
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.hpp"
#include "web/response.hpp"

namespace web {

// What a strict reader refuses before Beast sees it: bare CR or LF, control characters, folded lines. `raw` may be an
// incomplete head: what is wrong stays wrong. Bytes before `from` have been looked at.
std::optional<std::string> head_problem(std::string_view raw, std::size_t from = 0);

// Body framing that servers and proxies might read differently: anything but no body, one Content-Length, or one
// `Transfer-Encoding: chunked` in HTTP/1.1.
std::optional<std::string> framing_problem(const Headers& headers, bool http_1_1);

struct HeadOptions {
    bool keep_alive = true;
    bool http_1_0 = false;  // such a client must be told that the connection stays
};
// Status line and fields up to the blank line. Connection, Content-Length and Transfer-Encoding set by handlers are
// replaced by the true ones.
std::string response_head(const Response& response, HeadOptions options);
bool status_has_body(int status);  // not 1xx, 204, 304

struct Origin {
    std::string address;
    bool secure = false;
};

class Proxies {
  public:
    explicit Proxies(const std::vector<std::string>& trusted);  // std::invalid_argument for what is no network
    Origin origin(const std::string& peer, const Headers& headers) const;

  private:
    bool trusts(const boost::asio::ip::address& address) const;

    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace web
