// expect: a duration has no text that both databases share; write it where it is read
// expect: event_date
#include "../core/models.hpp"
#include "case.hpp"

#ifdef FIXED
auto x = f<&R::created_at> - f<&R::event, &E::event_date>;
#else
auto x = orm::cast<std::string>(f<&R::created_at> - f<&R::event, &E::event_date>);
#endif
