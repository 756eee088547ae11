"""The card of one appeal as a page: fetched among those this person may see, and drawn.

`find` fetches the appeal; `show` draws it (`card_reading`), also after a refused act: then with the sentence beside the
form, and everything that was typed.
"""

from datetime import datetime

from flask import Response, abort, make_response, render_template, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from incidents.flow.answering import WritingConflict
from incidents.records.appeals import Appeal
from incidents.records.topics import Topic
from incidents.rules.acts import Refused
from incidents.web import (
    card_clocks,
    card_words,
    current,
    differing,
    filters,
    law_words,
    refusals,
    story,
    story_days,
    words,
)
from incidents.web.appeal_acts import number_of
from incidents.web.card_reading import Card
from incidents.web.card_refusal import Refusal

#: Lines of the story that stand open; the rest is folded.
STORY = 12

_ALONE = select(Appeal).where(Appeal.number == bindparam("number"))
#: With all that its card names; built once, for its many options cost more than the database's answer.
_ONE = _ALONE.options(
    joinedload(Appeal.topic).joinedload(Topic.group), joinedload(Appeal.department), joinedload(Appeal.norm)
).options(joinedload(Appeal.assignee), joinedload(Appeal.author), joinedload(Appeal.source))


def find(number: int, *, alone: bool = False) -> Appeal:
    """The appeal among those this person may see; to a stranger there is none (404). `alone`: without what it names."""
    visible, query = filters.visible(current.person()), _ALONE if alone else _ONE
    appeal = current.session().scalar(query.where(*visible) if visible else query, {"number": number})
    if appeal is None:
        abort(404)
    return appeal


def show(appeal: Appeal, refusal: Refusal | None = None, status: int = 200) -> Response:
    refusal = refusal or Refusal()
    card = Card(appeal)
    version = card.draft.answer.version if card.draft.answer else 0
    text = card.draft.answer.text if card.draft.answer else ""
    # A refused wording stays over the version it was typed over: sent again, it meets the same question.
    text = request.form.get("text", text) if refusal.noun else text
    version = (number_of("answer_version") or 0) if refusal.noun and "text" in request.form else version
    if refusal.conflict is not None:
        version = refusal.conflict.version
    page = render_template(
        "appeal/page.html",
        card=card,
        appeal=appeal,
        refusal=refusal,
        text=text,
        answer_version=version,
        differences=differing.of(refusal.conflict) if refusal.conflict else None,
        settings=current.settings(),
        reject_words=story.REJECT_WORDS,
        days=story_days.days,
        story_length=STORY,
        places_words=card_words.PLACES,
        town_time=_town_time,
        kinds=law_words.KINDS,
        purposes_words=words.PURPOSES,
        outcome_words=words.OUTCOMES,
        clock_words=card_clocks.LABELS,
    )
    return make_response(page, status)


def refuse(number: int, noun: str, refused: Refused) -> Response:
    """The card again, with the sentence; 409 where somebody was faster."""
    conflict = refused if isinstance(refused, WritingConflict) else None
    status = 409 if conflict else refusals.status_code(refused)
    is_faster = status == 409 and conflict is None
    return show(find(number), Refusal(noun, refusals.sentence(refused), conflict, is_faster, refused.code), status)


def _town_time(at: datetime) -> str:
    """An instant as the field for date and time takes it, by the town's clock."""
    return at.astimezone(current.settings().town_zone).strftime("%Y-%m-%dT%H:%M:%S")
