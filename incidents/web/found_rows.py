"""The appeals that were found, ready to be drawn: where each stands, and the piece of its words that shows why.

Five questions however many rows: appeals with their names, messages, answers, notes, and which of them is the exact one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from incidents.flow import gate, intake
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal, Message
from incidents.records.journal import Entry, EntryText
from incidents.records.search import stem
from incidents.rules.acts import Act, Reject
from incidents.rules.snippets import Snippet, snippet
from incidents.statistics.search import Found
from incidents.web import current, filters, words

#: Whose words the piece is cut from; the citizen's own need no name.
NAMES = {
    "said": "",
    "answers": lazy_gettext("our answer"),
    "notes": lazy_gettext("note"),
    "place": lazy_gettext("address"),
    "author": lazy_gettext("author"),
}


@dataclass(frozen=True)
class Row:
    """One appeal; `part` names whose words the piece is."""

    appeal: Appeal
    piece: Snippet
    part: Any

    @property
    def number(self) -> int:
        return self.appeal.number

    @property
    def mark(self) -> words.Mark:
        is_duplicate = self.appeal.reject_reason is Reject.DUPLICATE
        return words.DUPLICATE if is_duplicate else words.STATES[self.appeal.status]

    @property
    def marked(self) -> Markup:
        """The piece with what was found marked; every other sign is escaped."""
        return Markup("").join(
            Markup("<mark>{}</mark>").format(piece.text) if piece.is_found else piece.text
            for piece in self.piece.pieces
        )

    @property
    def plain(self) -> str:
        return "".join(piece.text for piece in self.piece.pieces)


def read(found: Found, parts: Iterable[str]) -> list[Row]:
    """The rows of what was found, in its order."""
    if not found.numbers:
        return []
    query = select(Appeal).where(Appeal.number.in_(found.numbers))
    options = joinedload(Appeal.author), joinedload(Appeal.topic), joinedload(Appeal.department)
    appeals = {appeal.number: appeal for appeal in current.session().scalars(query.options(*options))}
    texts = _texts(list(appeals.values()))
    return [_row(appeals[number], texts[number], found, set(parts)) for number in found.numbers]


def instead(found: Found, rows: Iterable[Row]) -> dict[str, list[str]]:
    """For each word that was nowhere, the words that were found in its place, as these rows write them."""
    marked = dict.fromkeys(piece.text.lower() for row in rows for piece in row.piece.pieces if piece.is_found)
    return {
        word: [each for each in marked if stem(each.replace("ё", "е")) in near] or list(near)
        for word, near in found.instead.items()
    }


def by_number(number: int) -> int | None:
    """The number, if it is that of an appeal this person may see; it may be that of the document system."""
    visible = filters.visible(current.person(), is_history=True)
    own = current.session().scalar(select(Appeal.number).where(Appeal.number == number, *visible))
    if own is not None:
        return own
    foreign = select(Appeal.number).where(Appeal.document_number == str(number), *visible)
    return current.session().scalar(foreign.order_by(Appeal.number.desc()).limit(1))


def by_link(key: str, link: str) -> int | None:
    """The appeal of a link, if this person may see it."""
    appeal = intake.find(current.session(), key, link)
    return by_number(appeal.number) if appeal is not None else None


def _row(appeal: Appeal, texts: Mapping[str, Sequence[str]], found: Found, parts: set[str]) -> Row:
    """The text with the most words found speaks for the appeal; the citizen's own where none has any."""
    best, part = snippet(" ".join(texts["said"]), found.is_found), "said"
    if "said" not in parts:
        best = Snippet(best.pieces, 0)
    for name in ("answers", "notes", "place", "author"):
        for text in texts[name] if name in parts else ():
            piece = snippet(text, found.is_found)
            if piece.found > best.found:
                best, part = piece, name
    return Row(appeal, best, NAMES[part])


def _texts(appeals: Sequence[Appeal]) -> dict[int, dict[str, list[str]]]:
    """The words of each appeal by whose they are."""
    texts: dict[int, dict[str, list[str]]] = defaultdict(lambda: {name: [] for name in NAMES})
    session, numbers = current.session(), [appeal.number for appeal in appeals]
    now = func.coalesce(Message.edited_text, Message.text)
    messages = select(Message.appeal_number, now).where(Message.appeal_number.in_(numbers)).order_by(Message.id)
    for number, said in session.execute(messages):
        texts[number]["said"].append(said)
    answers = select(Answer.appeal_number, Answer.text).where(Answer.appeal_number.in_(numbers))
    for number, said in session.execute(answers.where(Answer.state == AnswerState.PUBLISHED).order_by(Answer.id)):
        texts[number]["answers"].append(said)
    streams = {gate.stream(number): number for number in numbers}
    notes = select(Entry.stream, EntryText.text).join(EntryText, EntryText.entry_id == Entry.id)
    for stream, note in session.execute(notes.where(Entry.stream.in_(list(streams)), Entry.act == Act.NOTE)):
        texts[streams[stream]]["notes"].append(note or "")
    for appeal in appeals:
        own = texts[appeal.number]
        own["said"] = own["said"] or [appeal.text]
        own["place"] = [appeal.address] if appeal.address else []
        own["author"] = [appeal.author.name] if appeal.author and appeal.author.name else []
    return dict(texts)
