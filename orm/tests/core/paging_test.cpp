/// Keyset paging: every row once, in order, whatever the keys, and both ways.
#include "fixture.hpp"

namespace shop {

struct Town {
    orm::Id<Town> id;
    orm::Char<100> city;

    static consteval auto meta() { return orm::model<"shop", "town">(); }
};

struct Entry {
    orm::Id<Entry> id;
    orm::Char<50> name;
    std::optional<std::int32_t> rank;
    std::optional<orm::Timestamp> seen;
    bool pinned = false;
    orm::Decimal<8, 3> price;
    std::optional<orm::ForeignKey<Town, orm::on_delete::set_null>> town;

    static consteval auto meta() { return orm::model<"shop", "entry">(orm::ordering<orm::desc<&Entry::pinned>>); }
};

namespace {

using N = Entry;
using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;

class Paging : public Shop {
  protected:
    static constexpr std::size_t rows = 200;
    Paging() : Shop(orm::schema::state_of<Town, Entry>()) {
        std::vector<Town> towns(3);
        towns[0].city = towns[2].city = "Remich";
        towns[1].city = "Esch";
        db.insert_many(towns);
        std::vector<N> entries(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t mixed = i * 7919 % 211;
            N& n = entries[i];
            n.name = std::string(mixed % 2 ? "Row " : "row ") + std::to_string(mixed % 5);
            if (mixed % 4) n.rank = static_cast<std::int32_t>(mixed % 3) - 1;
            if (mixed % 5) n.seen = may(1 + static_cast<int>(mixed % 6));
            n.pinned = mixed % 3 == 0;
            n.price = orm::Decimal<8, 3>(std::to_string(mixed % 13) + ".1" + std::to_string(mixed % 9));
            if (mixed % 7 < 5) n.town = towns[mixed % 3].id;
        }
        db.insert_many(entries);
    }

    static std::int64_t id_of(const N& row) { return row.id.value; }
    template <class... More>
    static std::int64_t id_of(const std::tuple<N, More...>& row) {
        return std::get<0>(row).id.value;
    }
    template <class Row>
    static std::vector<std::int64_t> ids(const std::vector<Row>& rows) {
        std::vector<std::int64_t> result;
        for (const Row& row : rows) result.push_back(id_of(row));
        return result;
    }

