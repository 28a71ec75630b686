#!/usr/bin/python3
"""Django's side, on the tables that the benchmark filled: it does what it is told while the benchmark holds the watch.

    measure.py sqlite|postgresql PATH-OR-URL FACTS     FACTS: JSON, the keys and times that the cases ask for

Prints a line of JSON, the names of the cases that it knows; then answers each line `TIMES NAME` of its input when it has
done that so many times. TIMES 0: once, and the answer is what it yielded.
"""
import datetime
import json
import sys
from types import SimpleNamespace
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
    settings.configure(DATABASES={"default": connection}, USE_TZ=True, TIME_ZONE="UTC", INSTALLED_APPS=["bench"],
                       DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", CONN_MAX_AGE=None)
    import django

    django.setup()


def prepare_sqlite():
    """The settings of all other sides' connections, and the function that an index of the schema calls."""
    from django.db import connection

    connection.ensure_connection()
    connection.connection.create_function("orm_lower", 1, str.lower, deterministic=True)
    with connection.cursor() as cursor:
        for setting in ["synchronous = NORMAL", "cache_size = -16000", "mmap_size = 268435456", "temp_store = MEMORY"]:
            cursor.execute("PRAGMA " + setting)


def facts_of(text):
    from bench.models import User

    facts = SimpleNamespace(**json.loads(text))
    for name in ["now", "meeting_date"]:
        when = datetime.datetime.fromisoformat(getattr(facts, name))
        setattr(facts, name, when.replace(tzinfo=datetime.timezone.utc))
    facts.users = list(User.objects.order_by("id").values_list("id", flat=True))
    return facts


def answer(text):
    print(json.dumps(text), flush=True)


def main():
    sys.dont_write_bytecode = True
    database, where, facts_text = sys.argv[1:]
    configure(database, where)
    if database == "sqlite":
        prepare_sqlite()
    from bench.cases import CASES
    from bench.dump import dump

    facts, ready = facts_of(facts_text), {}
    answer(list(CASES))
    for line in sys.stdin:
        times, name = line.rstrip("\n").split(" ", 1)
        if name not in ready:
            made = CASES[name](facts)
            ready[name] = made if isinstance(made, tuple) else (made, lambda yielded: yielded)
        run, shape = ready[name]
        if times == "0":
            shaped = shape(run())
            answer(shaped if isinstance(shaped, str) else dump(shaped))
        for _ in range(int(times)):
            run()
        if times != "0":
            answer("")


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # the benchmark says that Django was left out
        sys.exit(f"measure.py: {error!r}")
