#include "mail/mail.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "accounts/language.hpp"
#include "common/text.hpp"

namespace mail {

namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}
std::int64_t number_of(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

json::object object_of(const orm::Json& document) {
    json::value value = json::parse(document.text);
    return value.is_object() ? std::move(value.get_object()) : json::object();
}

/// A name may be older than the rule that refuses control characters in it, and no reason for no letter.
std::string one_line(std::string name) {
    for (char& c : name)
        if (static_cast<unsigned char>(c) < 32 || c == 127) c = ' ';
    return name;
}

/// Nothing when there is nobody left to write to: deleted, or deactivated since.
std::optional<Recipient> find_recipient(orm::RunningJob& job, const json::object& payload, const Sender& sender) {
    Recipient to;
    to.about = number_of(payload, "about");
    to.now = job.now();
    if (const json::value* details = payload.if_contains("details")) to.details = orm::Json(json::serialize(*details));
    if (payload.contains("team")) {
        if (sender.team.empty()) return std::nullopt;
        to.address = sender.team;
    } else if (const std::int64_t id = number_of(payload, "to"); id != 0) {
        to.user = job.db().find(orm::Id<auth::User>(id));
        if (!to.user || !to.user->is_active || to.user->email.empty()) return std::nullopt;
        to.address = to.user->email;
        to.language = auth::language_of(job.db(), to.user->id);
    } else {
        to.address = text_of(payload, "address");
        if (const std::string language = text_of(payload, "language"); !language.empty()) to.language = language;
    }
    return to;
}

void send(orm::RunningJob& job, const Letters& letters, Transport& transport) {
    const json::object payload = json::parse(job.payload().text).as_object();
    const std::string name = text_of(payload, "template");
    const auto found = letters.all().find(name);
    // A program of another version may know it, so this is no reason to give up at once.
    if (found == letters.all().end()) throw std::runtime_error("no letter is called '" + name + "'");
    const Sender& sender = *letters.sender_of(name);
    const std::optional<Recipient> to = find_recipient(job, payload, sender);
    if (!to) return;
    const platform::LanguageScope language(to->language);
    const std::optional<Letter> letter = found->second(job.db(), *to);
    if (!letter) return;
    // The same for each try: a server or reader that has seen it knows it again.
    const std::string id =
        std::to_string(job.id().value) + "." + std::to_string(job.created_at().time_since_epoch().count());
    const Envelope envelope{
        .to_name = to->user ? one_line(to->user->first_name) : std::string(),
        .to_address = to->address,
        .language = to->language,
        .message_id = id + sender.address.substr(sender.address.find('@')),
        .date = std::chrono::duration_cast<std::chrono::seconds>(job.created_at().time_since_epoch()).count()};
    if (!job.still_mine()) throw std::runtime_error("its lease is over: another worker may be sending it");
    try {
        transport.send(compose(*letter, sender, envelope), id + "-" + name);
    } catch (const Refused& error) {
        throw orm::PermanentFailure(error.what());
    } catch (const std::invalid_argument& error) {
        throw orm::PermanentFailure(error.what());
    }
}

}  // namespace

bool queue(orm::Transaction& tx, const Notice& notice) {
    if (!notice.to && notice.address.empty() && !notice.to_team)
        throw orm::UsageError("a mail needs a recipient: " + notice.template_name);
    json::object payload{{"template", notice.template_name}};
    if (notice.to) payload["to"] = notice.to.value;
    if (!notice.address.empty()) payload["address"] = notice.address;
    if (notice.to_team) payload["team"] = true;
    if (!notice.language.empty()) payload["language"] = notice.language;
    if (notice.about.key != 0) payload["about"] = notice.about.key;
    if (notice.details.text != "{}") payload["details"] = json::parse(notice.details.text);
    return tx.enqueue({.kind = std::string(job_kind),
                       .payload = orm::Json(json::serialize(payload)),
                       .key = notice.key.empty() ? std::string() : notice.template_name + ":" + notice.key,
                       .run_at = notice.not_before});
}

std::string Recipient::detail(std::string_view name) const {
    return text_of(object_of(details), name);
}
std::int64_t Recipient::number(std::string_view name) const {
    return number_of(object_of(details), name);
}

void Letters::sender(std::string platform, Sender sender) {
    senders_.insert_or_assign(std::move(platform), std::move(sender));
}

void Letters::add(const std::string& template_name, Write write) {
    if (sender_of(template_name) == nullptr) throw std::logic_error("letter '" + template_name + "' has no sender");
    if (!letters_.emplace(template_name, std::move(write)).second)
        throw std::logic_error("letter '" + template_name + "' was added before");
}

const Sender* Letters::sender_of(std::string_view template_name) const {
    const auto found = senders_.find(template_name.substr(0, template_name.find('.')));
    return found == senders_.end() ? nullptr : &found->second;
}

void deliver(orm::Worker& worker, const Letters& letters, Transport& transport) {
    worker.on(std::string(job_kind), [&](orm::RunningJob& job) { send(job, letters, transport); });
}

}  // namespace mail
