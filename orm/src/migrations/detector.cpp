#include "migrations/detector.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrations/state.hpp"

namespace orm::migrations {

using schema::Field;
using schema::Model;
using schema::State;
using Answer = Questioner::Answer;

namespace {

class Detector {
  public:
    Detector(State from, const State& to, Questioner& questioner)
        : now_(std::move(from)), goal_(to), questioner_(questioner) {}

    std::vector<Detected> run() {
        rename_models();
        each_common([this](const Model& old_model, const Model& new_model) { rename_fields(old_model, new_model); });
        each_common([this](const Model& old_model, const Model& new_model) { alter_table_name(old_model, new_model); });
        each_common([this](const Model& old_model, const Model& new_model) { remove_parts(old_model, new_model); });
        create_models();
        each_common([this](const Model& old_model, const Model& new_model) { remove_fields(old_model, new_model); });
        each_common([this](const Model& old_model, const Model& new_model) { change_fields(old_model, new_model); });
        each_common([this](const Model& old_model, const Model& new_model) { add_parts(old_model, new_model); });
        delete_models();
        return std::move(result_);
    }

  private:
    void emit(const std::string& app, Operation operation, std::set<std::string> needs = {},
              std::set<std::string> releases = {}, std::string gives = {}, std::string takes = {}) {
        apply(operation, app, now_);
        result_.push_back(
            {app, std::move(operation), std::move(needs), std::move(releases), std::move(gives), std::move(takes)});
    }

    // Calls with copies: what is called changes the state.
    template <class Function>
    void each_common(Function function) {
        for (const auto& [label, new_model] : goal_.models)
            if (auto found = now_.models.find(label); found != now_.models.end())
                function(Model(found->second), new_model);
    }

    [[noreturn]] static void unanswered(const std::string& old_path, const std::string& new_name,
                                        std::string_view what) {
        throw MigrationError(fmt::format(
            "is the {} {} now called {}? Answer with --rename {}={} if so, with --rename {}= if it is dropped and "
            "{} is a new one",
            what, old_path, new_name, old_path, new_name, old_path, new_name));
    }

    static bool alike(const Model& left, const Model& right) {
        std::size_t common = 0;
        for (const Field& field : left.fields)
            if (right.find(field.name)) ++common;
        return common * 2 >= std::max(left.fields.size(), right.fields.size()) &&
               (common > 1 || left.fields.size() == right.fields.size());
    }

    // Values of the one may well be meant to live on in the other.
    static bool kin(const Field& left, const Field& right) {
        const auto family = [](schema::Type type) {
            switch (type) {
                case schema::Type::identity32:
                case schema::Type::smallint:
                case schema::Type::integer:
                case schema::Type::bigint:
                    return schema::Type::identity64;
                case schema::Type::decimal:
                    return schema::Type::double_;
                case schema::Type::varchar:
                    return schema::Type::text;
                case schema::Type::timestamp:
                    return schema::Type::date;
                default:
                    return type;
            }
        };
        return family(left.type) == family(right.type) && left.to == right.to && left.primary_key == right.primary_key;
    }

    void rename_models() {
        for (const auto& [label, new_model] : goal_.models) {
            if (now_.models.contains(label)) continue;
            for (const auto& [old_label, old_model] : State(now_).models) {
                if (old_model.app != new_model.app || goal_.models.contains(old_label)) continue;
                bool likely = alike(old_model, new_model);
                Answer answer = questioner_.renamed_model(old_model, new_model, likely);
                if (answer == Answer::unknown && likely) unanswered(old_label, new_model.name, "model");
                if (answer != Answer::yes) continue;
                emit(new_model.app, RenameModel{old_model.class_name, new_model.class_name}, {}, {}, label, old_label);
                break;
            }
        }
        each_common([this](const Model& old_model, const Model& new_model) {
            if (old_model.class_name != new_model.class_name)
                emit(new_model.app, RenameModel{old_model.class_name, new_model.class_name}, {}, {}, new_model.label());
        });
    }

