/// The schema as plain values: what the models say, what the migrations build and what a live database holds, all in
/// the same form, so that they can be compared. Names and types are Django's.
///
///     orm::schema::State state = orm::schema::state_of<auth::User, crush_lu::MeetupEvent>();
///     state.models.at("crush_lu.meetupevent").fields.front().column;     // "id"
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/types.hpp"

namespace orm::schema {

/// Column types, named after what PostgreSQL calls them; the SQLite ones are those that Django uses there.
enum class Type : std::uint8_t {
    identity32,  ///< integer identity (Django AutoField): auth_user.id
    identity64,  ///< bigint identity (Django BigAutoField)
    smallint,
    integer,
    bigint,
    boolean,
    double_,
    decimal,  ///< numeric(digits, scale)
    varchar,  ///< varchar(max_length)
    text,
    timestamp,  ///< timestamp with time zone
    date,
    json,         ///< jsonb
    array,        ///< element[]: varchar(max_length)[] and so on
    foreign_key,  ///< the type of the key it names
};

struct Choice {
    std::string value;
    std::string label;
    bool operator==(const Choice&) const = default;
};

struct Field {
    std::string name;    ///< the member: "event"
    std::string column;  ///< "event_id"
    Type type = Type::text;
    int max_length = 0;         ///< varchar, and arrays of it
    int digits = 0, scale = 0;  ///< decimal
    Type element = Type::text;  ///< array
    bool null = false;
    bool primary_key = false;
    bool unique = false;
    bool index = false;         ///< an index of its own (Django's db_index); foreign keys always have one
    bool auto_now_add = false;  ///< set to the current time when the row is inserted
    bool auto_now = false;      ///< set to the current time whenever the row is saved
    std::vector<Choice> choices;
    std::optional<std::string>
        default_value;  ///< what existing rows get, as a portable SQL literal: 'x', 18, TRUE, NULL
    // foreign_key only:
    std::string to;  ///< label of the model it names: "auth.user"
    bool one_to_one = false;
    OnDelete on_delete = OnDelete::cascade;
    std::string related_name;
    bool operator==(const Field&) const = default;
};

/// One column of an index, or an expression.
struct IndexPart {
    std::string column;      ///< column name; empty when `expression` is set
    std::string expression;  ///< portable SQL: LOWER("email")
    bool descending = false;
    bool operator==(const IndexPart&) const = default;
};

struct Index {
    std::string name;
    std::vector<IndexPart> parts;
    std::string condition;  ///< partial index: portable SQL, empty = all rows
    bool unique = false;
    std::string method = "btree";      ///< PostgreSQL: btree, gin, …; anything but btree exists on PostgreSQL only
    std::vector<std::string> include;  ///< covering columns (PostgreSQL)
    bool operator==(const Index&) const = default;
};

/// unique: columns (a unique constraint like Django's unique_together). check: a condition in portable SQL.
struct Constraint {
    enum class Kind : std::uint8_t { unique, check } kind = Kind::unique;
    std::string name;
    std::vector<std::string> columns;
    std::string condition;
    bool operator==(const Constraint&) const = default;
};

/// The columns of a join table, by the names of the models at its sides: `<model>_id` and `<target>_id`, or `from_…`
/// and `to_…` where these names are one: of a model and itself, and as Django has it of namesakes in two apps, too.
struct JoinColumns {
    std::string from, to;
};
JoinColumns join_columns(std::string_view model, std::string_view target);

/// A join table `<table>_<name>` with id and its join_columns, both unique together.
struct ManyToMany {
    std::string name;
    std::string to;  ///< label
    std::string table;
    std::string from_column, to_column;
    std::string related_name;
    bool operator==(const ManyToMany&) const = default;
};

struct Ordering {
    std::string field;
    bool descending = false;
    bool operator==(const Ordering&) const = default;
};

struct Model {
    std::string app;            ///< "crush_lu"
    std::string name;           ///< lower case: "meetupevent"
    std::string class_name;     ///< "MeetupEvent"
    std::string table;          ///< "crush_lu_meetupevent"
    std::vector<Field> fields;  ///< in column order
    std::vector<ManyToMany> many_to_many;
    std::vector<Index> indexes;
    std::vector<Constraint> constraints;
    std::vector<Ordering> ordering;
    bool operator==(const Model&) const = default;

    std::string label() const { return app + "." + name; }
    const Field* find(std::string_view field_name) const;
    const Field& primary_key() const;
};

/// All models by label.
struct State {
    std::map<std::string, Model, std::less<>> models;
    bool operator==(const State&) const = default;
};

/// Django's generated names, so that an existing Django database is found to be the same:
/// `names_digest` is the first `length` hex digits of an MD5 over the parts.
std::string names_digest(const std::vector<std::string>& parts, int length);
/// models.Index without a name: table[:11]_column[:7]_digest6_idx
std::string index_name(const std::string& table, const std::vector<std::string>& columns,
                       std::string_view suffix = "idx");
/// The schema editor's names (unique_together, foreign keys, single-column indexes): table_columns_digest8suffix
std::string constraint_name(const std::string& table, const std::vector<std::string>& columns, std::string_view suffix);
/// The same with the database's limit for names: PostgreSQL 63 (the default above), SQLite 200.
std::string constraint_name(const std::string& table, const std::vector<std::string>& columns, std::string_view suffix,
                            std::size_t max_length);

}  // namespace orm::schema
