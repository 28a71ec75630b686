#include "orm/predicate.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <variant>

#include "orm/errors.hpp"

namespace orm::detail {

namespace {

enum class Test : std::uint8_t {
    exact,
    iexact,
    contains,
    icontains,
    startswith,
    istartswith,
    endswith,
    iendswith,
    gt,
    gte,
    lt,
    lte,
    in,
    isnull
};
constexpr std::pair<std::string_view, Test> tests[] = {
    {"exact", Test::exact},
    {"iexact", Test::iexact},
    {"contains", Test::contains},
    {"icontains", Test::icontains},
    {"startswith", Test::startswith},
    {"istartswith", Test::istartswith},
    {"endswith", Test::endswith},
    {"iendswith", Test::iendswith},
    {"gt", Test::gt},
    {"gte", Test::gte},
    {"lt", Test::lt},
    {"lte", Test::lte},
    {"in", Test::in},
    {"isnull", Test::isnull},
};

sql::Op operator_of(Test test) {
    switch (test) {
        case Test::exact:
            return sql::Op::eq;
        case Test::iexact:
            return sql::Op::iexact;
        case Test::contains:
            return sql::Op::contains;
        case Test::icontains:
            return sql::Op::icontains;
        case Test::startswith:
            return sql::Op::starts_with;
        case Test::istartswith:
            return sql::Op::istarts_with;
        case Test::endswith:
            return sql::Op::ends_with;
        case Test::iendswith:
            return sql::Op::iends_with;
        case Test::gt:
            return sql::Op::gt;
        case Test::gte:
            return sql::Op::ge;
        case Test::lt:
            return sql::Op::lt;
        case Test::lte:
            return sql::Op::le;
        case Test::in:
            return sql::Op::in_array;
        case Test::isnull:
            return sql::Op::is_null;
    }
    return sql::Op::eq;
}

using Stored = std::variant<bool, std::int64_t, double, std::string, Timestamp, Date, std::vector<std::int64_t>,
                            std::vector<std::string>>;

std::int64_t parse_integer(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw ValidationError("\"" + std::string(text) + "\" is no whole number");
    return value;
}

bool parse_bool(std::string_view text) {
    if (text == "true" || text == "True" || text == "1") return true;
    if (text == "false" || text == "False" || text == "0") return false;
    throw ValidationError("\"" + std::string(text) + "\" is neither true nor false");
}

/// A name among the choices, as its text.
std::string parse_choice(const EnumInfo& choices, std::string_view text) {
    for (std::string_view name : choices.names)
        if (name == text) return std::string(text);
    throw ValidationError("\"" + std::string(text) + "\" is none of the choices");
}

Stored parse_value(const TypeInfo& type, std::string_view text) {
    switch (type.kind) {
        case Kind::boolean:
            return parse_bool(text);
        case Kind::int16:
        case Kind::int32:
        case Kind::int64:
            return parse_integer(text);
        case Kind::float64: {
            double value = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (error != std::errc{} || end != text.data() + text.size())
                throw ValidationError("\"" + std::string(text) + "\" is no number");
            return value;
        }
        case Kind::decimal:
            return parse_decimal(text, type.digits, type.scale);
        case Kind::timestamp:
            return text.size() == 10 ? Timestamp(std::chrono::sys_days(parse_date(text))) : parse_timestamp(text);
        case Kind::date:
            return parse_date(text);
        case Kind::enumeration:
            return parse_choice(*type.choices, text);
        case Kind::text:
            count_code_points(text);
            return std::string(text);
        default:
            throw ValidationError("fields of this type cannot be searched by text");
    }
}

const TypeInfo& type_of(const Stored& value, const TypeInfo& field) {
    switch (value.index()) {
        case 0:
            return type_info<bool>;
        case 1:
            return field.kind == Kind::decimal ? field : type_info<std::int64_t>;
        case 2:
            return type_info<double>;
        case 3:
            return type_info<std::string>;
        case 4:
            return type_info<Timestamp>;
        case 5:
            return type_info<Date>;
        case 6:
            return type_info<std::vector<std::int64_t>>;
        default:
            return type_info<std::vector<std::string>>;
    }
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
    std::vector<std::string> parts;
    for (std::size_t at = 0;;) {
        const std::size_t next = text.find(separator, at);
        parts.emplace_back(text.substr(at, next == std::string_view::npos ? next : next - at));
        if (next == std::string_view::npos) return parts;
        at = next + separator.size();
    }
}

/// A number for each structure that this process has seen: the shape by which texts are kept. 0 for new ones when there
/// are many already: who fills in search forms must not make a process ever larger.
std::uint64_t number_of(const std::string& structure) {
    static constexpr std::size_t most = 2000;
    static std::mutex mutex;
    static std::map<std::string, std::uint64_t, std::less<>> known;
    const std::scoped_lock lock(mutex);
    if (const auto found = known.find(structure); found != known.end()) return found->second;
    if (known.size() >= most) return 0;
    return known.try_emplace(structure, known.size() + 1).first->second;
}

}  // namespace

struct DynamicCondition::Item {
    // one condition
    std::vector<const MemberInfo*> path;  ///< foreign keys
    const MemberInfo* field = nullptr;
    Test test = Test::exact;
    bool negated = false;  ///< isnull=false
    Stored value;
    // or a group
    std::vector<DynamicCondition> group;
    Join join = Join::all;
};

DynamicCondition::DynamicCondition(const ModelInfo& (*model)()) : model_(model) {}
bool DynamicCondition::empty() const {
    return items_.empty();
}

std::size_t DynamicCondition::conditions() const {
    std::size_t count = 0;
    for (const auto& item : items_) {
        if (item->field) ++count;
        for (const auto& member : item->group) count += member.conditions();
    }
    return count;
}

void DynamicCondition::add(std::string_view path, std::string_view value) {
    if (conditions() >= max_conditions)
        throw ValidationError("more than " + std::to_string(max_conditions) + " conditions");
    auto item = std::make_shared<Item>();
    const ModelInfo* model = &model_();
    std::vector<std::string> parts = split(path, "__");
    for (const auto& [name, test] : tests)
        if (parts.size() > 1 && parts.back() == name && !model->find(parts.back())) {
            item->test = test;
            parts.pop_back();
            break;
        }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const MemberInfo* member = model->find(parts[i]);
        if (!member) throw ValidationError(model->class_name, parts[i], "is no field of this model, nor an operator");
        if (i + 1 == parts.size()) {
            item->field = member;
        } else {
            if (!member->to)
                throw ValidationError(model->class_name, parts[i], "is no relation that a path could follow");
            item->path.push_back(member);
            model = &member->to();
        }
    }
    try {
        const TypeInfo& type = *item->field->plan.type;
        const bool text_test = item->test >= Test::iexact && item->test <= Test::iendswith;
        if (text_test && type.kind != Kind::text) throw ValidationError("is no text, which this operator tests");
        if (item->test == Test::isnull) {
            item->negated = !parse_bool(value);
        } else if (item->test == Test::in) {
            if (type.kind == Kind::text || type.kind == Kind::enumeration) {
                std::vector<std::string> values;
                for (const std::string& part : split(value, ","))
                    values.push_back(std::get<std::string>(parse_value(type, part)));
                item->value = std::move(values);
            } else if (type.kind == Kind::int16 || type.kind == Kind::int32 || type.kind == Kind::int64) {
                std::vector<std::int64_t> values;
                for (const std::string& part : split(value, ",")) values.push_back(parse_integer(part));
                item->value = std::move(values);
            } else {
                throw ValidationError("`in` works on text, choices and whole numbers");
            }
        } else {
            item->value = parse_value(type, value);
        }
    } catch (const ValidationError& e) {
        throw ValidationError(model->class_name, item->field->name, e.what());
    }
    items_.push_back(std::move(item));
}

