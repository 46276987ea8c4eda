"""Who asks for patience is given it, for a day at most; who asks in no way that can be read, is not."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from samleng.kit.calls.calling import LONGEST_PATIENCE, patience_of
from samleng.kit.calls.rules import address_fault

pytestmark = pytest.mark.once


def test_it_reads_seconds_and_moments():
    assert patience_of("17") == 17
    soon = format_datetime(timezone.now() + timedelta(minutes=2), usegmt=True)
    assert 110 <= patience_of(soon) <= 121
    past = format_datetime(timezone.now() - timedelta(minutes=2), usegmt=True)
    assert patience_of(past) == 0


@pytest.mark.parametrize("asked", [None, "", "soon", "-5", "²", "1.5"])
def test_it_takes_nothing_else_for_a_time(asked: str | None):
    assert patience_of(asked) == 0


def test_it_waits_a_day_at_most():
    assert patience_of("9" * 40) == LONGEST_PATIENCE
    year = format_datetime(timezone.now() + timedelta(days=365), usegmt=True)
    assert patience_of(year) == LONGEST_PATIENCE


def test_it_takes_what_is_asked_in_an_address_only_where_that_is_wanted():
    address = "https://push.example/w/?token=" + "a" * 400
    assert address_fault(address, plain=False, longest=1000, asked=True) == ""
    assert address_fault(address, plain=False, longest=1000) == "address"
    assert address_fault(address, plain=False, asked=True) == "address"
    assert address_fault(address.replace("https", "http"), plain=False, longest=1000, asked=True) == (
        "not_secret"
    )
