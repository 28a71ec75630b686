/// How the children of prefetched relations are fetched: level by level, all relations of a level together, which on
/// PostgreSQL is one round trip whatever their number. Internal to the data layer; orm::prefetch is in query.hpp.
///
///     ChildFetches level = children_of(query, rows, dialect);   // one for each prefetch of the query
///     level[0]->batch(), level[0]->inner(), level[0]->hand_out();
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>

#include "orm/plan.hpp"

namespace orm::detail {

class ChildFetch;
using ChildFetches = std::vector<std::unique_ptr<ChildFetch>>;

/// The fetch of one prefetched relation.
class ChildFetch {
  public:
    ChildFetch() = default;
    virtual ~ChildFetch() = default;
    ChildFetch(const ChildFetch&) = delete;
    ChildFetch& operator=(const ChildFetch&) = delete;
    virtual Connection::Batch batch() const = 0;
    /// After the batch has run: how many rows came.
    virtual std::size_t rows() const = 0;
    /// The prefetches of the fetched children themselves.
    virtual ChildFetches inner() = 0;
    /// Gives the children, complete with their own, to their parents.
    virtual void hand_out() = 0;
};

template <Query Q>
ChildFetches children_of(const Q& query, std::vector<row_of<Q>>& rows, Dialect dialect);

/// Which rows have which key, from each row's first part.
template <class Key, class P, class Row>
std::vector<std::int64_t> keys_of_rows(const std::vector<Row>& rows) {
    std::vector<std::int64_t> keys;
    keys.reserve(rows.size());
    for (const auto& row : rows) keys.push_back(Key::of(part_of<0, P>(row)));
    return keys;
}

template <std::size_t Index, Query Q, class S>
class ChildFetchOf final : public ChildFetch {
    using Children = typename S::children;
    using Child = row_of<Children>;
    using P = typename Q::parts;

  public:
    ChildFetchOf(const S& stage, std::vector<row_of<Q>>& rows, Dialect dialect)
        : query_(stage.query),
          parents_(rows),
          dialect_(dialect),
          keys_(keys_of_rows<typename S::key, P>(rows)),
          bound_(stage.query, texts_of<typename S::link, Children>().literal_bits()) {
        // One parent is the commonest page; its children are found by `=`, as anybody would write it.
        const bool one = keys_.size() == 1;
        bound_.params().branch(one);
        if (one)
            bound_.params().add(type_info<std::int64_t>, keys_.data());
        else
            bound_.params().add(type_info<std::vector<std::int64_t>>, &keys_);
        plan_ = plan_for_children<typename S::link>(query_, keys_, dialect, bound_.shape());
        // A page asks again for about as many children: without this each was moved once or twice as the vector grew.
        found_.reserve(std::min(last_count_.load(std::memory_order_relaxed), most_reserved / sizeof(Owned<Child>)));
        sink_.emplace(found_, plan_->rows);
    }
    Connection::Batch batch() const override { return {&plan_->statement, bound_.span(), &sink_->into()}; }
    std::size_t rows() const override { return found_.size(); }
    ChildFetches inner() override {
        last_count_.store(found_.size(), std::memory_order_relaxed);
        if constexpr (has_children<Children>) {
            children_.reserve(found_.size());
            for (auto& child : found_) children_.push_back(std::move(child.row));
            if (!children_.empty()) return children_of(query_, children_, dialect_);
        }
        return {};
    }
    void hand_out() override {
        // The same parent may stand in several rows; each gets the children.
        const Positions positions(keys_);
        std::vector<std::size_t> count(parents_.size());
        for (const auto& child : found_) positions.each(child.owner, [&](std::size_t row) { ++count[row]; });
        for (std::size_t i = 0; i < parents_.size(); ++i) part_of<Index, P>(parents_[i]).reserve(count[i]);
        for (std::size_t i = 0; i < found_.size(); ++i) {
            std::size_t last = parents_.size();
            positions.each(found_[i].owner, [&](std::size_t row) {
                if (last != parents_.size()) part_of<Index, P>(parents_[last]).push_back(child_at(i));
                last = row;
            });
            if (last != parents_.size()) part_of<Index, P>(parents_[last]).push_back(std::move(child_at(i)));
        }
    }

  private:
    static constexpr std::size_t most_reserved =
        65536;  ///< bytes; a page's worth, so that a large one costs no small one
    static inline std::atomic<std::size_t> last_count_{0};
    /// With prefetches of their own the children had to become the rows of a query.
    Child& child_at(std::size_t i) {
        if constexpr (has_children<Children>)
            return children_[i];
        else
            return found_[i].row;
    }
    const Children& query_;
    std::vector<row_of<Q>>& parents_;
    Dialect dialect_;
    std::vector<std::int64_t> keys_;
    Bound<Children, true, 1> bound_;
    PlanRef plan_;
    std::vector<Owned<Child>> found_;
    std::optional<Sink<Owned<Child>>> sink_;
    std::vector<Child> children_;
};

template <Query Q>
ChildFetches children_of(const Q& query, std::vector<row_of<Q>>& rows, Dialect dialect) {
    ChildFetches fetches;
    query.prefetches([&]<class S, std::size_t Index>(const S& stage, std::integral_constant<std::size_t, Index>) {
        fetches.push_back(std::make_unique<ChildFetchOf<Index, Q, S>>(stage, rows, dialect));
    });
    return fetches;
}

}  // namespace orm::detail
