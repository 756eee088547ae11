"""What goes wrong on purpose: failing API calls and crooked deliveries.

The network's API (vk.py, telegram.py) asks `for_call` before it does anything; the courier (delivering.py) asks `for_delivery` for each event. A fault is ordered
for the next `times` calls (None: until cleared) and for every `every`-th of them.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

#: What a call of the API may meet:
#:   too_many  VK error 6, Telegram 429 with retry_after        refuse  a permanent refusal (VK `code`; Telegram 403)
#:   error     the error `code` with `text`                     http    a bare HTTP `status` (429, 500, 502, 503)
#:   silence   the call is done, then nobody answers            drop    the connection breaks and nothing is done
CALL_KINDS = ("too_many", "error", "refuse", "http", "silence", "drop")

#: What a delivery may meet: twice (one after the other), parallel (`copies` at once), reversed (the next `times` events, last first), late (by `seconds`).
DELIVERY_KINDS = ("twice", "parallel", "reversed", "late")


@dataclass
class Fault:
    """One order: where, what, how often. `seconds` is how long a silence or a delay lasts; `retry_after` is in seconds too."""

    network: str
    method: str
    kind: str
    times: int | None = 1
    every: int = 1
    code: int = 0
    status: int = 503
    retry_after: int = 1
    seconds: float = 30.0
    copies: int = 3
    text: str = ""
    seen: int = field(default=0, init=False)


class Faults:
    """The list of orders, safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []
        #: Set when the silences are over: at `clear` and when the simulator stops.
        self.released = threading.Event()

    def vk(self, method: str, kind: str, **details: object) -> Fault:
        """Order a fault for a VK method ("*": any)."""
        return self.order("vk", method, kind, **details)

    def telegram(self, method: str, kind: str, **details: object) -> Fault:
        """Order a fault for a Telegram method ("*": any)."""
        return self.order("telegram", method, kind, **details)

    def delivery(self, network: str, kind: str, **details: object) -> Fault:
        """Order a crooked delivery for the next events of a network ("*": any)."""
        if kind not in DELIVERY_KINDS:
            raise ValueError(f"no such delivery fault: {kind!r}; known: {', '.join(DELIVERY_KINDS)}")
        return self._add(Fault(network, "delivery", kind, **details))  # type: ignore[arg-type]

    def order(self, network: str, method: str, kind: str, **details: object) -> Fault:
        """Order a fault for an API call; raises ValueError for an unknown kind and TypeError for an unknown detail."""
        if kind not in CALL_KINDS:
            raise ValueError(f"no such fault: {kind!r}; known: {', '.join(CALL_KINDS)}")
        return self._add(Fault(network, method, kind, **details))  # type: ignore[arg-type]

    def _add(self, fault: Fault) -> Fault:
        if fault.every < 1 or (fault.times is not None and fault.times < 1):
            raise ValueError("a fault happens at least once: times and every start at 1")
        with self._lock:
            self.released.clear()
            self._orders.append(fault)
        return fault

    def for_call(self, network: str, method: str) -> Fault | None:
        """The fault this call meets, counted off the order."""
        return self._take(network, lambda fault: fault.method in ("*", method) and fault.kind in CALL_KINDS)

    def for_delivery(self, network: str) -> Fault | None:
        """The fault this delivery meets, counted off the order."""
        return self._take(network, lambda fault: fault.method == "delivery")

    def _take(self, network: str, fits: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            for fault in self._orders:
                if fault.network not in ("*", network) or not fits(fault):
                    continue
                fault.seen += 1
                if fault.seen % fault.every:
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._orders.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Forget all orders and end the silences that last."""
        with self._lock:
            self._orders.clear()
            self.released.set()

    def listed(self) -> list[Fault]:
        """The orders that still stand."""
        with self._lock:
            return list(self._orders)
