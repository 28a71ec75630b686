// The real `entreprinder serve`, in a process of its own, and requests that never wait longer than they are told.
//
//     Serving house(url, "[monitor]\nslow_milliseconds = 0\n");
//     Answer page = house.get("/en/", "crush.localhost");
//     EXPECT_EQ(page.status, 200);
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace cli_tests {

struct Answer {
    int status = 0;  ///< 0: no answer
    std::string head, body;
    std::chrono::nanoseconds took{0};
    /// The value of a header; empty: not there.
    std::string header(const std::string& name) const;
};

class Serving {
  public:
    /// `config`: more lines of the configuration file. Returns when it accepts requests.
    explicit Serving(const std::string& url, const std::string& config = "");
    ~Serving();
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    /// A connection for each request; gives up after 20 s.
    Answer get(const std::string& target, const std::string& host = "crush.localhost",
               const std::string& headers = "") const;
    /// A folder of its own, and the program's working directory.
    const std::string& folder() const { return folder_; }
    /// What it has printed to stderr.
    std::string log() const;

  private:
    void wait_for_port();
    std::string folder_;
    pid_t pid_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace cli_tests
