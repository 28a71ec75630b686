"""Rows as the text that dump.hpp makes of ours, to see whether both are the same."""
import datetime
import decimal
import json

from django.db import models


class Struct(tuple):
    """Values that are members of one struct."""

    def __new__(cls, *values):
        return super().__new__(cls, values)


class Choice:
    """A column's choice outside of its model."""

    def __init__(self, model, field, value):
        self.text = of_field(model._meta.get_field(field), value)


def of_field(field, value):
    if value is None:
        return "NULL"
    if field.choices:
        return str([name for name, _ in field.choices].index(value))
    if type(field) is models.JSONField:
        return json.dumps(value)
    if isinstance(value, decimal.Decimal):
        return str(int(value.scaleb(field.decimal_places)))
    return dump(value)


def dump(value):
    if value is None:
        return "NULL"
    if isinstance(value, Choice):
        return value.text
    if isinstance(value, models.Model):
        meta = value._meta
        columns = [of_field(f, getattr(value, f.attname)) for f in meta.concrete_fields]
        return "".join(text + "," for text in columns + [""] * len(meta.many_to_many))
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Struct):
        return "".join(dump(part) + "," for part in value)
    if isinstance(value, tuple):
        return "".join(dump(part) + ";" for part in value)
    if isinstance(value, list):
        return "[" + "".join(dump(item) + "\n" for item in value) + "]"
    return str(int(value))
