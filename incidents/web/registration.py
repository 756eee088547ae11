"""Registering by hand: a pasted link to a post, or what somebody said on the phone.

The link tells the network and, where the page is ours, where the answer goes; a post that is known already is shown
instead of a second appeal, also while the link is being typed (`check`).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from incidents.flow import complying, intake, receiving, retracting
from incidents.flow.recognising import PHONE
from incidents.networks import links
from incidents.records.appeals import Appeal
from incidents.records.sources import Source
from incidents.records.topics import Topic
from incidents.rules.acts import Refused
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.web import current, filters, refusals, registration_line
from incidents.web.registration_form import Channel, RegistrationForm, in_town, topics_by_group

blueprint = Blueprint("registration", __name__, url_prefix="/registration")

#: The name of one filled-in form: sent twice, it is one appeal.
TOKEN = re.compile(r"[0-9a-f]{32}")
#: What people reach the networks by anyway; any other address of the settings is a mirror or a simulator.
OWN_ADDRESSES = frozenset({"vk.com", "t.me"})


@dataclass(frozen=True)
class Known:
    """What a link says: where it leads, the page of ours the answer can go out by, the appeal it already is."""

    link: links.Link
    source: Source | None
    appeal: Appeal | None


@blueprint.get("")
def page() -> Response:
    """An empty form with what the last one leaves to it; `again` fills in what was taken back a moment ago."""
    form = _form()
    form.token.data = uuid4().hex
    _fill_in(form)
    return _show(form)


@blueprint.post("")
def register() -> Response:
    form = _form()
    if not form.validate():
        return _show(form, 422)
    session, person = current.session(), current.person()
    known = look_up(form.pasted) if form.pasted else None
    if not TOKEN.fullmatch(form.token.data or ""):
        form.token.data = uuid4().hex
    words = _incoming(form, known)
    existing = intake.find(session, words.object_key, words.permalink)
    if existing is not None:
        return _lead_to(existing, form, is_new=False)
    try:
        appeal = intake.register(session, words, person.actor, current.settings(), now=current.now())
        session.commit()
    except IntegrityError:
        # The same form, or the same post by its hook, in the same moment: the database kept one.
        session.rollback()
        existing = intake.find(session, words.object_key, words.permalink)
        if existing is None:
            raise
        return _lead_to(existing, form, is_new=False)
    return _lead_to(appeal, form, is_new=True)


@blueprint.post("/<int:number>/undo")
def undo(number: int) -> Response:
    """What was just entered goes out of the queue, and its words come back into the form."""
    session, person = current.session(), current.person()
    appeal = session.scalar(select(Appeal).where(Appeal.number == number, *filters.visible(person)))
    if appeal is None:
        abort(404)
    try:
        retracting.retract(session, appeal, person, now=current.now(), note=gettext("Taken back by who entered it"))
        session.commit()
    except Refused as refused:
        session.rollback()
        flash(refusals.sentence(refused), "warning")
        return redirect(_next_form(), 303)
    flash(gettext("№ %(number)s is taken back; its words stand in the form again", number=number), "success")
    return redirect(_next_form(again=number), 303)


@blueprint.post("/end")
def end() -> Response:
    """The hot line is over: the next form is an ordinary one."""
    registration_line.end()
    return redirect(url_for("registration.page"), 303)


def own_hosts(settings: Settings) -> dict[str, Network]:
    """Where people open the networks, when that is not the networks' own address."""
    opened = {Network.VK: settings.vk_web_url, Network.TELEGRAM: settings.telegram_web_url}
    starts = {network: urlsplit(url) for network, url in opened.items()}
    return {
        start.netloc.lower() + start.path: network
        for network, start in starts.items()
        if start.hostname not in OWN_ADDRESSES
    }


def look_up(written: str) -> Known:
    """What a link says. Raises `links.BadLink`."""
    link = links.recognise(written, own_hosts(current.settings()))
    session = current.session()
    source = None
    if link.owner is not None and link.owner < 0:
        # A network names a community by its number below zero.
        theirs = select(Source).where(Source.network == link.network, Source.external_id == -link.owner)
        source = session.scalar(theirs.where(Source.is_active))
    return Known(link, source, intake.find(session, link.key, written))


