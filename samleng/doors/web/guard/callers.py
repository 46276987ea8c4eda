"""Who calls, as far as a limit needs to know it: an address that is hashed at once and kept nowhere."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings


def caller_of(meta: Mapping[str, Any]) -> str:
    """The address of whoever calls; "" where nobody can be told apart.

    Behind a proxy it is what the proxy wrote last into the header that SAMLENG_PROXY_HEADER names: what
    stands before that, the caller may have made up. A call from this machine itself without such a header is
    somebody behind a proxy that nobody told us of: all share the site's room, and no share of their own.
    """
    told = proxied(meta, settings.PROXY_HEADER) if settings.PROXY_HEADER else ""
    address = told or str(meta.get("REMOTE_ADDR", ""))
    try:
        ip = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    return "" if ip.is_loopback else str(ip)


def proxied(meta: Mapping[str, Any], header: str) -> str:
    """The last address in a proxy's header, without a port."""
    last = str(meta.get(f"HTTP_{header.upper().replace('-', '_')}", "")).rpartition(",")[2].strip()
    if last.startswith("["):
        return last[1:].partition("]")[0]
    return last.partition(":")[0] if last.count(":") == 1 else last
