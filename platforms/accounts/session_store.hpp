/// Sessions in the table django_session (SES-1, SES-2): read once per request that asks, written when they changed.
///
///     auth::SessionTable store(db);
///     site.use(web::sessions(store, {.secure = settings.secure_cookies}));
#pragma once

#include "accounts/models.hpp"
#include "web/session.hpp"

namespace auth {

class SessionTable : public web::SessionStore {
  public:
    explicit SessionTable(orm::Database& db) : db_(db) {}
    std::optional<boost::json::object> load(const std::string& key) override;
    bool save(const std::string& key, const boost::json::object& data, Time expires, bool create) override;
    void destroy(const std::string& key) override;

  private:
    orm::Database& db_;
};

}  // namespace auth
