"""Who is this, and do we know the matter already? What the press sector is told while it enters an appeal by hand.

Only asked, nothing is kept: authors by telephone, link or name, and the appeals of the last two weeks that say the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from incidents.records.appeals import Appeal, Author
from incidents.records.search import SearchDocument, Term, holds, stem
from incidents.rules import topics

#: How an author who telephones is named, in the place of a link to a page.
PHONE = "tel:"
RECENT = timedelta(days=14)
MOST = 4
_MOST_CANDIDATES = 300
#: The longest words of a text say most of what it is about.
_MOST_WORDS = 10
_SHORTEST_WORD = 4
#: What half of the town's appeals say says nothing of what they are about.
_EVERYWHERE = (
    "больше опять снова когда почему сколько который почти никто нигде после просим прошу пожалуйста добрый доброе утро день "
    "вечер здравствуйте спасибо месяц неделя третий второй день дня дней года дома доме домов двор дворе улица улице город "
    "городе ждём ответа соседи подтвердят примите меры уже очень этот этого такой можно нельзя надо нужно будет были было"
)
#: Two texts of which the shorter one shares so much say the same.
_LIKE = 0.5
_COMMON = frozenset(stem(word) for word in topics.words(_EVERYWHERE))
_LEAST_SHARED = 2


@dataclass(frozen=True, slots=True)
class Known:
    """An author we know, how many appeals there are from him, and the last of them."""

    author: Author
    count: int
    last: Appeal


def authors(session: Session, *, keys: Collection[str], name: str) -> list[Known]:
    """The authors that these keys (links, telephones) or this beginning of a name mean, the latest first."""
    by_key = select(Author).where(Author.external_id.in_(list(keys)))
    found = (session.scalars(by_key).all() if keys else ()) or _by_name(session, name)
    if not found:
        return []
    theirs = (
        select(Appeal.author_id, func.count(), func.max(Appeal.number))
        .where(Appeal.author_id.in_([each.id for each in found]))
        .group_by(Appeal.author_id)
    )
    counts = {author_id: (count, last) for author_id, count, last in session.execute(theirs)}
    numbers = [last for _, last in counts.values()]
    query = select(Appeal).where(Appeal.number.in_(numbers)).options(joinedload(Appeal.topic))
    last = {each.number: each for each in session.scalars(query)} if numbers else {}
    known = [Known(each, counts[each.id][0], last[counts[each.id][1]]) for each in found if each.id in counts]
    return sorted(known, key=lambda each: -each.last.number)[:MOST]


def alike(session: Session, text: str, *, now: datetime) -> list[Appeal]:
    """The appeals of the last two weeks that say the same, the likest first."""
    said = _stems(text)
    if len(said) < _LEAST_SHARED:
        return []
    terms = [Term(each) for each in sorted(said, key=lambda word: (-len(word), word))[:_MOST_WORDS]]
    dialect = session.get_bind().dialect.name
    query = (
        select(Appeal.number, Appeal.text)
        .join(SearchDocument, SearchDocument.appeal_number == Appeal.number)
        .where(Appeal.received_at >= now - RECENT, holds(dialect, [terms], ["said"]))
        .order_by(Appeal.received_at.desc())
        .limit(_MOST_CANDIDATES)
    )
    ranked = sorted(
        ((_likeness(said, _stems(words)), number) for number, words in session.execute(query)), reverse=True
    )
    best = [number for score, number in ranked if score >= _LIKE][:MOST]
    full = select(Appeal).where(Appeal.number.in_(best)).options(joinedload(Appeal.author), joinedload(Appeal.topic))
    found = {each.number: each for each in session.scalars(full)} if best else {}
    return [found[number] for number in best]


def _by_name(session: Session, name: str) -> Sequence[Author]:
    beginnings = [word for word in topics.words(name) if len(word) > 1]
    # One short word means half the town.
    if not beginnings or max(map(len, beginnings)) < _SHORTEST_WORD:
        return ()
    wanted = [[Term(stem(word)), Term(word, is_beginning=True)] for word in beginnings]
    dialect = session.get_bind().dialect.name
    query = (
        select(Author)
        .join(Appeal, Appeal.author_id == Author.id)
        .join(SearchDocument, SearchDocument.appeal_number == Appeal.number)
        .where(holds(dialect, wanted, ["author"]))
        .order_by(Appeal.number.desc())
        .limit(_MOST_CANDIDATES)
    )
    return list(dict.fromkeys(session.scalars(query)))[: MOST * 2]


def _stems(text: str) -> frozenset[str]:
    found = {stem(word) for word in topics.words(text) if len(word) >= _SHORTEST_WORD and word.isalpha()}
    return frozenset(found - _COMMON)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / min(len(one), len(other)) if shared >= _LEAST_SHARED or (one and one == other) else 0.0
