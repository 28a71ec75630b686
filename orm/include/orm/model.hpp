/// A plain struct is the schema: what its types cannot say stands in one meta().
///
///     struct Industry {
///         orm::Id<Industry> id;
///         orm::Char<100> name;
///         static consteval auto meta() {
///             return orm::model<"entreprinder", "industry">(orm::ordering<&Industry::name>,
///             orm::unique<&Industry::name>);
///         }
///     };
///
/// Every model has one key: a member `orm::Id<Model> id`, or the member that orm::primary_key names.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/pack.hpp"
#include "orm/reflect.hpp"
#include "orm/schema.hpp"

namespace orm {

struct ModelInfo;

/// A column of a model: where it lies in the struct and what it is in the schema.
struct MemberInfo {
    std::string name;  ///< the member
    ColumnPlan plan;   ///< `plan.name` views `column`
    std::string column;
    const ModelInfo& (*to)() = nullptr;  ///< foreign keys: the model they name
    OnDelete on_delete = OnDelete::cascade;
    bool one_to_one = false;
    bool primary_key = false;
    bool auto_now_add = false;
    bool auto_now = false;
    bool unique = false;
    bool index = false;
    std::string related_name;
};

/// A join table: `<table of the model>_<name>` with schema::join_columns.
struct ManyToManyInfo {
    std::string name;
    const ModelInfo* from = nullptr;
    const ModelInfo& (*to)() = nullptr;
    std::string_view to_name;  ///< the target's, known without its description, which may need this one
    std::string related_name;
    std::string table;
    std::string from_column;
    std::string to_column() const;
};

/// A model at run time; one per program and model, built at its first use, never destroyed.
struct ModelInfo {
    std::string app, name, class_name, table;
    bool key32 = false;               ///< the key's column is `integer`, like Django's auth_user.id
    std::vector<MemberInfo> members;  ///< columns, in order
    std::vector<ManyToManyInfo> many_to_many;
    std::size_t primary_key = 0;             ///< index into members
    bool generated_key = false;              ///< the key is an orm::Id
    std::vector<schema::Ordering> ordering;  ///< by member name
    std::vector<schema::Index> indexes;
    std::vector<schema::Constraint> constraints;
    std::vector<schema::Field> fields;  ///< parallel to members; relations' targets are filled by schema_of()

    /// INSERT statements of this model, by database and by whether the key is given; see writing.cpp.
    mutable std::array<std::atomic<const void*>, 4> inserts{};

