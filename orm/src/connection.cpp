#include <atomic>

#include "orm/driver.hpp"

namespace orm {

std::uint32_t Statement::next_id() {
    static std::atomic<std::uint32_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed);
}

std::unique_ptr<Connection> connect(const DatabaseUrl& url) {
    return url.dialect == Dialect::sqlite ? sqlite::connect(url) : postgres::connect(url);
}

}  // namespace orm
