"""The making of history: thousands of appeals in bulk, through the journal's own functions and with the flow's columns.

Each chunk is one transaction. It runs once, into a database that becomes the town's only when it is whole (folder).
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, sessionmaker

from incidents.demo import arrivals, stories, townsfolk
from incidents.demo.endings import tell
from incidents.demo.stories import Setting, Story
from incidents.flow import calendars, classifying, recomputing, sealing, searching, timing
from incidents.flow.journalling import Draft, append_many
from incidents.records.answers import Answer, AnswerState, AnswerVersion
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.clocks import Alarm, ClockRow
from incidents.records.database import Base
from incidents.records.norms import all_norms
from incidents.records.sources import Source
from incidents.records.topics import Topic
from incidents.rules.places import Network
from incidents.settings import Settings

#: Appeals whose entries are chained at once, and appeals in one transaction.
AT_ONCE = 250
IN_ONE_TRANSACTION = 2_000
#: Received so many minutes ago and still unanswered: what a visitor finds waiting, partly late already.
WAITING_MINUTES = (25, 48, 71, 95, 112, 131, 176)
#: One citizen in so many writes again.
_AUTHORS_SHARE = 0.4

Progress = Callable[[int, int], None]


def make(
    sessions: sessionmaker[Session],
    settings: Settings,
    *,
    now: datetime,
    seed: int = 1,
    years: Mapping[int, int] = arrivals.YEARS,
    a_day: int = arrivals.A_DAY,
    progress: Progress = lambda done, of: None,
) -> int:
    """Write the history of these years, the last two weeks and what waits now, then seal; how many appeals.

    `progress` hears how many are written of how many.
    """
    chance = random.Random(seed)
    with sessions() as session:
        setting = _look_around(session, settings)
    zone = settings.town_zone
    past = arrivals.over_the_years(chance, zone, years)
    recent = arrivals.lately(chance, zone, now, a_day)
    total = len(past) + len(recent) + len(WAITING_MINUTES)
    told = _tell(chance, setting, past, recent, now)
    authors = _Authors(chance, round(total * _AUTHORS_SHARE))
    for start in range(0, total, IN_ONE_TRANSACTION):
        with sessions() as session:
            for _ in range(start, min(start + IN_ONE_TRANSACTION, total), AT_ONCE):
                chunk = list(islice(told, AT_ONCE))
                _store(session, setting, chunk, authors, now)
                progress(chunk[-1].appeal["number"], total)
            session.commit()
    with sessions() as session:
        # What is still open is to be alarmed like any other.
        numbers = range(total - len(WAITING_MINUTES) + 1, total + 1)
        recomputing.settle(session, numbers, timing.rules(session), now=now)
        sealing.seal(session, now=now)
        session.commit()
    return total


def _look_around(session: Session, settings: Settings) -> Setting:
    topics = list(session.scalars(select(Topic)))
    return Setting(
        settings=settings,
        steps=settings.town.steps,
        norms=all_norms(session),
        calendars=calendars.versions(session, settings.town_zone),
        matcher=classifying.matcher(session),
        topics={topic.name: topic.id for topic in topics},
        departments={topic.id: topic.department_id for topic in topics},
        staff=townsfolk.staff(session),
        sources={source.network: source.id for source in session.scalars(select(Source))},
    )


def _tell(
    chance: random.Random, setting: Setting, past: list[datetime], recent: list[datetime], now: datetime
) -> Iterator[Story]:
    number = 0
    for is_past, moments in ((True, past), (False, recent)):
        for received_at in moments:
            number += 1
            yield tell(chance, setting, number, received_at, is_past=is_past)
    for minutes in reversed(WAITING_MINUTES):
        number += 1
        yield stories.waiting(chance, setting, number, now - timedelta(minutes=minutes))


class _Authors:
    """So many people write in each network; their rows are made when they first do."""

    def __init__(self, chance: random.Random, count: int) -> None:
        self._chance, self._count = chance, max(count, 1)
        self._known: dict[tuple[Network, int], int] = {}
        self.new: list[dict[str, Any]] = []

    def row_of(self, network: Network, name: str) -> int:
        """The id of somebody's row; who has written before is found again, under the name of the first time."""
        key = (network, self._chance.randrange(self._count))
        if key not in self._known:
            self._known[key] = len(self._known) + 1
            # No link and no number of the network's own: these people must not be mistaken for anybody.
            self.new.append(
                {"id": self._known[key], "network": network, "external_id": f"demo-{key[1]}", "name": name, "url": None}
            )
        return self._known[key]


def _store(session: Session, setting: Setting, chunk: list[Story], authors: _Authors, now: datetime) -> None:
    for story in chunk:
        story.appeal["author_id"] = authors.row_of(story.appeal["network"], story.name)
    answers = [_answer_row(story.answer) for story in chunk if story.answer is not None]
    _insert(session, Author, authors.new)
    authors.new.clear()
    told = [(story.appeal["number"], story.reckoning or story.reckon(setting, now)) for story in chunk]
    clocks = [row for number, reckoning in told for row in timing.rows(number, reckoning)]
    _insert(session, Appeal, [story.appeal for story in chunk])
    _insert(session, ClockRow, clocks)
    _insert(session, Alarm, [alarm for story in chunk for alarm in story.alarms])
    _insert(session, Message, [story.message for story in chunk])
    _insert(session, Answer, answers)
    _insert(session, AnswerVersion, [_version_row(answer) for answer in answers])
    append_many(session, _alike_together(chunk), now=now)
    searching.refresh(session, [story.appeal["number"] for story in chunk])


def _alike_together(chunk: list[Story]) -> list[Draft]:
    """All entries, each story's in its order, but those with a reason and those without in a few long rows.

    Rows of the same columns go to the database in one statement; told story by story they would alternate.
    """
    lanes: list[list[Draft]] = [[]]
    for story in chunk:
        lane, has_reason = 0, False
        for draft in story.drafts:
            if bool(draft.text) != has_reason:
                lane, has_reason = lane + 1, not has_reason
                lanes += [[]] if lane == len(lanes) else []
            lanes[lane].append(draft)
    return [draft for lane in lanes for draft in lane]


def _answer_row(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {**answer, "state": AnswerState.PUBLISHED, "version": 1, "reply_to": {}, "is_outside": False}


def _version_row(answer: Mapping[str, Any]) -> dict[str, Any]:
    person_id, saved_at = answer["submitted_by"], answer["created_at"]
    return {
        "answer_id": answer["id"],
        "version": 1,
        "text": answer["text"],
        "person_id": person_id,
        "saved_at": saved_at,
    }


def _insert(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Plain inserts: the unit of work has nothing to say to rows that stand in order."""
    if rows:
        session.connection().execute(insert(table.__table__), rows)  # type: ignore[arg-type]  # a Table it is