    /// All pages of several lengths to the end and back, against the whole list.
    template <class Q, class Pages>
    void walk(const Q& query, const Pages& pages) {
        const auto whole = ids(db.all(query | pages.first));
        ASSERT_EQ(whole.size(), rows);
        EXPECT_EQ(ids(db.all(query | pages.last)), whole);
        for (const int length : {1, 3, 7}) {
            std::vector<std::int64_t> walked;
            auto page = db.all(query | pages.first | orm::limit(length));
            auto last = page;
            while (!page.empty() && walked.size() <= rows) {
                for (const auto& row : page) walked.push_back(id_of(row));
                last = page;
                page = db.all(query | pages.after(page.back()) | orm::limit(length));
            }
            ASSERT_EQ(walked, whole) << "forward, " << length << " at a time";
            EXPECT_EQ(ids(db.all(query | pages.last | orm::limit(length))),
                      std::vector(whole.end() - length, whole.end()));
            walked.assign(1, id_of(last.back()));
            page = db.all(query | pages.before(last.back()) | orm::limit(length));
            while (!page.empty() && walked.size() <= rows) {
                for (auto row = page.rbegin(); row != page.rend(); ++row) walked.push_back(id_of(*row));
                page = db.all(query | pages.before(page.front()) | orm::limit(length));
            }
            std::reverse(walked.begin(), walked.end());
            ASSERT_EQ(walked, whole) << "back, " << length << " at a time";
        }
    }
};

TEST_P(Paging, NullsAndTiesAndMixedDirections) {
    walk(orm::select<N>, orm::keyset<&N::rank>);
    walk(orm::select<N>, orm::keyset<orm::desc<&N::rank>, &N::seen>);
    walk(orm::select<N>, orm::keyset<orm::desc<&N::pinned>, orm::desc<&N::seen>, &N::rank, orm::desc<&N::id>>);
    walk(orm::select<N>, orm::keyset<&N::town, orm::desc<&N::name>>);
}

TEST_P(Paging, NullsWhereTheKeysSay) {
    walk(orm::select<N>, orm::keyset_by(f<&N::rank>.asc().nulls_first(), f<&N::seen>.desc().nulls_last()));
    walk(orm::select<N>, orm::keyset_by(f<&N::rank>.desc().nulls_last(), f<&N::seen>.asc().nulls_first()));
}

TEST_P(Paging, NullsAreTheGreatestOnBothDatabases) {
    const auto up = db.all(orm::select<N> | orm::keyset<&N::rank>.first);
    EXPECT_EQ(up.front().rank, -1);
    EXPECT_EQ(up.back().rank, std::nullopt);
    const auto down = db.all(orm::select<N> | orm::keyset<orm::desc<&N::rank>>.first);
    EXPECT_EQ(down.front().rank, std::nullopt);
    EXPECT_EQ(down.back().rank, -1);
}

TEST_P(Paging, OverRelationsAndExpressions) {
    constexpr auto city = f<&N::town, &Town::city>;
    walk(orm::select<N> | orm::annotate(city), orm::keyset_by(city.desc()));
    const auto name = orm::lower(f<&N::name>);
    walk(orm::select<N> | orm::annotate(city, name), orm::keyset_by(city, f<&N::pinned>, name.desc(), f<&N::rank>));
    const auto known = orm::coalesce(f<&N::rank>, 7);  // a parameter in the order
    walk(orm::select<N> | orm::annotate(known), orm::keyset_by(known.desc(), f<&N::seen>));
}

TEST_P(Paging, OverCalculatedDecimals) {
    const auto third = f<&N::price> / 3;
    const auto tax = f<&N::price> * orm::Decimal<4, 3>("0.177");
    const auto less = f<&N::price> - 7;
    walk(orm::select<N> | orm::annotate(third), orm::keyset_by(third));
    walk(orm::select<N> | orm::annotate(tax, less), orm::keyset_by(tax.desc(), f<&N::pinned>, less));
}

TEST_P(Paging, OverCountsOfRelatedRows) {
    const User people[] = {user("ann"), user("bob"), user("cid")};
    std::vector<E> events;
    for (int i = 0; i < 12; ++i) events.push_back(event("e" + std::to_string(i % 5), 1 + i % 4));
    for (std::size_t i = 0; i < events.size(); ++i)
        for (std::size_t n = 0; n < i % 4; ++n)
            registration(events[i], people[n], n ? R::Status::confirmed : R::Status::pending);
    const auto confirmed = orm::count(registrations).where(f<&R::status> == R::Status::confirmed);
    const auto pages = orm::keyset_by(confirmed.desc(), f<&E::title>);
    const auto query = orm::select<E> | orm::annotate(confirmed);
    const auto whole = db.all(query | pages.first);
    ASSERT_EQ(whole.size(), events.size());
    std::vector<std::string> walked, expected;
    for (const auto& [e, n] : whole) expected.push_back(e.title + std::to_string(n));
    auto page = db.all(query | pages.first | orm::limit(5));
    while (!page.empty()) {
        for (const auto& [e, n] : page) walked.push_back(e.title + std::to_string(n));
        const auto& [e, n] = page.back();
        page = db.all(query | pages.after(e, n) | orm::limit(5));
    }
    EXPECT_EQ(walked, expected);
    const auto& [e, n] = whole[5];
    EXPECT_EQ(db.count(orm::select<E> | pages.after(e, n)), 6);
    EXPECT_EQ(db.count(orm::select<E> | pages.before(n, e.title, e.id)), 5) << "by values alone";
    EXPECT_EQ(db.count(orm::select<E> | pages.first), 12);
}

TEST_P(Paging, TheIssuesSpelling) {
    const auto first = db.all(orm::select<N> | orm::limit(10));
    const auto next = db.all(orm::select<N> | orm::after(first.back()) | orm::limit(10));
    const auto whole = ids(db.all(orm::select<N> | orm::limit(20)));
    EXPECT_EQ(ids(next), std::vector(whole.begin() + 10, whole.end())) << "in the model's ordering";
    EXPECT_EQ(ids(db.all(orm::select<N> | orm::before(next.front()) | orm::limit(10))), ids(first));
    const auto by_rank = db.all(orm::select<N> | orm::keyset<&N::rank>.first | orm::limit(20));
    EXPECT_EQ(ids(db.all(orm::select<N> | orm::after<&N::rank>(by_rank[9]) | orm::limit(10))),
              ids(std::vector(by_rank.begin() + 10, by_rank.end())));
    EXPECT_EQ(db.all(orm::select<N> | orm::after<&N::rank>(std::nullopt, orm::Id<N>(0)) | orm::limit(1)).front().rank,
              std::nullopt)
        << "values from the link to a page";
    EXPECT_EQ(db.all(orm::select<N> | orm::before<&N::id>(by_rank[0].id)).size(),
              static_cast<std::size_t>(by_rank[0].id.value - 1));
}

TEST_P(Paging, RowsThatComeAndGoBetweenPages) {
    constexpr auto pages = orm::keyset<orm::desc<&N::rank>, &N::name>;
    auto expected = ids(db.all(orm::select<N> | pages.first));
    auto page = db.all(orm::select<N> | pages.first | orm::limit(7));
    std::vector<std::int64_t> walked = ids(page);
    N early = page.front();  // before the position: not seen
    early.id = {};
    early.name = "";
    db.insert(early);
    const N gone = page.back();  // the position itself
    db.erase(orm::select<N> | orm::filter(f<&N::id> == gone.id));
    const auto next = expected.at(8);  // ahead
    db.erase(orm::select<N> | orm::filter(f<&N::id> == orm::Id<N>(next)));
    expected.erase(expected.begin() + 8);
    while (!page.empty()) {
        page = db.all(orm::select<N> | pages.after(page.back()) | orm::limit(7));
        for (const N& n : page) walked.push_back(n.id.value);
    }
    EXPECT_EQ(walked, expected);
    N late = gone;  // ahead of the position, NULL before every rank
    late.id = {};
    late.name = "zzz";
    db.insert(late);
    const auto found = ids(db.all(orm::select<N> | pages.after(gone)));
    EXPECT_THAT(found, testing::Contains(late.id.value));
    EXPECT_EQ(ids(db.all(orm::select<N> | pages.before(gone) | orm::limit(6))).size(), 6U);
}

TEST_P(Paging, RowsWithRelatedOnesAndTextKeys) {
    const auto query = orm::select<N> | orm::related<&N::town>;
    constexpr auto pages = orm::keyset<&N::name>;
    const auto first = db.all(query | pages.first | orm::limit(3));
    const auto next = db.all(query | pages.after(first.back()) | orm::limit(3));
    EXPECT_EQ(ids(next), [&] {
        const auto six = ids(db.all(query | pages.first | orm::limit(6)));
        return std::vector(six.begin() + 3, six.end());
    }());
    for (const char* key : {"c", "a", "b"}) {
        Session session;
        session.session_key = key;
        db.insert(session);
    }
    const auto sessions = db.all(orm::select<Session> | orm::keyset<&Session::expire_date>.first);
    ASSERT_EQ(sessions.size(), 3U);
    EXPECT_EQ(db.get(orm::select<Session> | orm::after<&Session::expire_date>(sessions[1])).session_key, "c");
}

TEST_P(Paging, StandsInCountsWhenAndPrefetch) {
    constexpr auto pages = orm::keyset<&N::rank>;
    const auto whole = db.all(orm::select<N> | pages.first);
    EXPECT_EQ(db.count(orm::select<N> | pages.after(whole[49])), 150);
    EXPECT_EQ(db.count(orm::select<N> | pages.before(whole[49])), 49);
    EXPECT_EQ(db.count(orm::select<N> | orm::when(true, pages.after(whole[49]))), 150);
    EXPECT_EQ(db.count(orm::select<N> | orm::when(false, pages.after(whole[49]))), 200);
    EXPECT_FALSE(db.exists(orm::select<N> | pages.after(whole.back())));
    EXPECT_EQ(db.first(orm::select<N> | pages.after(whole[3]))->id, whole[4].id);
}

ON_EACH_DATABASE(Paging);

}  // namespace
}  // namespace shop
