/// Full-text search over one or more text fields: all words of the query, in their English stems.
///
///     constexpr auto texts = orm::search_in<"AB">(f<&E::title>, f<&E::description>);      // weights A to D, A counts
///     most db.all(orm::select<E> | orm::filter(texts.matches("social")) | orm::annotate(texts.rank("social"))
///                           | orm::sort(texts.rank("social").desc()));
///
/// PostgreSQL: to_tsvector/plainto_tsquery/ts_rank of the english configuration (an expression index on the same vector
/// serves it). SQLite: FTS5's porter tokenizer over each row, with the same weights (0.1, 0.2, 0.4, 1.0); rows are
/// scanned.
#pragma once

#include "orm/query.hpp"

namespace orm {

namespace detail {

template <sql::Op Operator, Literal Weights, class V, class... Fields>
struct SearchNode : Fluent<SearchNode<Operator, Weights, V, Fields...>> {
    using orm_root = typename RootOfAll<Fields...>::type;
    using orm_outer = Models<>;
    using orm_value = V;
    static constexpr bool aggregate = false;
    static constexpr std::size_t params = 1;
    std::string query;
    explicit SearchNode(std::string_view q) : query(q) {}
    const sql::Expr* describe(sql::Scope& scope) const {
        sql::Expr* node = scope.tree().make(Operator, {scope.tree().param(type_info<std::string>, &query)});
        node->text = Weights.view();
        (node->args.push_back(Fields{}.describe(scope)), ...);
        return node;
    }
    void bind(Params& p) const { p.add(type_info<std::string>, &query); }
};

template <Literal Weights, class... Fields>
struct SearchIn {
    static_assert(Weights.view().empty() || Weights.view().size() == sizeof...(Fields),
                  "orm: search_in needs one weight (A, B, C or D) for each field, or none");
    /// All words of `query` occur.
    auto matches(std::string_view query) const { return SearchNode<sql::Op::search, Weights, bool, Fields...>(query); }
    /// How well; only the order of ranks means something, and only among rows that match.
    auto rank(std::string_view query) const {
        return SearchNode<sql::Op::search_rank, Weights, double, Fields...>(query);
    }
};

}  // namespace detail

template <detail::Literal Weights, Expression... Fields>
constexpr auto search_in(Fields...) {
    return detail::SearchIn<Weights, Fields...>{};
}
template <Expression... Fields>
constexpr auto search_in(Fields...) {
    return detail::SearchIn<"", Fields...>{};
}

}  // namespace orm
