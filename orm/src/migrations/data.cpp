#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "migrations/shape.hpp"
#include "migrations/text_rows.hpp"
#include "orm/migration_data.hpp"

namespace orm::migrations {

const std::optional<std::string>& Row::get(std::string_view column) const {
    auto found = std::ranges::find(*columns_, column);
    if (found == columns_->end())
        throw UsageError(fmt::format("the column {} was not asked for in Data::each", column));
    return values_[static_cast<std::size_t>(found - columns_->begin())];
}

std::int64_t Row::number(std::string_view column) const {
    const auto& value = get(column);
    std::int64_t result = 0;
    if (!value) throw UsageError(fmt::format("the column {} is NULL", column));
    auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), result);
    if (error != std::errc() || end != value->data() + value->size())
        throw UsageError(fmt::format("the column {} holds no whole number", column));
    return result;
}

bool Row::flag(std::string_view column) const {
    const auto& value = get(column);
    return value && (*value == "1" || *value == "true" || *value == "t");
}

const schema::Model& Data::model(std::string_view label) const {
    auto found = state_.models.find(label);
    if (found == state_.models.end())
        throw MigrationError(fmt::format("the model {} does not exist at this point of the migrations", label));
    return found->second;
}

std::string Data::value_sql(const schema::Model& model, const std::string& column, std::size_t parameter) const {
    if (dialect() == Dialect::sqlite) {
        auto field = std::ranges::find(model.fields, column, &schema::Field::column);
        if (field != model.fields.end() && field->type == schema::Type::boolean)
            return fmt::format("CASE ?{0} WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE ?{0} END", parameter);
        return fmt::format("?{}", parameter);
    }
    std::string& type = types_[model.label() + "." + column];
    if (type.empty()) {
        const TableShape shape = shapes_of(state_, Dialect::postgres).at(model.label());
        const ColumnShape* found = shape.column(column);
        if (!found)
            throw MigrationError(
                fmt::format("{} has no column {} at this point of the migrations", model.label(), column));
        type = found->type;
    }
    return fmt::format("CAST(CAST(${} AS text) AS {})", parameter, type);
}

std::string Data::key_sql(const schema::Model& model, std::size_t parameter) const {
    const schema::Field& key = model.primary_key();
    const bool number = key.type != schema::Type::varchar && key.type != schema::Type::text;
    return dialect() == Dialect::sqlite && number ? fmt::format("CAST(?{} AS integer)", parameter)
                                                  : value_sql(model, key.column, parameter);
}

std::uint64_t Data::count(std::string_view label) {
    auto value =
        text_value(connection_, fmt::format("SELECT CAST(count(*) AS text) FROM {}", quote(model(label).table)));
    return value ? std::stoull(*value) : 0;
}

std::uint64_t Data::each(std::string_view label, const std::vector<std::string>& columns,
                         const std::function<void(Row&)>& change) {
    const schema::Model& owner = model(label);
    const std::string& key = owner.primary_key().column;
    std::string list = fmt::format("CAST({} AS text)", quote(key));
    for (const std::string& column : columns) list += fmt::format(", CAST({} AS text)", quote(column));
    const std::string after = key_sql(owner, 1);
    const auto behind = [&](const std::optional<std::string>& start) {
        return start ? fmt::format(" WHERE {} > {}", quote(key), after) : std::string();
    };
    const auto bound = [](const std::optional<std::string>& start) { return start ? TextRow{start} : TextRow{}; };
    std::optional<std::string> last = checkpoint_ ? checkpoint_->after : std::nullopt;
    auto left = text_value(connection_,
                           fmt::format("SELECT CAST(count(*) AS text) FROM {}{}", quote(owner.table), behind(last)),
                           bound(last));
    std::uint64_t total = left ? std::stoull(*left) : 0, rows = 0;
    std::size_t taken = 0;
    // Others may write between two batches, so a batch of its own transaction keeps its rows from them meanwhile.
    const char* keep = checkpoint_ && dialect() == Dialect::postgres ? " FOR NO KEY UPDATE" : "";
    const auto one_batch = [&]() -> std::optional<std::string> {
        auto batch = text_rows(connection_,
                               // With the table's name: the key alone would mean the text that is selected.
                               fmt::format("SELECT {0} FROM {1}{2} ORDER BY {1}.{3} LIMIT {4}{5}", list,
                                           quote(owner.table), behind(last), quote(key), batch_, keep),
                               columns.size() + 1, bound(last));
        std::optional<std::string> end = last;
        for (TextRow& values : batch) {
            Row row;
            row.columns_ = &columns;
            end = values.front();
            row.values_.assign(std::make_move_iterator(values.begin() + 1), std::make_move_iterator(values.end()));
            change(row);
            if (row.changes_.empty()) continue;
            TextRow params{end};
            std::vector<std::string> assignments;
            for (const auto& [column, value] : row.changes_) {
                params.push_back(value);
                assignments.push_back(quote(column) + " = " + value_sql(owner, column, params.size()));
            }
            text_run(connection_,
                     fmt::format("UPDATE {} SET {} WHERE {} = {}", quote(owner.table), fmt::join(assignments, ", "),
                                 quote(key), after),
                     params);
        }
        taken = batch.size();
        return end;
    };
    for (;;) {
        std::optional<std::string> end;
        if (checkpoint_)
            checkpoint_->batch([&] { return end = one_batch(); });
        else
            end = one_batch();
        last = end;
        rows += taken;
        if (done_ && taken > 0) done_(std::string(label), rows, std::max(rows, total));
        if (taken < batch_) return rows;
    }
}

