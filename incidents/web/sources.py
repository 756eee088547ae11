"""Sources: the town's pages and bots, connecting a new one step by step, changing, pausing, resuming. For the administrator.

What is entered as secret or token is never shown again. Only a secret that the program itself made (Telegram lets us
choose it) stands in one response: the answer to the POST that connected the bot.
"""

import secrets

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from incidents.flow import connecting, minding, publishing, setting_up, vault
from incidents.networks import introducing, wire
from incidents.networks.events import Failure
from incidents.records.answers import IS_UNDER_WAY, Answer
from incidents.records.sources import Source
from incidents.rules.acts import Refused
from incidents.rules.places import Network
from incidents.web import current, refusals
from incidents.web.source_forms import FORMS, ChangeForm, TelegramForm, VkForm

blueprint = Blueprint("sources", __name__, url_prefix="/sources")

PLACES = {
    "bad_id": "external_id",
    "source_taken": "external_id",
    "secret_needed": "secret",
    "bad_secret": "secret",
    "token_needed": "token",
    "bad_key": "key",
    "key_taken": "key",
}


@blueprint.get("")
def page() -> str:
    sources = current.session().scalars(select(Source).order_by(Source.network, Source.name)).all()
    return render_template("sources/page.html", sources=sources, waiting=waiting())


@blueprint.get("/new/<network>")
def blank(network: str) -> Response:
    form = _form(network)
    form.key.data = form.key.data or f"{network}-{secrets.token_hex(8)}"
    return _show_new(network, form)


