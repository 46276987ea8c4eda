"""Who calls: the proxy's last word where one is named, nobody in particular where nobody can be told."""

from __future__ import annotations

from typing import Any

import pytest

from samleng.doors.web.guard.callers import caller_of
from samleng.doors.web.guard.doors import POLICIES, gate, open_anew

FAR = "203.0.113.7"


def told(header: str = "", address: str = "198.51.100.1") -> str:
    return caller_of({"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": header})


def test_it_believes_no_header_unless_a_proxy_is_named() -> None:
    assert told(FAR) == "198.51.100.1"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (FAR, FAR),
        (f"10.0.0.9, 1.2.3.4,{FAR}", FAR),
        (f"{FAR}:4711", FAR),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "198.51.100.1"),
        ("unknown", ""),
    ],
)
def test_it_takes_what_the_proxy_wrote_last(settings: Any, header: str, found: str) -> None:
    settings.PROXY_HEADER = "X-Forwarded-For"
    assert told(header) == found


def test_it_tells_nobody_apart_behind_a_proxy_that_it_was_not_told_of() -> None:
    assert told(FAR, "127.0.0.1") == told(address="::1") == told(address="") == ""
    for _ in range(int(POLICIES["report"].caller.burst) + 50):
        assert gate("report").ask("")[0].way.value == "free"


def test_it_gives_a_larger_site_more_room(settings: Any) -> None:
    settings.LIMITS = 3
    open_anew()
    made, small = gate("report").policy, POLICIES["report"]
    assert made.site.an_hour == 3 * small.site.an_hour and made.caller == small.caller
