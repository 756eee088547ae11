"""The town's life as a process: `python -m incidents.demo.life FOLDER [busy]`. Citizens write every few seconds, colleagues work.

Intake pauses when so many wait and goes on when fewer do, so that a visitor who only looks is not snowed in; a busy town
is the day after a snowstorm, when two hundred wait.
"""

import random
import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from incidents.demo.citizens import Citizens
from incidents.demo.colleagues import Colleagues
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Author
from incidents.records.database import make_sessions, open_engine
from incidents.rules.places import Network, Place
from incidents.settings import load


@dataclass(frozen=True, slots=True)
class Day:
    """How much is going on. Colleagues leave `left` to the visitor; `citizens` are the seconds between two of them."""

    full_house: int
    pause_at: int
    go_on_at: int
    left: int
    citizens: tuple[float, float]


#: `full_house` waits already when the visitor comes.
USUAL = Day(full_house=20, pause_at=60, go_on_at=50, left=0, citizens=(3.0, 10.0))
BUSY = Day(full_house=200, pause_at=240, go_on_at=220, left=200, citizens=(2.0, 5.0))
#: Seconds between two acts of colleagues, and between two posts of the town.
COLLEAGUES, NEWS = (1.0, 3.5), 1200.0
_THANKFUL = 0.2
_TICK = 0.25


class Life:
    """The clock of the town's life: who is next, and when."""

    def __init__(
        self, citizens: Citizens, colleagues: Colleagues, sessions: sessionmaker[Session], day: Day = USUAL
    ) -> None:
        self._day = day
        self._citizens, self._colleagues, self._sessions = citizens, colleagues, sessions
        self._chance = random.Random()
        self._is_paused = False
        self._looked_at = datetime.now(UTC)
        self._next = {self._write: 0.0, self._work: 0.0, self._thank: 30.0, self._citizens.hear_news: NEWS}

    def fill(self) -> None:
        """A full house for the visitor's first look."""
        for _ in range(self._day.full_house - self._colleagues.open_now()):
            self._citizens.complain()

    def tick(self, now: float) -> None:
        """Whoever's time has come does one thing; `now` counts from the start, in seconds."""
        for act, at in list(self._next.items()):
            if at > now:
                continue
            try:
                self._next[act] = now + (act() or NEWS)
            except (httpx2.HTTPError, OperationalError) as error:
                # The simulator or the database is busy; the kind only, for words may be a citizen's.
                print(f"{datetime.now(UTC):%H:%M:%S} {type(error).__name__}", flush=True)
                self._next[act] = now + 5.0

    def _write(self) -> float:
        waiting = self._colleagues.open_now()
        self._is_paused = waiting >= (self._day.go_on_at if self._is_paused else self._day.pause_at)
        if not self._is_paused:
            self._citizens.step()
        return self._chance.uniform(*self._day.citizens)

    def _work(self) -> float:
        if self._colleagues.open_now() > self._day.left:
            self._colleagues.step()
        return self._chance.uniform(*COLLEAGUES)

    def _thank(self) -> float:
        """Some of those who were answered on VK's wall since the last look thank the town."""
        since, self._looked_at = self._looked_at, datetime.now(UTC)
        with self._sessions() as session:
            query = (
                select(Answer.external_id, Author.name)
                .join(Appeal, Appeal.number == Answer.appeal_number)
                .join(Author, Author.id == Appeal.author_id)
                .where(Answer.state == AnswerState.PUBLISHED, Answer.published_at >= since, Author.name != "")
                .where(Appeal.network == Network.VK, Appeal.place == Place.COMMENT)
            )
            answered = session.execute(query).all()
        for comment_id, name in answered:
            if comment_id and self._chance.random() < _THANKFUL:
                self._citizens.thank(int(comment_id), name)
        return self._chance.uniform(20.0, 40.0)


def main() -> int:
    """Live until SIGTERM."""
    folder = Path(sys.argv[1])
    settings = load(folder / "config.toml")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    chance = random.Random()
    sessions = make_sessions(open_engine(settings.database_url), settings.town)
    with httpx2.Client(timeout=10.0, trust_env=False) as client:
        citizens = Citizens(client, settings.vk_api_url.removesuffix("/vk"), chance, settings.town_zone)
        colleagues = Colleagues(sessions, settings, chance, citizens.said)
        life = Life(citizens, colleagues, sessions, BUSY if sys.argv[2:] == ["busy"] else USUAL)
        life.fill()
        started = time.monotonic()
        while not stop.wait(_TICK):
            life.tick(time.monotonic() - started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
