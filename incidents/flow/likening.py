"""Who else writes about the same? The like appeals of the last two weeks, and like ones we have answered, to learn from.

Candidates come from the index of the search (`records.search`) and from one address, newest first and not many; what is
like is then decided by `rules.likeness`. The caller's conditions keep out what a person may not see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import BigInteger, ColumnElement, Select, String, bindparam, select
from sqlalchemy.orm import Session, joinedload

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.search import Term, asked_for, index_of, stem
from incidents.rules import topics
from incidents.rules.acts import Purpose, Status
from incidents.rules.likeness import LIKE, SAME, SHORTEST, Matter, likeness, tokens

RECENT = timedelta(days=14)
#: How far back an answer is worth learning from.
LEARNT = timedelta(days=365)
MOST_CANDIDATES = 400
#: Words of a long text beyond these bring no better candidates.
MOST_WORDS = 12
MOST_SHOWN = 4

Conditions = Sequence[ColumnElement[bool]]
#: The number of the first appeal that counts, if there is any, and since when.
Beginning = tuple[int | None, datetime]
#: An appeal that may be like: number, words, topic, address.
Candidate = tuple[int, str, int | None, str | None]
_Query = Select[int, str, int | None, str | None]

_SINCE = select(Appeal.number).order_by(Appeal.received_at).limit(1)
_FIRST = select(
    *(_SINCE.where(Appeal.received_at >= bindparam(name)).scalar_subquery() for name in ("recent", "learnt"))
)

_FULL = (
    select(Appeal)
    .where(Appeal.number.in_(bindparam("numbers", expanding=True)))
    .options(joinedload(Appeal.topic), joinedload(Appeal.department))
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Among which appeals is looked: those a person may see, without the one that is asked about."""

    visible: Conditions
    leave_out: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Another appeal, how like it is (0 to 1), and whether it seems to be the very same matter."""

    appeal: Appeal
    score: float

    @property
    def is_same(self) -> bool:
        return self.score >= SAME


@dataclass(frozen=True, slots=True)
class Learnt:
    """What we answered to a like appeal."""

    appeal: Appeal
    answer: Answer


def matter_of(appeal: Appeal) -> Matter:
    """What a registered appeal is about."""
    return Matter(tokens(appeal.text), appeal.topic_id, appeal.address_key)


def alike(
    session: Session, text: str, matter: Matter, visible: Conditions, *, now: datetime, leave_out: int = 0
) -> tuple[list[Alike], int]:
    """The like appeals of the last two weeks, the likest first, and how many there are."""
    return _alike(session, text, matter, Asked(visible, leave_out), _beginnings(session, now)[0])


def beside(
    session: Session, text: str, matter: Matter, visible: Conditions, *, now: datetime, leave_out: int, learning: bool
) -> tuple[list[Alike], int, list[Learnt]]:
    """The same, and who is `learning`: like appeals that have our last word, the likest first, with that word."""
    asked = Asked(visible, leave_out)
    recent, earlier = _beginnings(session, now)
    found, count = _alike(session, text, matter, asked, recent)
    return found, count, _answered(session, text, matter, asked, earlier) if learning else []


def _beginnings(session: Session, now: datetime) -> tuple[Beginning, Beginning]:
    """The first appeals of the last two weeks, and of the time whose answers are worth learning from."""
    recent, learnt = now - RECENT, now - LEARNT
    both = session.execute(_FIRST, {"recent": recent, "learnt": learnt}).one()
    return (both[0], recent), (both[1], learnt)


def _alike(session: Session, text: str, matter: Matter, asked: Asked, begin: Beginning) -> tuple[list[Alike], int]:
    found = _ranked(matter, _candidates(session, text, matter, asked, begin))
    best = found[:MOST_SHOWN]
    full = _full(session, [number for number, _ in best])
    return [Alike(full[number], score) for number, score in best], len(found)


def _answered(session: Session, text: str, matter: Matter, asked: Asked, begin: Beginning) -> list[Learnt]:
    rows = _candidates(session, text, matter, asked, begin, is_done=True)
    numbers = [number for number, _ in _ranked(matter, rows)][: MOST_SHOWN * 2]
    if not numbers:
        return []
    last = (Answer.state == AnswerState.PUBLISHED, Answer.purpose == Purpose.FINAL, Answer.text != "")
    query = select(Answer).where(Answer.appeal_number.in_(numbers), *last).order_by(Answer.id)
    answers = {answer.appeal_number: answer for answer in session.scalars(query)}
    shown = [number for number in numbers if number in answers][:MOST_SHOWN]
    full = _full(session, shown)
    return [Learnt(full[number], answers[number]) for number in shown]


def _ranked(matter: Matter, rows: Sequence[Candidate]) -> list[tuple[int, float]]:
    scored = [
        (number, likeness(matter, Matter(tokens(written), topic_id, key))) for number, written, topic_id, key in rows
    ]
    return sorted((each for each in scored if each[1] >= LIKE), key=lambda each: (-each[1], -each[0]))


def _candidates(
    session: Session, text: str, matter: Matter, asked: Asked, begin: Beginning, *, is_done: bool = False
) -> Sequence[Candidate]:
    """Appeals since then that share a word or the address, newest first."""
    first, since = begin
    stems = list(dict.fromkeys(stem(word) for word in topics.words(text) if len(word) >= SHORTEST and word.isalpha()))
    terms = [Term(each) for each in sorted(stems, key=len, reverse=True)[:MOST_WORDS]]
    if first is None or not (terms or matter.address_key):
        return []
    given: dict[str, object] = {"first": first, "since": since, "but": asked.leave_out}
    found: dict[int, Candidate] = {}
    if terms:
        dialect = session.get_bind().dialect.name
        words = {"asked": asked_for(dialect, [terms], ["said"])}
        found |= _asked(session, _of_words(dialect, is_done), asked, given | words)
    if matter.address_key:
        found |= _asked(session, _of_address(is_done), asked, given | {"key": matter.address_key})
    return [found[number] for number in sorted(found, reverse=True)[:MOST_CANDIDATES]]


def _asked(session: Session, query: _Query, asked: Asked, given: Mapping[str, object]) -> dict[int, Candidate]:
    rows = session.execute(query.where(*asked.visible) if asked.visible else query, given)
    return {number: (number, written, topic_id, key) for number, written, topic_id, key in rows}


@lru_cache
def _of_words(dialect: str, is_done: bool) -> _Query:
    """Those that share a word; built once, for every card asks it twice."""
    first = bindparam("first", type_=BigInteger)
    index, number, holds = index_of(dialect, bindparam("asked", type_=String), first)
    return (
        _newest(is_done)
        .select_from(index.join(Appeal.__table__, Appeal.number == number))
        .where(holds)
        .order_by(number.desc())
    )


@lru_cache
def _of_address(is_done: bool) -> _Query:
    """Those of one address."""
    there = (Appeal.address_key == bindparam("key"), Appeal.number >= bindparam("first", type_=BigInteger))
    return _newest(is_done).where(*there).order_by(Appeal.number.desc())


def _newest(is_done: bool) -> _Query:
    # The table's columns, not the class's: of hundreds of rows none becomes an object.
    columns = Appeal.__table__.c
    query = select(columns.number, columns.text, columns.topic_id, columns.address_key).limit(MOST_CANDIDATES)
    query = query.where(Appeal.received_at >= bindparam("since"), Appeal.number != bindparam("but"))
    return query.where(Appeal.status.in_((Status.ANSWERED, Status.CLOSED))) if is_done else query


def _full(session: Session, numbers: Sequence[int]) -> dict[int, Appeal]:
    if not numbers:
        return {}
    return {appeal.number: appeal for appeal in session.scalars(_FULL, {"numbers": list(numbers)})}
