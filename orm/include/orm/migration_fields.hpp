/// How a migration file spells columns, indexes and constraints. Values, not types: a migration must not depend on
/// today's structs.
///
///     varchar("title", 200)
///     integer("min_age").default_to(18)
///     foreign_key("venue", "crush_lu.venue").null().on_delete(set_null).related_name("events")
///     index("event_published_idx", {"event_date", "-is_published"}).where("\"is_published\"")
///     check("event_age_range", "\"min_age\" <= \"max_age\"")
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/schema.hpp"

namespace orm::migrations {

using schema::Type;

inline constexpr OnDelete cascade = OnDelete::cascade;
inline constexpr OnDelete set_null = OnDelete::set_null;
inline constexpr OnDelete protect = OnDelete::protect;
inline constexpr OnDelete do_nothing = OnDelete::do_nothing;

/// `text` as a portable SQL string literal: quotes doubled.
std::string literal(std::string_view text);

/// A column being described; converts to schema::Field.
class Column {
  public:
    Column(std::string name, Type type) {
        field_.column = name;
        field_.name = std::move(name);
        field_.type = type;
    }
    operator schema::Field() const { return field_; }

    Column& null() { return field_.null = true, *this; }
    Column& unique() { return field_.unique = true, *this; }
    Column& primary_key() { return field_.primary_key = true, *this; }
    Column& indexed() { return field_.index = true, *this; }
    Column& auto_now() { return field_.auto_now = true, *this; }
    Column& auto_now_add() { return field_.auto_now_add = true, *this; }
    Column& column(std::string name) { return field_.column = std::move(name), *this; }
    Column& choices(std::vector<schema::Choice> list) { return field_.choices = std::move(list), *this; }
    Column& related_name(std::string name) { return field_.related_name = std::move(name), *this; }
    Column& on_delete(OnDelete rule) { return field_.on_delete = rule, *this; }
    /// What existing rows get; the database keeps no default (like Django).
    template <class Value>
    requires std::integral<Value> Column& default_to(Value value) {
        if constexpr (std::same_as<Value, bool>)
            return default_sql(value ? "TRUE" : "FALSE");
        else
            return default_sql(std::to_string(value));
    }
    Column& default_to(std::string_view text) { return default_sql(literal(text)); }
    Column& default_to(const char* text) { return default_sql(literal(text)); }
    /// The default as a portable SQL literal: `1.50`, `'[]'`, `NULL`.
    Column& default_sql(std::string sql) { return field_.default_value = std::move(sql), *this; }

  private:
    friend Column varchar(std::string, int);
    friend Column decimal(std::string, int, int);
    friend Column array(std::string, Type, int);
    friend Column foreign_key(std::string, std::string);
    friend Column one_to_one(std::string, std::string);
    schema::Field field_;
};

/// The generated primary key: bigint identity.
inline Column id(std::string name = "id") {
    return Column(std::move(name), Type::identity64).primary_key();
}
/// Django's AutoField: integer identity (auth_user.id).
inline Column id32(std::string name = "id") {
    return Column(std::move(name), Type::identity32).primary_key();
}
inline Column varchar(std::string name, int max_length) {
    Column column(std::move(name), Type::varchar);
    column.field_.max_length = max_length;
    return column;
}
inline Column text(std::string name) {
    return {std::move(name), Type::text};
}
inline Column smallint(std::string name) {
    return {std::move(name), Type::smallint};
}
inline Column integer(std::string name) {
    return {std::move(name), Type::integer};
}
inline Column bigint(std::string name) {
    return {std::move(name), Type::bigint};
}
inline Column boolean(std::string name) {
    return {std::move(name), Type::boolean};
}
inline Column double_(std::string name) {
    return {std::move(name), Type::double_};
}
inline Column decimal(std::string name, int digits, int scale) {
    Column column(std::move(name), Type::decimal);
    column.field_.digits = digits;
    column.field_.scale = scale;
    return column;
}
inline Column timestamp(std::string name) {
    return {std::move(name), Type::timestamp};
}
inline Column date(std::string name) {
    return {std::move(name), Type::date};
}
inline Column json(std::string name) {
    return {std::move(name), Type::json};
}
/// `element` is varchar (with `max_length`), text, integer, …
inline Column array(std::string name, Type element, int max_length = 0) {
    Column column(std::move(name), Type::array);
    column.field_.element = element;
    column.field_.max_length = max_length;
    return column;
}
/// Column `<name>_id` of the type of the key it names; `to` is a label: "crush_lu.venue".
inline Column foreign_key(std::string name, std::string to) {
    Column column(name, Type::foreign_key);
    column.field_.column = name + "_id";
    column.field_.to = std::move(to);
    return column;
}
inline Column one_to_one(std::string name, std::string to) {
    Column column = foreign_key(std::move(name), std::move(to));
    column.field_.one_to_one = true;
    return column;
}

/// A join table being described. Table and columns are Django's unless said otherwise.
class Join {
  public:
    Join(std::string name, std::string to) {
        join_.name = std::move(name);
        join_.to = std::move(to);
    }
    operator schema::ManyToMany() const { return join_; }
    Join& related_name(std::string name) { return join_.related_name = std::move(name), *this; }
    Join& table(std::string name) { return join_.table = std::move(name), *this; }
    Join& columns(std::string from, std::string to) {
        join_.from_column = std::move(from);
        join_.to_column = std::move(to);
        return *this;
    }

  private:
    schema::ManyToMany join_;
};
inline Join many_to_many(std::string name, std::string to) {
    return {std::move(name), std::move(to)};
}

/// An index being described. A part "-event_date" sorts descending; a part in parentheses is an expression:
/// `(LOWER("email"))`.
class IndexOf {
  public:
    IndexOf(std::string name, std::initializer_list<std::string> parts) {
        index_.name = std::move(name);
        for (const std::string& part : parts) add(part);
    }
    operator schema::Index() const { return index_; }
    IndexOf& unique() { return index_.unique = true, *this; }
    /// A partial index: only the rows for which this portable SQL holds.
    IndexOf& where(std::string condition) { return index_.condition = std::move(condition), *this; }
    /// PostgreSQL: gin, gist, brin, hash; such an index exists there only.
    IndexOf& method(std::string name) { return index_.method = std::move(name), *this; }
    /// Columns carried along so that a query need not visit the table (PostgreSQL).
    IndexOf& include(std::vector<std::string> columns) { return index_.include = std::move(columns), *this; }

  private:
    void add(const std::string& part);
    schema::Index index_;
};
inline IndexOf index(std::string name, std::initializer_list<std::string> parts) {
    return {std::move(name), parts};
}

/// These columns together are unique (Django's unique_together).
inline schema::Constraint unique(std::string name, std::vector<std::string> columns) {
    return {schema::Constraint::Kind::unique, std::move(name), std::move(columns), {}};
}
/// `condition` is portable SQL that every row fulfils (or that is NULL for it).
inline schema::Constraint check(std::string name, std::string condition) {
    return {schema::Constraint::Kind::check, std::move(name), {}, std::move(condition)};
}

}  // namespace orm::migrations
