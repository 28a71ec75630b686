/// Deleting with the rules that the models declare: the database's own foreign keys have no ON DELETE, as in Django.
#include <algorithm>
#include <map>
#include <set>

#include "orm/database.hpp"
#include "registry.hpp"
#include "writing.hpp"

namespace orm {

using detail::join_tables_of;
using detail::Reference;
using detail::references_to;

namespace {

std::string among(Dialect dialect, const std::string& column) {
    return sql::quote(column) + (dialect == Dialect::sqlite ? " IN (SELECT value FROM json_each(?1))" : " = ANY($1)");
}

class Collector {
  public:
    Collector(Transaction& tx, std::source_location location) : tx_(tx), location_(location) {}

    std::uint64_t erase(const ModelInfo& model, std::vector<std::int64_t> keys) {
        std::set<std::int64_t>& seen = seen_[&model];
        std::erase_if(keys, [&](std::int64_t key) { return !seen.insert(key).second; });
        if (keys.empty()) return 0;
        for (const Reference& reference : references_to(model)) follow(model, reference, keys);
        for (const auto& [table, column] : join_tables_of(model))
            run("DELETE FROM " + sql::quote(table) + " WHERE " + among(tx_.dialect(), column), keys);
        return run("DELETE FROM " + sql::quote(model.table) + " WHERE " + among(tx_.dialect(), model.key().column),
                   keys);
    }

  private:
    void follow(const ModelInfo& model, const Reference& reference, const std::vector<std::int64_t>& keys) {
        const std::string table = sql::quote(reference.model->table);
        const std::string condition = " WHERE " + among(tx_.dialect(), reference.member->column);
        switch (reference.member->on_delete) {
            case OnDelete::do_nothing:
                break;
            case OnDelete::set_null:
                run("UPDATE " + table + " SET " + sql::quote(reference.member->column) + " = NULL" + condition, keys);
                break;
            case OnDelete::cascade:
                if (!reference.model->generated_key) {
                    run("DELETE FROM " + table + condition, keys);
                    break;
                }
                erase(*reference.model, select_keys(*reference.model, condition, keys));
                break;
            case OnDelete::protect:
                if (select_keys(*reference.model, condition, keys).empty()) break;
                ProtectedError error("cannot delete " + model.class_name + ": " + reference.model->class_name + "." +
                                     reference.member->name + " still refers to it");
                error.model = reference.model->class_name;
                error.table = reference.model->table;
                error.fields = {reference.member->name};
                error.location = location_;
                throw error;
        }
    }

    std::uint64_t run(const std::string& text, const std::vector<std::int64_t>& keys) {
        const Param params[] = {{&type_info<std::vector<std::int64_t>>, &keys}};
        return tx_.run(detail::interned(text), params, nullptr, true, location_);
    }
    std::vector<std::int64_t> select_keys(const ModelInfo& model, const std::string& condition,
                                          const std::vector<std::int64_t>& keys) {
        std::vector<std::int64_t> found;
        RowPlan plan;
        plan.groups.push_back({0, 1, -1, nullptr});
        plan.columns.push_back({0, &type_info<std::int64_t>, nullptr, model.key().column});
        const detail::Sink<std::int64_t> sink(found, plan);
        const Param params[] = {{&type_info<std::vector<std::int64_t>>, &keys}};
        tx_.run(detail::interned("SELECT " + sql::quote(model.key().column) + " FROM " + sql::quote(model.table) +
                                 condition),
                params, &sink.into(), false, location_);
        return found;
    }

    Transaction& tx_;
    std::source_location location_;
    std::map<const ModelInfo*, std::set<std::int64_t>> seen_;
};

}  // namespace

bool Executor::is_referred_to(const ModelInfo& model) {
    const auto matters = [](const Reference& reference) { return reference.member->on_delete != OnDelete::do_nothing; };
    const std::vector<Reference> references = references_to(model);
    return std::any_of(references.begin(), references.end(), matters) || !join_tables_of(model).empty();
}

std::uint64_t Executor::erase_rows(const ModelInfo& model, std::vector<std::int64_t> keys, Location location) {
    if (keys.empty()) return 0;
    std::uint64_t erased = 0;
    run_atomic(
        {}, [&](Transaction& tx) { erased = Collector(tx, location).erase(model, std::move(keys)); }, location);
    return erased;
}

}  // namespace orm
