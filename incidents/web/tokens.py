"""Tokens of other programs: the list, a new one (shown in one response and never again), revoking. For the administrator."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from incidents.flow import tokens
from incidents.records.people import ApiToken, Person
from incidents.rules.acts import Refused
from incidents.web import csv_files, current, refusals

blueprint = Blueprint("tokens", __name__, url_prefix="/tokens")

SCOPES = {
    "intake": lazy_gettext("bring in appeals"),
    "acts": lazy_gettext("record answers, closing and reopening"),
    "read": lazy_gettext("read appeals and figures"),
    "history": lazy_gettext("bring in appeals of the past"),
    "metrics": lazy_gettext("read the program's own gauges"),
    "wall": lazy_gettext("show the big screen, figures without names and words"),
}


class TokenForm(FlaskForm):
    name = StringField(
        lazy_gettext("Which program is it for"),
        [InputRequired(lazy_gettext("Name the program")), Length(max=80)],
        render_kw={"autocomplete": "off"},
    )
    person = SelectField(
        lazy_gettext("For whose use"),
        default="",
        description=lazy_gettext("A token of one person ends when that person leaves"),
    )
    intake = BooleanField(SCOPES["intake"])
    acts = BooleanField(SCOPES["acts"])
    read = BooleanField(SCOPES["read"])
    history = BooleanField(SCOPES["history"])
    metrics = BooleanField(SCOPES["metrics"])
    wall = BooleanField(SCOPES["wall"])

    def offer(self) -> "TokenForm":
        known = current.session().scalars(select(Person).where(Person.is_active).order_by(Person.name))
        self.person.choices = [
            SelectChoice("", gettext("nobody's in particular")),
            *(SelectChoice(str(each.id), each.name) for each in known),
        ]
        return self

    def chosen(self) -> list[str]:
        return [scope for scope in tokens.SCOPES if self[scope].data]


@blueprint.get("")
def page() -> str:
    rows = (
        current.session().scalars(select(ApiToken).options(joinedload(ApiToken.person)).order_by(ApiToken.name)).all()
    )
    return render_template(
        "tokens/page.html",
        living=[row for row in rows if row.revoked_at is None],
        revoked=[row for row in rows if row.revoked_at is not None],
        scopes=SCOPES,
    )


@blueprint.get("/file")
def dump() -> Response:
    """All tokens as CSV, without the tokens themselves: nobody knows them any more."""
    zone = current.settings().town_zone
    query = select(ApiToken).options(joinedload(ApiToken.person)).order_by(ApiToken.name)
    rows = [
        (
            row.name,
            " ".join(row.scopes),
            row.person.login if row.person else "",
            *(f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "" for at in (row.created_at, row.revoked_at)),
        )
        for row in current.session().scalars(query)
    ]
    return csv_files.download([("name", "scopes", "person", "made_at", "revoked_at"), *rows], "tokens")


@blueprint.get("/new")
def blank() -> Response:
    return _show(TokenForm().offer())


@blueprint.post("")
def add() -> Response:
    form = TokenForm().offer()
    is_whole = form.validate()
    if not form.chosen():
        form.intake.errors = [gettext("Choose what the program may do.")]
    if not is_whole or not form.chosen():
        return _show(form, 422)
    try:
        token = tokens.add_token(
            current.session(),
            form.name.data.strip(),
            form.chosen(),
            current.person().actor,
            now=current.now(),
            person=current.session().get(Person, int(form.person.data)) if form.person.data else None,
        )
    except Refused as refused:
        current.session().rollback()
        return _show(form, refusals.beside(form, refused, {"token_taken": "name"}))
    current.session().commit()
    response = make_response(render_template("tokens/made.html", name=form.name.data.strip(), token=token))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<int:token_id>/revocation")
def revoke(token_id: int) -> Response:
    token = current.session().get(ApiToken, token_id) or abort(404)
    tokens.revoke_token(current.session(), token, current.person().actor, now=current.now())
    current.session().commit()
    flash(gettext("The token “%(name)s” is void from now on.", name=token.name), "success")
    return redirect(url_for("tokens.page"), 303)


def _show(form: TokenForm, status: int = 200) -> Response:
    return make_response(render_template("tokens/new.html", form=form), status)
