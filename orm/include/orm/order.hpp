/// An order put together at run time, for lists that can be sorted by their columns: field names as text, checked
/// against the model.
///
///     orm::Order<MeetupEvent> order(request["sort"]);              // "-event_date,venue__city"
///     db.all(orm::select<MeetupEvent> | order | orm::limit(20));
///
/// Names are separated by commas; `-` before one turns its direction round. A path follows foreign keys. At most 10
/// fields; an empty text is the model's own order. Throws ValidationError for an unknown field and for one that has no
/// order (an array); the message names it.
#pragma once

#include "orm/query.hpp"

namespace orm {

namespace detail {

class DynamicOrder {
  public:
    DynamicOrder(const ModelInfo& (*model)(), std::string_view fields);
    void describe(sql::Scope& scope) const;
    void bind(Params& params) const;

  private:
    struct Key {
        std::vector<const MemberInfo*> steps;
        const MemberInfo* field;
        bool descending;
    };
    const ModelInfo& (*model_)();
    std::vector<Key> keys_;
    std::string structure_;
};

}  // namespace detail

template <class M>
class Order : public detail::StageBase {
  public:
    static constexpr bool orders = true;
    using order_keys = detail::Exprs<detail::AnyField>;
    explicit Order(std::string_view fields) : order_(&info<M>, fields) {}
    template <class Q>
    static consteval bool check() {
        static_assert(std::is_same_v<typename Q::model, M>, "orm: Order<Model> orders a query of that model");
        detail::check_order<Q>();
        return true;
    }
    template <class Q>
    void describe(sql::Scope& scope) const {
        order_.describe(scope);
    }
    void bind(Params& p) const { order_.bind(p); }

  private:
    detail::DynamicOrder order_;
};

}  // namespace orm
