"""Who is this? Authors by telephone, link or the beginning of a name, for whoever enters an appeal by hand. Only asked,
nothing is kept."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from incidents.records.appeals import Appeal, Author
from incidents.records.search import SearchDocument, Term, holds, stem
from incidents.rules import topics

#: How an author who telephones is named, in the place of a link to a page.
PHONE = "tel:"
MOST = 4
_MOST_CANDIDATES = 300
_SHORTEST_WORD = 4


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
