"""Names of citizens that a network sends only as numbers, asked for afterwards, many at once."""

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incidents.flow import searching
from incidents.records.appeals import Author
from incidents.rules.places import Network

#: VK answers for up to a thousand at once; a hundred is plenty for a snowstorm.
AT_ONCE = 100
#: Written where a network will not tell: the account is gone.
UNKNOWN = "—"


def nameless(session: Session, network: Network) -> list[str]:
    """The ids of people (not communities) whose name is not known yet."""
    query = (
        select(Author.external_id)
        .where(
            Author.network == network, or_(Author.name == "", Author.name.is_(None)), Author.external_id.is_not(None)
        )
        .order_by(Author.id)
        .limit(AT_ONCE)
    )
    return [key for key in session.scalars(query) if key and key.isdecimal()]


def name(session: Session, network: Network, names: Mapping[str, str], asked: list[str]) -> int:
    """Write the names that came; who was asked for and has none is marked, so as not to be asked for for ever."""
    query = select(Author).where(Author.network == network, Author.external_id.in_(asked), Author.name == "")
    authors = list(session.scalars(query))
    for author in authors:
        author.name = (names.get(author.external_id or "") or UNKNOWN)[:200]
    searching.rename(session, [author.id for author in authors])
    return len(authors)