    ModelInfo();
    ~ModelInfo();
    const MemberInfo& key() const { return members[primary_key]; }
    const MemberInfo* find(std::string_view member) const;
    const MemberInfo& get(std::string_view member) const;  ///< throws UsageError naming model and member
    const ManyToManyInfo& get_many_to_many(std::string_view member) const;
};

/// Makes a model known to erase(), whose cascades need to know who refers to whom. Each platform registers its models
/// once.
void register_model(const ModelInfo& model);

/// The class name of the model with that table, as far as the program has described it; empty otherwise.
std::string model_of_table(std::string_view table);

/// The model as the migrations see it.
schema::Model schema_of(const ModelInfo& info);

namespace detail {

/// A string literal as a template argument.
template <std::size_t N>
struct Literal {
    char text[N]{};
    consteval Literal(const char (&value)[N]) { std::copy_n(value, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

/// What the type of a member says: a constant for each type, so that a model's description costs the compiler a table
/// and no code for each of its members.
struct MemberType {
    const TypeInfo* type = nullptr;  ///< of a column; of a foreign key that of its key
    const NullableInfo* nullable = nullptr;
    const ModelInfo& (*to)() = nullptr;       ///< of a relation: the model it names
    std::string_view (*to_name)() = nullptr;  ///< of a many-to-many
    OnDelete on_delete{};
    bool one_to_one = false;
    bool many_to_many = false;
    bool id = false;
    std::uint32_t size = 0, alignment = 1;  ///< of the member
};

/// Where the next member lies: behind `end` bytes, at its alignment (the layout of every C++ ABI for the members of an
/// aggregate).
constexpr std::uint32_t aligned(std::uint32_t end, std::uint32_t alignment) {
    return (end + alignment - 1) / alignment * alignment;
}
/// sizeof a struct of such members.
consteval std::size_t size_of_members(std::span<const MemberType* const> types) {
    std::uint32_t end = 0, alignment = 1;
    for (const MemberType* type : types) {
        end = aligned(end, type->alignment) + type->size;
        alignment = std::max(alignment, type->alignment);
    }
    return aligned(end, alignment);
}

/// A struct as tables.
struct ModelShape {
    std::string_view app, name, class_name;
    std::span<const std::string_view> names;
    std::span<const MemberType* const> types;
};

enum class Flag { auto_now_add, auto_now, primary_key, db_index };

/// Collects a model's parts; model.cpp turns them into the schema.
class ModelBuilder {
  public:
    using Names = std::initializer_list<std::string_view>;
    /// `object`: one with the defaults.
    ModelBuilder(const ModelShape& shape, const void* object);
    void add_ordering(std::string_view member, bool descending);
    void add_index(Names members, std::string_view name, std::string_view condition, bool unique,
                   std::string_view expression, std::string_view method);
    void add_unique(Names members);
    void add_check(std::string_view name, std::string_view condition);
    void set_related_name(std::string_view member, std::string_view name);
    void set_flag(Flag flag, Names members);
    void set_length(std::string_view member, int length);
    void set_key32() { info_.key32 = true; }
    void set_table(std::string_view table) { info_.table = table; }
    const ModelInfo& finish(bool needs_key = true);

  private:
    void add_column(std::string_view name, std::uint32_t offset, const MemberType& member, const void* value);
    void add_foreign_key(std::string_view name, std::uint32_t offset, const MemberType& member);
    MemberInfo& add(std::string_view name, std::string column, ColumnPlan plan);
    std::vector<std::string> columns_of(Names members) const;
    ModelInfo& info_;
};

}  // namespace detail

template <class Model>
const ModelInfo& info();

namespace detail {
template <class Model>
std::string_view model_name() {
    return Model::meta().name;
}
}  // namespace detail

/// The name of a column for descending order in template arguments: orm::ordering<orm::desc<&Submission::created_at>>.
template <auto Pointer>
struct Desc {};
template <auto Pointer>
inline constexpr Desc<Pointer> desc{};

namespace detail {

template <class T>
struct UnwrapDesc {
    static constexpr bool is_desc = false;
};
template <auto Pointer>
struct UnwrapDesc<Desc<Pointer>> {
    static constexpr bool is_desc = true;
    static constexpr auto pointer = Pointer;
};
template <auto Part>
consteval auto order_pointer() {
    using U = UnwrapDesc<std::remove_cv_t<decltype(Part)>>;
    if constexpr (U::is_desc)
        return U::pointer;
    else
        return Part;
}
template <auto Part>
inline constexpr bool is_descending = UnwrapDesc<std::remove_cv_t<decltype(Part)>>::is_desc;

template <auto... Parts>
struct OrderingOption {
    void apply(ModelBuilder& builder) const {
        (builder.add_ordering(member_name<order_pointer<Parts>()>, is_descending<Parts>), ...);
    }
};

/// Written in orm/expression.hpp: an expression as portable SQL with literal values.
template <class Expression>
std::string portable_sql(const Expression& expression);

struct NoCondition {};

template <class Condition, auto... Members>
struct IndexOption {
    Condition condition{};
    std::string_view index_name{};
    std::string_view index_method = "btree";
    bool is_unique = false;

    /// A partial index: only rows for which `expression` holds.
    template <class Expression>
    consteval auto where(Expression expression) const {
        return IndexOption<Expression, Members...>{expression, index_name, index_method, is_unique};
    }
    consteval auto named(std::string_view name) const { return IndexOption{condition, name, index_method, is_unique}; }
    /// PostgreSQL's access method ("gin"); such an index does not exist on SQLite.
    consteval auto method(std::string_view name) const { return IndexOption{condition, index_name, name, is_unique}; }

    void apply(ModelBuilder& builder) const {
        if constexpr (!std::is_same_v<Condition, NoCondition>)
            builder.add_index({member_name<Members>...}, index_name, portable_sql(condition), is_unique, {},
                              index_method);
        else if (is_unique)
            builder.add_unique({member_name<Members>...});
        else
            builder.add_index({member_name<Members>...}, index_name, {}, is_unique, {}, index_method);
    }
};

template <class Expression, class Condition>
struct ExpressionIndexOption {
    Expression expression;
    Condition condition{};
    std::string_view index_name;
    bool is_unique;
    template <class Where>
    consteval auto where(Where value) const {
        return ExpressionIndexOption<Expression, Where>{expression, value, index_name, is_unique};
    }
    void apply(ModelBuilder& builder) const {
        std::string sql;
        if constexpr (!std::is_same_v<Condition, NoCondition>) sql = portable_sql(condition);
        builder.add_index({}, index_name, sql, is_unique, portable_sql(expression), "btree");
    }
};

template <class Expression>
struct CheckOption {
    Expression expression;
    std::string_view name;
    consteval auto named(std::string_view constraint_name) const { return CheckOption{expression, constraint_name}; }
    void apply(ModelBuilder& builder) const { builder.add_check(name, portable_sql(expression)); }
};

template <Flag Which, auto... Members>
struct FlagOption {
    void apply(ModelBuilder& builder) const { builder.set_flag(Which, {member_name<Members>...}); }
};

template <auto Member>
struct RelatedNameOption {
    std::string_view name;
    void apply(ModelBuilder& builder) const { builder.set_related_name(member_name<Member>, name); }
};

struct KeyWidthOption {
    void apply(ModelBuilder& builder) const { builder.set_key32(); }
};
template <auto Member>
struct LengthOption {
    int length;
    void apply(ModelBuilder& builder) const { builder.set_length(member_name<Member>, length); }
};
struct TableOption {
    std::string_view table;
    void apply(ModelBuilder& builder) const { builder.set_table(table); }
};

template <class... Options>
struct Meta {
    static constexpr bool row_set = false;
    std::string_view app, name;
    Pack<Options...> options;
};

/// No table: the rows of a common table expression.
struct RowSetMeta {
    static constexpr bool row_set = true;
    std::string_view app, name;
    Pack<TableOption> options;
};

}  // namespace detail

/// What meta() returns: app and model name (lower case), then options.
template <detail::Literal App, detail::Literal Name, class... Options>
consteval auto model(Options... options) {
    return detail::Meta<Options...>{App.view(), Name.view(), detail::pack(options...)};
}

/// What meta() returns for the rows of a common table expression: the name that it has in the statement. Such a struct
/// needs no key, and no table is made for it; see cte.hpp.
template <detail::Literal Name>
consteval auto rows() {
    return detail::RowSetMeta{"", Name.view(), detail::pack(detail::TableOption{Name.view()})};
}

/// The default order of all(), first() and prefetched children.
template <auto... Parts>
inline constexpr detail::OrderingOption<Parts...> ordering{};
/// An index over columns; `.where(...)` makes it partial, `.named("...")` names it (Django's name otherwise).
template <auto... Members>
inline constexpr detail::IndexOption<detail::NoCondition, Members...> index{};
/// A unique constraint over one or more columns; with `.where(...)` a partial unique index.
template <auto... Members>
inline constexpr detail::IndexOption<detail::NoCondition, Members...> unique{{}, {}, "btree", true};
/// An index, or a unique one, over an expression such as orm::lower(f<&User::email>); it needs a name.
template <class Expression>
consteval auto index_on(std::string_view name, Expression expression) {
    return detail::ExpressionIndexOption<Expression, detail::NoCondition>{expression, {}, name, false};
}
template <class Expression>
consteval auto unique_on(std::string_view name, Expression expression) {
    return detail::ExpressionIndexOption<Expression, detail::NoCondition>{expression, {}, name, true};
}
/// A condition that every row must meet.
template <class Expression>
consteval auto check(std::string_view name, Expression expression) {
    return detail::CheckOption<Expression>{expression, name};
}
/// Set to the current time when a row is inserted and the member is still its default.
template <auto... Members>
inline constexpr detail::FlagOption<detail::Flag::auto_now_add, Members...> auto_now_add{};
/// Set to the current time whenever a row is inserted or saved.
template <auto... Members>
inline constexpr detail::FlagOption<detail::Flag::auto_now, Members...> auto_now{};
/// A key that is not an orm::Id (a session's text key).
template <auto Member>
inline constexpr detail::FlagOption<detail::Flag::primary_key, Member> primary_key{};
/// An index on one column under Django's name for db_index=True.
template <auto... Members>
inline constexpr detail::FlagOption<detail::Flag::db_index, Members...> db_index{};
/// The name of the reverse direction.
template <auto Member>
consteval auto related_name(std::string_view name) {
    return detail::RelatedNameOption<Member>{name};
}
/// The key is a 32-bit `integer` column (Django's AutoField, as in auth_user).
inline constexpr detail::KeyWidthOption key32{};
/// The width of an enum's column where Django's max_length is not the round number that fits its names.
template <auto Member>
consteval auto length_of(int length) {
    static_assert(std::is_enum_v<remove_optional<type_of_member<Member>>>,
                  "orm: length_of is for enum columns; other texts say their length in their type (orm::Char<200>)");
    return detail::LengthOption<Member>{length};
}
/// Another table name than <app>_<model>.
consteval auto table(std::string_view name) {
    return detail::TableOption{name};
}

namespace detail {

template <class Member>
consteval MemberType make_member_type() {
    using T = remove_optional<Member>;
    MemberType result{.nullable = nullable_info<Member>(), .size = sizeof(Member), .alignment = alignof(Member)};
    if constexpr (is_many_to_many<T>) {
        result.many_to_many = true;
        result.to = &info<typename T::model>;
        result.to_name = &model_name<typename T::model>;
    } else if constexpr (ForeignKeyType<T>) {
        result.type = &type_info<std::int64_t>;
        result.to = &info<typename T::model>;
        result.on_delete = T::on_delete_rule;
        result.one_to_one = T::one_to_one;
    } else {
        result.type = &type_info<T>;
        result.id = is_id<T>;
    }
    return result;
}
template <class Member>
inline constexpr MemberType member_type = make_member_type<Member>();

template <class Member>
inline constexpr bool member_is_duration = std::is_same_v<remove_optional<Member>, std::chrono::microseconds> ||
                                           std::is_same_v<remove_optional<Member>, std::chrono::days>;

template <class Model, class Sequence = std::make_index_sequence<boost::pfr::tuple_size_v<Model>>>
struct ModelTables;
template <class Model, std::size_t... Index>
struct ModelTables<Model, std::index_sequence<Index...>> {
    static constexpr const MemberType* types[] = {&member_type<boost::pfr::tuple_element_t<Index, Model>>...};
    static constexpr auto meta = Model::meta();
    static constexpr ModelShape shape{meta.app, meta.name, class_name<Model>(), member_names<Model>, types};
    static_assert(meta.row_set || !((member_is_duration<boost::pfr::tuple_element_t<Index, Model>>) || ...),
                  "orm: no field holds a duration, only what a query calculates; keep one as a std::int64_t");
    static_assert(size_of_members(types) == sizeof(Model), "orm: a model's members lie in it one after the other");
};

template <class Model>
const ModelInfo& build_info() {
    using Tables = ModelTables<Model>;
    const Model object{};
    ModelBuilder builder(Tables::shape, &object);
    Tables::meta.options.each([&](const auto& option) { option.apply(builder); });
    return builder.finish(!Tables::meta.row_set);
}

}  // namespace detail

/// The run-time description of a model.
template <class Model>
const ModelInfo& info() {
    static_assert(
        requires { Model::meta(); },
        "orm: a model needs `static consteval auto meta() { return orm::model<\"app\", \"name\">(...); }`");
    static const ModelInfo& result = detail::build_info<Model>();
    return result;
}

template <class... Models>
void register_models() {
    (register_model(info<Models>()), ...);
}

namespace schema {
/// The state that these models describe.
template <class... Models>
State state_of() {
    State state;
    const auto add = [&](Model model) { state.models.emplace(model.label(), std::move(model)); };
    (add(schema_of(info<Models>())), ...);
    return state;
}
}  // namespace schema

}  // namespace orm
