"""The cases as a good user of Django writes them. Each is a function of no arguments that does the work once; what it
returns is dumped and compared with ours. Cases that write are looked at, and undone, from outside."""
import datetime
import itertools

from django.db import connection, transaction
from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from bench.dump import Choice, Struct
from bench.models import (CrushCoach, CrushProfile, EventConnection, EventRegistration, JourneyChallenge, JourneyChapter,
                          JourneyReward, MeetupEvent, ProfileSubmission, User, Venue)

SEAT_HOLDING = ["pending", "confirmed", "attended"]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def point_read(facts):
    state = 1

    def run():
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2**32
        return User.objects.get(id=facts.users[(state >> 16) % len(facts.users)])

    return run


def all_rows(facts):
    return lambda: list(MeetupEvent.objects.all())


def event_list(facts):
    def of_event(condition):
        # The good form by hand: correlated counts. Django's usual annotate(Count(..., filter=...)) is far slower here.
        counted = (EventRegistration.objects.filter(condition, event=OuterRef("pk")).order_by().values("event")
                   .annotate(n=Count("pk")).values("n"))
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    def run():
        own = EventRegistration.objects.filter(event=OuterRef("pk"), user=facts.viewer).values("status")[:1]
        return list(
            MeetupEvent.objects.filter(is_published=True, is_cancelled=False, event_date__gte=facts.now)
            .select_related("venue").order_by("event_date", "id")
            .annotate(held=of_event(Q(status__in=SEAT_HOLDING)), waiting=of_event(Q(status="waitlist")),
                      own=Subquery(own))[:25])

    return run, lambda rows: [Struct(e, e.venue, e.held, e.waiting, Choice(EventRegistration, "status", e.own))
                              for e in rows]


def guests(facts):
    def run():
        people = EventRegistration.objects.select_related("user__crushprofile").order_by("id")
        return list(MeetupEvent.objects.filter(event_date=facts.meeting_date)
                    .prefetch_related(Prefetch("registrations", queryset=people)))

    return run, lambda rows: [(e, [(r, r.user, getattr(r.user, "crushprofile", None)) for r in e.registrations.all()])
                              for e in rows]


def journey(facts):
    def run():
        return list(JourneyChapter.objects.filter(journey=facts.journey).prefetch_related(
            "challenges", Prefetch("rewards", queryset=JourneyReward.objects.order_by("id"))))

    return run, lambda rows: [(c, list(c.challenges.all()), list(c.rewards.all())) for c in rows]


def insert(facts):
    return lambda: Venue.objects.create(name="Rotondes", address="Place des Rotondes, Bonnevoie", city="Luxembourg",
                                        capacity=120)


def bulk_insert(facts):
    rows = [EventConnection(event_id=facts.meeting, from_user_id=facts.users[i // 100],
                            to_user_id=facts.users[1000 + i % 100], status=["pending", "connected", "declined"][i % 3],
                            note="We talked about the vineyards above Remich.",
                            connected_at=facts.now if i % 3 == 1 else None, created_at=facts.now)
            for i in range(10000)]

    def run():
        for row in rows:
            row.pk = None
        EventConnection.objects.bulk_create(rows)

    return run


def coach_assignment(facts):
    def run():
        with transaction.atomic():
            chosen = (CrushCoach.objects.filter(is_active=True)
                      .annotate(pending=Count("submissions", filter=Q(submissions__status="pending")))
                      .filter(pending__lt=F("max_active_reviews"))
                      .order_by("pending", Coalesce("last_assigned_at", EPOCH), "id").first())
            locked = CrushCoach.objects.select_for_update(no_key=True).get(pk=chosen.pk)
            if locked.submissions.filter(status="pending").count() >= locked.max_active_reviews:
                raise ValueError("full")
            locked.last_assigned_at = facts.now
            locked.save(update_fields=["last_assigned_at"])
            ProfileSubmission.objects.filter(pk=facts.submission).update(coach=locked)

    return run


def registering(facts):
    applicants = itertools.cycle(facts.users)

    def run():
        with transaction.atomic():
            event = MeetupEvent.objects.select_for_update(no_key=True).get(pk=facts.open)
            seats = event.registrations.aggregate(held=Count("pk", filter=Q(status__in=SEAT_HOLDING)),
                                                  waiting=Count("pk", filter=Q(status="waitlist")))
            full = seats["held"] >= event.max_participants
            status = "waitlist" if full else "pending" if event.registration_fee > 0 else "confirmed"
            EventRegistration.objects.create(event=event, user_id=next(applicants), status=status,
                                             dietary_restrictions="vegan", created_at=facts.now, queued_at=facts.now)

    return run


def array_contains(facts):
    return lambda: list(CrushProfile.objects.filter(interests__contains=["wine", "tag7"]).order_by("id")
                        .values_list("id", flat=True))


def json_contains(facts):
    return lambda: list(JourneyChallenge.objects.filter(options__contains=["a"]).order_by("id")
                        .values_list("id", flat=True))


def ranked_search(facts):
    from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

    def run():
        texts = (SearchVector("title", weight="A", config="english")
                 + SearchVector("description", weight="B", config="english"))
        query = SearchQuery("word500", config="english")
        return list(MeetupEvent.objects.filter(event_date__gte=facts.now)
                    .annotate(texts=texts, rank=SearchRank(texts, query)).filter(texts=query)
                    .order_by("-rank", "id").values_list("id", flat=True))

    return run


def update_many(facts):
    rows = list(User.objects.order_by("id")[:1000])
    rounds = itertools.count(1)

    def run():
        now = next(rounds)
        for i, user in enumerate(rows):
            user.first_name = f"Name{(i + now) % 977}"
            user.is_staff = (i + now) % 2 != 0
        User.objects.bulk_update(rows, ["first_name", "is_staff"])

    def look(_):
        found = User.objects.order_by("id")[:1000]
        same = [(u.first_name, u.is_staff) for u in found] == [(u.first_name, u.is_staff) for u in rows]
        return "as written" if same else "something else"

    return run, look


CASES = {
    "point read": point_read,
    "10,000 full rows": all_rows,
    "event list, 25 with counts": event_list,
    "30 registrations, user, profile": guests,
    "journey, 8 chapters": journey,
    "insert": insert,
    "bulk insert of 10,000": bulk_insert,
    "coach assignment": coach_assignment,
    "registering for an event": registering,
    "update of 1,000 rows": update_many,
}
if connection.vendor == "postgresql":  # Django has these for PostgreSQL only
    CASES.update({
        "array contains, 2,000 rows": array_contains,
        "JSON contains, 640 rows": json_contains,
        "ranked search, 40 rows": ranked_search,
    })