    void rename_fields(const Model& old_model, const Model& new_model) {
        auto ask = [&](const std::string& old_name, const std::string& new_name, bool likely) {
            Answer answer = questioner_.renamed_field(new_model, old_name, new_name, likely);
            if (answer == Answer::unknown && likely) unanswered(old_model.label() + "." + old_name, new_name, "field");
            if (answer == Answer::yes) emit(new_model.app, RenameField{new_model.name, old_name, new_name});
            return answer == Answer::yes;
        };
        auto has_join = [](const Model& model, const std::string& name) {
            return std::ranges::find(model.many_to_many, name, &schema::ManyToMany::name) != model.many_to_many.end();
        };
        const auto lacking = [](const Model& model, const Model& other) {
            return std::ranges::count_if(other.fields, [&](const Field& field) { return !model.find(field.name); });
        };
        // One for one, whatever their types: never taken for a loss unasked.
        const bool only_pair = lacking(new_model, old_model) == 1 && lacking(old_model, new_model) == 1;
        std::set<std::string> used;
        for (const Field& added : new_model.fields) {
            if (old_model.find(added.name)) continue;
            for (const Field& gone : old_model.fields)
                if (!new_model.find(gone.name) && !used.contains(gone.name) &&
                    ask(gone.name, added.name, only_pair || kin(gone, added))) {
                    used.insert(gone.name);
                    break;
                }
        }
        for (const auto& added : new_model.many_to_many) {
            if (has_join(old_model, added.name)) continue;
            for (const auto& gone : old_model.many_to_many)
                if (!has_join(new_model, gone.name) && !used.contains(gone.name) &&
                    ask(gone.name, added.name, gone.to == added.to)) {
                    used.insert(gone.name);
                    break;
                }
        }
    }

    void alter_table_name(const Model& old_model, const Model& new_model) {
        if (old_model.table == new_model.table) return;
        emit(new_model.app,
             AlterModelTable{new_model.name, new_model.table == default_table(new_model) ? "" : new_model.table});
    }

    template <class List>
    static auto named(const List& list, const std::string& name) {
        return std::ranges::find(list, name, [](const auto& item) { return item.name; });
    }

    void remove_parts(const Model& old_model, const Model& new_model) {
        for (const auto& old_index : old_model.indexes) {
            auto same = named(new_model.indexes, old_index.name);
            if (same != new_model.indexes.end() && *same == old_index) continue;
            // The same index under another name is renamed: nothing can be lost by that.
            auto twin = std::ranges::find_if(new_model.indexes, [&](schema::Index other) {
                bool is_new = named(old_model.indexes, other.name) == old_model.indexes.end() &&
                              named(now_.models.at(new_model.label()).indexes, other.name) ==
                                  now_.models.at(new_model.label()).indexes.end();
                other.name = old_index.name;
                return is_new && other == old_index;
            });
            if (same == new_model.indexes.end() && twin != new_model.indexes.end())
                emit(new_model.app, RenameIndex{new_model.name, old_index.name, twin->name});
            else
                emit(new_model.app, RemoveIndex{new_model.name, old_index.name});
        }
        for (const auto& old_constraint : old_model.constraints) {
            auto same = named(new_model.constraints, old_constraint.name);
            if (same == new_model.constraints.end() || *same != old_constraint)
                emit(new_model.app, RemoveConstraint{new_model.name, old_constraint.name});
        }
    }

    void add_parts(const Model& old_model, const Model& new_model) {
        for (const auto& index : new_model.indexes)
            if (named(old_model.indexes, index.name) == old_model.indexes.end())
                emit(new_model.app, AddIndex{new_model.name, index});
        for (const auto& constraint : new_model.constraints)
            if (named(old_model.constraints, constraint.name) == old_model.constraints.end())
                emit(new_model.app, AddConstraint{new_model.name, constraint});
        if (old_model.ordering != new_model.ordering)
            emit(new_model.app, AlterModelOptions{new_model.name, new_model.ordering});
    }

