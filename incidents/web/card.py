"""What the card of one appeal shows, read in a fixed number of queries; nothing is decided or changed here.

`find` fetches the appeal among those this person may see; `show` draws it, also after a refused act: then with the
sentence beside the form, and everything that was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, abort, make_response, render_template, request
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from incidents.flow import answering, approving, attending, budgeting, noting, timing
from incidents.flow.answering import WritingConflict
from incidents.networks import lengths
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.parts import involved
from incidents.records.people import Department, Person
from incidents.records.sources import Post
from incidents.records.topics import Topic
from incidents.rules.acts import Act, Refused, Role, Status
from incidents.rules.clock import Elapsed
from incidents.rules.lifecycle import NONE, acts_for
from incidents.web import (
    approval_texts,
    card_bar,
    card_clocks,
    card_near,
    card_rows,
    card_thread,
    card_words,
    current,
    deliveries,
    differing,
    filters,
    law_card,
    law_words,
    refusals,
    story,
    story_days,
    words,
)
from incidents.web.appeal_acts import number_of
from incidents.web.card_refusal import Refusal

#: Lines of the story that stand open; the rest is folded.
STORY = 12


@dataclass(frozen=True)
class Card:
    """Everything of one appeal that this person may see and do."""

    appeal: Appeal
    acts: frozenset[Act]
    draft: card_rows.Draft
    sent: Sequence[deliveries.Delivery]
    said: Sequence[card_words.Said]
    suggestions: Sequence[card_words.Suggested]
    topics: dict[str, list[Topic]]
    departments: Sequence[Department]
    thread: card_thread.Thread
    near: card_near.Near
    #: The post its words stand under, as far as we know it.
    post: Post | None
    here: Sequence[attending.Here]
    controls: Sequence[card_rows.Watched]
    #: Who can be told of a note.
    colleagues: Sequence[Person]
    bar: card_bar.Bar | None
    route: Markup
    story: Sequence[story.Line]
    elapsed: Elapsed
    #: What this person's department has left of its own share; None where it is not working on it.
    own: budgeting.Own | None
    law: law_card.Law
    clocks: Sequence[card_clocks.Line]
    not_ours: card_clocks.NotOurs
    may_write: bool
    #: The text while it waits for approval, as the list of approvals shows it.
    approval: approval_texts.Text | None
    #: Why this person cannot approve the text now: `own`, `head`, or empty.
    obstacle: str
    #: How long the answer may be, as its network counts.
    limit: lengths.Limit
    mark: words.Mark = field(default=words.RETURNED)

    @property
    def outside(self) -> deliveries.Delivery | None:
        """A colleague's answer in the network about which nobody has said yet whether it counts."""
        if self.appeal.answered_at is not None:
            return None
        found = (each for each in self.sent if each.answer.published_at is not None)
        return next(found, None)

    @property
    def to_place(self) -> deliveries.Delivery | None:
        """The answer that a person may have to place in the network by hand."""
        return next((each for each in self.sent if each.is_to_place), None)

    @property
    def place(self) -> str | None:
        """Where the citizen wrote, for who goes there."""
        return next((each.link for each in reversed(self.said) if each.link), None)


def find(number: int) -> Appeal:
    """The appeal among those this person may see; to a stranger there is none (404)."""
    query = (
        select(Appeal)
        .where(Appeal.number == number, *filters.visible(current.person()))
        .options(joinedload(Appeal.topic).joinedload(Topic.group), joinedload(Appeal.department))
        .options(joinedload(Appeal.assignee), joinedload(Appeal.author), joinedload(Appeal.norm))
    )
    appeal = current.session().scalar(query)
    if appeal is None:
        abort(404)
    return appeal


def acts_of(appeal: Appeal) -> frozenset[Act]:
    """What this person may do to it by the table, also as somebody of a department that was asked for its part."""
    actor = current.person().actor
    asked = involved(current.session(), appeal.number) if actor.departments else NONE
    return acts_for(actor, appeal.status, appeal.department_id, asked)


