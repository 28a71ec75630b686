/// A real SMTP server of its own (smtp_server.py) while it lives: on the loopback address, stopped by its process id.
///
///     SmtpServer server(folder);
///     auto transport = mail::make_transport({.url = server.url(), .starttls = "off"});
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace mail::test {

class SmtpServer {
  public:
    /// `port` 0: a free one. With a login it insists on STARTTLS and on that login.
    explicit SmtpServer(const std::filesystem::path& folder, int port = 0, const std::string& user = "",
                        const std::string& password = "");
    ~SmtpServer() { stop(); }
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;
    void stop();
    int port() const { return port_; }
    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

  private:
    pid_t process_ = 0;
    int port_ = 0;
};

}  // namespace mail::test
