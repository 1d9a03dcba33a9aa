"""How much may be asked for in a while: a bucket of tokens for each who asks."""

import time
from collections.abc import Callable
from threading import Lock

_MOST = 10_000  # who are remembered


class Pace:
    """Tells how long somebody has to wait for what costs so much: they get `burst` at once, then `rate` a second.

    Any thread may call any method. now: a clock in seconds.

    Source: the token bucket, J. Turner, New directions in communications, IEEE Communications Magazine 24 (10), 1986.

    >>> pace = Pace(rate=2, burst=4, now=lambda: 0.0)
    >>> pace.delay("a", 4), pace.delay("a", 1), pace.delay("b", 1)
    (0.0, 0.5, 0.0)
    """

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self._now = rate, burst, now
        self._lock = Lock()
        self._full: dict[str, float] = {}  # who → when their bucket is full again

    def delay(self, who: str, cost: float = 1.0, patience: float = float("inf")) -> float:
        """Return the seconds to wait, and take the cost from the bucket; nothing where that is beyond patience."""
        with self._lock:
            now = self._now()
            full = max(self._full.pop(who, now), now) + cost / self.rate
            wait = max(0.0, full - now - self.burst / self.rate)
            self._full[who] = full if wait <= patience else full - cost / self.rate
            if len(self._full) > _MOST:
                self._full.pop(next(iter(self._full)))
            return wait
