"""How one is told of alarms: the address, the wishes, the chat with the town's bot. A part of the profile.

The code for the bot stands in exactly one response, the answer to the POST that made it.
"""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from incidents.flow import gathering, linking
from incidents.flow import ways as flow_ways
from incidents.records.notices import Channel
from incidents.rules.acts import Refused, Role
from incidents.web import current, refusals, shell

blueprint = Blueprint("ways", __name__, url_prefix="/profile")


class WaysForm(FlaskForm):
    email = StringField(
        lazy_gettext("E-mail"),
        [Length(max=254)],
        description=lazy_gettext("Letters hold numbers and links only, never a citizen's words. Empty: no mail"),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    wants_email = BooleanField(lazy_gettext("Tell me by e-mail"))
    wants_telegram = BooleanField(lazy_gettext("Tell me by Telegram"))
    at_night = BooleanField(lazy_gettext("Also outside working hours: I am on duty"))


def shown(form: WaysForm | None = None) -> dict[str, Any]:
    """What the profile draws of this; nothing for who is never told of an alarm."""
    person, settings = current.person(), current.settings()
    if person.role is Role.ADMIN:
        return {"themes": shell.THEMES, "ways_form": None}
    channels = flow_ways.channels(settings)
    return {
        "themes": shell.THEMES,
        "ways_form": form or WaysForm(None, obj=person),
        "has_mail": Channel.EMAIL in channels,
        "has_bot": Channel.TELEGRAM in channels,
        "is_reached": bool(flow_ways.of(person, settings)),
        "has_quiet_hours": settings.quiet_hours,
    }


@blueprint.post("/ways")
def change() -> Response:
    form, person = WaysForm(), current.person()
    try:
        linking.change_ways(
            current.session(),
            person,
            person.actor,
            now=current.now(),
            email=form.email.data or "",
            wants_email=form.wants_email.data,
            wants_telegram=form.wants_telegram.data,
            at_night=form.at_night.data,
        )
    except Refused as refused:
        current.session().rollback()
        status = refusals.beside(form, refused, {"bad_email": "email"})
        return make_response(render_template("profile/page.html", **shown(form)), status)
    current.session().commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("profile.page"), 303)


@blueprint.post("/telegram")
def offer() -> Response:
    """A one-time code for the bot, shown once."""
    settings = current.settings()
    if not settings.notice_bot_token:
        flash(gettext("This town has no Telegram bot for alarms."), "warning")
        return redirect(url_for("profile.page"), 303)
    code = linking.offer_code(current.session(), current.person(), now=current.now())
    current.session().commit()
    link = f"{settings.telegram_web_url}/{settings.notice_bot_name}?start={code}" if settings.notice_bot_name else ""
    minutes = int(linking.CODE_LASTS.total_seconds() // 60)
    page = render_template(
        "profile/telegram.html", code=code, link=link, bot_name=settings.notice_bot_name, minutes=minutes
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/telegram/unlinked")
def unlink() -> Response:
    linking.unlink(current.session(), current.person(), now=current.now())
    current.session().commit()
    flash(gettext("Telegram is no longer linked."), "success")
    return redirect(url_for("profile.page"), 303)


@blueprint.post("/test-letters")
def test() -> Response:
    """A letter by every way, to see whether it arrives; the worker sends it."""
    letters = gathering.queue_tests(current.session(), current.person(), current.settings(), now=current.now())
    current.session().commit()
    if letters:
        words = ngettext("%(num)d test message is on its way.", "%(num)d test messages are on their way.", len(letters))
        flash(words, "success")
    else:
        flash(gettext("There is no way to reach you yet: enter an address or link Telegram."), "warning")
    return redirect(url_for("profile.page"), 303)