    // Models in the order of their references; where they form a circle, the references that close it are added
    // afterwards.
    void create_models() {
        std::vector<const Model*> waiting;
        for (const auto& [label, model] : goal_.models)
            if (!now_.models.contains(label)) waiting.push_back(&model);
        auto missing = [&](const Model& model) {
            auto absent = [&](const std::string& to) {
                return !to.empty() && to != model.label() && !now_.models.contains(to);
            };
            return std::pair(std::ranges::count_if(model.fields, absent, &Field::to),
                             std::ranges::count_if(model.many_to_many, absent, &schema::ManyToMany::to));
        };
        std::string last_app;
        while (!waiting.empty()) {
            auto best = std::ranges::min_element(
                waiting, {}, [&](const Model* model) { return std::pair(missing(*model), model->app != last_app); });
            const Model& model = **best;
            last_app = model.app;
            create(model);
            waiting.erase(best);
        }
        for (const auto& [label, field] : late_fields_) {
            const Model& model = goal_.models.at(label);
            emit(model.app, AddField{model.name, field}, {label, field.to});
        }
        for (const auto& [label, join] : late_joins_) {
            const Model& model = goal_.models.at(label);
            emit(model.app, AddManyToMany{model.name, join}, {label, join.to});
        }
    }

    void create(const Model& model) {
        Model first = model;
        std::set<std::string> needs, late_columns;
        auto known = [&](const std::string& to) { return to == model.label() || now_.models.contains(to); };
        std::erase_if(first.fields, [&](const Field& field) {
            if (field.to.empty()) return false;
            if (known(field.to)) {
                needs.insert(field.to);
                return false;
            }
            late_fields_.emplace_back(model.label(), field);
            late_columns.insert(field.column);
            return true;
        });
        std::erase_if(first.many_to_many, [&](const schema::ManyToMany& join) {
            if (known(join.to)) {
                needs.insert(join.to);
                return false;
            }
            late_joins_.emplace_back(model.label(), join);
            return true;
        });
        // Their indexes and constraints come with add_parts().
        auto mentions = [&](const std::string& text) {
            return std::ranges::any_of(late_columns, [&](const std::string& column) {
                return text.find("\"" + column + "\"") != std::string::npos;
            });
        };
        std::erase_if(first.indexes, [&](const schema::Index& index) {
            return mentions(index.condition) || std::ranges::any_of(index.parts, [&](const auto& part) {
                       return late_columns.contains(part.column) || mentions(part.expression);
                   });
        });
        std::erase_if(first.constraints, [&](const schema::Constraint& constraint) {
            return mentions(constraint.condition) || std::ranges::any_of(constraint.columns, [&](const auto& column) {
                       return late_columns.contains(column);
                   });
        });
        needs.erase(model.label());
        emit(model.app, CreateModel{first}, needs, {}, model.label());
    }

    void remove_fields(const Model& old_model, const Model& new_model) {
        for (const auto& join : old_model.many_to_many) {
            auto same = named(new_model.many_to_many, join.name);
            if (same == new_model.many_to_many.end() || same->to != join.to)
                emit(new_model.app, RemoveManyToMany{new_model.name, join.name}, {}, {join.to});
        }
        for (const Field& field : old_model.fields)
            if (!new_model.find(field.name))
                emit(new_model.app, RemoveField{new_model.name, field.name}, {}, {field.to});
    }

