"""The card of one appeal, `/appeals/<number>`: the page, what changed on it meanwhile, and every act as a POST.

The order of an act stands here once: load the row among those this person may see, call the act (which asks the
lifecycle table through the gate), commit, tell. A refused act shows the card again, with the sentence and what was typed.
"""

from collections.abc import Callable
from hashlib import sha256

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from incidents.flow import attending, undoing
from incidents.flow.answering import WritingConflict
from incidents.records.answers import Answer
from incidents.records.appeals import Appeal
from incidents.records.parts import involved
from incidents.rules.acts import Refused
from incidents.rules.lifecycle import sees
from incidents.web import (
    access,
    appeal_acts,
    appeal_answers,
    appeal_asides,
    appeal_ends,
    appeal_eyes,
    appeal_law,
    appeal_parts,
    card,
    card_clocks,
    current,
    differing,
    refusals,
    shell,
    undo,
)
from incidents.web.appeal_acts import number_of
from incidents.web.card_reading import Card

blueprint = Blueprint("appeal", __name__, url_prefix="/appeals")

Act = Callable[[Appeal], str]
View = Callable[[int], AnyResponse]

#: Every act by its noun in the address; the endpoint is the noun with underscores.
ACTS: dict[str, Act] = {
    "topic": appeal_acts.topic,
    "assignment": appeal_acts.assignment,
    "taking": appeal_acts.taking,
    "return": appeal_acts.give_back,
    "rejection": appeal_acts.rejection,
    "restoration": appeal_acts.restoration,
    "answer": appeal_answers.answer,
    "submission": appeal_answers.submission,
    "endorsement": appeal_answers.endorsement,
    "approval": appeal_answers.approval,
    "wording": appeal_eyes.wording,
    "agreement": appeal_eyes.agreement,
    "own-name": appeal_eyes.own_name,
    "return-to-writer": appeal_answers.return_to_writer,
    "publication": appeal_answers.publication,
    "resending": appeal_answers.resending,
    "note": appeal_asides.note,
    "control": appeal_asides.control,
    "release": appeal_asides.release,
    "address": appeal_asides.address,
    "duplicate": appeal_asides.duplicate,
    "unlinking": appeal_asides.unlinking,
    "same-answer": appeal_asides.same_answer,
    "involvement": appeal_parts.involving_another,
    "excuse": appeal_parts.excusing,
    "substance": appeal_parts.substance,
    "giving": appeal_parts.giving,
    "ending": appeal_ends.ending,
    "reopening": appeal_ends.reopening,
    "words": appeal_ends.words,
    "extension": appeal_law.extension,
    "forwarding": appeal_law.forwarding,
    "refusal": appeal_law.refusal,
    "reply": appeal_law.reply,
    "formal": appeal_law.formal,
}
#: What is taken back by one key (`undo`): it only moves an appeal, and no citizen has seen anything of it.
REVERSIBLE = frozenset({"topic", "assignment", "taking", "rejection"})


@blueprint.get("/<int:number>")
def page(number: int) -> Response:
    return card.show(card.find(number))


@blueprint.get("/<int:number>/changes")
def changes(number: int) -> AnyResponse:
    """What became different since the page was drawn; the text field is never part of it."""
    shown = Card(card.find(number))
    seen = request.args.get("seen", "")
    last = number_of("seen") or 0
    news = [line for line in shown.story if line.seq > last]
    body = render_template(
        "appeal/changes.html", card=shown, appeal=shown.appeal, news=news, clock_words=card_clocks.LABELS
    )
    response = make_response(body)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(_tag(shown, seen))
    return response.make_conditional(request)


@blueprint.post("/<int:number>/presence")
def presence(number: int) -> str:
    """An open page says that it is open, and hears who else is here; `gone` when it is closed."""
    appeal = card.find(number, alone=True)
    session, person, now = current.session(), current.person(), current.now()
    if request.form.get("gone"):
        attending.go(session, appeal, person)
    else:
        attending.come(session, appeal, person, now=now, is_writing=bool(request.form.get("writing")))
    here = attending.others(session, appeal, person, now=now)
    session.commit()
    return render_template("appeal/_here.html", here=here)


def _perform(noun: str, act: Act) -> View:
    """The view of one act: load, do, commit, tell."""

    def view(number: int) -> AnyResponse:
        appeal = card.find(number)
        before = undoing.look(appeal)
        is_autosave = noun == "answer" and "HX-Request" in request.headers
        try:
            told = act(appeal)
            current.session().commit()
        except Refused as refused:
            current.session().rollback()
            return _refuse_autosave(refused) if is_autosave else card.refuse(number, noun, refused)
        if is_autosave:
            return _autosaved(number)
        undo.offer(told, [undoing.step(appeal, before)] if noun in REVERSIBLE else [])
        return redirect(_after(appeal), 303)

    return view


def _after(appeal: Appeal) -> str:
    """Back to where the button stood; who has given the appeal away goes on where the work begins."""
    actor = current.person().actor
    if not sees(actor, appeal.department_id, involved(current.session(), appeal.number)):
        return shell.home()
    return access.local_path(request.form.get("next")) or url_for("appeal.page", number=appeal.number)


def _autosaved(number: int) -> Response:
    query = select(Answer).where(Answer.appeal_number == number).order_by(Answer.id.desc()).limit(1)
    saved = current.session().scalars(query).one()
    return make_response(render_template("appeal/draft.html", version=saved.version, saved_at=current.now()))


def _refuse_autosave(refused: Refused) -> Response:
    """A line above the field: the field itself keeps every letter."""
    if isinstance(refused, WritingConflict):
        body = render_template("appeal/conflict.html", conflict=refused, differences=differing.of(refused))
        return make_response(body, 409)
    return make_response(render_template("appeal/draft.html", sentence=refusals.sentence(refused)), 422)


def _tag(shown: Card, seen: str) -> str:
    """Changes with everything the fragment draws; the minute of the clock is the browser's."""
    draft = shown.draft.answer
    parts = [seen, current.person().id, current.person().language, shown.appeal.version, shown.appeal.due_at]
    parts += [len(shown.story), draft and (draft.version, draft.state)]
    parts += [(each.answer.id, each.answer.state, each.answer.next_at) for each in shown.sent]
    return sha256(repr(parts).encode()).hexdigest()[:32]


for noun, act in ACTS.items():
    blueprint.add_url_rule(f"/<int:number>/{noun}", noun.replace("-", "_"), _perform(noun, act), methods=["POST"])
