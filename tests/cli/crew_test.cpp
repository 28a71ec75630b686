// The worker command's two workers.
#include "crew.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "database.hpp"

namespace cli_tests {
namespace {

using namespace std::chrono_literals;
using orm::f;
using Job = orm::outbox::StoredJob;

/// Takes connections, as the system does for a program that has stopped looking, and never says a word.
class SilentListener {
  public:
    SilentListener() {
        socklen_t size = sizeof address_;
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* address = reinterpret_cast<sockaddr*>(&address_);
        if (bind(socket_, address, size) != 0 || listen(socket_, 8) != 0 || getsockname(socket_, address, &size) != 0)
            throw std::runtime_error("no socket to listen on");
    }
    ~SilentListener() { close(); }
    SilentListener(const SilentListener&) = delete;
    SilentListener& operator=(const SilentListener&) = delete;
    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

  private:
    int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address_{};
};

class TheCrew : public testing::TestWithParam<orm::Dialect> {};

TEST_P(TheCrew, SweepsWhileAMailServerSaysNothing) {
    const auto database = TestDatabase::make(GetParam());
    ASSERT_TRUE(database) << "run this through tests/support/with-postgres";
    orm::Database& db = database->db();
    SilentListener server;
    const auto transport = mail::make_transport({.url = server.url(), .starttls = "off"});
    mail::Letters letters;
    letters.sender("shop", {"Shop", "noreply@shop.lu", "https://shop.lu"});
    letters.add("shop.hello", [](orm::Executor&, const mail::Recipient&) -> std::optional<mail::Letter> {
        mail::Letter letter{"Hello"};
        letter.say("you");
        return letter;
    });
    db.atomic([&](orm::Transaction& tx) {
        for (int i = 0; i < 3; ++i) mail::queue(tx, {.template_name = "shop.hello", .address = "guest@example.lu"});
    });
    cli::Crew crew(db, letters, *transport, "media", {});
    std::jthread running([&] { crew.run(); });
    const auto sending =
        orm::select<Job> | orm::filter(f<&Job::kind> == "mail" && f<&Job::leased_until> != std::nullopt);
    const auto swept = orm::select<Job> |
                       orm::filter(f<&Job::kind> == "vinsdelux.sweep_holds" && f<&Job::finished_at> != std::nullopt);
    const auto deadline = std::chrono::steady_clock::now() + 20s;  // a letter's own is 30 s
    while (!(db.exists(sending) && db.exists(swept)) && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_TRUE(db.exists(sending));
    EXPECT_TRUE(db.exists(swept));
    crew.stop();
    server.close();  // the letter under way fails now, and waits
    running.join();
    EXPECT_EQ(db.count(orm::select<Job> | orm::filter(f<&Job::kind> == "mail" && f<&Job::state> == Job::State::queued)),
              3);
}

INSTANTIATE_TEST_SUITE_P(, TheCrew, testing::Values(orm::Dialect::sqlite, orm::Dialect::postgres),
                         [](const auto& info) { return info.param == orm::Dialect::sqlite ? "sqlite" : "postgres"; });

}  // namespace
}  // namespace cli_tests
