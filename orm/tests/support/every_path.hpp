/// Every way to write rows and to read them back, with random rows of a model; see random_values.hpp.
///
///     EveryPath<Venue>(db, random).run<&Venue::id, &Venue::name, &Venue::city>();     // all members but the key
#pragma once

#include <gtest/gtest.h>

#include "random_values.hpp"

namespace orm::test {

template <class M>
class EveryPath {
  public:
    EveryPath(Database& db, Random& random, std::size_t rows = 8) : db_(db), random_(random), count_(rows) {}

    /// Without `Members` the paths that name members in their types are left out.
    template <auto Key, auto... Members>
    void run() {
        inserts<Key>();
        saves<Key>();
        if constexpr (sizeof...(Members) > 0) {
            updates<Key, Members...>();
            chosen_upserts<Key, Members...>();
        }
        upserts<Key>();
        ignores<Key>();
        if constexpr (requires(const M& row) { row.id; }) random_.know(rows_);
    }

  private:
    std::vector<M> make() {
        std::vector<M> rows;
        for (std::size_t i = 0; i < count_; ++i) rows.push_back(random_.row<M>());
        return rows;
    }
    template <auto Key>
    void refill(std::vector<M>& rows) {
        for (M& row : rows) random_.refill<Key>(row);
    }

    /// `upserted`: the time of the first insertion stays.
    void expect_kept(const M& stored, const M& written, bool upserted) {
        EXPECT_EQ(random_.lost(stored, written, db_.dialect(), upserted), "");
    }
    /// Read by get, first, all and stream.
    template <auto Key>
    void expect_stored(const std::vector<M>& rows, const char* path, bool upserted = false) {
        SCOPED_TRACE(path);
        using K = std::decay_t<decltype(rows[0].*Key)>;
        std::map<K, const M*> written;
        std::vector<K> keys;
        for (const M& row : rows) {
            written[row.*Key] = &row;
            keys.push_back(row.*Key);
        }
        ASSERT_EQ(written.size(), rows.size()) << "each row has a key of its own";
        const auto these = select<M> | filter(f<Key>.in(keys));
        const auto one = select<M> | filter(f<Key> == rows[0].*Key);
        expect_kept(db_.get(one), rows[0], upserted);
        expect_kept(db_.first(one).value(), rows[0], upserted);
        const std::vector<M> all = db_.all(these);
        EXPECT_EQ(all.size(), rows.size());
        for (const M& row : all) expect_kept(row, *written.at(row.*Key), upserted);
        std::size_t streamed = 0;
        db_.stream(
            these,
            [&](M&& row) {
                ++streamed;
                expect_kept(row, *written.at(row.*Key), upserted);
            },
            3);
        EXPECT_EQ(streamed, rows.size());
    }

