#include "orm/predicate.hpp"

#include <algorithm>

#include "field_path.hpp"
#include "orm/errors.hpp"
#include "predicate_operators.hpp"
#include "registry.hpp"

namespace orm::detail {

struct DynamicCondition::Item {
    // one condition
    std::vector<const MemberInfo*> path;  ///< foreign keys
    const MemberInfo* field = nullptr;
    Test test = Test::exact;
    bool negated = false;  ///< of a field: isnull=false; of related rows: isnull=true
    Stored value;
    // or about related rows, where `field` is null: `path` leads to whose they are, one in `group` is about them
    std::optional<ToMany> related;
    // or a group
    std::vector<DynamicCondition> group;
    std::size_t conditions() const;
    Join join = Join::all;
};

DynamicCondition::DynamicCondition(const ModelInfo& model) : model_(&model) {}
bool DynamicCondition::empty() const {
    return items_.empty();
}

std::size_t DynamicCondition::Item::conditions() const {
    std::size_t count = field || (related && group.empty()) ? 1 : 0;
    for (const DynamicCondition& member : group) count += member.conditions();
    return count;
}
std::size_t DynamicCondition::conditions() const {
    std::size_t count = 0;
    for (const auto& item : items_) count += item->conditions();
    return count;
}

namespace {

/// What `body` says is wrong with a value is said of the field.
template <class Body>
auto naming(const ModelInfo& model, const std::string& field, const Body& body) {
    try {
        return body();
    } catch (const ValidationError& e) {
        throw ValidationError(model.class_name, field, e.what());
    }
}

}  // namespace

/// A query has room for the parameters of so many.
void DynamicCondition::push(std::shared_ptr<const Item> item) {
    if (conditions() + item->conditions() > max_conditions)
        throw ValidationError("more than " + std::to_string(max_conditions) + " conditions");
    items_.push_back(std::move(item));
}

void DynamicCondition::add(std::string_view path, std::string_view value) {
    auto item = std::make_shared<Item>();
    const std::vector<std::string> parts = split(path, "__");
    std::string_view field = path;
    FieldPath found = follow(*model_, parts);
    if (add_related(found, parts, value)) return;
    if (found.used < parts.size()) {
        const std::string& part = parts[found.used];
        const std::optional<Test> test = test_named(part);
        if (!found.field || found.used + 1 < parts.size() || !test) refuse(found, part);
        item->test = *test;
        field.remove_suffix(part.size() + 2);
    }
    const ModelInfo* model = found.model;
    item->path = std::move(found.steps);
    item->field = found.field;
    const Kind kind = item->field->plan.type->kind;
    const bool listed = kind == Kind::text || kind == Kind::enumeration || kind == Kind::int16 || kind == Kind::int32 ||
                        kind == Kind::int64;
    if (item->test == Test::range || (item->test == Test::in && !listed)) {
        const std::vector<std::string> values = split(value, ",");
        if (item->test == Test::in) return add_any_of(field, values);
        if (values.size() != 2)
            throw ValidationError(model->class_name, item->field->name,
                                  "`range` takes two values, separated by a comma");
        DynamicCondition both(*model_);
        both.add(std::string(field) + "__gte", values[0]);
        both.add(std::string(field) + "__lte", values[1]);
        return add_group(Join::any, {std::move(both)});
    }
    if (item->test == Test::date || item->test == Test::year) {
        const auto [first, next] = naming(*model, item->field->name, [&] { return period(item->test, kind, value); });
        DynamicCondition both(*model_);
        both.add(std::string(field) + "__gte", to_string(first));
        if (next.year() <= last_year) both.add(std::string(field) + "__lt", to_string(next));
        return add_group(Join::any, {std::move(both)});
    }
    naming(*model, item->field->name, [&] {
        const TypeInfo& type = *item->field->plan.type;
        check_test(item->test, type.kind);
        if (item->test == Test::isnull)
            item->negated = !parse_bool(value);
        else
            item->value = parse_operand(item->test, type, value);
    });
    push(std::move(item));
}

/// Where the next part of the path names related rows; otherwise false.
bool DynamicCondition::add_related(FieldPath& path, const std::vector<std::string>& parts, std::string_view value) {
    const ModelInfo* owner = path.next();
    if (path.used == parts.size() || !owner || !owner->generated_key) return false;
    std::optional<ToMany> related = to_many(*owner, parts[path.used]);
    if (!related) return false;
    std::string rest;
    for (std::size_t i = path.used + 1; i < parts.size(); ++i) rest += (i == path.used + 1 ? "" : "__") + parts[i];
    auto item = std::make_shared<Item>();
    if (rest == "isnull") {
        item->negated = naming(*owner, parts[path.used], [&] { return parse_bool(value); });
    } else {
        // Without a field, or with an operator instead of one: their key.
        const ModelInfo& rows = *related->rows;
        if (path.used + 1 == parts.size())
            rest = rows.key().name;
        else if (test_named(rest) && !rows.find(rest) && !to_many(rows, rest))
            rest = rows.key().name + "__" + rest;
        item->group.emplace_back(rows).add(rest, value);
    }
    if (path.field) path.steps.push_back(path.field);
    item->path = std::move(path.steps);
    item->related = related;
    push(std::move(item));
    return true;
}

void DynamicCondition::add_any_of(std::string_view field, const std::vector<std::string>& values) {
    std::vector<DynamicCondition> each;
    for (const std::string& value : values) each.emplace_back(*model_).add(field, value);
    add_group(Join::any, std::move(each));
}

void DynamicCondition::add_group(Join join, std::vector<DynamicCondition> members) {
    std::erase_if(members, [](const DynamicCondition& member) { return member.empty(); });
    if (members.empty()) return;
    auto item = std::make_shared<Item>();
    item->join = join;
    item->group = std::move(members);
    push(std::move(item));
}

bool DynamicCondition::may_be_null() const {
    const auto nullable = [](const MemberInfo* member) { return member->plan.nullable != nullptr; };
    return std::any_of(items_.begin(), items_.end(), [&](const auto& item) {
        if (item->field)
            return item->test != Test::isnull &&
                   (nullable(item->field) || std::any_of(item->path.begin(), item->path.end(), nullable));
        if (item->related) return false;
        return item->join != Join::none && std::any_of(item->group.begin(), item->group.end(),
                                                       [](const auto& member) { return member.may_be_null(); });
    });
}

namespace {

std::string structure_of(const ToMany& related) {
    if (related.key) return related.rows->table + "<" + related.key->column;
    return related.through->table + (related.forward ? "+" : "-");
}

}  // namespace

std::string DynamicCondition::structure() const {
    std::string text = "(";
    for (const auto& item : items_) {
        for (const MemberInfo* step : item->path) text += step->column + ">";
        if (item->field)
            text +=
                item->field->column + ":" + std::to_string(static_cast<int>(item->test)) + (item->negated ? "!" : "");
        if (item->related) text += structure_of(*item->related) + (item->negated ? "!" : "");
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
            const sql::Expr* column = column_of(scope, *model_, item->path, *item->field);
            if (item->test == Test::isnull) {
                one = tree.make(item->negated ? sql::Op::is_not_null : sql::Op::is_null, {column});
            } else {
                const TypeInfo& type = type_of(item->value, *item->field->plan.type);
                const void* value = std::visit([](const auto& v) -> const void* { return &v; }, item->value);
                one =
                    tree.make(operator_of(item->test, item->field->plan.type->kind), {column, tree.param(type, value)});
            }
        } else if (item->related) {
            one = describe_related(scope, *item);
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

/// EXISTS over the related rows.
const sql::Expr* DynamicCondition::describe_related(sql::Scope& scope, const Item& item) const {
    sql::Tree& tree = scope.tree();
    const ToMany& related = *item.related;
    const ModelInfo& owner = item.path.empty() ? *model_ : item.path.back()->to();
    const sql::Expr* key = column_of(scope, *model_, item.path, owner.key());
    sql::Scope inner(tree, *related.rows, &scope);
    const sql::Expr* owner_key = nullptr;
    if (related.key) {
        owner_key = inner.column(*related.rows, {}, related.key->column, *related.key->plan.type);
    } else {
        const ManyToManyInfo& m = *related.through;
        const std::string here = related.forward ? m.from_column : m.to_column();
        const std::string there = related.forward ? m.to_column() : m.from_column;
        owner_key = inner.column_of(inner.join_through(m.table, there), here, owner.key().plan.type);
    }
    inner.select().where.push_back(tree.make(sql::Op::eq, {owner_key, key}));
    for (const auto& member : item.group) inner.select().where.push_back(member.describe_inner(inner));
    inner.leave_out_far_table();
    sql::Expr* exists = tree.make(sql::Op::exists);
    exists->select = &inner.select();
    return item.negated ? tree.make(sql::Op::not_, {exists}) : exists;
}

void DynamicCondition::bind(Params& params) const {
    note_structure(params, structure());
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
