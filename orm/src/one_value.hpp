// One value from a connection, below the executor.
#pragma once

#include <span>
#include <tuple>
#include <vector>

#include "orm/plan.hpp"

namespace orm {

/// The only column of the only row.
template <class T>
T one_value(Connection& connection, const Statement& statement, std::span<const Param> params = {}) {
    using Row = std::tuple<T>;  // not T itself: a vector<bool> has no addresses
    static const RowPlan plan = detail::raw_plan<Row>();
    std::vector<Row> rows;
    const detail::Sink<Row> sink(rows, plan);
    connection.run(statement, params, &sink.into());
    return std::get<0>(std::move(rows.at(0)));
}

}  // namespace orm
