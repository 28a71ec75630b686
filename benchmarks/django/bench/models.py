"""The tables that the benchmark filled, as models of Django."""
from django.db import connection, models


def choice(names, length=20, **options):
    return models.CharField(max_length=length, choices=[(name, name) for name in names.split()], **options)


class Tags(models.JSONField):
    """What stands for an array of texts on SQLite."""


def tags():
    if connection.vendor != "postgresql":
        return Tags()
    from django.contrib.postgres.fields import ArrayField

    return ArrayField(models.CharField(max_length=50))


class Model(models.Model):
    class Meta:
        abstract, managed = True, False


class User(Model):
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

    class Meta(Model.Meta):
        db_table = "auth_user"


class CrushProfile(Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)
    date_of_birth = models.DateField(null=True)
    gender = models.CharField(max_length=20)
    location = models.CharField(max_length=100)
    bio = models.TextField()
    phone = models.CharField(max_length=20)
    looking_for = choice("friends dating both networking", null=True)
    interests = tags()
    photo_1 = models.CharField(max_length=100)
    photo_2 = models.CharField(max_length=100)
    photo_3 = models.CharField(max_length=100)
    show_full_name = models.BooleanField()
    show_exact_age = models.BooleanField()
    blur_photos = models.BooleanField()
    completion_status = choice("not_started step1 step2 step3 submitted")
    is_approved = models.BooleanField()
    is_active = models.BooleanField()
    approved_at = models.DateTimeField(null=True)

    class Meta(Model.Meta):
        db_table = "crush_lu_crushprofile"


class CrushCoach(Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE)
    specialization = models.CharField(max_length=100)
    bio = models.TextField()
    max_active_reviews = models.IntegerField()
    is_active = models.BooleanField()
    last_assigned_at = models.DateTimeField(null=True)

    class Meta(Model.Meta):
        db_table = "crush_lu_crushcoach"


class ProfileSubmission(Model):
    profile = models.ForeignKey(CrushProfile, on_delete=models.CASCADE, related_name="submissions")
    coach = models.ForeignKey(CrushCoach, null=True, on_delete=models.SET_NULL, related_name="submissions")
    status = choice("pending approved rejected revision")
    created_at = models.DateTimeField()

    class Meta(Model.Meta):
        db_table = "crush_lu_profilesubmission"


class Venue(Model):
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    capacity = models.IntegerField()

    class Meta(Model.Meta):
        db_table = "crush_lu_venue"


class MeetupEvent(Model):
    title = models.CharField(max_length=200)
    description = models.TextField()
    event_type = choice("speed_dating mixer activity themed")
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
    special_users = models.ManyToManyField(User, related_name="invited_events")

    class Meta(Model.Meta):
        db_table, ordering = "crush_lu_meetupevent", ["event_date"]


class EventRegistration(Model):
    STATUSES = "pending confirmed waitlist attended no_show cancelled"
    event = models.ForeignKey(MeetupEvent, on_delete=models.CASCADE, related_name="registrations")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="event_registrations")
    status = choice(STATUSES)
    payment_confirmed = models.BooleanField(default=False)
    payment_date = models.DateTimeField(null=True)
    dietary_restrictions = models.TextField(blank=True)
    special_requests = models.TextField(blank=True)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    status_before_check_in = choice(STATUSES, null=True)

    class Meta(Model.Meta):
        db_table = "crush_lu_eventregistration"


class EventConnection(Model):
    event = models.ForeignKey(MeetupEvent, on_delete=models.CASCADE, related_name="connections")
    from_user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="connections_sent")
    to_user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="connections_received")
    status = choice("pending connected declined")
    note = models.CharField(max_length=300)
    connected_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta(Model.Meta):
        db_table = "crush_lu_eventconnection"


class JourneyConfiguration(Model):
    name = models.CharField(max_length=200)

    class Meta(Model.Meta):
        db_table = "crush_lu_journeyconfiguration"


class JourneyChapter(Model):
    journey = models.ForeignKey(JourneyConfiguration, on_delete=models.CASCADE, related_name="chapters")
    chapter_number = models.IntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField()

    class Meta(Model.Meta):
        db_table, ordering = "crush_lu_journeychapter", ["chapter_number"]


class JourneyChallenge(Model):
    chapter = models.ForeignKey(JourneyChapter, on_delete=models.CASCADE, related_name="challenges")
    challenge_type = choice("riddle multiple_choice word_scramble timeline_sort would_you_rather open_text", 30)
    question = models.TextField()
    correct_answer = models.CharField(max_length=500)
    options = models.JSONField(null=True)
    hint = models.TextField()
    order = models.IntegerField()

    class Meta(Model.Meta):
        db_table, ordering = "crush_lu_journeychallenge", ["order"]


class JourneyReward(Model):
    chapter = models.ForeignKey(JourneyChapter, on_delete=models.CASCADE, related_name="rewards")
    reward_type = choice("poem photo_reveal future_letter")
    title = models.CharField(max_length=200)
    content = models.TextField()
    photo = models.CharField(max_length=100)

    class Meta(Model.Meta):
        db_table = "crush_lu_journeyreward"
