"""The door for people: sign in, sign out, sign out everywhere.

Throttling lives in `flow.accounts` (it holds across processes); here it becomes a sentence with the seconds to wait.
One text answers a wrong login and a wrong password, so that nobody can find out who works here.
"""

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from incidents.flow import accounts, setting_up
from incidents.records.people import Person
from incidents.rules.acts import Refused
from incidents.web import access, current, kept

blueprint = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):
    login = StringField(
        lazy_gettext("Login"),
        [InputRequired(lazy_gettext("Enter your login")), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password")), Length(max=1024)],
        render_kw={"autocomplete": "current-password"},
    )
    keep = BooleanField(lazy_gettext("Stay signed in on this computer for 12 hours"))


@blueprint.get("/sign-in")
def page() -> Response:
    if current.is_known():
        return redirect(_way_on())
    return _show(SignInForm())


@blueprint.post("/sign-in")
def enter() -> Response:
    form = SignInForm()
    if not form.validate():
        return _show(form, status=422)
    typed = (form.login.data, form.password.data, current.address())
    try:
        with current.looking() as session:
            checked = accounts.check(session, *typed, now=current.now())
        person = accounts.sign_in(current.session(), *typed, now=current.now(), checked=checked)
    except accounts.Throttled as pause:
        current.session().commit()
        return _ask_to_wait(form, pause.seconds)
    except Refused:
        # The failed attempt is kept: the next one waits longer, whichever process meets it.
        current.session().commit()
        form.password.errors = [gettext("The login or the password did not fit. Check the keyboard layout.")]
        return _show(form, status=422)
    current.session().commit()
    admit(person, keep=form.keep.data)
    current.admit()
    words = kept.unpack(request.form.get("kept", ""), person)
    is_given_back = words is not None and not person.must_change_password
    response: Response = redirect(_way_on())
    if is_given_back:
        response = make_response(render_template("sign_in/kept.html", kept=words))
    kept.remember(response, person)
    return response


def keep() -> Response | None:
    """The sign-in page with the form that a signed-out person sent in it; None where it cannot be kept."""
    words = kept.pack()
    return _show(SignInForm(formdata=None), status=401, words=words) if words else None


@blueprint.post("/sign-out")
def leave() -> Response:
    logout_user()
    cookie.clear()
    flash(gettext("You have signed out."), "success")
    return redirect(url_for("sign_in.page"))


def admit(person: Person, *, keep: bool) -> None:
    """Begin a new session: nothing a stranger may have planted in the cookie before survives the door."""
    cookie.clear()
    # The old session's token, which the form of this very request had asked for: a page drawn now needs a new one.
    g.pop("csrf_token", None)
    login_user(access.SignedIn(person))
    cookie.permanent = keep


def _way_on() -> str:
    """The page that was asked for, if it is ours, else the bare address, which leads to where work begins."""
    return access.local_path(request.values.get("next")) or "/"


def _ask_to_wait(form: SignInForm, seconds: float) -> Response:
    wait = max(1, round(seconds))
    form.password.errors = [
        ngettext(
            "Too many attempts. Try again in %(num)d second.", "Too many attempts. Try again in %(num)d seconds.", wait
        )
    ]
    response = _show(form, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _show(form: SignInForm, status: int = 200, words: str = "") -> Response:
    shown = render_template(
        "sign_in/page.html",
        form=form,
        next=access.local_path(request.values.get("next")),
        kept=words or request.form.get("kept", ""),
        is_first=setting_up.is_open(current.session()),
    )
    return make_response(shown, status)
