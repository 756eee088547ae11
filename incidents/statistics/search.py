"""Looking for appeals: what was typed, read as terms; the appeals that hold them, newest first; what to say when a word is
nowhere.

Every word must be there, in whatever form: both sides are stems (`records.search`). A word that no appeal holds is
replaced by those most like it: with trigrams on PostgreSQL (also misprints), by words that contain it elsewhere.
Nobody finds what he may not see: the caller's conditions (`web.filters.visible`) are a part of every question.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.search import PARTS, SearchDocument, SearchWord, Term, holds, stem
from incidents.rules import topics
from incidents.rules.acts import OPEN, Status

#: Words of a question beyond these change nothing that a person would notice.
MOST_WORDS = 12
#: So many like words stand in for one that is nowhere.
MOST_ALIKE = 6
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
    exact = [[Term(stem(word))] for word in asked.words]
    if asked.is_typing:
        exact[-1] = [*exact[-1], Term(asked.words[-1], is_beginning=True)]
    found = _page(session, asked, exact, visible, limit)
    if found.numbers or asked.after is not None:
        return found
    instead = _alike(session, exact, asked)
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


def _alike(session: Session, exact: Sequence[Sequence[Term]], asked: Asked) -> dict[str, list[str]]:
    """What stands in for each word that no appeal holds; nothing for the words that are there."""
    stems = {word: group[0].stem for word, group in zip(asked.words, exact, strict=True)}
    query = select(SearchWord.word).where(SearchWord.word.in_(list(stems.values())))
    known = set(session.scalars(query))
    unknown = {word: own for word, own in stems.items() if own not in known and len(own) >= SHORTEST_ALIKE}
    if not unknown:
        return {}
    by_trigrams = knows_misprints(session)
    found = {word: _near(session, own, by_trigrams) for word, own in unknown.items()}
    return {word: near for word, near in found.items() if near}


def _near(session: Session, own: str, by_trigrams: bool) -> list[str]:
    word = SearchWord.word
    if by_trigrams:
        likeness = func.similarity(word, own)
        alike = word.op("%", is_comparison=True)(own)
        query = select(word).where(alike | word.contains(own, autoescape=True)).order_by(likeness.desc(), word)
        return list(session.scalars(query.limit(MOST_ALIKE)))
    query = select(word).where(word.contains(own, autoescape=True)).order_by(func.length(word), word)
    return list(session.scalars(query.limit(MOST_ALIKE)))
