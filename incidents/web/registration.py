"""Registering by hand: a pasted link to a post, or what somebody said on the phone.

The link tells the network and, where the page is ours, where the answer goes; a post that is known already is shown
instead of a second appeal, also while the link is being typed (`check`).
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from incidents.flow import complying, intake, receiving
from incidents.networks import links
from incidents.records.appeals import Appeal
from incidents.records.sources import Source
from incidents.records.topics import Topic
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.web import current
from incidents.web.registration_form import RegistrationForm, in_town, topics_by_group

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
    form = _form()
    form.token.data = uuid4().hex
    return _show(form)


@blueprint.get("/check")
def check() -> str:
    """What the link in the field says, for who is still typing."""
    written = request.args.get("link", "").strip()
    try:
        known = _look_up(written) if written else None
    except links.BadLink:
        return render_template("registration/_link.html", known=None, is_bad=True)
    return render_template("registration/_link.html", known=known, is_bad=False)


@blueprint.post("")
def register() -> Response:
    form = _form()
    if not form.validate():
        return _show(form, 422)
    session, person = current.session(), current.person()
    known = _look_up(form.link.data.strip()) if form.link.data else None
    if not TOKEN.fullmatch(form.token.data or ""):
        form.token.data = uuid4().hex
    words = _incoming(form, known)
    existing = intake.find(session, words.object_key, words.permalink)
    if existing is not None:
        return _lead_to(existing, is_new=False)
    try:
        appeal = intake.register(session, words, person.actor, current.settings(), now=current.now())
        session.commit()
    except IntegrityError:
        # The same form, or the same post by its hook, in the same moment: the database kept one.
        session.rollback()
        existing = intake.find(session, words.object_key, words.permalink)
        if existing is None:
            raise
        return _lead_to(existing, is_new=False)
    return _lead_to(appeal, is_new=True)


def own_hosts(settings: Settings) -> dict[str, Network]:
    """Where people open the networks, when that is not the networks' own address."""
    opened = {Network.VK: settings.vk_web_url, Network.TELEGRAM: settings.telegram_web_url}
    starts = {network: urlsplit(url) for network, url in opened.items()}
    return {
        start.netloc.lower() + start.path: network
        for network, start in starts.items()
        if start.hostname not in OWN_ADDRESSES
    }


def _look_up(written: str) -> Known:
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
        kind=Kind(form.kind.data),
        registered_at=complying.moment_of(day, received_at, now, zone) if day else None,
        document_number=receiving.clean((form.document_number.data or "").strip()) or None,
        posted_at=in_town(form.posted_at.data) if form.posted_at.data else None,
        author_name=receiving.clean((form.author_name.data or "").strip()),
        author_url=(form.author_url.data or "").strip() or None,
        permalink=form.link.data.strip() if known else None,
        object_key=known.link.key if known else f"form:{form.token.data}",
        source_id=known.source.id if known and known.source else None,
        reply_to=known.link.reply_to if known and known.source else {},
        address=receiving.clean((form.address.data or "").strip()) or None,
        topic=topic,
    )


def _lead_to(appeal: Appeal, *, is_new: bool) -> Response:
    if is_new:
        flash(gettext("Registered: № %(number)s", number=appeal.number), "success")
    else:
        told = gettext("This was registered already: № %(number)s. No second appeal was made.", number=appeal.number)
        flash(told, "info")
    return redirect(f"/appeals/{appeal.number}", 303)


def _form() -> RegistrationForm:
    form = RegistrationForm()
    form.topic.choices = topics_by_group(current.session())
    return form


def _show(form: RegistrationForm, status: int = 200) -> Response:
    known = None
    if form.link.data and not form.link.errors:
        known = _look_up(form.link.data.strip())
    return make_response(render_template("registration/page.html", form=form, known=known), status)