def show(appeal: Appeal, refusal: Refusal | None = None, status: int = 200) -> Response:
    refusal = refusal or Refusal()
    card = read(appeal)
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
        is_from_words=card_words.is_from_words(appeal),
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


def read(appeal: Appeal) -> Card:
    """Everything the page draws."""
    session, person, now = current.session(), current.person(), current.now()
    answers = list(session.scalars(select(Answer).where(Answer.appeal_number == appeal.number).order_by(Answer.id)))
    draft = card_rows.read_draft(next((each for each in answers if each.state in answering.CURRENT), None))
    sent = _sent(answers, appeal)
    acts = acts_of(appeal)
    not_ours = card_clocks.not_ours(appeal, acts, now)
    acts = card_clocks.possible(appeal, acts, not_ours)
    suggestions = card_words.suggestions(session, appeal)
    may_write = answering.may_write(person, appeal)
    lines = story.read(session, appeal.number)
    return Card(
        appeal=appeal,
        acts=acts,
        draft=draft,
        sent=sent,
        said=card_words.said(session, appeal, suggestions[0].words if suggestions else ()),
        suggestions=suggestions,
        topics=card_rows.topics() if Act.CLASSIFY in acts else {},
        departments=card_rows.departments() if acts & {Act.ASSIGN, Act.RETURN} else (),
        thread=card_thread.read(session, appeal, person),
        near=card_near.read(session, appeal, person, may_write=may_write),
        post=card_words.post(session, appeal),
        here=attending.others(session, appeal, person, now=now),
        controls=card_rows.watched(appeal),
        colleagues=[each for each in noting.may_be_named(session, appeal) if each.id != person.id],
        bar=card_bar.draw(session, appeal) if appeal.status is not Status.REJECTED else None,
        route=story_days.route(lines),
        story=lines,
        elapsed=timing.elapsed(session, appeal, now),
        own=budgeting.own(session, [appeal.number], person.departments, now=now).get(appeal.number)
        if person.role in (Role.HEAD, Role.RESPONDER) and person.department_id
        else None,
        law=law_card.read(appeal),
        clocks=card_clocks.read(appeal, now),
        not_ours=not_ours,
        approval=_approval(appeal, draft.answer),
        may_write=may_write,
        obstacle=card_rows.obstacle(appeal, draft, person),
        limit=approving.limit(appeal),
        mark=_mark(appeal, sent),
    )


def _approval(appeal: Appeal, answer: Answer | None) -> approval_texts.Text | None:
    if answer is None or appeal.status is not Status.ON_APPROVAL:
        return None
    texts = approval_texts.read(current.session(), [answer], current.person(), current.settings(), current.now())
    return texts[answer.id]


def _town_time(at: datetime) -> str:
    """An instant as the field for date and time takes it, by the town's clock."""
    return at.astimezone(current.settings().town_zone).strftime("%Y-%m-%dT%H:%M:%S")


def _sent(answers: Sequence[Answer], appeal: Appeal) -> list[deliveries.Delivery]:
    """What left the writer's hands. Counting an answer from outside records it a second time, without words: once is
    enough here."""
    seen: set[str] = set()
    found = []
    for answer in answers:
        if answer.state in answering.CURRENT or (not answer.text and answer.permalink in seen):
            continue
        seen.add(answer.permalink or "")
        found.append(deliveries.describe(answer, appeal))
    return found


def _mark(appeal: Appeal, sent: Sequence[deliveries.Delivery]) -> words.Mark:
    if appeal.status is Status.NEW and appeal.returns:
        return words.RETURNED
    stopped = (AnswerState.NEEDS_OPERATOR, AnswerState.NEEDS_ADMIN)
    if appeal.status is Status.PUBLISHING and any(each.answer.state in stopped for each in sent):
        return words.NOT_DELIVERED
    return words.state_mark(appeal.status)
