"""
Which addresses a department's service may have. Pure.

A registered name may be pointed anywhere by whoever holds its domain, so the address counts, not the name: only public
ones, and those of the networks that the gateway's operator lists. Nothing reaches the gateway's own machine, its
neighbours or a cloud's metadata service by way of the register.
"""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

# IPv6 addresses that carry an IPv4 address to some translator: what they reach cannot be told here. Site-local ones.
_ODD = ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
_CARRIERS = tuple(ipaddress.IPv6Network(text) for text in _ODD)


class AddressRefused(OSError):
    """The service's name leads to an address that it may not have."""


def parsed(text: str) -> Networks:
    """Return the networks of a comma-separated list. Raises ValueError for what is none."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_open(text: str, allowed: Networks) -> bool:
    """Return whether the address in `text` may be called; False for what is no address."""
    try:
        address = _plain(ipaddress.ip_address(text))
    except ValueError:
        return False
    if any(address.version == network.version and address in network for network in allowed):
        return True
    return address.is_global and not _is_odd(address)


def is_address(host: str) -> bool:
    """Return whether the host is written as an address rather than as a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _plain(address: Address) -> Address:
    # ::ffff:127.0.0.1 is 127.0.0.1 for every socket.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_odd(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return True
    return isinstance(address, ipaddress.IPv6Address) and any(address in carrier for carrier in _CARRIERS)
