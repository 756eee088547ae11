"""Looking for appeals: what was typed, read as terms; the appeals that hold them, newest first; what to say when a word is
nowhere.

Every word must be there, in whatever form: both sides are stems (`records.search`). A word that no appeal holds is
replaced by those most like it: with trigrams on PostgreSQL (also misprints), by words that contain it elsewhere.
Nobody finds what he may not see: the caller's conditions (`web.filters.visible`) are a part of every question, also of
which words there are. Whether a word is known must not tell that a hidden appeal holds it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.search import PARTS, SearchDocument, SearchWord, Term, forms, holds, stem
from incidents.rules import topics
from incidents.rules.acts import OPEN, Status

#: Words of a question beyond these change nothing that a person would notice.
MOST_WORDS = 12
#: So many like words stand in for one that is nowhere, out of so many that are looked at for who sees a part only.
MOST_ALIKE, MOST_LOOKED_AT = 6, 60
#: A word shorter than this is like too many others.
SHORTEST_ALIKE = 3
PAGE = 25

STATUSES: Mapping[str, Collection[Status]] = {
    "open": OPEN,
    "answered": (Status.ANSWERED, Status.CLOSED),
    "rejected": (Status.REJECTED,),
}
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Asked:
    """What a person looks for. `parts` are whose words (`records.search.PARTS`), `since` from when, `after` the last
    number of the page before."""

    written: str
    parts: tuple[str, ...] = tuple(PARTS)
    since: datetime | None = None
    status: str = ""
    after: int | None = None
    #: The last word is still being typed: whatever begins with it.
    is_typing: bool = False

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words as they count, each once."""
        return tuple(dict.fromkeys(topics.words(self.written)))[:MOST_WORDS]

    @property
    def number(self) -> int | None:
        """The number of an appeal, where nothing but one was typed."""
        bare = self.written.strip().lstrip("№#").strip()
        return int(bare) if bare.isdecimal() and len(bare) <= 18 else None


@dataclass(frozen=True)
class Found:
    """Numbers of appeals, newest first; whether there are more; which words were nowhere, and what stood in for each."""

    numbers: Sequence[int] = ()
    has_more: bool = False
    instead: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: All stems and beginnings that count as found.
    terms: tuple[Term, ...] = ()

    def is_found(self, word: str) -> bool:
        """Whether this word, as it is written, is one that was looked for."""
        own = stem(word.lower().replace("ё", "е"))
        return any(own.startswith(term.stem) if term.is_beginning else own == term.stem for term in self.terms)


def find(session: Session, asked: Asked, visible: Sequence[Condition], limit: int = PAGE) -> Found:
    """The appeals among those that `visible` lets through."""
    if not asked.words:
        return Found()
    exact = [[Term(each) for each in forms(stem(word))] for word in asked.words]
    if asked.is_typing:
        exact[-1] = [*exact[-1], Term(asked.words[-1], is_beginning=True)]
    found = _page(session, asked, exact, visible, limit)
    if found.numbers or asked.after is not None:
        return found
    instead = _alike(session, exact, asked, visible)
    if not instead:
        return found
    terms = [
        [Term(each) for each in instead[word]] if word in instead else group
        for word, group in zip(asked.words, exact, strict=True)
    ]
    widened = _page(session, asked, terms, visible, limit)
    return Found(widened.numbers, widened.has_more, instead, widened.terms) if widened.numbers else found


def knows_misprints(session: Session) -> bool:
    """Whether this database can tell that two words are alike, and not only that one holds the other."""
    if session.get_bind().dialect.name == "sqlite":
        return False
    return session.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")) is not None


def _page(
    session: Session, asked: Asked, terms: Sequence[Sequence[Term]], visible: Sequence[Condition], limit: int
) -> Found:
    query = (
        select(Appeal.number)
        .join(SearchDocument, SearchDocument.appeal_number == Appeal.number)
        .where(holds(session.get_bind().dialect.name, terms, asked.parts), *visible)
        .order_by(Appeal.number.desc())
        .limit(limit + 1)
    )
    if asked.since is not None:
        query = query.where(Appeal.received_at >= asked.since)
    if asked.status:
        query = query.where(Appeal.status.in_(list(STATUSES[asked.status])))
    if asked.after is not None:
        query = query.where(Appeal.number < asked.after)
    numbers = list(session.scalars(query))
    return Found(numbers[:limit], len(numbers) > limit, {}, tuple(term for group in terms for term in group))


def _alike(
    session: Session, exact: Sequence[Sequence[Term]], asked: Asked, visible: Sequence[Condition]
) -> dict[str, list[str]]:
    """What stands in for each word that no appeal of this person holds; nothing for the words that are there."""
    unknown = {
        word: group[0].stem
        for word, group in zip(asked.words, exact, strict=True)
        if len(group[0].stem) >= SHORTEST_ALIKE and not _is_held(session, group, visible)
    }
    by_trigrams = bool(unknown) and knows_misprints(session)
    found = {word: _near(session, own, by_trigrams, visible) for word, own in unknown.items()}
    return {word: near for word, near in found.items() if near}


def _near(session: Session, own: str, by_trigrams: bool, visible: Sequence[Condition]) -> list[str]:
    word = SearchWord.word
    alike, order = word.contains(own, autoescape=True), func.length(word).asc()
    if by_trigrams:
        alike, order = alike | word.op("%", is_comparison=True)(own), func.similarity(word, own).desc()
    query = select(word).where(alike, word != own).order_by(order, word)
    if not visible:
        return list(session.scalars(query.limit(MOST_ALIKE)))
    near = session.scalars(query.limit(MOST_LOOKED_AT)).all()
    return list(islice((each for each in near if _is_held(session, [Term(each)], visible)), MOST_ALIKE))


def _is_held(session: Session, group: Sequence[Term], visible: Sequence[Condition]) -> bool:
    """Whether an appeal among the visible ones holds one of these."""
    query = select(Appeal.number).join(SearchDocument, SearchDocument.appeal_number == Appeal.number)
    held = holds(session.get_bind().dialect.name, [group], PARTS)
    return session.scalar(query.where(held, *visible).limit(1)) is not None
