/// Subqueries, sets, windows, arrays, JSON, search, keyset paging, run-time conditions, bulk updates, plans.
#include "fixture.hpp"

namespace shop {
namespace {

using E = Event;
using R = Registration;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Advanced : public Shop {
  protected:
    Advanced() {
        remich = venue("Caves", "Remich");
        ana = user("ana");
        ben = user("ben");
        cara = user("cara");
        wine = event("Wine tasting social", 1, remich.id);
        quiz = event("Speed dating", 2);
        hike = event("Hiking with wines", 3);
        registration(wine, ana, R::Status::confirmed);
        registration(wine, ben, R::Status::waitlist);
        registration(wine, cara, R::Status::cancelled);
        registration(quiz, ana, R::Status::confirmed);
    }
    template <class Q>
    std::vector<std::string> titles(const Q& query) {
        std::vector<std::string> result;
        for (const E& e : db.all(query)) result.push_back(e.title);
        return result;
    }
    template <class C>
    std::vector<std::string> names(C condition) {
        std::vector<std::string> result;
        for (const User& u : db.all(orm::select<User> | orm::filter(condition) | orm::order_by<&User::username>))
            result.push_back(u.username);
        return result;
    }
    struct Refused {
        std::string_view path, value;
        const char* message;
    };
    /// Each is a ValidationError that says the message.
    template <class P>
    void expect_refused(std::initializer_list<Refused> conditions) {
        for (const auto& [path, value, message] : conditions) {
            try {
                P().add(path, value);
                ADD_FAILURE() << path;
            } catch (const orm::ValidationError& e) {
                EXPECT_THAT(e.what(), HasSubstr(message));
            }
        }
    }
    void profile_of(const User& u, std::vector<std::string> interests, std::string data) {
        Profile p;
        p.user = u.id;
        p.interests.assign(interests.begin(), interests.end());
        p.data = orm::Json(std::move(data));
        db.insert(p);
    }
    Venue remich;
    User ana, ben, cara;
    E wine, quiz, hike;
};

TEST_P(Advanced, ExistsAndInTakeWholeQueries) {
    const auto confirmed =
        orm::select<R> | orm::filter(f<&R::user> == orm::outer<&User::id> && f<&R::status> == R::Status::confirmed);
    EXPECT_THAT(names(orm::exists(confirmed)), ElementsAre("ana"));
    EXPECT_THAT(names(!orm::exists(confirmed)), ElementsAre("ben", "cara"));
    const auto registered = orm::select<R> | orm::filter(f<&R::event> == wine.id) | orm::values<&R::user>;
    EXPECT_THAT(names(orm::in(f<&User::id>, registered)), ElementsAre("ana", "ben", "cara"));
    EXPECT_THAT(names(orm::not_in(f<&User::id>, registered)), IsEmpty());
    const auto latest = orm::subquery(orm::select<R> | orm::filter(f<&R::user> == orm::outer<&User::id>) |
                                      orm::value_of(orm::max(f<&R::id>)));
    const auto rows = db.all(orm::select<User> | orm::annotate(latest) | orm::order_by<&User::username>);
    EXPECT_GT(std::get<1>(rows[0])->value, std::get<1>(rows[1])->value);
}

TEST_P(Advanced, OuterReferencesReachAnyDepth) {
    // Two selects lie between the user's row and the place where it is asked for.
    const auto same = [](auto status) {
        return orm::select<R> | orm::filter(f<&R::event> == orm::outer<&E::id> &&
                                            f<&R::user> == orm::outer<&User::id> && f<&R::status> == status);
    };
    const auto in_remich = [&](auto status) {
        return orm::exists(orm::select<E> |
                           orm::filter(orm::exists(same(status)) && f<&E::venue, &Venue::city> == "Remich"));
    };
    EXPECT_THAT(names(in_remich(R::Status::confirmed)), ElementsAre("ana"));
    EXPECT_THAT(names(in_remich(R::Status::waitlist)), ElementsAre("ben"));
    EXPECT_THAT(names(in_remich(R::Status::pending)), IsEmpty());
}

TEST_P(Advanced, SetsCombineQueries) {
    const auto title = [](std::string_view text) {
        return orm::select<E> | orm::filter(f<&E::title>.contains(text)) | orm::values<&E::title>;
    };
    EXPECT_THAT(db.all(title("ine") | orm::union_with(title("Wine"))),
                UnorderedElementsAre("Wine tasting social", "Hiking with wines"));
    EXPECT_THAT(db.all(title("ine") | orm::union_all_with(title("Wine"))), testing::SizeIs(3));
    EXPECT_THAT(db.all(title("ine") | orm::intersect_with(title("Wine"))), ElementsAre("Wine tasting social"));
    EXPECT_THAT(db.all(title("ine") | orm::except_of(title("Wine"))), ElementsAre("Hiking with wines"));
    EXPECT_EQ(db.count(title("ine") | orm::union_with(title("Speed"))), 3);
}

TEST_P(Advanced, DistinctOnKeepsTheFirstOfEach) {
    const auto newest =
        db.all(orm::select<R> | orm::order_by<&R::event, orm::desc<&R::id>> | orm::distinct_on<&R::event>);
    ASSERT_EQ(newest.size(), 2U);
    EXPECT_EQ(newest[0].user, cara.id);
    EXPECT_EQ(newest[1].user, ana.id);
}

TEST_P(Advanced, PrefetchOfTheTopNPerParent) {
    orm::expect_queries(2, [&] {
        const auto rows =
            db.all(orm::select<E> | orm::prefetch(registrations | orm::order_by<orm::desc<&R::id>> | orm::limit(2)));
        ASSERT_EQ(rows.size(), 3U);
        const auto& first = std::get<1>(rows[0]);
        ASSERT_EQ(first.size(), 2U);
        EXPECT_EQ(first[0].user, cara.id);
        EXPECT_EQ(first[1].user, ben.id);
        EXPECT_EQ(std::get<1>(rows[1]).size(), 1U);
        EXPECT_THAT(std::get<1>(rows[2]), IsEmpty());
    });
}

TEST_P(Advanced, Windows) {
    const auto place = orm::over(orm::row_number(), orm::partition_by(f<&R::event>), f<&R::id>.desc());
    const auto before = orm::over(orm::lag(f<&R::user>), orm::partition_by(f<&R::event>), f<&R::id>.asc());
    const auto total = orm::over(orm::count(), orm::partition_by(f<&R::event>));
    const auto rows = db.all(orm::select<R> | orm::annotate(place, before, total) | orm::order_by<&R::id>);
    EXPECT_EQ(std::get<1>(rows[0]), 3);
    EXPECT_EQ(std::get<2>(rows[0]), std::nullopt);
    EXPECT_EQ(std::get<2>(rows[1]), ana.id);
    EXPECT_EQ(std::get<3>(rows[2]), 3);
}

TEST_P(Advanced, Arrays) {
    profile_of(ana, {"hiking", "wine, red"}, "{}");
    profile_of(ben, {"cooking"}, "{}");
    profile_of(cara, {}, "{}");
    const auto who = [&](auto condition) {
        std::vector<std::int64_t> users;
        for (const Profile& p : db.all(orm::select<Profile> | orm::filter(condition) | orm::order_by<&Profile::id>))
            users.push_back(p.user.id.value);
        return users;
    };
    const auto interests = f<&Profile::interests>;
    EXPECT_THAT(who(orm::array_contains(interests, {"hiking"})), ElementsAre(ana.id.value));
    EXPECT_THAT(who(orm::array_contains(interests, {"hiking", "wine, red"})), ElementsAre(ana.id.value));
    EXPECT_THAT(who(orm::array_contains(interests, {"hiking", "cooking"})), IsEmpty());
    EXPECT_THAT(who(orm::array_overlaps(interests, {"hiking", "cooking"})), ElementsAre(ana.id.value, ben.id.value));
    EXPECT_THAT(who(orm::array_contained_by(interests, {"cooking", "x"})), ElementsAre(ben.id.value, cara.id.value));
    EXPECT_THAT(who(orm::array_contains(interests, {})), testing::SizeIs(3));
    EXPECT_THAT(who(orm::array_overlaps(interests, {})), IsEmpty());
    EXPECT_THAT(who(orm::array_length(interests) == 2), ElementsAre(ana.id.value));
}

TEST_P(Advanced, JsonContainmentPathsAndAppend) {
    profile_of(ana, {}, R"({"done": [1, 2], "name": {"first": "Ana"}, "n": 5})");
    profile_of(ben, {}, R"({"done": []})");
    const auto data = f<&Profile::data>;
    const auto count = [&](auto condition) { return db.count(orm::select<Profile> | orm::filter(condition)); };
    EXPECT_EQ(count(orm::json_contains(data, orm::Json(R"({"done": [2]})"))), 1);
    EXPECT_EQ(count(orm::json_contains(data, orm::Json(R"({"done": []})"))), 2);
    EXPECT_EQ(count(orm::json_contains(data, orm::Json(R"({"n": 5.0})"))), 1);
    EXPECT_EQ(count(orm::json_contains(data, orm::Json(R"({"name": {"last": "x"}})"))), 0);
    EXPECT_EQ(count(orm::json_text(data, {"name", "first"}) == "Ana"), 1);
    EXPECT_EQ(count(orm::json_text(data, {"done", "0"}) == "1"), 1);
    EXPECT_EQ(count(orm::json_text(data, {"done", "-1"}) == "2"), 1);
    EXPECT_EQ(count(orm::json_get(data, {"missing"}).is_null()), 2);
    db.update(orm::select<Profile>, orm::set<& Profile::data> = orm::Json("[1]"));
    db.update(orm::select<Profile>, orm::set<& Profile::data> = orm::json_append(data, orm::Json(R"({"x": 2})")));
    EXPECT_EQ(count(orm::json_contains(data, orm::Json(R"([1, {"x": 2}])"))), 2);
}

TEST_P(Advanced, FullTextSearchPlainAndRanked) {
    const auto texts = orm::search_in<"AB">(f<&E::title>, f<&E::venue, &Venue::name>);
    const auto find = [&](std::string_view query) {
        return titles(orm::select<E> | orm::filter(texts.matches(query)) |
                      orm::sort(texts.rank(query).desc(), f<&E::id>));
    };
    EXPECT_THAT(find("speed dating"), ElementsAre("Speed dating"));
    EXPECT_THAT(find("the wine"), UnorderedElementsAre("Wine tasting social", "Hiking with wines"))
        << "stems, without stop words";
    EXPECT_THAT(find("hike"), ElementsAre("Hiking with wines"));
    EXPECT_THAT(find("cave social"), ElementsAre("Wine tasting social")) << "words of different fields";
    EXPECT_THAT(find("wine speed"), IsEmpty());
    EXPECT_THAT(find(""), IsEmpty());
    EXPECT_THAT(find("') OR 1=1 --"), IsEmpty());
    EXPECT_THAT(find("others"), IsEmpty());
    const E other = event("The other side", 5), others = event("Two others", 6);
    EXPECT_THAT(find("others"), ElementsAre("Two others")) << "a stop word that has the stem of another word";
    db.erase(other), db.erase(others);
    // A hit in the title counts more than one in the venue's name.
    const E named = event("Caves by night", 4);
    EXPECT_THAT(find("caves"), ElementsAre("Caves by night", "Wine tasting social"));
}

TEST_P(Advanced, KeysetPagesForwardAndBackOverTies) {
    std::vector<E> more(23);
    for (std::size_t i = 0; i < more.size(); ++i) {
        more[i].title = "tie " + std::to_string(i);
        more[i].event_date = may(10 + static_cast<int>(i) / 7);
    }
    db.insert_many(more);
    constexpr auto pages = orm::keyset<orm::desc<&E::event_date>, &E::id>;
    const auto whole = titles(orm::select<E> | pages.first);
    std::vector<std::string> walked;
    std::vector<E> page = db.all(orm::select<E> | pages.first | orm::limit(5));
    std::vector<E> previous;
    while (!page.empty()) {
        for (const E& e : page) walked.push_back(e.title);
        previous = page;
        page = db.all(orm::select<E> | pages.after(page.back()) | orm::limit(5));
    }
    EXPECT_EQ(walked, whole);
    const auto back = db.all(orm::select<E> | pages.before(previous.front()) | orm::limit(5));
    ASSERT_EQ(back.size(), 5U);
    EXPECT_EQ(back.back().title, whole[whole.size() - previous.size() - 1]) << "in reading order";
    EXPECT_EQ(back.front().title, whole[whole.size() - previous.size() - 5]);
}

TEST_P(Advanced, PredicatesAreBuiltAtRunTime) {
    using P = orm::Predicate<E>;
    const auto find = [&](const P& p) { return titles(orm::select<E> | orm::filter(p)); };
    EXPECT_THAT(find(P()), testing::SizeIs(3));
    EXPECT_THAT(find(P().add("title__icontains", "WINE").add("venue__city", "Remich")),
                ElementsAre("Wine tasting social"));
    EXPECT_THAT(find(P().add("event_date__gte", "2030-05-02").add("max_participants__lt", "31")), testing::SizeIs(2));
    EXPECT_THAT(find(P().add("venue__isnull", "true")), testing::SizeIs(2));
    EXPECT_THAT(find(P().add("event_type__in", "mixer,activity")), IsEmpty());
    EXPECT_THAT(find(P().add("fee", "12.50")), testing::SizeIs(3));
    EXPECT_THAT(find(P().any_of({P().add("title__startswith", "Speed"), P().add("title__endswith", "wines")})),
                ElementsAre("Speed dating", "Hiking with wines"));
    EXPECT_THAT(find(P().none_of({P().add("title__startswith", "Speed")})), testing::SizeIs(2));
    EXPECT_THAT(find(P().add("event_date__range", "2030-05-02,2030-05-02T23:59:59Z")), ElementsAre("Speed dating"));
    EXPECT_THAT(find(P().add("event_date__date", "2030-05-02")), ElementsAre("Speed dating"));
    EXPECT_THAT(find(P().add("event_date__date", "9999-12-31")), IsEmpty());
    EXPECT_THAT(find(P().add("event_date__year", "2030")), testing::SizeIs(3));
    EXPECT_THAT(find(P().none_of({P().add("event_date__year", "2029")})), testing::SizeIs(3));
    EXPECT_THAT(find(P().add("event_date__year", "9999")), IsEmpty());
    EXPECT_THAT(find(P().add("event_date__year", "1")), IsEmpty());
    EXPECT_THAT(find(P().add("fee__in", "0,12.50")), testing::SizeIs(3));
    EXPECT_THAT(find(P().add("fee__in", "1.50,2.50")), IsEmpty());
    EXPECT_THAT(find(P().add("is_published__in", "true,false")), testing::SizeIs(3));
    EXPECT_THAT(find(P().add("id__in", std::to_string(wine.id.value) + ",0")), ElementsAre("Wine tasting social"));
    EXPECT_THAT(find(P().add("venue__isnull", "false")), ElementsAre("Wine tasting social"));
    EXPECT_THAT(find(P().none_of({P().add("venue__city__in", "Remich,Wiltz")})), testing::SizeIs(2));
    expect_refused<P>({{"titel", "x", "Event.titel: is no field"},
                       {"fee__range", "1", "Event.fee: `range` takes two values"},
                       {"fee__in", "1,many", "Event.fee"},
                       {"venue__citi", "x", "Venue.citi: is no field"},
                       {"title", "a\xff", "Event.title"},
                       {"title__like", "x", "Event.title: is no relation"},
                       {"max_participants", "many", "Event.max_participants: \"many\" is no whole number"},
                       {"event_type", "gala", "Event.event_type"},
                       {"event_date__gte", "soon", "Event.event_date"},
                       {"max_participants__contains", "3", "is no text"},
                       {"title__overlap", "x", "is no array"},
                       {"title__year", "2030", "Event.title: is no time"},
                       {"event_date__year", "0", "Event.event_date: 0 is no year"},
                       {"event_date__date", "2030-02-30", "Event.event_date"},
                       {"title; DROP TABLE", "x", "is no field"}});
    EXPECT_THROW(P().add("venue__city__city__city__city__city__city__city__city", "x"), orm::ValidationError);
    P many;
    for (int i = 0; i < 50; ++i) many.add("title", "x");
    EXPECT_THROW(many.add("title", "x"), orm::ValidationError);
}

TEST_P(Advanced, PredicatesAskForRelatedRows) {
    using P = orm::Predicate<E>;
    const auto find = [&](const P& p) { return titles(orm::select<E> | orm::filter(p)); };
    const auto with = [&](std::string_view path, std::string_view value) { return find(P().add(path, value)); };
    db.add_related<&E::special_users>(wine.id, std::vector{user("guest").id});
    EXPECT_THAT(with("special_users__username", "guest"), ElementsAre("Wine tasting social"));
    EXPECT_THAT(with("special_users__username__startswith", "x"), IsEmpty());
    EXPECT_THAT(with("special_users__isnull", "true"), testing::SizeIs(2));
    EXPECT_THAT(with("special_users__isnull", "false"), ElementsAre("Wine tasting social"));
    const auto guest = db.get(orm::select<User> | orm::filter(f<&User::username> == "guest")).id;
    EXPECT_THAT(with("special_users", std::to_string(guest.value)), ElementsAre("Wine tasting social"));
    EXPECT_THAT(with("special_users__in", "0," + std::to_string(guest.value)), ElementsAre("Wine tasting social"));
    EXPECT_THAT(with("registrations__user__username__in", "ana,ben,cara"),
                ElementsAre("Wine tasting social", "Speed dating"))
        << "each once, however many registrations are found";
    EXPECT_THAT(with("registrations__status", "waitlist"), ElementsAre("Wine tasting social"));
    EXPECT_THAT(find(P().none_of({P().add("registrations__isnull", "true")})), testing::SizeIs(2));
    EXPECT_THAT(find(P().none_of({P().add("registrations__user__username", "ben")})),
                ElementsAre("Speed dating", "Hiking with wines"));
    EXPECT_THAT(find(P().add("registrations__status", "waitlist").add("registrations__status", "cancelled")),
                ElementsAre("Wine tasting social"))
        << "each condition is about a row of its own";
    // From the other side, over a foreign key first, and twice.
    profile_of(ana, {"wine"}, "{}");
    using U = orm::Predicate<User>;
    EXPECT_THAT(names(U().add("invited_events__title__icontains", "WINE")), ElementsAre("guest"));
    EXPECT_THAT(names(U().add("profile__interests__contains", "wine")), ElementsAre("ana"));
    EXPECT_THAT(names(U().add("registration__event__venue__city", "Remich")), ElementsAre("ana", "ben", "cara"));
    EXPECT_EQ(db.count(orm::select<Venue> |
                       orm::filter(orm::Predicate<Venue>().add("event__registrations__user__username", "ben"))),
              1);
    EXPECT_EQ(
        db.count(orm::select<R> | orm::filter(orm::Predicate<R>().add("event__special_users__username", "guest"))), 3);
    expect_refused<P>({{"registrations__usr", "x", "Registration.usr: is no field"},
                       {"registrations__status", "gone", "Registration.status"},
                       {"registrations__isnull", "perhaps", "Event.registrations"},
                       {"registrations__in", "x", "Registration.id"},
                       {"registrations__", "1", "Registration.: is no field"},
                       {"registrations____status", "waitlist", "Registration.: is no field"},
                       {"registrations__like", "x", "Registration.like: is no field"}});
    P many;
    for (int i = 0; i < 50; ++i) many.add("registrations__status", "waitlist");
    EXPECT_THROW(many.add("registrations__isnull", "true"), orm::ValidationError);
    // A list or a range of related rows is several conditions.
    P nearly;
    for (int i = 0; i < 49; ++i) nearly.add("title__icontains", "w");
    const auto refused = [&](std::string_view path, std::string_view value) {
        try {
            nearly.add(path, value);
            ADD_FAILURE() << path;
        } catch (const orm::ValidationError& e) {
            EXPECT_STREQ(e.what(), "more than 50 conditions") << path;
        }
    };
    refused("registrations__event__fee__in", "1,2,3");
    refused("registrations__event__fee__range", "1,2");
    refused("registrations__created_at__year", "2030");
    refused("event_date__date", "2030-05-02");
    EXPECT_THAT(find(nearly.add("registrations__status", "waitlist")), ElementsAre("Wine tasting social"));
}

TEST_P(Advanced, PredicatesLookIntoArraysAndDocuments) {
    Profile profile;
    profile.user = user("arrays").id;
    profile.interests = {"hiking", "wine"};
    profile.data = orm::Json(R"({"city": "Remich", "tags": [1, 2]})");
    db.insert(profile);
    using P = orm::Predicate<Profile>;
    const auto found = [&](std::string_view path, std::string_view value) {
        return db.count(orm::select<Profile> | orm::filter(P().add(path, value)));
    };
    EXPECT_EQ(found("interests__contains", "hiking"), 1);
    EXPECT_EQ(found("interests__contains", "wine,hiking"), 1);
    EXPECT_EQ(found("interests__contains", "wine,chess"), 0);
    EXPECT_EQ(found("interests__overlap", "wine,chess"), 1);
    EXPECT_EQ(found("interests__overlap", "chess"), 0);
    EXPECT_EQ(found("data__contains", R"({"tags": [2]})"), 1);
    EXPECT_EQ(found("data__contains", R"({"city": "Esch"})"), 0);
    expect_refused<P>({{"data__contains", "{", "Profile.data: is not a JSON document"},
                       {"interests__icontains", "x", "Profile.interests: is no text"},
                       {"interests__contains", "a\xff", "Profile.interests"},
                       {"interests", "x", "Profile.interests: fields of this type cannot be searched"},
                       {"data__overlap", "1", "Profile.data: is no array"}});
}

TEST_P(Advanced, OrdersAreMadeAtRunTime) {
    const auto sorted = [&](std::string_view fields) {
        return titles(orm::select<E> | orm::Order<E>(fields) | orm::limit(10));
    };
    EXPECT_EQ(sorted(""), titles(orm::select<E>));
    EXPECT_THAT(sorted("title"), ElementsAre("Hiking with wines", "Speed dating", "Wine tasting social"));
    EXPECT_THAT(sorted("-title"), ElementsAre("Wine tasting social", "Speed dating", "Hiking with wines"));
    EXPECT_THAT(sorted("is_published,-event_date"), testing::SizeIs(3));
    EXPECT_THAT(titles(orm::select<E> | orm::filter(f<&E::venue>.is_not_null()) | orm::Order<E>("venue__city,-id")),
                ElementsAre("Wine tasting social"));
    for (const auto& [fields, message] : {std::pair{"titel", "Event.titel: is no field"},
                                          {"title,,id", "Event.: is no field"},
                                          {"venue__citi", "Venue.citi: is no field"},
                                          {"title__x", "Event.title: is no relation"},
                                          {"--title", "Event.-title: is no field"},
                                          {"title desc", "is no field"},
                                          {"id,id,id,id,id,id,id,id,id,id,id", "more than 10 fields"}}) {
        try {
            orm::Order<E> order(fields);
            ADD_FAILURE() << fields;
        } catch (const orm::ValidationError& e) {
            EXPECT_THAT(e.what(), HasSubstr(message));
        }
    }
    EXPECT_THROW(orm::Order<Profile>("interests"), orm::ValidationError);
}

TEST_P(Advanced, UpdateManyWritesDifferentValues) {
    std::vector<E> events = db.all(orm::select<E>);
    for (E& e : events) {
        e.title += " ' changed";
        e.max_participants += static_cast<std::int32_t>(e.id.value);
        e.fee = orm::Decimal<6, 2>("1.05");
        e.is_published = false;
    }
    orm::expect_queries(postgres() ? 1 : 3, [&] {
        EXPECT_EQ((db.update_many<&E::title, &E::max_participants, &E::fee, &E::event_date>(events)), 3U);
    });
    for (const E& e : events) {
        const E stored = db.get(e.id);
        EXPECT_EQ(stored.title, e.title);
        EXPECT_EQ(stored.max_participants, e.max_participants);
        EXPECT_EQ(stored.fee, e.fee);
        EXPECT_TRUE(stored.is_published) << "only the named members";
    }
    for (E& e : events)
        e.venue =
            e.id == hike.id ? std::optional<orm::ForeignKey<Venue, orm::on_delete::set_null>>(remich.id) : std::nullopt;
    orm::expect_queries(postgres() ? 1 : 3, [&] { EXPECT_EQ((db.update_many<&E::venue>(events)), 3U); });
    EXPECT_EQ(db.get(wine.id).venue, std::nullopt);
    EXPECT_TRUE(db.get(hike.id).venue);
}

TEST_P(Advanced, PlansAsTextAndStructure) {
    const auto query = orm::select<R> | orm::filter(f<&R::id> == orm::Id<R>(1));
    const orm::Explanation plan = db.explain(query);
    EXPECT_THAT(plan.text, testing::AnyOf(HasSubstr("shop_registration"), HasSubstr("t0")));
    ASSERT_FALSE(plan.nodes.empty());
    const orm::PlanNode* leaf = &plan.nodes[0];
    while (!leaf->children.empty()) leaf = &leaf->children[0];
    EXPECT_THAT(leaf->title, testing::AnyOf(HasSubstr("Scan"), HasSubstr("SEARCH")));
    const orm::Explanation measured = db.explain(query, true);
    if (postgres()) {
        EXPECT_THAT(measured.text, HasSubstr("actual time"));
    }
}

TEST_P(Advanced, MeasuredPlansAreATree) {
    const auto query = orm::select<R> | orm::related<&R::event> | orm::sort(f<&R::event, &E::title>, f<&R::id>);
    const auto rows = static_cast<double>(db.all(query).size());
    ASSERT_GT(rows, 0);
    const orm::Explanation measured = db.explain(query, true);
    std::vector<std::string> titles;
    std::size_t deepest = 0;
    const std::function<void(const std::vector<orm::PlanNode>&, std::size_t)> visit = [&](const auto& nodes,
                                                                                          auto depth) {
        deepest = std::max(deepest, depth);
        for (const orm::PlanNode& node : nodes) {
            titles.push_back(node.title);
            EXPECT_EQ(node.total_cost > 0, postgres()) << node.title;
            EXPECT_EQ(node.milliseconds > 0, postgres()) << node.title;
            EXPECT_EQ(node.rows > 0, postgres()) << node.title;
            if (!node.children.empty()) visit(node.children, depth + 1);
        }
    };
    visit(measured.nodes, 1);
    if (postgres()) {
        ASSERT_EQ(measured.nodes.size(), 1U);
        EXPECT_EQ(measured.nodes[0].title, "Sort");
        EXPECT_EQ(measured.nodes[0].rows, rows) << "counted, not estimated";
        EXPECT_GE(measured.nodes[0].total_cost, measured.nodes[0].children.at(0).total_cost);
        EXPECT_GE(deepest, 3U) << measured.text;
        EXPECT_THAT(titles, testing::Contains(HasSubstr("Scan shop_registration")));
        EXPECT_THAT(titles, testing::Contains(HasSubstr("shop_event")));
        EXPECT_EQ(db.explain(query).nodes.at(0).milliseconds, 0) << "not run";
    } else {
        EXPECT_THAT(titles, testing::Contains(HasSubstr("SCAN t0")));
        EXPECT_THAT(titles, testing::Contains(HasSubstr("SEARCH t1 USING INTEGER PRIMARY KEY")));
        EXPECT_THAT(titles, testing::Contains("USE TEMP B-TREE FOR ORDER BY"));
    }
}

ON_EACH_DATABASE(Advanced);

}  // namespace
}  // namespace shop
