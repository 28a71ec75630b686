// expect: on_conflict<...> and update<...> name fields of the object.s model
// expect: Registration::notes
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
void q(Session& s) {
    db().upsert(s, orm::on_conflict<&Session::session_key>.update<&Session::session_data>());
}
#else
void q(Session& s) {
    db().upsert(s, orm::on_conflict<&Session::session_key>.update<&R::notes>());
}
#endif
