/// Conditions put together at run time, for search forms and the back office: field names and operators as text,
/// checked against the model; values parsed by the field's type and bound as parameters.
///
///     orm::Predicate<MeetupEvent> p;
///     p.add("title__icontains", form["q"]).add("event_date__gte", form["from"]).add("venue__city", "Remich");
///     db.all(orm::select<MeetupEvent> | orm::filter(p));
///
/// Operators as in Django: exact (default), iexact, contains, icontains, startswith, istartswith, endswith, iendswith,
/// gt, gte, lt, lte, date and year (of times, in UTC), in (values separated by commas), range (two values, both
/// included), isnull (true/false); of arrays contains and overlap (values separated by commas), of documents contains
/// (a document). A date that is compared with a time is its midnight in UTC.
///
/// A path follows foreign keys: event__venue__city; a field named like an operator is the field. It follows
/// many-to-manys and the reverse of the foreign keys of registered models, too (registrations__user__email): whether
/// there is such a row. Each condition asks for a row of its own, and isnull whether there is none.
///
/// Several conditions are joined by AND; `any_of` and `none_of` take other predicates, and a condition on NULL counts
/// as one that does not hold in `none_of`. At most 50 conditions. Throws ValidationError for an unknown field or
/// operator and for a value that the field cannot have; the message names both.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/expression.hpp"

namespace orm {

namespace detail {

struct FieldPath;

class DynamicCondition {
  public:
    explicit DynamicCondition(const ModelInfo& model);
    void add(std::string_view path, std::string_view value);
    enum class Join : std::uint8_t { all, any, none };
    void add_group(Join join, std::vector<DynamicCondition> members);
    const sql::Expr* describe(sql::Scope& scope) const;
    void bind(Params& params) const;
    bool empty() const;
    static constexpr std::size_t max_conditions = 50;

  private:
    struct Item;
    void push(std::shared_ptr<const Item> item);
    void add_any_of(std::string_view field, const std::vector<std::string>& values);
    bool add_related(FieldPath& path, const std::vector<std::string>& parts, std::string_view value);
    const sql::Expr* describe_related(sql::Scope& scope, const Item& item) const;
    std::string structure() const;
    bool may_be_null() const;
    std::size_t conditions() const;
    const sql::Expr* describe_inner(sql::Scope& scope) const;
    void bind_inner(Params& params) const;
    const ModelInfo* model_;
    std::vector<std::shared_ptr<const Item>> items_;
    Join join_ = Join::all;
};

}  // namespace detail

template <class M>
class Predicate : public Fluent<Predicate<M>> {
  public:
    using orm_root = M;
    using orm_outer = Models<>;
    using orm_value = bool;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = detail::DynamicCondition::max_conditions;

    Predicate& add(std::string_view path, std::string_view value) {
        condition_.add(path, value);
        return *this;
    }
    Predicate& any_of(const std::vector<Predicate>& others) {
        return group(detail::DynamicCondition::Join::any, others);
    }
    Predicate& none_of(const std::vector<Predicate>& others) {
        return group(detail::DynamicCondition::Join::none, others);
    }
    bool empty() const { return condition_.empty(); }

    const sql::Expr* describe(sql::Scope& scope) const { return condition_.describe(scope); }
    void bind(Params& p) const { condition_.bind(p); }

  private:
    Predicate& group(detail::DynamicCondition::Join join, const std::vector<Predicate>& others) {
        std::vector<detail::DynamicCondition> members;
        for (const Predicate& other : others) members.push_back(other.condition_);
        condition_.add_group(join, std::move(members));
        return *this;
    }
    detail::DynamicCondition condition_{info<M>()};
};

}  // namespace orm
