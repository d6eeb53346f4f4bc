"""Which country an IP address is in, by an offline database: a CSV of `network,country` or `first,last,country`.

The free databases are published in either way; lines that begin with # are comments. Pure, but for reading the file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from streamer.reference.countries import country_codes

_Row = tuple[int, int, int, str]
"""Version, first and last address as numbers, country."""


class InvalidNetworks(ValueError):
    """The database of networks cannot be read. Names the line and the cure."""


class Networks:
    """Looks up addresses. Immutable; of networks inside each other the one that begins last counts."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._rows = sorted(rows)

    @classmethod
    def from_csv(cls, text: str) -> Networks:
        """Raises InvalidNetworks."""
        return cls(_rows(text))

    def country(self, address: str) -> str | None:
        """Alpha-2 code, or None where the address is none or stands in no network."""
        if not self._rows:
            return None
        try:
            ip = ip_address(address.strip().strip("[]"))
        except ValueError:
            return None
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        at = bisect_right(self._rows, (ip.version, int(ip), 1 << 128, "")) - 1
        version, first, last, country = self._rows[at]
        return country if at >= 0 and version == ip.version and first <= int(ip) <= last else None


def text_of(path: Path) -> str:
    """The database's text. Raises InvalidNetworks naming the file and the cure."""
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InvalidNetworks(f"ip_networks = {str(path)!r}: {why}; name a CSV of network,country") from None


def _rows(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        *where, country = (part.strip().strip('"') for part in line.split(","))
        try:
            first, last = _ends(where)
        except ValueError:
            raise InvalidNetworks(
                f"IP networks, line {number}: {line[:80]!r}; write network,country or first,last,country"
            ) from None
        # Databases write ZZ or - where they do not know.
        if country.upper() in country_codes():
            yield first.version, int(first), int(last), country.upper()


def _ends(where: list[str]) -> tuple[IPv4Address | IPv6Address, IPv4Address | IPv6Address]:
    if len(where) == 1:
        network = ip_network(where[0])
        return network[0], network[-1]
    first, last = (ip_address(end) for end in where)
    return first, last