    void change_fields(const Model& old_model, const Model& new_model) {
        for (const Field& field : new_model.fields) {
            std::set<std::string> needs{new_model.label()}, releases;
            if (!field.to.empty()) needs.insert(field.to);
            const Field* old_field = old_model.find(field.name);
            if (old_field && *old_field == field) continue;
            if (old_field && !old_field->to.empty() && old_field->to != field.to) releases.insert(old_field->to);
            bool has_fill = field.default_value.has_value() || field.auto_now || field.auto_now_add;
            bool becomes_required = !field.null && !has_fill && (!old_field || old_field->null);
            auto change = [&](const Field& shape) -> Operation {
                if (old_field) return AlterField{new_model.name, shape};
                return AddField{new_model.name, shape};
            };
            if (!becomes_required) {
                emit(new_model.app, change(field), needs, releases);
                continue;
            }
            // Three steps: as NULL, with values, required.
            auto expression = questioner_.fill(new_model, field);
            if (!expression)
                throw MigrationError(fmt::format(
                    "{}.{} is required and has no default: what do existing rows get? Give the member a default, make "
                    "it optional, or answer with --fill {}.{}=SQL",
                    new_model.label(), field.name, new_model.label(), field.name));
            Field optional = field;
            optional.null = true;
            if (!old_field || optional != *old_field) emit(new_model.app, change(optional), needs, releases);
            emit(new_model.app, Fill{new_model.name, field.name, *expression}, needs);
            emit(new_model.app, AlterField{new_model.name, field}, needs);
        }
        const Model after = now_.models.at(new_model.label());
        for (const auto& join : new_model.many_to_many) {
            auto same = named(after.many_to_many, join.name);
            if (same == after.many_to_many.end())
                emit(new_model.app, AddManyToMany{new_model.name, join}, {new_model.label(), join.to});
            else if (*same != join)
                emit(new_model.app, AlterManyToMany{new_model.name, join}, {new_model.label(), join.to});
        }
    }

    void delete_models() {
        std::vector<std::string> gone;
        for (const auto& [label, model] : now_.models)
            if (!goal_.models.contains(label)) gone.push_back(label);
        auto referred = [&](const std::string& label) {
            return std::ranges::any_of(now_.models, [&](const auto& entry) {
                return entry.first != label &&
                       (std::ranges::any_of(entry.second.fields,
                                            [&](const Field& field) { return field.to == label; }) ||
                        std::ranges::any_of(entry.second.many_to_many,
                                            [&](const auto& join) { return join.to == label; }));
            });
        };
        while (!gone.empty()) {
            auto next = std::ranges::find_if(gone, [&](const std::string& label) { return !referred(label); });
            if (next == gone.end()) {  // a circle among them: cut the references first
                for (const std::string& label : gone) {
                    Model model = now_.models.at(label);
                    for (const auto& join : model.many_to_many)
                        emit(model.app, RemoveManyToMany{model.name, join.name}, {}, {join.to});
                    for (const auto& constraint : model.constraints)
                        emit(model.app, RemoveConstraint{model.name, constraint.name});
                    for (const auto& index : model.indexes) emit(model.app, RemoveIndex{model.name, index.name});
                    for (const Field& field : model.fields)
                        if (!field.to.empty() && !field.primary_key)
                            emit(model.app, RemoveField{model.name, field.name}, {}, {field.to});
                }
                continue;
            }
            Model model = now_.models.at(*next);
            std::set<std::string> releases;
            for (const Field& field : model.fields) releases.insert(field.to);
            for (const auto& join : model.many_to_many) releases.insert(join.to);
            emit(model.app, DeleteModel{model.name}, {}, releases, {}, model.label());
            gone.erase(next);
        }
    }

    State now_;
    const State& goal_;
    Questioner& questioner_;
    std::vector<Detected> result_;
    std::vector<std::pair<std::string, Field>> late_fields_;
    std::vector<std::pair<std::string, schema::ManyToMany>> late_joins_;
};

}  // namespace

std::vector<Detected> detect(const State& from, const State& to, Questioner& questioner) {
    return Detector(from, to, questioner).run();
}

}  // namespace orm::migrations
