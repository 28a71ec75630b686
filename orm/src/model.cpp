#include "orm/model.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "orm/errors.hpp"
#include "orm/sql.hpp"

namespace orm {

namespace {

schema::Type column_type(const TypeInfo& type) {
    switch (type.kind) {
        case Kind::boolean:
            return schema::Type::boolean;
        case Kind::int16:
            return schema::Type::smallint;
        case Kind::int32:
            return schema::Type::integer;
        case Kind::int64:
            return schema::Type::bigint;
        case Kind::float64:
            return schema::Type::double_;
        case Kind::text:
            return type.max_length ? schema::Type::varchar : schema::Type::text;
        case Kind::json:
            return schema::Type::json;
        case Kind::decimal:
            return schema::Type::decimal;
        case Kind::timestamp:
            return schema::Type::timestamp;
        case Kind::date:
            return schema::Type::date;
        case Kind::duration:  // only in rows of common table expressions
            return schema::Type::bigint;
        case Kind::enumeration:
            return schema::Type::varchar;
        case Kind::array:
            return schema::Type::array;
    }
    return schema::Type::text;
}

/// Django models give an enum's column a round max_length; ours follows the seed: 20, or 30 where a name needs it.
int enum_length(const EnumInfo& choices) {
    std::size_t longest = 0;
    for (std::string_view name : choices.names) longest = std::max(longest, name.size());
    return longest <= 20 ? 20 : static_cast<int>((longest + 9) / 10 * 10);
}

}  // namespace

ModelInfo::ModelInfo() = default;
ModelInfo::~ModelInfo() = default;

const MemberInfo* ModelInfo::find(std::string_view member) const {
    for (const MemberInfo& m : members)
        if (m.name == member) return &m;
    return nullptr;
}

const MemberInfo& ModelInfo::get(std::string_view member) const {
    if (const MemberInfo* found = find(member)) return *found;
    throw UsageError(class_name + " has no column member \"" + std::string(member) + "\"");
}

const ManyToManyInfo& ModelInfo::get_many_to_many(std::string_view member) const {
    for (const ManyToManyInfo& m : many_to_many)
        if (m.name == member) return m;
    throw UsageError(class_name + " has no many-to-many \"" + std::string(member) + "\"");
}

std::string ManyToManyInfo::to_column() const {
    return schema::join_columns(from->name, to_name).to;
}

schema::Model schema_of(const ModelInfo& info) {
    schema::Model model;
    model.app = info.app;
    model.name = info.name;
    model.class_name = info.class_name;
    model.table = info.table;
    model.fields = info.fields;
    for (std::size_t i = 0; i < info.members.size(); ++i) {
        const MemberInfo& member = info.members[i];
        schema::Field& field = model.fields[i];
        field.primary_key = member.primary_key;
        field.auto_now_add = member.auto_now_add;
        field.auto_now = member.auto_now;
        field.unique = member.unique;
        field.index = member.index;
        field.related_name = member.related_name;
        if (member.to) field.to = member.to().app + "." + member.to().name;
        if (member.primary_key && info.generated_key)
            field.type = info.key32 ? schema::Type::identity32 : schema::Type::identity64;
    }
    for (const ManyToManyInfo& m : info.many_to_many) {
        const ModelInfo& to = m.to();
        model.many_to_many.push_back(
            {m.name, to.app + "." + to.name, m.table, m.from_column, m.to_column(), m.related_name});
    }
    model.indexes = info.indexes;
    model.constraints = info.constraints;
    model.ordering = info.ordering;
    return model;
}

namespace {

/// The models that this program has described, by table: to name the model in an error.
std::mutex tables_mutex;
std::map<std::string, const ModelInfo*, std::less<>>& tables() {
    static std::map<std::string, const ModelInfo*, std::less<>> known;
    return known;
}

void remember_table(const ModelInfo& info) {
    const std::scoped_lock lock(tables_mutex);
    tables().emplace(info.table, &info);
}

}  // namespace

std::string model_of_table(std::string_view table) {
    const std::scoped_lock lock(tables_mutex);
    const auto found = tables().find(table);
    return found == tables().end() ? std::string() : found->second->class_name;
}

namespace detail {

ModelBuilder::ModelBuilder(const ModelShape& shape, const void* object)
    : info_(*new ModelInfo) {  // lives as long as the process: other statics refer to it
    info_.app = shape.app;
    info_.name = shape.name;
    info_.class_name = shape.class_name;
    info_.table = info_.app + "_" + info_.name;
    info_.members.reserve(shape.types.size());
    std::uint32_t end = 0;
    for (std::size_t i = 0; i < shape.types.size(); ++i) {
        const MemberType& member = *shape.types[i];
        const std::uint32_t offset = aligned(end, member.alignment);
        end = offset + member.size;
        if (member.many_to_many) {
            ManyToManyInfo& m = info_.many_to_many.emplace_back();
            m.name = shape.names[i];
            m.from = &info_;
            m.to = member.to;
            m.to_name = member.to_name();
        } else if (member.to) {
            add_foreign_key(shape.names[i], offset, member);
        } else {
            const void* value = static_cast<const char*>(object) + offset;
            add_column(shape.names[i], offset, member, member.nullable ? member.nullable->peek(value) : value);
        }
    }
}

MemberInfo& ModelBuilder::add(std::string_view name, std::string column, ColumnPlan plan) {
    MemberInfo& member = info_.members.emplace_back();
    member.name = name;
    member.column = std::move(column);
    member.plan = plan;
    schema::Field& field = info_.fields.emplace_back();
    field.name = name;
    field.column = member.column;
    field.null = plan.nullable != nullptr;
    return member;
}

void ModelBuilder::add_column(std::string_view name, std::uint32_t offset, const MemberType& type_of_member,
                              const void* value) {
    const TypeInfo& type = *type_of_member.type;
    MemberInfo& member = add(name, std::string(name), {offset, &type, type_of_member.nullable, {}});
    member.primary_key = type_of_member.id && name == "id";
    schema::Field& field = info_.fields.back();
    field.type = column_type(type);
    field.max_length = type.max_length;
    field.digits = type.digits;
    field.scale = type.scale;
    if (type.choices) {
        field.max_length = enum_length(*type.choices);
        for (std::size_t i = 0; i < type.choices->names.size(); ++i)
            field.choices.push_back({std::string(type.choices->names[i]), std::string(type.choices->labels[i])});
    }
    if (type.array) {
        const TypeInfo& element = *type.array->element;
        field.element = column_type(element);
        field.max_length = element.max_length;
        field.digits = element.digits;
        field.scale = element.scale;
    }
    const bool has_default = type.kind != Kind::timestamp && type.kind != Kind::date && name != "id";
    if (has_default) field.default_value = value ? sql::literal(type, value) : "NULL";
}

void ModelBuilder::add_foreign_key(std::string_view name, std::uint32_t offset, const MemberType& type) {
    MemberInfo& member = add(name, std::string(name) + "_id", {offset, type.type, type.nullable, {}});
    member.to = type.to;
    member.on_delete = type.on_delete;
    member.one_to_one = type.one_to_one;
    member.unique = type.one_to_one;
    schema::Field& field = info_.fields.back();
    field.type = schema::Type::foreign_key;
    field.on_delete = type.on_delete;
    field.one_to_one = type.one_to_one;
    if (type.nullable) field.default_value = "NULL";
}

void ModelBuilder::add_ordering(std::string_view member, bool descending) {
    info_.ordering.push_back({std::string(member), descending});
}

std::vector<std::string> ModelBuilder::columns_of(Names members) const {
    std::vector<std::string> columns;
    for (std::string_view member : members) columns.push_back(info_.get(member).column);
    return columns;
}

void ModelBuilder::add_index(Names members, std::string_view name, std::string_view condition, bool unique,
                             std::string_view expression, std::string_view method) {
    schema::Index index;
    for (std::string& column : columns_of(members)) index.parts.push_back({std::move(column), {}, false});
    if (!expression.empty()) index.parts.push_back({{}, std::string(expression), false});
    index.name = name;
    index.condition = condition;
    index.unique = unique;
    index.method = method;
    info_.indexes.push_back(std::move(index));
}

void ModelBuilder::add_unique(Names members) {
    if (members.size() == 1) {
        for (MemberInfo& member : info_.members)
            if (member.name == *members.begin()) member.unique = true;
        return;
    }
    schema::Constraint constraint;
    constraint.kind = schema::Constraint::Kind::unique;
    constraint.columns = columns_of(members);
    info_.constraints.push_back(std::move(constraint));
}

void ModelBuilder::add_check(std::string_view name, std::string_view condition) {
    info_.constraints.push_back({schema::Constraint::Kind::check, std::string(name), {}, std::string(condition)});
}

void ModelBuilder::set_related_name(std::string_view member, std::string_view name) {
    for (MemberInfo& m : info_.members)
        if (m.name == member) m.related_name = name;
    for (ManyToManyInfo& m : info_.many_to_many)
        if (m.name == member) m.related_name = name;
}

void ModelBuilder::set_flag(Flag flag, Names members) {
    for (const std::string_view name : members) {
        auto& member = const_cast<MemberInfo&>(info_.get(name));
        switch (flag) {
            case Flag::auto_now_add:
                member.auto_now_add = true;
                break;
            case Flag::auto_now:
                member.auto_now = true;
                break;
            case Flag::primary_key:
                member.primary_key = true;
                break;
            case Flag::db_index:
                member.index = true;
                break;
        }
    }
}

void ModelBuilder::set_length(std::string_view member, int length) {
    for (schema::Field& field : info_.fields)
        if (field.name == member) field.max_length = length;
}

const ModelInfo& ModelBuilder::finish(bool needs_key) {
    if (needs_key) remember_table(info_);
    bool found = false;
    for (std::size_t i = 0; i < info_.members.size(); ++i) {
        MemberInfo& member = info_.members[i];
        member.plan.name = member.column;
        if (!member.primary_key) continue;
        if (found) throw UsageError(info_.class_name + " has two primary keys");
        found = true;
        info_.primary_key = i;
        info_.generated_key = member.name == "id" && member.plan.type->kind == Kind::int64;
        info_.fields[i].default_value.reset();
    }
    if (!found && needs_key)
        throw UsageError(info_.class_name + " needs a key: a member `orm::Id<" + info_.class_name +
                         "> id` or orm::primary_key<&...> in meta()");
    for (ManyToManyInfo& m : info_.many_to_many) {
        m.table = info_.table + "_" + m.name;
        m.from_column = schema::join_columns(info_.name, m.to_name).from;
    }
    for (schema::Index& index : info_.indexes)
        if (index.name.empty()) {
            std::vector<std::string> columns;
            for (const schema::IndexPart& part : index.parts) columns.push_back(part.column);
            index.name = schema::index_name(info_.table, columns);
        }
    for (schema::Constraint& constraint : info_.constraints)
        if (constraint.name.empty())
            constraint.name = schema::constraint_name(info_.table, constraint.columns, "_uniq");
    return info_;
}

}  // namespace detail
}  // namespace orm
