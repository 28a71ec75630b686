"""The benchmark's tables as Django's models."""
from django.db import models


def table(name, **options):
    """Meta of a table that exists."""
    return type("Meta", (), {"app_label": "bench", "db_table": name, "managed": False, **options})


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
    Meta = table("auth_user")


def interests():
    """An array on PostgreSQL; Django has none on SQLite."""
    from django.conf import settings

    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        return models.JSONField()
    from django.contrib.postgres.fields import ArrayField

    return ArrayField(models.CharField(max_length=50))


class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="crushprofile")
    date_of_birth = models.DateField(null=True)
    gender = models.CharField(max_length=20)
    location = models.CharField(max_length=100)
    bio = models.TextField()
    phone = models.CharField(max_length=20)
    looking_for = models.CharField(max_length=20, null=True)
    interests = interests()
    photo_1 = models.CharField(max_length=100)
    photo_2 = models.CharField(max_length=100)
    photo_3 = models.CharField(max_length=100)
    show_full_name = models.BooleanField()
    show_exact_age = models.BooleanField()
    blur_photos = models.BooleanField()
    completion_status = models.CharField(max_length=20)
    is_approved = models.BooleanField()
    is_active = models.BooleanField()
    approved_at = models.DateTimeField(null=True)
    Meta = table("crush_lu_crushprofile")


class Coach(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="crushcoach")
    specialization = models.CharField(max_length=100)
    bio = models.TextField()
    max_active_reviews = models.IntegerField()
    is_active = models.BooleanField()
    last_assigned_at = models.DateTimeField(null=True)
    Meta = table("crush_lu_crushcoach")


class Submission(models.Model):
    profile = models.ForeignKey(Profile, on_delete=models.CASCADE)
    coach = models.ForeignKey(Coach, null=True, on_delete=models.SET_NULL)
    status = models.CharField(max_length=20)
    Meta = table("crush_lu_profilesubmission")


class Venue(models.Model):
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    capacity = models.IntegerField()
    Meta = table("crush_lu_venue")


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
    Meta = table("crush_lu_meetupevent", ordering=["event_date"])


class Registration(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    status = models.CharField(max_length=20)
    payment_confirmed = models.BooleanField(default=False)
    payment_date = models.DateTimeField(null=True)
    dietary_restrictions = models.TextField()
    special_requests = models.TextField()
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    status_before_check_in = models.CharField(max_length=20, null=True)
    Meta = table("crush_lu_eventregistration")


class Connection(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE)
    from_user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    to_user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=20)
    note = models.CharField(max_length=300)
    connected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    Meta = table("crush_lu_eventconnection")


class Chapter(models.Model):
    journey_id = models.BigIntegerField()
    chapter_number = models.IntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField()
    Meta = table("crush_lu_journeychapter", ordering=["chapter_number"])


class Challenge(models.Model):
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="challenges")
    challenge_type = models.CharField(max_length=30)
    question = models.TextField()
    correct_answer = models.CharField(max_length=500)
    options = models.JSONField(null=True)
    hint = models.TextField()
    order = models.IntegerField()
    Meta = table("crush_lu_journeychallenge", ordering=["order"])


class Reward(models.Model):
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="rewards")
    reward_type = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    content = models.TextField()
    photo = models.CharField(max_length=100)
    Meta = table("crush_lu_journeyreward")
