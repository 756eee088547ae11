"""A person's own page: password, language and theme, keys and the browser's own notices, signing out everywhere."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from incidents.flow import accounts
from incidents.rules.acts import Refused
from incidents.web import access, current, security, shell, sign_in, translating, ways

blueprint = Blueprint("profile", __name__, url_prefix="/profile")

ONE_YEAR = 365 * 24 * 3600
THEME_COOKIE = "incidents_theme"


class PasswordForm(FlaskForm):
    old = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your present password")), Length(max=1024)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("New password"),
        [
            InputRequired(lazy_gettext("Enter a new password")),
            Length(
                min=accounts.SHORTEST_PASSWORD,
                max=1024,
                message=lazy_gettext("At least %(min)d characters", min=accounts.SHORTEST_PASSWORD),
            ),
        ],
        description=lazy_gettext(
            "At least %(min)d characters; three or four words are easy to keep in mind", min=accounts.SHORTEST_PASSWORD
        ),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("New password once more"),
        [EqualTo("new", lazy_gettext("The two new passwords differ"))],
        render_kw={"autocomplete": "new-password"},
    )


@blueprint.get("")
def page() -> str:
    return render_template("profile/page.html", **ways.shown())


@blueprint.get("/password")
def password() -> AnyResponse:
    return _show(PasswordForm())


@blueprint.post("/password")
def change_password() -> AnyResponse:
    form = PasswordForm()
    if not form.validate():
        return _show(form, status=422)
    person = current.person()
    try:
        accounts.change_password(current.session(), person, form.old.data, form.new.data, now=current.now())
    except Refused:
        current.session().rollback()
        form.old.errors = [gettext("The present password did not fit. Check the keyboard layout.")]
        return _show(form, status=422)
    current.session().commit()
    # The old sessions, on whatever computer, end with the old password; this one goes on.
    sign_in.admit(person, keep=False)
    flash(gettext("The password is changed. On other computers you are signed out."), "success")
    return redirect(url_for("home.page"))


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> AnyResponse:
    accounts.sign_out_everywhere(current.session(), current.person(), now=current.now())
    current.session().commit()
    flash(gettext("You are signed out on all computers."), "success")
    return redirect(url_for("sign_in.page"))


@blueprint.post("/look")
def look() -> AnyResponse:
    """Language and theme: kept with the person, and in this browser for the sign-in page."""
    response = redirect(access.local_path(request.form.get("next")) or url_for("home.page"))
    language, theme = request.form.get("language"), request.form.get("theme")
    if language in translating.LANGUAGES:
        _remember(response, translating.COOKIE, language)
    if theme in shell.THEMES:
        _remember(response, THEME_COOKIE, theme)
    if current.is_known():
        person = current.person()
        person.language = language if language in translating.LANGUAGES else person.language
        person.theme = theme if theme in shell.THEMES else person.theme
        current.session().commit()
    return response


@blueprint.post("/habits")
def habits() -> AnyResponse:
    """Whether keys without Ctrl work, and whether the browser itself tells of alarms."""
    person = current.person()
    person.shortcuts = "shortcuts" in request.form
    person.wants_popups = "wants_popups" in request.form
    current.session().commit()
    flash(gettext("Saved."), "success")
    return redirect(url_for("profile.page", _anchor="habits"), 303)


def _remember(response: AnyResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=security.is_https(current.settings())
    )


def _show(form: PasswordForm, status: int = 200) -> Response:
    return make_response(render_template("profile/password.html", form=form), status)
