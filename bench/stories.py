"""The appeals of a measured town as plain rows: what the flow would have written, without the flow's way there.

N appeals of which 2,000 are open and 200 of those late; a smaller town keeps the shares it can (`shape`). Seven journal
entries each, whatever became of it. town.py writes them.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from incidents.flow import gate
from incidents.flow.journalling import Draft
from incidents.records.answers import AnswerState
from incidents.rules.acts import Act, Status
from incidents.rules.norms import ClockName, Kind
from incidents.rules.places import Network, Place

OPEN, LATE = 2_000, 200
#: A town so small that 2,000 cannot be open in it: the greater part is.
OPEN_SHARE, LATE_SHARE = 0.8, 0.1
FIRST_DAY = datetime(2018, 8, 1, tzinfo=UTC)
TERM = timedelta(minutes=120)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
_NETWORKS = ([Network.VK, Network.OK, Network.TELEGRAM], [7, 2, 1])


@dataclass(frozen=True, slots=True)
class Shape:
    """How many appeals, how many of them open, and how many of those late."""

    appeals: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids that appeals refer to."""

    press: int
    source: int
    norm: int
    #: (topic, department) pairs; every department is among them.
    topics: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Story:
    """One appeal's rows."""

    appeal: dict[str, Any]
    message: dict[str, Any]
    answer: dict[str, Any] | None
    drafts: list[Draft]


def shape(appeals: int, most_open: int = OPEN) -> Shape:
    """What a town of so many appeals is made of."""
    opened = min(most_open, round(appeals * OPEN_SHARE))
    return Shape(appeals, opened, min(LATE, round(opened * LATE_SHARE)))


def tell(chance: random.Random, cast: Cast, wanted: Shape, texts: Iterator[str], now: datetime) -> Iterator[Story]:
    """Every appeal in the order of arrival: the answered over the years, the late, and the open of the last minutes."""
    finished = wanted.appeals - wanted.open
    step = (now - timedelta(days=2) - FIRST_DAY) / max(finished, 1)
    for number in range(1, finished + 1):
        story = _begin(chance, cast, number, FIRST_DAY + step * (number - 1), next(texts))
        yield _answered(chance, cast, story)
    for place in range(wanted.open):
        number = finished + place + 1
        if place < wanted.late:
            received_at = now - timedelta(hours=30) + timedelta(hours=26) * (place / wanted.late)
        else:
            # A quarter of an hour old at most: none comes near its deadline while it is measured.
            received_at = now - 15 * MINUTE * (1 - place / wanted.open)
        yield _open(chance, cast, _begin(chance, cast, number, received_at, next(texts)))


def _begin(chance: random.Random, cast: Cast, number: int, received_at: datetime, text: str) -> Story:
    topic, department = cast.topics[number % len(cast.topics)]
    network = chance.choices(*_NETWORKS)[0]
    is_connected = network is Network.VK
    appeal = dict.fromkeys(("answered_at", "next_clock", "next_due_at", "paused_at", "assignee_id", "reject_reason"))
    appeal |= {
        "number": number,
        "kind": Kind.SOCIAL,
        "network": network,
        "place": Place.COMMENT if is_connected else Place.ELSEWHERE,
        "source_id": cast.source if is_connected else None,
        "author_id": number,
        "text": text,
        "permalink": f"https://vk.com/wall-1_{number}",
        "posted_at": received_at - 20 * SECOND,
        "received_at": received_at,
        "registered_at": received_at + SECOND,
        "topic_id": topic,
        "department_id": department,
        "suggestions": [{"topic_id": topic, "score": 4.0, "words": ["двор"]}],
        "norm_id": cast.norm,
        "clock_started_at": received_at,
        "due_at": received_at + TERM,
        "returns": 0,
        "is_imported": False,
        "version": 7,
        "cycle": 1,
    }
    message: dict[str, Any] = {
        "appeal_number": number,
        "source_id": appeal["source_id"],
        "object_key": f"vk:wall-1_{number}",
        "text": text,
        "posted_at": appeal["posted_at"],
        "permalink": appeal["permalink"],
        "reply_to": {"post_id": 1, "comment_id": number},
        "attachments": [],
    }
    return Story(appeal, message, None, [])


def _answered(chance: random.Random, cast: Cast, story: Story) -> Story:
    appeal = story.appeal
    is_late = chance.random() < 0.05
    took = TERM * (1 + chance.random() if is_late else chance.uniform(0.1, 0.95))
    answered_at = appeal["received_at"] + took
    appeal |= {"status": Status.ANSWERED, "answered_at": answered_at, "assignee_id": cast.press}
    number = appeal["number"]
    answer = {
        "id": number,
        "appeal_number": number,
        "state": AnswerState.PUBLISHED,
        "text": "Работы выполнены, благодарим за обращение.",
        "version": 1,
        "created_at": answered_at - 10 * MINUTE,
        "submitted_by": cast.press,
        "approved_by": cast.press,
        "approved_at": answered_at - MINUTE,
        "is_outside": False,
        "source_id": appeal["source_id"],
        "reply_to": {},
        "attempts": 1,
        "published_at": answered_at,
    }
    acts = (Act.REGISTER, Act.CLASSIFY, Act.ASSIGN, Act.TAKE, Act.SUBMIT, Act.APPROVE, Act.CONFIRM)
    return Story(appeal, story.message, answer, _drafts(cast, appeal, acts, answered_at))


def _open(chance: random.Random, cast: Cast, story: Story) -> Story:
    appeal = story.appeal
    ways = {
        Status.NEW: (Act.ASSIGN, Act.RETURN, Act.ASSIGN, Act.TAKE, Act.RETURN),
        Status.ASSIGNED: (Act.ASSIGN, Act.RETURN, Act.ASSIGN, Act.RETURN, Act.ASSIGN),
        Status.IN_PROGRESS: (Act.ASSIGN, Act.RETURN, Act.ASSIGN, Act.TAKE, Act.SEND_BACK),
    }
    appeal["status"] = chance.choice(list(ways))
    acts = (Act.REGISTER, Act.CLASSIFY, *ways[appeal["status"]])
    drafts = _drafts(cast, appeal, acts, appeal["registered_at"] + 10 * SECOND)
    if appeal["status"] is Status.NEW:
        # Whoever had it gave it back; the journal says who that was.
        appeal |= {"department_id": None, "topic_id": None, "returns": 2}
    appeal |= {"next_clock": ClockName.FIRST, "next_due_at": appeal["due_at"]}
    return Story(appeal, story.message, None, drafts)


def _drafts(cast: Cast, appeal: dict[str, Any], acts: Sequence[Act], end: datetime) -> list[Draft]:
    start, stream, by = appeal["registered_at"], gate.stream(appeal["number"]), f"person:{cast.press}"
    data = {"topic": appeal["topic_id"], "department": appeal["department_id"], "due_at": appeal["due_at"].isoformat()}
    step = (end - start) / len(acts)
    times = [start + step * place for place in range(len(acts))]
    told = {name: appeal[name].isoformat() for name in ("posted_at", "received_at")}
    born = {"kind": appeal["kind"], "network": appeal["network"], **told, **data}
    return [
        Draft(stream, act, by, at, born if act is Act.REGISTER else data, noticed_at=at)
        for act, at in zip(acts, times, strict=True)
    ]
