"""How often something may be tried: wrong logins wait longer and longer, requests so many a minute."""

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_KEPT = 10_000
"""Names and addresses that are remembered; the one that was met longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class ThrottleOptions:
    """After how many wrong logins in a row waiting begins, and how it grows.

    Args:
        user_here: For one user from one address.
        user: For one user from anywhere; more, so that no stranger locks someone out at once.
        address: For one address, whatever the user.
        first_s: The first wait; each wrong login after it doubles it.
        longest_s: No wait is longer; after twice as long without a wrong login all is forgotten.
    """

    user_here: int = 5
    user: int = 20
    address: int = 20
    first_s: float = 15.0
    longest_s: float = 900.0


class Throttle:
    """Counts wrong logins by user and by address."""

    def __init__(self, options: ThrottleOptions, now: Callable[[], float] = time.monotonic) -> None:
        self._options, self._now = options, now
        self._lock = threading.Lock()
        self._failed: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def begin(self, user: str, address: str) -> float:
        """Count a try before it is made, so that many at once are not all free; 0, or the seconds to wait."""
        with self._lock:
            now, keys = self._now(), self._keys(user, address)
            waits = [self._wait_s(key, free, now) for key, free in keys]
            if max(waits) > 0:
                return max(waits)
            for key, _ in keys:
                count, _ = self._failed.pop(key, (0, now))
                self._failed[key] = (count + 1, now)
            while len(self._failed) > _KEPT:
                self._failed.popitem(last=False)
            return 0.0

    def succeeded(self, user: str, address: str) -> None:
        """The try was no wrong one; what was counted of the user is forgotten."""
        with self._lock:
            (here, _), (name, _), (network, _) = self._keys(user, address)
            self._failed.pop(here, None)
            self._failed.pop(name, None)
            # Of the address only this one: whoever has one password must not try others for ever.
            count, last = self._failed.pop(network, (0, 0.0))
            if count > 1:
                self._failed[network] = (count - 1, last)

    def _keys(self, user: str, address: str) -> list[tuple[Hashable, int]]:
        chosen, network = self._options, network_of(address)
        return [
            (("here", user, network), chosen.user_here),
            (("user", user), chosen.user),
            (("address", network), chosen.address),
        ]

    def _wait_s(self, key: Hashable, free: int, now: float) -> float:
        count, last = self._failed.get(key, (0, now))
        if now - last > 2 * self._options.longest_s:
            self._failed.pop(key, None)
            return 0.0
        if count < free:
            return 0.0
        doubled = self._options.first_s * float(1 << min(count - free, 30))
        wait = min(self._options.longest_s, doubled)
        return max(0.0, last + wait - now)


class Pace:
    """So many a minute for each key; what was not used is saved up to a minute's worth."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._now = per_minute, now
        self._lock = threading.Lock()
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> bool:
        """Whether one more is within the limit."""
        with self._lock:
            now = self._now()
            left, last = self._left.pop(key, (float(self._most), now))
            left = min(float(self._most), left + (now - last) * self._most / 60)
            self._left[key] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > _KEPT:
                self._left.popitem(last=False)
            return left >= 1


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the network, since each machine has as many as it wants."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
