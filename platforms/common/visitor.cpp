#include "common/visitor.hpp"

namespace platform {

const Visitor* CurrentVisitor::get() {
    if (!asked_) {
        visitor_ = load_();
        asked_ = true;
    }
    return known();
}

const Visitor* visitor(web::Request& request) {
    CurrentVisitor* current = request.find<CurrentVisitor>();
    return current != nullptr ? current->get() : nullptr;
}

const Visitor& require_login(web::Request& request) {
    if (const Visitor* found = visitor(request)) return *found;
    throw LoginNeeded{};
}

}  // namespace platform