def _incoming(form: RegistrationForm, known: Known | None) -> intake.Incoming:
    topic = current.session().get(Topic, int(form.topic.data)) if form.topic.data else None
    now, zone = current.now(), current.settings().town_zone
    received_at = in_town(form.received_at.data) if form.received_at.data else now
    day = form.registered_on.data
    return intake.Incoming(
        network=known.link.network if known else Network.OTHER,
        place=known.link.place if known else Place.ELSEWHERE,
        text=receiving.clean(form.text.data.strip()),
        received_at=received_at,
        kind=form.chosen_kind,
        registered_at=complying.moment_of(day, received_at, now, zone) if day else None,
        document_number=receiving.clean((form.document_number.data or "").strip()) or None,
        posted_at=in_town(form.posted_at.data) if form.posted_at.data else None,
        author_name=receiving.clean((form.author_name.data or "").strip()),
        author_url=form.author_key,
        permalink=form.pasted if known else None,
        object_key=known.link.key if known else f"form:{form.token.data}",
        source_id=known.source.id if known and known.source else None,
        reply_to=known.link.reply_to if known and known.source else {},
        address=receiving.clean((form.address.data or "").strip()) or None,
        topic=topic,
        channel=form.channel.data if not known else None,
        occasion=receiving.clean((form.line_name.data or "").strip()),
    )


def _lead_to(appeal: Appeal, form: RegistrationForm, *, is_new: bool) -> Response:
    """To the appeal, or on to the next form."""
    registration_line.settle(form.token.data or "")
    if is_new:
        registration_line.remember(form, appeal.number, is_line=_is_line())
        flash(gettext("Registered: № %(number)s", number=appeal.number), "success")
    else:
        told = gettext("This was registered already: № %(number)s. No second appeal was made.", number=appeal.number)
        flash(told, "info")
    goes_on = _is_line() or request.form.get("then") == "next"
    return redirect(_next_form() if goes_on else f"/appeals/{appeal.number}", 303)


def _is_line() -> bool:
    """Is it one of many questions in a row?"""
    return request.values.get("line") == "1"


def _next_form(again: int | None = None) -> str:
    return url_for("registration.page", line=1 if _is_line() else None, again=again)


def _form() -> RegistrationForm:
    form = RegistrationForm()
    form.topic.choices = topics_by_group(current.session())
    return form


def _fill_in(form: RegistrationForm) -> None:
    """What the last question leaves to this one, and the words that were taken back to be corrected."""
    kept = registration_line.common()
    wanted = request.args.get("channel") or kept.get("channel", "")
    if registration_line.is_channel(wanted):
        form.channel.data = wanted
    if _is_line():
        form.line_name.data, form.kind.data = kept.get("line_name", ""), kept.get("kind", "")
        form.received_at.data = _moment(kept.get("received_at", ""))
        if not kept:
            form.channel.data = Channel.CALL.value
    again = request.args.get("again", "")
    if again.isdecimal() and len(again) <= 18:
        _take_over(form, int(again))


def _take_over(form: RegistrationForm, number: int) -> None:
    conditions = (Appeal.number == number, *filters.visible(current.person()))
    appeal = current.session().scalar(select(Appeal).where(*conditions))
    if appeal is None:
        return
    form.text.data, form.address.data = appeal.text, appeal.address
    # Its link is taken by the appeal that was taken back; that one can be taken into work again.
    if appeal.author is not None:
        url = appeal.author.url or ""
        form.author_name.data = appeal.author.name
        form.phone.data = url.removeprefix(PHONE) if url.startswith(PHONE) else ""
        form.author_url.data = "" if url.startswith(PHONE) else url


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        return None


def _show(form: RegistrationForm, status: int = 200) -> Response:
    known = None
    if form.pasted and not form.link.errors:
        known = look_up(form.pasted)
    entered = registration_line.entered()
    page = render_template(
        "registration/page.html",
        form=form,
        known=known,
        is_line=_is_line(),
        entered=entered,
        settled=registration_line.settled(),
    )
    return make_response(page, status)
