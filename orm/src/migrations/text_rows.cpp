#include "migrations/text_rows.hpp"

#include <array>

#include "orm/errors.hpp"

namespace orm::migrations {

namespace {

constexpr std::size_t max_columns = 64;
using Cell = std::optional<std::string>;
using Cells = std::array<Cell, max_columns>;
constexpr TypeInfo text_info{.kind = Kind::text};
constexpr NullableInfo nullable_text{[](void* cell) -> void* { return &static_cast<Cell*>(cell)->emplace(); },
                                     [](const void* cell) -> const void* {
                                         const auto& value = *static_cast<const Cell*>(cell);
                                         return value ? &*value : nullptr;
                                     },
                                     [](void* cell) { static_cast<Cell*>(cell)->reset(); }};

std::vector<Param> bound(const std::vector<Cell>& values) {
    std::vector<Param> params;
    for (const Cell& value : values) params.push_back({&text_info, value ? &*value : nullptr});
    return params;
}

struct Collector {
    std::size_t columns;
    std::vector<TextRow> rows;
    Cells cells;
};

}  // namespace

std::vector<TextRow> text_rows(Connection& connection, std::string sql, std::size_t columns,
                               const std::vector<Cell>& params) {
    if (columns == 0 || columns > max_columns) throw UsageError("text_rows reads 1 to 64 columns");
    RowPlan plan;
    plan.groups.push_back({.offset = 0, .columns = static_cast<std::uint16_t>(columns)});
    for (std::size_t i = 0; i < columns; ++i)
        plan.columns.push_back({static_cast<std::uint32_t>(i * sizeof(Cell)), &text_info, &nullable_text, "value"});
    Collector collector{columns, {}, {}};
    RowSink sink;
    sink.plan = &plan;
    sink.context = &collector;
    sink.next = [](void* context) -> void* {
        auto& self = *static_cast<Collector*>(context);
        for (std::size_t i = 0; i < self.columns; ++i) self.cells[i].reset();
        return self.cells.data();
    };
    sink.done = [](void* context) {
        auto& self = *static_cast<Collector*>(context);
        self.rows.emplace_back(self.cells.begin(), self.cells.begin() + static_cast<std::ptrdiff_t>(self.columns));
        return true;
    };
    Statement statement{.text = std::move(sql), .id = 0, .transient = true};
    connection.run(statement, bound(params), &sink);
    return std::move(collector.rows);
}

std::optional<std::string> text_value(Connection& connection, std::string sql, const std::vector<Cell>& params) {
    auto rows = text_rows(connection, std::move(sql), 1, params);
    return rows.empty() ? std::nullopt : rows.front().front();
}

std::uint64_t text_run(Connection& connection, std::string sql, const std::vector<Cell>& params) {
    Statement statement{.text = std::move(sql), .id = 0, .transient = true};
    return connection.run(statement, bound(params), nullptr);
}

}  // namespace orm::migrations
