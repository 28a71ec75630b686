#!/usr/bin/python3
"""Django's own figures on the tables that the benchmark filled: the same rows, asked for as its users ask.

    measure.py sqlite|postgresql PATH-OR-URL FACTS [--quick] NAME...     prints [{"name", "ns", "spread"}]

FACTS is a JSON object of the keys and times that the cases ask for (data.hpp). Names that Django has no case of on that
database are left out.
"""
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


def timings(run, times, reset, seconds):
    """Nanoseconds of one run, timing after timing."""
    for _ in range(2):
        run()
    found = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found) < 5:
        if reset:
            reset()
        start = time.perf_counter()
        for _ in range(times):
            run()
        found.append((time.perf_counter() - start) / times * 1e9)
    if reset:
        reset()
    return found


def main():
    arguments = [a for a in sys.argv[1:] if a != "--quick"]
    quick = len(arguments) != len(sys.argv) - 1
    database, where, facts = arguments[:3]
    configure(database, where)
    import work

    work.define(json.loads(facts), database != "sqlite")
    result = []
    for name in arguments[3:]:
        if name not in work.CASES:
            continue
        quartiles = statistics.quantiles(timings(*work.CASES[name], 1 if quick else 4), n=4)
        result.append({"name": name, "ns": quartiles[1], "spread": (quartiles[2] - quartiles[0]) / quartiles[1]})
    print(json.dumps(result))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # the benchmark goes on without us
        sys.exit(f"measure.py: {error!r}")
