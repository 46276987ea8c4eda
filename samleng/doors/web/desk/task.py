"""One thing that waits for somebody, as the desk lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

# Of each sort no more are looked up; nobody works through more at a time.
MOST = 50


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, about whom, where, since when, and the page where it is done."""

    what: Any
    about: dict[str, str]
    place: Any
    since: date
    url: str
    late: bool = False
    urgent: bool = False


def as_day(value: date | datetime | None) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    return value or timezone.localdate()
