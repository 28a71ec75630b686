// expect: on_conflict<...> and update<...> name fields of the object.s model
// expect: Registration::notes
#include "../core/models.hpp"

using namespace shop;
using orm::f;
using E = Event;
using R = Registration;
[[maybe_unused]] orm::Database& db();
template <class T>
void use(const T&) {}

#ifdef FIXED
void q(Session& s) {
    db().upsert(s, orm::on_conflict<&Session::session_key>.update<&Session::session_data>());
}
#else
void q(Session& s) {
    db().upsert(s, orm::on_conflict<&Session::session_key>.update<&R::notes>());
}
#endif
