"""The words of appeals as the search knows them: one row an appeal, every word cut to its Snowball stem when it is written.

Both databases hold the same stems, so that both find the same. On SQLite an FTS5 index reads this table (triggers keep
it), on PostgreSQL a generated `tsvector` with its GIN index; neither is known to the models, the migration makes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import snowballstemmer
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    ForeignKey,
    FromClause,
    Index,
    String,
    and_,
    column,
    func,
    literal_column,
    table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from incidents.records.database import Base, words
from incidents.rules import topics

#: What a word of the vocabulary may hold; a longer one is no word.
LONGEST_WORD = 40
#: Before these last consonants a vowel comes and goes in Russian; in a shorter stem than this nothing is left without it.
_BEHIND, _VOWELS = "кцнлр", "аеиоуыэюя"
SHORTEST_FLEETING = 3
#: Russian only: a Latin name has no endings that we know.
_STEMMER = snowballstemmer.stemmer("russian")


class SearchDocument(Base):
    """One appeal as stems, apart by whose words they are, so that a person is shown only what he may read."""

    __tablename__ = "search_documents"
    __table_args__ = (
        Index(
            "ix_search_documents_new",
            "appeal_number",
            sqlite_where=text("NOT is_gathered"),
            postgresql_where=text("NOT is_gathered"),
        ),
    )

    appeal_number: Mapped[int] = mapped_column(ForeignKey("appeals.number", ondelete="CASCADE"), primary_key=True)
    #: The author's name.
    author: Mapped[words]
    #: What the citizen wrote, as it reads now.
    said: Mapped[words]
    #: What we published.
    answers: Mapped[words]
    #: Colleagues' notes.
    notes: Mapped[words]
    #: Address, and the number in the document system.
    place: Mapped[words]
    #: Whether the vocabulary knows its words.
    is_gathered: Mapped[bool] = mapped_column(default=False)


class SearchWord(Base):
    """One stem that some appeal holds: what a word with a misprint is compared with."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(String(LONGEST_WORD), primary_key=True)


#: The parts of a document, and the weight under which PostgreSQL keeps each (migration 0022).
PARTS = {"author": "A", "said": "B", "place": "B", "answers": "C", "notes": "D"}


#: SQLite's own table of the search, which no model knows.
_INDEX = table("search_index", column("rowid", BigInteger))


@dataclass(frozen=True, slots=True)
class Term:
    """One stem to be found; `is_beginning`: whatever begins with it."""

    stem: str
    is_beginning: bool = False


def holds(
    dialect: str, wanted: Iterable[Iterable[Term]], parts: Iterable[str], *, first: int = 0
) -> ColumnElement[bool]:
    """The rows that hold, in one of these parts, of each group of terms at least one. Stems are letters and digits only.

    `first` is the lowest number that is looked at: of a common word the index need not tell all there ever was.
    """
    asked = asked_for(dialect, wanted, parts)
    if dialect == "sqlite":
        index = text("SELECT rowid FROM search_index WHERE search_index MATCH :asked AND rowid >= :first")
        index = index.bindparams(asked=asked, first=first)
        return SearchDocument.appeal_number.in_(index.columns(column("rowid", BigInteger)).scalar_subquery())
    found = _vector_holds(asked)
    return and_(found, SearchDocument.appeal_number >= first) if first else found


def index_of(
    dialect: str, asked: BindParameter[str], first: BindParameter[int]
) -> tuple[FromClause, ColumnElement[int], ColumnElement[bool]]:
    """The index itself, to be joined with the appeals: where it stands, the column of their numbers, and what must hold.

    Read from its newest end it stops at a LIMIT; as `holds` it is read whole, thousands of rows for a common word.
    """
    if dialect == "sqlite":
        number: ColumnElement[int] = _INDEX.c.rowid
        found = literal_column("search_index").op("MATCH", is_comparison=True)(asked)
        return _INDEX, number, and_(found, number >= first)
    documents = SearchDocument.__table__
    return documents, documents.c.appeal_number, and_(_vector_holds(asked), documents.c.appeal_number >= first)


def _vector_holds(asked: str | BindParameter[str]) -> ColumnElement[bool]:
    vector: ColumnElement[Any] = literal_column("search_documents.vector")
    return vector.op("@@", is_comparison=True)(func.to_tsquery("simple", asked))


def asked_for(dialect: str, wanted: Iterable[Iterable[Term]], parts: Iterable[str]) -> str:
    """Groups of terms in the words of the database's own search."""
    if dialect == "sqlite":
        each = [" OR ".join(f'"{term.stem}"{"*" if term.is_beginning else ""}' for term in group) for group in wanted]
        return f"{{{' '.join(parts)}}} : ({' AND '.join(f'({one})' for one in each)})"
    weights = "".join(sorted({PARTS[part] for part in parts}))
    each = [" | ".join(f"'{t.stem}':{'*' if t.is_beginning else ''}{weights}" for t in group) for group in wanted]
    return " & ".join(f"({one})" for one in each)


def forms(own: str) -> list[str]:
    """A stem, and what else the same word is cut to where a vowel comes and goes: остановк - остановок, участок - участк,
    колодец - колодц, скамейк - скамеек, сосульк - сосулек. The stemmer knows of endings only."""
    if len(own) < SHORTEST_FLEETING or own[-1] not in _BEHIND:
        return [own]
    head, before, last = own[:-2], own[-2], own[-1]
    if before in "ое":
        twins = [head + last] if head[-1] not in _VOWELS else []
        if before == "е":
            twins += [f"{head}й{last}"] if head[-1] in _VOWELS else [f"{head}ь{last}"] if head[-1] == "л" else []
        return [own, *twins]
    if before in "йь":
        return [own, f"{head}е{last}"]
    return [own] if before in _VOWELS else [own, f"{own[:-1]}о{last}", f"{own[:-1]}е{last}"]


def stems(written: str) -> list[str]:
    """The stems of a text in its order: no links, no mentions, lower case, ё as е."""
    return [stem(word) for word in topics.words(written)]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one word as `topics.words` gives it."""
    return str(_STEMMER.stemWord(word))[:LONGEST_WORD]
