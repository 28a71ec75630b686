#!/usr/bin/python3
"""Django's own figures on the tables that the benchmark filled: the same rows, asked for as its users ask.

    measure.py sqlite|postgresql PATH-OR-URL NOW VIEWER [--quick] NAME...     prints [{"name", "ns", "spread"}]
"""
import datetime
import json
import statistics
import sys
import time
from urllib.parse import urlparse


def configure(database, where):
    from django.conf import settings

    if database == "sqlite":
        connection = {"ENGINE": "django.db.backends.sqlite3", "NAME": where}
    else:
        url = urlparse(where)
        connection = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": url.username or "",
            "PASSWORD": url.password or "",
            "HOST": url.hostname or "",
            "PORT": url.port or "",
        }
    settings.configure(DATABASES={"default": connection}, USE_TZ=True, TIME_ZONE="UTC", INSTALLED_APPS=[],
                       DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", CONN_MAX_AGE=None)
    import django

    django.setup()


def define_models():
    from django.db import models

    class User(models.Model):
        id = models.AutoField(primary_key=True)
        password = models.CharField(max_length=128)
        last_login = models.DateTimeField(null=True)
        is_superuser = models.BooleanField()
        username = models.CharField(max_length=150)
        first_name = models.CharField(max_length=150)
        last_name = models.CharField(max_length=150)
        email = models.EmailField()
        is_staff = models.BooleanField()
        is_active = models.BooleanField()
        date_joined = models.DateTimeField()

        class Meta:
            app_label, db_table, managed = "bench", "auth_user", False

    class Venue(models.Model):
        name = models.CharField(max_length=200)
        address = models.CharField(max_length=200)
        city = models.CharField(max_length=100)
        capacity = models.IntegerField()

        class Meta:
            app_label, db_table, managed = "bench", "crush_lu_venue", False

    class Event(models.Model):
        title = models.CharField(max_length=200)
        description = models.TextField()
        event_type = models.CharField(max_length=20)
        event_date = models.DateTimeField()
        duration_minutes = models.IntegerField()
        location = models.CharField(max_length=200)
        address = models.CharField(max_length=200)
        venue = models.ForeignKey(Venue, null=True, on_delete=models.SET_NULL)
        max_participants = models.IntegerField()
        min_age = models.IntegerField()
        max_age = models.IntegerField()
        registration_fee = models.DecimalField(max_digits=6, decimal_places=2)
        registration_deadline = models.DateTimeField()
        is_published = models.BooleanField()
        is_cancelled = models.BooleanField()
        is_private_invitation = models.BooleanField()
        invitation_code = models.CharField(max_length=50)
        invitation_expires_at = models.DateTimeField(null=True)
        max_invited_guests = models.IntegerField()

        class Meta:
            app_label, db_table, managed, ordering = "bench", "crush_lu_meetupevent", False, ["event_date"]

    class Registration(models.Model):
        event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
        user = models.ForeignKey(User, on_delete=models.CASCADE)
        status = models.CharField(max_length=20)

        class Meta:
            app_label, db_table, managed = "bench", "crush_lu_eventregistration", False

    return User, Event, Registration


def main():
    arguments = [a for a in sys.argv[1:] if a != "--quick"]
    quick = len(arguments) != len(sys.argv) - 1
    database, where, now_text, viewer = arguments[:4]
    configure(database, where)
    from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
    from django.db.models.functions import Coalesce

    user_model, event_model, registration_model = define_models()
    now = datetime.datetime.fromisoformat(now_text).replace(tzinfo=datetime.timezone.utc)
    keys = list(user_model.objects.order_by("id").values_list("id", flat=True))
    state = 1

    def point_read():
        nonlocal state
        state = (state * 1664525 + 1013904223) % 2**32
        return user_model.objects.get(id=keys[(state >> 16) % len(keys)])

    def of_event(condition):
        # The good form by hand: correlated counts. Django's usual annotate(Count(..., filter=...)) is far slower.
        counted = (registration_model.objects.filter(condition, event=OuterRef("pk")).order_by().values("event")
                   .annotate(n=Count("pk")).values("n"))
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    def event_list():
        own = registration_model.objects.filter(event=OuterRef("pk"), user=viewer).values("status")[:1]
        rows = list(
            event_model.objects.filter(is_published=True, is_cancelled=False, event_date__gte=now)
            .select_related("venue").order_by("event_date", "id")
            .annotate(held=of_event(Q(status__in=["pending", "confirmed", "attended"])),
                      waiting=of_event(Q(status="waitlist")), own=Subquery(own))[:25])
        assert len(rows) == 25 and rows[0].held == 15 and rows[0].waiting == 5, "not the rows that were expected"
        return rows

    def all_rows():
        rows = list(event_model.objects.all())
        assert len(rows) == 10000, "not the rows that were expected"
        return rows

    work = {"point read": (point_read, 20), "event list, 25 with counts": (event_list, 1), "10,000 full rows": (all_rows, 1)}
    result = []
    for name in arguments[4:]:
        run, times = work[name]
        for _ in range(2):
            run()
        found = []
        end = time.perf_counter() + (1 if quick else 4)
        while time.perf_counter() < end or len(found) < 5:
            start = time.perf_counter()
            for _ in range(times):
                run()
            found.append((time.perf_counter() - start) / times * 1e9)
        quartiles = statistics.quantiles(found, n=4)
        result.append({"name": name, "ns": quartiles[1], "spread": (quartiles[2] - quartiles[0]) / quartiles[1]})
    print(json.dumps(result))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # the benchmark goes on without us
        sys.exit(f"measure.py: {error!r}")
