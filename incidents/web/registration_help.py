"""What is told while an appeal is being entered: where a link leads, who the author is, what the topic seems to be, and
which appeals say the same. Asked with what stands in the form, by POST, so that no citizen's word gets into a log; nothing
is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy import select

from incidents.flow import classifying, likening, recognising
from incidents.flow.recognising import PHONE
from incidents.networks import links
from incidents.records.topics import Topic
from incidents.rules import addresses, phones
from incidents.rules.likeness import Matter, tokens
from incidents.web import card_words, current, registration
from incidents.web.registration_form import LONGEST_TEXT

blueprint = Blueprint("registration_help", __name__, url_prefix="/registration")


@dataclass(frozen=True)
class Help:
    """What we know of the words, the author and the matter so far."""

    topics: Sequence[Topic]
    words: Sequence[str]
    authors: Sequence[recognising.Known]
    alike: Sequence[likening.Alike]
    alike_count: int
    #: The address that the words name, while the field for it is empty.
    address: str | None

    @property
    def is_empty(self) -> bool:
        return not (self.topics or self.authors or self.alike or self.address)


@blueprint.get("/check")
def check() -> str:
    """What the link in the field says, for who is still typing."""
    written = request.args.get("link", "").strip()
    try:
        known = registration.look_up(written) if written else None
    except links.BadLink:
        return render_template("registration/_link.html", known=None, is_bad=True)
    return render_template("registration/_link.html", known=known, is_bad=False)


@blueprint.post("/help")
def tell() -> str:
    """All that the words typed so far tell."""
    session, now = current.session(), current.now()
    text = request.form.get("text", "")[:LONGEST_TEXT]
    suggested = classifying.suggest(session, text) if text.strip() else []
    found = {each.id: each for each in session.scalars(select(Topic).where(Topic.id.in_([s.topic for s in suggested])))}
    given = request.form.get("address", "").strip()
    found_there, key = addresses.place_of(None, text)
    matter = Matter(tokens(text), suggested[0].topic if suggested else None, addresses.key_of(given) if given else key)
    alike, count = likening.alike(session, text, matter, (), now=now)
    told = Help(
        topics=[found[each.topic] for each in suggested if each.topic in found],
        words=[word for word in suggested[0].words if len(word) > card_words.SHORTEST_MARKED] if suggested else (),
        authors=recognising.authors(session, keys=_keys(), name=request.form.get("author_name", "")[:200]),
        alike=alike,
        alike_count=count,
        address=None if given else found_there,
    )
    return render_template("registration/_help.html", help=told, phone=PHONE)


def _keys() -> list[str]:
    number = phones.normal(request.form.get("phone", ""))
    url = request.form.get("author_url", "").strip()[:200]
    return [*([f"{PHONE}{number}"] if number else []), *([url] if url else [])]