    template <auto Key>
    void inserts() {
        rows_ = make();
        for (M& row : rows_) db_.insert(row);
        expect_stored<Key>(rows_, "insert");
        std::vector<M> many = make();  // COPY
        db_.insert_many(many);
        expect_stored<Key>(many, "insert_many");
        std::vector<M> created;
        for (M& row : make()) created.push_back(db_.create(std::move(row)));
        expect_stored<Key>(created, "create");
        if constexpr (requires(const M& row) { row.id; }) random_.know(many);
    }
    template <auto Key>
    void saves() {
        refill<Key>(rows_);
        for (M& row : rows_) db_.save(row);
        expect_stored<Key>(rows_, "save");
        const std::vector<M> loaded = rows_;
        refill<Key>(rows_);
        for (std::size_t i = 0; i < rows_.size(); ++i) db_.save_changed(rows_[i], loaded[i]);
        expect_stored<Key>(rows_, "save_changed");
    }
    template <auto Key, auto... Members>
    void updates() {
        refill<Key>(rows_);
        EXPECT_EQ((db_.template update_many<Members...>(rows_)), rows_.size());
        expect_stored<Key>(rows_, "update_many");
        refill<Key>(rows_);
        for (const M& row : rows_)
            EXPECT_EQ(db_.update(select<M> | filter(f<Key> == row.*Key), (set<Members> = plain(row.*Members))...), 1U);
        expect_stored<Key>(rows_, "update");
        refill<Key>(rows_);
        for (const M& row : rows_) {
            std::vector<M> returned;
            in_eights<Key, Members...>(row, returned);
            ASSERT_EQ(returned.size(), 1U);
            SCOPED_TRACE("returned by update_returning");
            expect_kept(returned[0], row, false);
        }
        expect_stored<Key>(rows_, "update_returning");
    }
    /// update_returning takes up to eight fields.
    template <auto Key, auto A, auto B, auto C, auto D, auto E, auto F, auto G, auto H, auto... Rest>
    void in_eights(const M& row, std::vector<M>& returned) {
        returned =
            db_.update_returning(select<M> | filter(f<Key> == row.*Key), set<A> = plain(row.*A), set<B> = plain(row.*B),
                                 set<C> = plain(row.*C), set<D> = plain(row.*D), set<E> = plain(row.*E),
                                 set<F> = plain(row.*F), set<G> = plain(row.*G), set<H> = plain(row.*H));
        if constexpr (sizeof...(Rest) > 0) in_eights<Key, Rest...>(row, returned);
    }
    template <auto Key, auto A, auto... Rest>
    requires(sizeof...(Rest) < 7) void in_eights(const M& row, std::vector<M>& returned) {
        const auto one = select<M> | filter(f<Key> == row.*Key);
        returned = db_.update_returning(one, set<A> = plain(row.*A));
        if constexpr (sizeof...(Rest) > 0) in_eights<Key, Rest...>(row, returned);
    }
    template <auto Key, auto... Members>
    void chosen_upserts() {
        refill<Key>(rows_);
        constexpr auto changed = on_conflict<Key>.template update<Members...>();
        for (M& row : rows_) EXPECT_TRUE(db_.upsert(row, changed.where(f<Key> == excluded<Key>)));
        expect_stored<Key>(rows_, "upsert with a condition", true);
        refill<Key>(rows_);
        EXPECT_EQ(db_.upsert_many(rows_, changed.where(f<Key> == excluded<Key>)), rows_.size());
        expect_stored<Key>(rows_, "upsert_many with a condition", true);
        std::vector<M> refused = rows_;
        refill<Key>(refused);
        for (M& row : refused) EXPECT_FALSE(db_.upsert(row, changed.where(f<Key> != excluded<Key>)));
        expect_stored<Key>(rows_, "upsert with a condition that does not hold", true);
    }
    template <auto Key>
    void upserts() {
        refill<Key>(rows_);
        for (M& row : rows_) db_.template upsert<Key>(row);
        expect_stored<Key>(rows_, "upsert of what is there", true);
        std::vector<M> fresh = make();
        for (M& row : fresh) db_.template upsert<Key>(row);
        expect_stored<Key>(fresh, "upsert of new rows");
        refill<Key>(rows_);
        std::vector<M> both = rows_;
        for (M& row : make()) both.push_back(std::move(row));
        EXPECT_EQ((db_.template upsert_many<Key>(both)), both.size());
        expect_stored<Key>(both, "upsert_many", true);
        rows_.assign(both.begin(), both.begin() + std::ssize(rows_));
    }
    template <auto Key>
    void ignores() {
        std::vector<M> fresh = make();
        for (M& row : fresh) EXPECT_TRUE((db_.template insert_or_ignore<Key>(row)));
        expect_stored<Key>(fresh, "insert_or_ignore of new rows");
        std::vector<M> known = fresh;
        refill<Key>(known);
        for (M& row : known) EXPECT_FALSE((db_.template insert_or_ignore<Key>(row)));
        expect_stored<Key>(fresh, "insert_or_ignore of what is there");
        std::vector<M> both = fresh;
        refill<Key>(both);
        for (M& row : make()) both.push_back(std::move(row));
        EXPECT_EQ((db_.template insert_many_or_ignore<Key>(both)), both.size() - fresh.size());
        expect_stored<Key>(fresh, "insert_many_or_ignore of what is there");
        both.erase(both.begin(), both.begin() + std::ssize(fresh));
        expect_stored<Key>(both, "insert_many_or_ignore of new rows");
    }

    /// A relation's key is what set<> and conditions take.
    template <class T>
    static auto plain(const T& value) {
        if constexpr (ForeignKeyType<T>)
            return value.id;
        else if constexpr (is_optional<T>) {
            if constexpr (ForeignKeyType<remove_optional<T>>)
                return value ? std::optional(value->id) : std::nullopt;
            else
                return value;
        } else
            return value;
    }

    Database& db_;
    Random& random_;
    std::size_t count_;
    std::vector<M> rows_;
};

}  // namespace orm::test
