"""The courier: carries events to the hooks in background threads, as stubbornly and in the order the networks do.

Stands after the event builders. VK promises no order: each event travels alone. Telegram is strictly ordered per chat: events of one lane (bot, chat) wait for
each other. Faults of delivery are applied here, at the moment an event is handed over.
"""

import heapq
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import httpx2

from incidents.simulator.faults import Faults
from incidents.simulator.hooks import Hook, Outcome
from incidents.simulator.loopback import hook_url as loopback_only

#: Seconds before the second, third, … attempt; the last one repeats.
DELAYS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)


@dataclass
class Parcel:
    """One event on its way. `together` lets copies of it knock at the same instant."""

    hook: Hook
    body: bytes
    lane: Hashable | None = None
    together: threading.Barrier | None = None
    tries: int = 0
    note: str = ""
    done: threading.Event = field(default_factory=threading.Event)
    is_taken: bool = False


class Courier:
    """
    1. `send` puts a parcel into the heap under its due time, or behind its lane's first parcel.
    2. A worker takes the earliest due parcel out of the heap; from then on only this worker holds it, and the lock is not held while it knocks.
    3. Taken: the next of the lane becomes due. Not taken: the same parcel returns to the heap with a later due time, so that its lane goes on waiting.
    4. After `max_tries` it is laid among the given up, where `send_again` finds it: nothing vanishes unseen.
    """

    def __init__(
        self,
        faults: Faults,
        *,
        delays: Sequence[float] = DELAYS,
        max_tries: int = 40,
        workers: int = 8,
        timeout: float = 5.0,
    ) -> None:
        self.faults, self.delays, self.max_tries = faults, tuple(delays), max_tries
        self.log: deque[Parcel] = deque(maxlen=500)
        self.given_up: list[Parcel] = []
        self._client = httpx2.Client(timeout=timeout, trust_env=False)
        self._heap: list[tuple[float, int, Parcel]] = []
        self._numbers = itertools.count()
        self._lanes: dict[Hashable, deque[Parcel]] = {}
        self._held: list[Parcel] = []
        self._open = 0
        self._is_closed = False
        self._turn = threading.Condition()
        self._workers = [threading.Thread(target=self._work, name=f"courier-{n}", daemon=True) for n in range(workers)]
        for worker in self._workers:
            worker.start()

    def send(self, hook: Hook, event: object, *, lane: Hashable | None = None) -> Parcel:
        """Hand one event over; returns at once, raises NotLoopback for a foreign address. The parcel's `done` is set when it was taken or given up."""
        loopback_only(hook.url)
        body = json.dumps(event, ensure_ascii=False).encode()
        parcel = Parcel(hook, body, lane)
        fault = self.faults.for_delivery(hook.network)
        with self._turn:
            if fault is None:
                self._start(parcel)
            elif fault.kind == "reversed":
                self._hold(parcel, is_last=fault.times in (None, 0))
            elif fault.kind == "late":
                self._start(parcel, after=fault.seconds)
            else:
                self._multiply(parcel, 2 if fault.kind == "twice" else fault.copies, at_once=fault.kind == "parallel")
        return parcel

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is on its way any more; False if that took longer than `timeout` seconds."""
        with self._turn:
            return self._turn.wait_for(lambda: self._open == 0, timeout)

    def send_again(self) -> int:
        """Start all given-up parcels anew, as VK does after the server was repaired; tells how many."""
        with self._turn:
            parcels, self.given_up = self.given_up, []
            for parcel in parcels:
                self._start(Parcel(parcel.hook, parcel.body, parcel.lane))
        return len(parcels)

    def waiting(self, hook: Hook) -> int:
        """How many events of this hook are not taken yet."""
        with self._turn:
            behind = itertools.chain.from_iterable(self._lanes.values())
            return sum(1 for parcel in itertools.chain((p for _, _, p in self._heap), behind) if parcel.hook is hook)

    def release(self) -> None:
        """Let the events go that wait to be delivered in reverse."""
        with self._turn:
            self._release()

    def close(self) -> None:
        """Stop the workers; what is not delivered stays undelivered."""
        with self._turn:
            self._is_closed = True
            self._turn.notify_all()
        for worker in self._workers:
            worker.join(timeout=10)
        self._client.close()

    def _hold(self, parcel: Parcel, is_last: bool) -> None:
        self._open += 1
        self._held.append(parcel)
        if is_last:
            self._release()

    def _release(self) -> None:
        held, self._held = self._held, []
        for place, parcel in enumerate(reversed(held)):
            parcel.lane = None  # out of order is the whole point
            self._push(parcel, place * 0.05)

    def _multiply(self, parcel: Parcel, copies: int, at_once: bool) -> None:
        if at_once:
            parcel.together = threading.Barrier(min(copies, len(self._workers)), timeout=2)
        self._start(parcel)
        for place in range(1, copies):
            twin = Parcel(parcel.hook, parcel.body, together=parcel.together)
            self._start(twin, after=0 if at_once else place * 0.05)

    def _start(self, parcel: Parcel, after: float = 0.0) -> None:
        self._open += 1
        if parcel.lane is None:
            self._push(parcel, after)
        elif parcel.lane in self._lanes:
            self._lanes[parcel.lane].append(parcel)
        else:
            self._lanes[parcel.lane] = deque()
            self._push(parcel, after)

    def _push(self, parcel: Parcel, after: float) -> None:
        heapq.heappush(self._heap, (time.monotonic() + after, next(self._numbers), parcel))
        self._turn.notify_all()

    def _work(self) -> None:
        while (parcel := self._next()) is not None:
            if parcel.together is not None:
                _meet(parcel.together)
                parcel.together = None
            outcome = parcel.hook.attempt(self._client, parcel.body, parcel.tries)
            with self._turn:
                self._judge(parcel, outcome)

    def _next(self) -> Parcel | None:
        with self._turn:
            while not self._is_closed:
                if self._heap and self._heap[0][0] <= time.monotonic():
                    return heapq.heappop(self._heap)[2]
                self._turn.wait(self._heap[0][0] - time.monotonic() if self._heap else None)
        return None

    def _judge(self, parcel: Parcel, outcome: Outcome) -> None:
        parcel.tries += 1
        parcel.note, parcel.is_taken = outcome.note, outcome.is_taken
        if not outcome.is_taken and parcel.tries < self.max_tries:
            usual = self.delays[min(parcel.tries, len(self.delays)) - 1]
            self._push(parcel, usual if outcome.wait is None else min(outcome.wait, 60.0))
            return
        if not outcome.is_taken:
            self.given_up.append(parcel)
        self.log.append(parcel)
        self._open -= 1
        if parcel.lane is not None and (behind := self._lanes.pop(parcel.lane)):
            self._push(behind.popleft(), 0)
            self._lanes[parcel.lane] = behind
        parcel.done.set()
        self._turn.notify_all()


def _meet(barrier: threading.Barrier) -> None:
    """Wait for the copies that knock together; a copy that comes too late goes alone."""
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        return
