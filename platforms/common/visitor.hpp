/// Who sends this request, as far as pages need to know. Loaded when it is first asked for.
///
///     const platform::Visitor* visitor = platform::visitor(request);          // null: nobody is logged in
///     const platform::Visitor& visitor = platform::require_login(request);    // throws LoginNeeded
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "web/request.hpp"

namespace platform {

struct Visitor {
    std::int64_t user_id = 0;
    std::string name;   ///< what to call them: the first name, else the username
    std::string email;  ///< their own; not for others' eyes
    bool is_staff = false;
};

/// In the request's context, put there by auth's middleware.
class CurrentVisitor {
  public:
    explicit CurrentVisitor(std::function<std::optional<Visitor>()> load) : load_(std::move(load)) {}
    const Visitor* get();
    /// Without asking the database: for error pages.
    const Visitor* known() const { return visitor_ ? &*visitor_ : nullptr; }
    /// After a login or logout within this request.
    void forget() { asked_ = false, visitor_.reset(); }

  private:
    std::function<std::optional<Visitor>()> load_;
    std::optional<Visitor> visitor_;
    bool asked_ = false;
};

const Visitor* visitor(web::Request& request);

/// Becomes a redirect to the host's log-in page with ?next=, or 401 on API paths; see auth::make_site.
struct LoginNeeded {};
const Visitor& require_login(web::Request& request);

}  // namespace platform
