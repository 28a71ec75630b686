/// How a message leaves: to an SMTP server, or into a folder during development.
///
///     auto transport = mail::make_transport({.url = "smtp://mail.example:587", .username = "app", .password = ...});
///     transport->send(message, "17-crush_lu.welcome");
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "mail/letter.hpp"

namespace mail {

/// The server said no for good (5xx about this recipient or message): trying again is of no use.
class Refused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// Not now: no server, no connection, a time-out, 4xx, or our own credentials or sender.
class NotNow : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct TransportOptions {
    std::string url{};  ///< smtp://host:port or smtps://host:port; empty: the folder
    std::string username{};
    std::string password{};
    std::string starttls = "required";  ///< with smtp://: "required", "optional" or "off"
    std::filesystem::path ca_file{};    ///< who vouches for the server, where the system's authorities do not
    std::chrono::seconds connect_timeout{10};
    std::chrono::seconds timeout{30};  ///< of the whole exchange; shorter than a worker's lease
    std::filesystem::path folder = "var/mail";
};

class Transport {
  public:
    virtual ~Transport() = default;
    /// Throws Refused or NotNow. `name` is the letter's own; the folder's files are called so.
    virtual void send(const Message& message, const std::string& name) = 0;
};

/// Throws std::invalid_argument that names the wrong option.
std::unique_ptr<Transport> make_transport(const TransportOptions& options);

}  // namespace mail
