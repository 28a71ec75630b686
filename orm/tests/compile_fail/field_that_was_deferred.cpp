// expect: orm::defer left this field out of the row
// expect: Event::title
#include "../core/models.hpp"
#include "case.hpp"

void loop() {
    for (const auto& row : db().all(orm::select<E> | orm::defer<&E::title>)) {
#ifdef FIXED
        use(row[f<&E::fee>]);
#else
        use(row[f<&E::title>]);
#endif
    }
}