Operation run_each(std::string label, std::vector<std::string> columns, RowFunction change, RowFunction back,
                   std::string description) {
    const auto over_rows = [&](RowFunction function) -> DataFunction {
        if (!function) return nullptr;
        return [label, columns, function = std::move(function)](Data& data) { data.each(label, columns, function); };
    };
    if (description.empty()) description = "Change the rows of " + label;
    DataFunction forward = over_rows(std::move(change)), reverse = over_rows(std::move(back));
    return Run{std::move(forward), std::move(reverse), std::move(description), std::move(label)};
}

void Data::insert(std::string_view label, const std::map<std::string, std::optional<std::string>>& values) {
    const schema::Model& owner = model(label);
    TextRow params;
    std::vector<std::string> columns, expressions;
    for (const auto& [column, value] : values) {
        params.push_back(value);
        columns.push_back(column);
        expressions.push_back(value_sql(owner, column, params.size()));
    }
    text_run(connection_,
             fmt::format("INSERT INTO {} ({}) VALUES ({})", quote(owner.table), quote_list(columns),
                         fmt::join(expressions, ", ")),
             params);
}

std::uint64_t Data::execute(std::string sql, const std::vector<std::optional<std::string>>& params) {
    return text_run(connection_, std::move(sql), params);
}

std::uint64_t Data::fill(std::string_view label, const std::string& column, const std::string& expression) {
    const schema::Model& owner = model(label);
    const std::string key = quote(owner.primary_key().column), table = quote(owner.table), target = quote(column);
    const auto missing = [&] {
        return std::stoull(text_value(connection_, fmt::format("SELECT CAST(count(*) AS text) FROM {} WHERE {} IS NULL",
                                                               table, target))
                               .value_or("0"));
    };
    std::uint64_t rows = 0;
    // Again from the start as long as that helps: others may have written rows behind the last batch meanwhile, and an
    // expression may be NULL for some.
    std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
    for (std::uint64_t left = missing(); left > 0 && left < before; before = left, left = missing()) {
        const std::uint64_t total = rows + left;
        // Each batch begins behind the last one's end, and does not look through what is filled already.
        std::optional<std::string> last;
        for (;;) {
            const std::string behind = last ? fmt::format(" AND {} > {}", key, key_sql(owner, 1)) : std::string();
            const TextRow start = last ? TextRow{last} : TextRow{};
            const auto end = text_value(
                connection_,
                fmt::format("SELECT CAST(max(k) AS text) FROM (SELECT {0} AS k FROM {1} WHERE {2} IS NULL{3} ORDER BY "
                            "{0} LIMIT {4}) AS batch",
                            key, table, target, behind, batch_),
                start);
            if (!end) break;
            TextRow range = start;
            range.push_back(end);
            rows += text_run(connection_,
                             fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL{} AND {} <= {}", table, target,
                                         expression, target, behind, key, key_sql(owner, range.size())),
                             range);
            last = end;
            if (done_) done_(std::string(label), rows, std::max(rows, total));
        }
    }
    return rows;
}

}  // namespace orm::migrations
