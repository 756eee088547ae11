"""The citizen's words on a card: each message with its marks and files, the suggested topics and what spoke for them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from incidents.flow import picturing
from incidents.networks import posts
from incidents.records import choices
from incidents.records.appeals import Appeal, Message
from incidents.records.choices import TopicName
from incidents.records.pictures import Picture
from incidents.records.sources import Post
from incidents.rules import addresses
from incidents.rules.places import Place

#: The pictures we keep, by message and place among its attachments.
Kept = Mapping[tuple[int, int], Picture]

_WORD = re.compile(r"\w+")
SHORTEST_MARKED = 2

FILES: Mapping[str, tuple[str, Any]] = {
    "photo": ("photo", lazy_gettext("photo")),
    "video": ("photo", lazy_gettext("video")),
    "audio": ("message", lazy_gettext("audio")),
    "voice": ("message", lazy_gettext("voice message")),
    "audio_message": ("message", lazy_gettext("voice message")),
    "doc": ("paperclip", lazy_gettext("document")),
    "document": ("paperclip", lazy_gettext("document")),
    "link": ("link", lazy_gettext("link")),
    "sticker": ("message", lazy_gettext("sticker")),
    "location": ("map-pin", lazy_gettext("place on the map")),
}
PLACES = {
    Place.POST: lazy_gettext("post"),
    Place.COMMENT: lazy_gettext("comment"),
    Place.MESSAGE: lazy_gettext("private message"),
    Place.ELSEWHERE: lazy_gettext("entered by hand or by another program"),
}


@dataclass(frozen=True)
class File:
    """An attachment: a word and a link, and the picture itself where we keep it; a foreign one is never loaded into our page."""

    icon: str
    label: str
    link: str | None
    picture: Picture | None = None


@dataclass(frozen=True)
class Said:
    """One message as it reads now; `before` is the first wording, where the author changed it."""

    message: Message | None
    words: Markup
    before: str
    link: str | None
    files: Sequence[File]

    @property
    def pictures(self) -> Sequence[File]:
        """Those that can be seen first."""
        found = [each for each in self.files if each.icon == "photo"]
        return sorted(found, key=lambda each: each.picture is None)

    @property
    def papers(self) -> Sequence[File]:
        return [each for each in self.files if each.icon != "photo"]


class Under(NamedTuple):
    """A post of ours."""

    text: str
    posted_at: datetime


_MESSAGES = select(Message).where(Message.appeal_number == bindparam("number")).order_by(Message.posted_at, Message.id)
_POST = select(Post.text, Post.posted_at).where(Post.key == bindparam("key"))


@dataclass(frozen=True)
class Suggested:
    topic: TopicName
    score: float
    words: Sequence[str]


def heard(session: Session, appeal: Appeal) -> Sequence[Message]:
    """Every message, oldest first; with one built question, for each card asks it."""
    found = session.scalars(_MESSAGES, {"number": appeal.number}).all()
    set_committed_value(appeal, "messages", found)
    return found


def said(session: Session, appeal: Appeal, heard: Sequence[Message], matched: Collection[str]) -> list[Said]:
    """Every message as it reads now. Imported history has only its text."""
    if not heard:
        return [Said(None, highlight(appeal.text, matched), "", web_link(appeal.permalink), ())]
    kept = picturing.of(session, heard)
    return [_said(message, matched, kept) for message in heard]


def post(session: Session, heard: Sequence[Message]) -> Under | None:
    """The page's own post that the first words stand under, where the program heard of it."""
    key = posts.key_of(heard[0].reply_to) if heard else None
    found = session.execute(_POST, {"key": key}).first() if key else None
    return Under(*found) if found else None


def is_from_words(appeal: Appeal, heard: Sequence[Message]) -> bool:
    """Did the program read the address out of what the citizen wrote?"""
    if not appeal.address_key:
        return False
    return appeal.address_key in map(_address_in, (appeal.text, *(message.text for message in heard)))


def suggestions(session: Session, appeal: Appeal) -> list[Suggested]:
    """The three best topics as the program saw them at intake; those retired since are left out."""
    known = choices.topics(session) if appeal.suggestions else {}
    found = ((known.get(row["topic_id"]), row) for row in appeal.suggestions)
    return [
        Suggested(topic, float(row["score"]), tuple(row["words"])) for topic, row in found if topic and topic.is_active
    ]


@lru_cache(maxsize=1_024)
def _address_in(text: str) -> str | None:
    """What is one place however it is written; looking for it costs more than all that stands beside it."""
    found = addresses.best(text)
    return found.key if found else None


def highlight(text: str, matched: Collection[str]) -> Markup:
    """The text with the words that spoke for the topic underlined; it is the matcher's spelling that is compared."""
    # A phrase may hold "в" or "на": underlined they would only disturb.
    wanted = {word for word in matched if len(word) > SHORTEST_MARKED}
    parts: list[Any] = []
    end = 0
    for word in _WORD.finditer(text):
        if word[0].lower().replace("ё", "е") in wanted:
            parts += [escape(text[end : word.start()]), Markup("<mark>%s</mark>") % word[0]]
            end = word.end()
    return Markup("").join([*parts, escape(text[end:])])


def web_link(link: str | None) -> str | None:
    """The link if it leads to the web; whatever else a network sends is not made clickable."""
    try:
        return link if link and urlsplit(link).scheme in ("http", "https") else None
    except ValueError:
        # A network passes on what a citizen typed; `http://[` is no address.
        return None


def _said(message: Message, matched: Collection[str], kept: Kept) -> Said:
    is_changed = message.edited_text is not None
    text = message.edited_text if message.edited_text is not None else message.text
    link = web_link(message.permalink)
    before, files = message.text if is_changed else "", _files(message, link, kept)
    return Said(message, highlight(text, matched), before, link, files)


def _files(message: Message, link: str | None, kept: Kept) -> list[File]:
    found = []
    for place, attachment in enumerate(message.attachments):
        icon, label = FILES.get(str(attachment.get("type")), ("paperclip", gettext("file")))
        where = web_link(attachment.get("url")) or link
        found.append(File(icon, str(label), where, kept.get((message.id, place))))
    return found