void DynamicCondition::add_group(Join join, std::vector<DynamicCondition> members) {
    std::erase_if(members, [](const DynamicCondition& member) { return member.empty(); });
    if (members.empty()) return;
    auto item = std::make_shared<Item>();
    item->join = join;
    item->group = std::move(members);
    items_.push_back(std::move(item));
    if (conditions() > max_conditions)
        throw ValidationError("more than " + std::to_string(max_conditions) + " conditions");
}

bool DynamicCondition::may_be_null() const {
    const auto nullable = [](const MemberInfo* member) { return member->plan.nullable != nullptr; };
    return std::any_of(items_.begin(), items_.end(), [&](const auto& item) {
        if (item->field)
            return item->test != Test::isnull &&
                   (nullable(item->field) || std::any_of(item->path.begin(), item->path.end(), nullable));
        return item->join != Join::none && std::any_of(item->group.begin(), item->group.end(),
                                                       [](const auto& member) { return member.may_be_null(); });
    });
}

std::string DynamicCondition::structure() const {
    std::string text = "(";
    for (const auto& item : items_) {
        for (const MemberInfo* step : item->path) text += step->column + ">";
        if (item->field)
            text +=
                item->field->column + ":" + std::to_string(static_cast<int>(item->test)) + (item->negated ? "!" : "");
        if (!item->group.empty()) text += std::to_string(static_cast<int>(item->join));
        for (const auto& member : item->group) text += member.structure();
        text += ';';
    }
    return text + ")";
}

