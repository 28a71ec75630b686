#include "writing.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "orm/sql.hpp"

namespace orm::detail {

const Statement* interned(const std::string& text, std::size_t most) {
    static std::shared_mutex mutex;
    static std::unordered_map<std::string, std::unique_ptr<Statement>> known;
    {
        const std::shared_lock lock(mutex);
        if (const auto found = known.find(text); found != known.end()) return found->second.get();
        if (known.size() >= most) return nullptr;
    }
    const std::unique_lock lock(mutex);
    auto& statement = known[text];
    if (!statement) statement = std::make_unique<Statement>(Statement{text, Statement::next_id(), false});
    return statement.get();
}

const Statement& interned(const std::string& text) {
    return *interned(text, std::numeric_limits<std::size_t>::max());
}

namespace {

std::string placeholder(Dialect dialect, std::size_t number) {
    return (dialect == Dialect::sqlite ? "?" : "$") + std::to_string(number);
}

bool holds(const std::vector<const MemberInfo*>& members, const MemberInfo& member) {
    return std::find(members.begin(), members.end(), &member) != members.end();
}

std::string values_text(const ModelInfo& model, Dialect dialect, bool with_key, std::string_view alias = {}) {
    std::string columns, values;
    std::size_t number = 0;
    for (std::size_t i = 0; i < model.members.size(); ++i) {
        if (i == model.primary_key && !with_key) continue;
        columns += (number ? ", " : "") + sql::quote(model.members[i].column);
        values += (number ? ", " : "") + placeholder(dialect, number + 1);
        ++number;
    }
    const std::string table = sql::quote(model.table) + std::string(alias);
    if (!number) return "INSERT INTO " + table + " DEFAULT VALUES";
    return "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")";
}

}  // namespace

std::string insert_text(const ModelInfo& model, Dialect dialect, bool with_key) {
    std::string text = values_text(model, dialect, with_key);
    if (dialect == Dialect::postgres && model.generated_key) text += " RETURNING " + sql::quote(model.key().column);
    return text;
}

std::string update_text(const ModelInfo& model, Dialect dialect, const std::vector<const MemberInfo*>& members) {
    std::string text = "UPDATE " + sql::quote(model.table) + " SET ";
    std::size_t number = 0;
    for (const MemberInfo* member : members) {
        text += (number ? ", " : "") + sql::quote(member->column) + " = " + placeholder(dialect, number + 1);
        ++number;
    }
    return text + " WHERE " + sql::quote(model.key().column) + " = " + placeholder(dialect, number + 1);
}

std::string upsert_text(const ModelInfo& model, Dialect dialect, bool with_key, const UpsertShape& shape) {
    std::string text = values_text(model, dialect, with_key, shape.condition.empty() ? "" : " AS t0") + " ON CONFLICT";
    if (!shape.keys.empty()) {
        text += " (";
        for (std::size_t i = 0; i < shape.keys.size(); ++i) text += (i ? ", " : "") + sql::quote(shape.keys[i]->column);
        text += ")";
        if (!shape.among.empty()) text += " WHERE " + shape.among;
    }
    std::string set;
    if (!shape.ignore)
        for (const MemberInfo& member : model.members) {
            const bool chosen = shape.update.empty() ? !member.auto_now_add && !holds(shape.keys, member)
                                                     : member.auto_now || holds(shape.update, member);
            if (!chosen || member.primary_key) continue;
            set += (set.empty() ? "" : ", ") + sql::quote(member.column) + " = EXCLUDED." + sql::quote(member.column);
        }
    // Nothing else to write: the stored row's key is wanted all the same, and only a row that is written comes back.
    if (!shape.ignore && set.empty())
        for (const MemberInfo* key : shape.keys)
            set += (set.empty() ? "" : ", ") + sql::quote(key->column) + " = EXCLUDED." + sql::quote(key->column);
    text += set.empty() ? " DO NOTHING" : " DO UPDATE SET " + set;
    if (!shape.condition.empty()) text += " WHERE " + shape.condition;
    return text + " RETURNING " + (model.generated_key ? sql::quote(model.key().column) : "1");
}

Param param_of(const MemberInfo& member, const void* object) {
    const void* value = static_cast<const char*>(object) + member.plan.offset;
    if (member.plan.nullable) value = member.plan.nullable->peek(value);
    return {member.plan.type, value};
}

std::vector<Param> params_of(const ModelInfo& model, const void* object, bool with_key) {
    std::vector<Param> params;
    params.reserve(model.members.size());
    for (std::size_t i = 0; i < model.members.size(); ++i)
        if (i != model.primary_key || with_key) params.push_back(param_of(model.members[i], object));
    return params;
}

std::vector<const MemberInfo*> members_of(const ModelInfo& model, const std::vector<std::string_view>& names) {
    std::vector<const MemberInfo*> members;
    for (std::string_view name : names) members.push_back(&model.get(name));
    return members;
}

void stamp(const ModelInfo& model, void* object, bool inserting) {
    for (const MemberInfo& member : model.members) {
        if (!member.auto_now && !(member.auto_now_add && inserting)) continue;
        void* value = static_cast<char*>(object) + member.plan.offset;
        if (member.plan.nullable) {
            if (!member.auto_now && member.plan.nullable->peek(value)) continue;
            value = member.plan.nullable->engage(value);
        }
        if (member.plan.type->kind == Kind::timestamp) {
            auto& time = *static_cast<Timestamp*>(value);
            if (member.auto_now || time == Timestamp{}) time = utc_now();
        } else if (member.plan.type->kind == Kind::date) {
            auto& date = *static_cast<Date*>(value);
            if (member.auto_now || !date.ok()) date = Date(std::chrono::floor<std::chrono::days>(utc_now()));
        }
    }
}

bool has_key(const ModelInfo& model, const void* object) {
    if (!model.generated_key) return true;
    return *reinterpret_cast<const std::int64_t*>(static_cast<const char*>(object) + model.key().plan.offset) != 0;
}

}  // namespace orm::detail
