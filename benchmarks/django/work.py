"""What is measured: each case as a good user of Django writes it, by the name that it has in the benchmark's table.

    @case("point read", times=20)           is run so many times for each timing
    @case("bulk insert", reset=function)    which undoes it before the next one; its time does not count
"""
import datetime

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from tables import Challenge, Chapter, Coach, Connection, Event, Profile, Registration, Reward, Submission, User

CASES = {}


def case(name, times=1, reset=None):
    def add(run):
        CASES[name] = (run, times, reset)
        return run

    return add


def expect(right):
    if not right:
        raise AssertionError("not the rows that were expected")


def define(facts, postgres):
    """Fills CASES. `facts`: keys and times that the cases ask for, as in data.hpp."""
    moment = lambda text: datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)
    now = moment(facts["now"])
    keys = list(User.objects.order_by("id").values_list("id", flat=True))
    reads(facts, now, moment(facts["meeting_date"]), keys)
    writes(facts, now, keys)
    if postgres:
        searches(now)


def reads(facts, now, meeting_date, keys):
    state = 1

    @case("point read", times=20)
    def point_read():
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2**32
        return User.objects.get(id=keys[(state >> 16) % len(keys)])

    def of_event(condition):
        # The good form by hand: correlated counts. Django's usual annotate(Count(..., filter=...)) is far slower.
        counted = (Registration.objects.filter(condition, event=OuterRef("pk")).order_by().values("event")
                   .annotate(n=Count("pk")).values("n"))
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    @case("event list, 25 with counts")
    def event_list():
        own = Registration.objects.filter(event=OuterRef("pk"), user=facts["viewer"]).values("status")[:1]
        rows = list(
            Event.objects.filter(is_published=True, is_cancelled=False, event_date__gte=now)
            .select_related("venue").order_by("event_date", "id")
            .annotate(held=of_event(Q(status__in=["pending", "confirmed", "attended"])),
                      waiting=of_event(Q(status="waitlist")), own=Subquery(own))[:25])
        expect(len(rows) == 25 and rows[0].held == 15 and rows[0].waiting == 5)

    @case("10,000 full rows")
    def all_rows():
        expect(len(list(Event.objects.all())) == 10000)

    @case("30 registrations, user, profile")
    def guests():
        people = Registration.objects.select_related("user__crushprofile").order_by("id")
        events = list(Event.objects.filter(event_date=meeting_date).prefetch_related(Prefetch("registrations", people)))
        expect(len(events) == 1 and len(events[0].registrations.all()) == 30)

    @case("journey, 8 chapters")
    def journey():
        chapters = list(
            Chapter.objects.filter(journey_id=facts["journey"])
            .prefetch_related("challenges", Prefetch("rewards", Reward.objects.order_by("id"))))
        expect(len(chapters) == 8 and len(chapters[0].challenges.all()) == 4 and len(chapters[0].rewards.all()) == 2)


def writes(facts, now, keys):
    def delete_connections():
        Connection.objects.all()._raw_delete(Connection.objects.db)

    @case("bulk insert of 10,000", reset=delete_connections)
    def bulk_insert():
        Connection.objects.bulk_create(
            Connection(event_id=facts["meeting"], from_user_id=keys[i // 100], to_user_id=keys[1000 + i % 100],
                       status=("pending", "accepted", "declined")[i % 3], connected_at=now if i % 3 == 1 else None,
                       note="We talked about the vineyards above Remich.", created_at=now) for i in range(10000))

    pending = (Submission.objects.filter(coach=OuterRef("pk"), status="pending").order_by().values("coach")
               .annotate(n=Count("pk")).values("n"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

    @case("coach assignment")
    def coach_assignment():
        with transaction.atomic():
            free = (Coach.objects.annotate(pending=Coalesce(Subquery(pending, output_field=IntegerField()), 0))
                    .filter(is_active=True, pending__lt=F("max_active_reviews"))
                    .order_by("pending", Coalesce("last_assigned_at", Value(epoch)), "id").first())
            coach = Coach.objects.select_for_update(no_key=True).get(pk=free.pk)
            expect(Submission.objects.filter(coach=coach, status="pending").count() < coach.max_active_reviews)
            Coach.objects.filter(pk=coach.pk).update(last_assigned_at=now)
            Submission.objects.filter(pk=facts["submission"]).update(coach=coach)

    registered = Registration.objects.filter(event=facts["open"])
    applicant = 0

    @case("registering for an event", reset=lambda: registered._raw_delete(registered.db))
    def register():
        nonlocal applicant
        applicant += 1
        with transaction.atomic():
            event = Event.objects.select_for_update(no_key=True).get(pk=facts["open"])
            seats = registered.aggregate(held=Count("pk", filter=Q(status__in=["pending", "confirmed", "attended"])),
                                         waiting=Count("pk", filter=Q(status="waitlist")))
            full = seats["held"] >= event.max_participants
            Registration.objects.create(event=event, user_id=keys[applicant % len(keys)],
                                        status="waitlist" if full else "pending", dietary_restrictions="vegan",
                                        created_at=now, queued_at=now)

    users = list(User.objects.order_by("id")[:1000])
    round_ = 0

    @case("update of 1,000 rows")
    def update():
        nonlocal round_
        round_ += 1
        for i, user in enumerate(users):
            user.first_name = f"Name{(i + round_) % 977}"
            user.is_staff = (i + round_) % 2 != 0
        User.objects.bulk_update(users, ["first_name", "is_staff"])


def searches(now):
    """What Django has on PostgreSQL only."""
    from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

    def found(rows, most):
        expect(0 < len(list(rows)) <= most)

    @case("array contains, 2,000 rows")
    def arrays():
        found(Profile.objects.filter(interests__contains=["wine", "tag7"]).order_by("id").values_list("id", flat=True),
              2000)

    @case("JSON contains, 640 rows")
    def documents():
        found(Challenge.objects.filter(options__contains=["a"]).order_by("id").values_list("id", flat=True), 640)

    @case("ranked search, 40 rows")
    def ranked():
        vector = (SearchVector("title", weight="A", config="english")
                  + SearchVector("description", weight="B", config="english"))
        query = SearchQuery("word500", config="english")
        found(Event.objects.filter(event_date__gte=now).annotate(search=vector, rank=SearchRank(vector, query))
              .filter(search=query).order_by("-rank", "id").values_list("id", flat=True), 40)
