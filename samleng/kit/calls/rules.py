"""Which addresses that somebody else gave may be called at all."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

LONGEST_ADDRESS = 300


def address_fault(address: str, *, plain: bool, longest: int = LONGEST_ADDRESS, asked: bool = False) -> str:
    """Why nothing is sent to this address, as a code; "" where it may be.

    `plain`: http is allowed; `asked`: so is what stands behind a question mark.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "address"
    if len(address) > longest or not address.isascii() or any(sign.isspace() for sign in address):
        return "address"
    if not parts.hostname or (parts.query and not asked) or parts.fragment or port == 0:
        return "address"
    if parts.username is not None or parts.password is not None:
        return "address"
    if parts.scheme == "https" or (plain and parts.scheme == "http"):
        return ""
    return "not_secret" if parts.scheme == "http" else "address"


def outside(ip: str) -> bool:
    """Whether an IP address lies out in the world: nothing of this machine, this house or this provider."""
    found = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return outside(str(inner))
        # IPv4 in disguise, by whatever translates it.
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return outside(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast
