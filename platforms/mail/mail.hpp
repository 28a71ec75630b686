/// Mail as a part of what causes it: queued in the same transaction, sent by a worker after the commit, in the
/// recipient's language, at most once per cause (domain.md 3.11).
///
///     mail::queue(tx, {.template_name = "crush_lu.registered", .to = user, .about = registration.id,
///                      .key = "registered:12"});
///
/// A platform says once what its letters say:
///
///     letters.sender("crush_lu", {"Crush.lu", "noreply@crush.lu", "https://crush.lu"});
///     letters.add("crush_lu.registered", [](orm::Executor& db, const mail::Recipient& to) ->
///     std::optional<mail::Letter> {
///         ...                                     // nothing: not worth sending any more
///     });
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "accounts/models.hpp"
#include "mail/letter.hpp"
#include "mail/transport.hpp"
#include "orm/outbox.hpp"
#include "orm/worker.hpp"

namespace mail {

/// The key of what a letter is about, whatever its model.
struct About {
    std::int64_t key = 0;
    About() = default;
    About(std::int64_t value) : key(value) {}
    template <class Model>
    About(orm::Id<Model> id) : key(id.value) {}
};

struct Notice {
    std::string template_name;  ///< "crush_lu.registered"; the part before the dot names the sender
    orm::Id<auth::User> to{};   ///< the member; or:
    std::string address{};      ///< somebody without an account
    std::string language{};     ///< of an address; a member's is stored (LANG-4)
    bool to_team = false;       ///< or: whoever runs the platform, at the sender's `team` address
    About about{};
    orm::Json details = orm::Json::object();  ///< what will not stand in the database any more when it is sent
    std::string key{};  ///< one cause, one letter, within the template; empty: as often as it is queued
    std::optional<orm::Timestamp> not_before{};  ///< when it is written, so that more can be told at once
};

/// False when the letter of this cause was queued before. Throws UsageError for a notice without a recipient.
bool queue(orm::Transaction& tx, const Notice& notice);

/// To whom a letter goes, when it is written: at sending time, with tr() in that person's language.
struct Recipient {
    std::optional<auth::User> user{};  ///< nothing: an address without account
    std::string address{};
    std::string language = "en";
    std::int64_t about = 0;
    orm::Json details{};
    orm::Timestamp now{};

    std::string detail(std::string_view name) const;   ///< empty where there is none
    std::int64_t number(std::string_view name) const;  ///< 0 where there is none
};

/// What can be written, and in whose name.
class Letters {
  public:
    using Write = std::function<std::optional<Letter>(orm::Executor&, const Recipient&)>;
    void sender(std::string platform, Sender sender);
    /// Throws std::logic_error for a name that is taken, or whose platform has no sender.
    void add(const std::string& template_name, Write write);

    const Sender* sender_of(std::string_view template_name) const;
    const std::map<std::string, Write, std::less<>>& all() const { return letters_; }

  private:
    std::map<std::string, Sender, std::less<>> senders_;
    std::map<std::string, Write, std::less<>> letters_;
};

inline constexpr std::string_view job_kind = "mail";

/// Has `worker` write and send what was queued; all three live as long as it.
void deliver(orm::Worker& worker, const Letters& letters, Transport& transport);

}  // namespace mail