@blueprint.post("/new/<network>")
def add(network: str) -> Response:
    form = _form(network)
    if not form.validate():
        return _show_new(network, form, 422)
    made = "" if form.secret.data or isinstance(form, VkForm) else secrets.token_urlsafe(32)
    try:
        source = connecting.add_source(
            current.session(),
            Network(network),
            form.name.data,
            form.external_id.data,
            current.person().actor,
            current.settings().key,
            now=current.now(),
            secret=form.secret.data or made,
            token=form.token.data.strip(),
            confirmation=form.confirmation.data or "" if isinstance(form, VkForm) else "",
            account=(form.account.data or "").strip().lstrip("@") or None if isinstance(form, TelegramForm) else None,
            key=form.key.data,
        )
    except Refused as refused:
        current.session().rollback()
        return _show_new(network, form, refusals.beside(form, refused, PLACES))
    current.session().commit()
    response = make_response(
        render_template(
            "sources/connected.html",
            source=source,
            hook=hook_of(network, source.key),
            secret=made,
            telegram=current.settings().telegram_api_url,
            setup_waits=setting_up.progress(current.session())[0],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<int:source_id>")
def one(source_id: int) -> Response:
    source = _source(source_id)
    return _show(ChangeForm(name=source.name, confirmation=source.confirmation), source)


@blueprint.post("/<int:source_id>")
def change(source_id: int) -> Response:
    source, form = _source(source_id), ChangeForm()
    if not form.validate():
        return _show(form, source, 422)
    try:
        _change(
            source,
            name=form.name.data,
            confirmation=form.confirmation.data or source.confirmation,
            secret=form.secret.data or "",
            token=(form.token.data or "").strip(),
        )
    except Refused as refused:
        current.session().rollback()
        return _show(form, source, refusals.beside(form, refused, PLACES))
    current.session().commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("sources.one", source_id=source.id), 303)


@blueprint.post("/<int:source_id>/trial")
def try_out(source_id: int) -> Response:
    """Ask the network who we are there by the token that is kept; nothing changes, here or there."""
    source, settings = _source(source_id), current.settings()
    number, network = source.external_id, source.network
    try:
        token = vault.unseal(settings.key, source.sealed_token)
    except Refused as refused:
        flash(refusals.sentence(refused), "warning")
        return redirect(url_for("sources.one", source_id=source_id), 303)
    # Nothing is held while a network takes its time.
    current.session().rollback()
    with wire.open_client() as client:
        if network is Network.VK:
            found = introducing.vk(client, settings.vk_api_url, token)
        else:
            found = introducing.telegram(client, settings.telegram_api_url, token)
    flash(*_told(found, number))
    return redirect(url_for("sources.one", source_id=source_id), 303)


@blueprint.post("/<int:source_id>/pause")
def pause(source_id: int) -> Response:
    source = _source(source_id)
    _change(source, is_active=False)
    current.session().commit()
    flash(gettext("“%(name)s” is paused: answers wait.", name=source.name), "success")
    return redirect(url_for("sources.one", source_id=source.id), 303)


@blueprint.post("/<int:source_id>/resumption")
def resume(source_id: int) -> Response:
    """Let a source work again, whether a person or the network had stopped it."""
    source = _source(source_id)
    if not source.is_active:
        _change(source, is_active=True)
    answers = publishing.resume(current.session(), source, now=current.now())
    minding.note_resumed(current.session(), source, answers, current.person().actor, now=current.now())
    current.session().commit()
    # Not within an f-string: the catalogue's reader does not look into them.
    told = gettext("“%(name)s” works again.", name=source.name)
    more = ngettext("%(num)d answer goes out.", "%(num)d answers go out.", answers) if answers else ""
    flash(f"{told} {more}".strip(), "success")
    if request.form.get("from") == "system":
        return redirect(url_for("system.page"), 303)
    return redirect(url_for("sources.one", source_id=source.id), 303)


def hook_of(network: str, key: str) -> str:
    """The address a network sends to."""
    return f"{current.settings().public_url.rstrip('/')}/hooks/{network}/{key}"


def waiting() -> dict[int, int]:
    """How many answers of each source have not reached their network."""
    query = (
        select(Answer.source_id, func.count())
        .where(IS_UNDER_WAY, Answer.source_id.is_not(None))
        .group_by(Answer.source_id)
    )
    return {source: number for source, number in current.session().execute(query) if source}


def _told(found: introducing.Known | Failure, number: int) -> tuple[str, str]:
    """What a network said of us, and how loud."""
    if isinstance(found, introducing.Known):
        if found.number == number:
            return gettext("The network knows us: %(name)s. The token works.", name=found.name), "success"
        return gettext(
            "The token is another one's: %(name)s, number %(number)s. Enter the token of this source.",
            name=found.name,
            number=found.number,
        ), "warning"
    if found.kind == "admin":
        return gettext(
            "The network refuses the token: “%(words)s”. Make a new one there and enter it here.", words=found.words
        ), "warning"
    if found.kind == "retry":
        return gettext("The network cannot be reached from this server. Nothing is known about the token."), "warning"
    return gettext("The network gave no clear answer. Try again in a minute."), "warning"


def _change(source: Source, **changed: object) -> None:
    kept = {"name": source.name, "is_active": source.is_active, "confirmation": source.confirmation}
    connecting.change_source(
        current.session(),
        source,
        current.person().actor,
        current.settings().key,
        now=current.now(),
        **{**kept, **changed},  # type: ignore[arg-type]  # the names are those of the verb
    )


def _source(source_id: int) -> Source:
    return current.session().get(Source, source_id) or abort(404)


def _form(network: str) -> VkForm | TelegramForm:
    return FORMS[network]() if network in FORMS else abort(404)


def _show_new(network: str, form: VkForm | TelegramForm, status: int = 200) -> Response:
    hook = hook_of(network, form.key.data)
    waits = setting_up.progress(current.session())[0]
    page = f"sources/new_{network}.html"
    return make_response(render_template(page, form=form, network=network, hook=hook, setup_waits=waits), status)


def _show(form: ChangeForm, source: Source, status: int = 200) -> Response:
    shown = render_template(
        "sources/one.html",
        form=form,
        source=source,
        hook=hook_of(source.network, source.key),
        waiting=waiting().get(source.id, 0),
    )
    return make_response(shown, status)