const sql::Expr* DynamicCondition::describe(sql::Scope& scope) const {
    return describe_inner(scope);
}

const sql::Expr* DynamicCondition::describe_inner(sql::Scope& scope) const {
    sql::Tree& tree = scope.tree();
    const auto join = [&](sql::Op op, const sql::Expr* left, const sql::Expr* right) {
        return left ? tree.make(op, {left, right}) : right;
    };
    const sql::Expr* all = nullptr;
    for (const auto& item : items_) {
        const sql::Expr* one = nullptr;
        if (item->field) {
            std::vector<sql::Hop> hops;
            for (const MemberInfo* step : item->path)
                hops.push_back({step->to, step->column, {}, step->plan.nullable != nullptr});
            const sql::Expr* column = scope.column(model_, hops, item->field->column, *item->field->plan.type);
            if (item->test == Test::isnull) {
                one = tree.make(item->negated ? sql::Op::is_not_null : sql::Op::is_null, {column});
            } else {
                const TypeInfo& type = type_of(item->value, *item->field->plan.type);
                const void* value = std::visit([](const auto& v) -> const void* { return &v; }, item->value);
                one = tree.make(operator_of(item->test), {column, tree.param(type, value)});
            }
        } else {
            for (const auto& member : item->group) {
                const sql::Expr* condition = member.describe_inner(scope);
                one = join(sql::Op::or_, one, condition);
            }
            if (item->join == Join::none) {
                const bool may_be_null = std::any_of(item->group.begin(), item->group.end(),
                                                     [](const auto& member) { return member.may_be_null(); });
                one = tree.make(may_be_null ? sql::Op::is_not_true : sql::Op::not_, {one});
            }
        }
        all = join(sql::Op::and_, all, one);
    }
    return all ? all : tree.literal("1 = 1");
}

void DynamicCondition::bind(Params& params) const {
    const std::uint64_t number = number_of(structure());
    params.shape = params.shape * 1'000'003 + number;
    params.once = params.once || number == 0;
    bind_inner(params);
}

void DynamicCondition::bind_inner(Params& params) const {
    for (const auto& item : items_) {
        if (item->field && item->test != Test::isnull)
            params.add(type_of(item->value, *item->field->plan.type),
                       std::visit([](const auto& v) -> const void* { return &v; }, item->value));
        for (const auto& member : item->group) member.bind_inner(params);
    }
}

}  // namespace orm::detail
