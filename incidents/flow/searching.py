"""The words of an appeal as the search finds them, written anew whenever they change: at intake, with an edit, with what
we publish, with a note, and when the author's name is learnt.

The index is a copy and never the truth: it can be written again from the rows at any time (`missing`, `refresh`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Author, Message
from incidents.records.database import insert_missing
from incidents.records.journal import Entry, EntryText
from incidents.records.search import PARTS, SearchDocument, SearchWord, Term, holds, stems
from incidents.rules.acts import PUBLISHED_AS, Act

#: The acts that bring words, or change them.
WORDED = frozenset(
    {
        *PUBLISHED_AS.values(),
        *(Act.REGISTER, Act.JOIN, Act.FOLLOW_UP, Act.SOURCE_EDITED, Act.ANSWERED_OUTSIDE, Act.NOTE, Act.FORMALISE),
        Act.LOCATE,
    }
)
BATCH = 500


def refresh(session: Session, numbers: Sequence[int]) -> None:
    """Write the index rows of these appeals anew, from their words as they stand now; five questions in all."""
    if not numbers:
        return
    session.flush()
    found = session.execute(
        select(Appeal.number, Appeal.text, Appeal.address, Appeal.document_number, Author.name)
        .outerjoin(Author, Author.id == Appeal.author_id)
        .where(Appeal.number.in_(numbers))
    ).all()
    said, answers, notes = _messages(session, numbers), _answers(session, numbers), _notes(session, numbers)
    rows = [
        {
            "appeal_number": number,
            "author": _stemmed([name or ""]),
            "said": _stemmed(said.get(number) or [text]),
            "answers": _stemmed(answers.get(number, [])),
            "notes": _stemmed(notes.get(number, [])),
            "place": _stemmed([address or "", document or "", str(number)]),
            "is_gathered": False,
        }
        for number, text, address, document, name in found
    ]
    if rows:
        maker = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        statement = maker(SearchDocument)
        changed = {name: statement.excluded[name] for name in rows[0] if name != "appeal_number"}
        session.execute(statement.on_conflict_do_update(index_elements=["appeal_number"], set_=changed), rows)


def rename(session: Session, authors: Iterable[int]) -> None:
    """The names of these authors were learnt or changed: their appeals are found by them from now on."""
    session.flush()
    refresh(session, list(session.scalars(select(Appeal.number).where(Appeal.author_id.in_(list(authors))))))


def erase(session: Session, number: int) -> None:
    """Take an appeal's words out of the index, and out of the vocabulary what no other appeal holds."""
    document = session.get(SearchDocument, number)
    if document is None:
        return
    words = _words_of([document])
    session.delete(document)
    session.flush()
    dialect = session.get_bind().dialect.name
    gone = [word for word in words if not _is_held(session, dialect, word)]
    session.execute(delete(SearchWord).where(SearchWord.word.in_(gone)))


def missing(session: Session, after: int) -> list[int]:
    """The next appeals that the index does not know, by number; none when it is whole."""
    is_known = select(SearchDocument.appeal_number).where(SearchDocument.appeal_number == Appeal.number).exists()
    query = select(Appeal.number).where(Appeal.number > after, ~is_known).order_by(Appeal.number).limit(BATCH)
    return list(session.scalars(query))


def gather(session: Session) -> int:
    """Take the words of new and changed rows into the vocabulary; how many rows, at most a batch.

    Apart from the acts themselves: two that met in a new word would wait for each other until both were done.
    """
    query = select(SearchDocument).where(~SearchDocument.is_gathered).order_by(SearchDocument.appeal_number)
    rows = list(session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)))
    words = _words_of(rows)
    if words:
        insert_missing(session, SearchWord, [{"word": word} for word in sorted(words)])
    for row in rows:
        row.is_gathered = True
    return len(rows)


def _is_held(session: Session, dialect: str, word: str) -> bool:
    query = select(SearchDocument.appeal_number).where(holds(dialect, [[Term(word)]], PARTS)).limit(1)
    return session.scalar(query) is not None


def _words_of(rows: Iterable[SearchDocument]) -> set[str]:
    return {word for row in rows for part in PARTS for word in getattr(row, part).split()}


def _stemmed(texts: Iterable[str]) -> str:
    return " ".join(word for written in texts for word in stems(written))


def _messages(session: Session, numbers: Sequence[int]) -> dict[int, list[str]]:
    """What the citizen wrote, as it reads now; of words deleted in the network the appeal still speaks."""
    now = func.coalesce(Message.edited_text, Message.text)
    return _gathered(session.execute(select(Message.appeal_number, now).where(Message.appeal_number.in_(numbers))))


def _answers(session: Session, numbers: Sequence[int]) -> dict[int, list[str]]:
    query = select(Answer.appeal_number, Answer.text)
    is_seen = Answer.state == AnswerState.PUBLISHED
    return _gathered(session.execute(query.where(Answer.appeal_number.in_(numbers), is_seen)))


def _notes(session: Session, numbers: Sequence[int]) -> dict[int, list[str]]:
    streams = {f"appeal:{number}": number for number in numbers}
    query = select(Entry.stream, EntryText.text).join(EntryText, EntryText.entry_id == Entry.id)
    found = session.execute(query.where(Entry.stream.in_(list(streams)), Entry.act == Act.NOTE))
    return _gathered((streams[stream], written) for stream, written in found)


def _gathered(found: Iterable[Any]) -> dict[int, list[str]]:
    texts: defaultdict[int, list[str]] = defaultdict(list)
    for number, written in found:
        texts[number].append(written or "")
    return texts
