#include "accounts/session_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "accounts/queries.hpp"

namespace auth {

std::optional<boost::json::object> SessionTable::load(const std::string& key) {
    const auto row = db_.first(orm::select<Session> | live_session(key, orm::utc_now()));
    if (!row) return std::nullopt;
    // Anything but an object, such as a session that Django signed, counts as no session.
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(std::string_view(row->session_data), error);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

bool SessionTable::save(const std::string& key, const boost::json::object& data, Time expires, bool create) {
    Session row;
    row.session_key = key;
    row.session_data = boost::json::serialize(data);
    row.expire_date = std::chrono::floor<std::chrono::microseconds>(expires);
    if (create) return db_.insert_or_ignore<&Session::session_key>(row);
    return db_.update(orm::select<Session> | orm::filter(orm::f<&Session::session_key> == key),
                      orm::set<&Session::session_data> = std::string(row.session_data),
                      orm::set<&Session::expire_date> = row.expire_date) > 0;
}

void SessionTable::destroy(const std::string& key) {
    db_.erase(orm::select<Session> | orm::filter(orm::f<&Session::session_key> == key));
}

}  // namespace auth
