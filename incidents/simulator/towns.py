"""The town the networks live in: its people, the clock, the seed and the one lock over everything that is written.

Lowest floor of the simulator's own state; communities.py (VK) and channels.py (Telegram) stand on it.
"""

import hashlib
import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from incidents.simulator.delivering import Courier
from incidents.simulator.gallery import Gallery


@dataclass(frozen=True)
class Person:
    """A citizen with an account in every network; one positive number serves as the id in all of them."""

    id: int
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        """First and last name as the networks show them."""
        return f"{self.first_name} {self.last_name}".strip()


#: Whoever writes may be named by a person or just by a name; the same name is the same person.
Author = Person | str


class Town:
    """Shared state; `lock` is held by whoever writes or reads more than one thing. Times are Unix seconds, as in both networks."""

    def __init__(
        self, courier: Courier, gallery: Gallery, *, seed: int = 1, clock: Callable[[], float] = time.time
    ) -> None:
        self.courier, self.gallery, self.clock = courier, gallery, clock
        self.lock = threading.RLock()
        self._random = random.Random(seed)
        self._seed = seed
        self._events = itertools.count(1)
        self._people: dict[str, Person] = {}

    def now(self) -> int:
        """The town's time in whole Unix seconds."""
        return int(self.clock())

    def number(self, low: int, high: int) -> int:
        """A number between the two, the same for the same seed and order of asking."""
        with self.lock:
            return self._random.randint(low, high)

    def event_id(self) -> str:
        """40 hexadecimal digits, different for every event, as in VK's Callback API."""
        return hashlib.sha1(f"{self._seed}:{next(self._events)}".encode(), usedforsecurity=False).hexdigest()

    def person(self, author: Author) -> Person:
        """The person of this name, who moves in if nobody is called so."""
        if isinstance(author, Person):
            return author
        name = " ".join(author.split()) or "Житель"
        with self.lock:
            if name not in self._people:
                first, _, last = name.partition(" ")
                taken = {person.id for person in self._people.values()}
                identity = self.number(100_000_000, 799_999_999)
                while identity in taken:
                    identity = self.number(100_000_000, 799_999_999)
                self._people[name] = Person(identity, first, last)
            return self._people[name]

    def people(self) -> list[Person]:
        """Everybody who ever wrote."""
        with self.lock:
            return list(self._people.values())

    def by_id(self, identity: int) -> Person | None:
        """The person with this id in the networks."""
        return next((person for person in self.people() if person.id == identity), None)
