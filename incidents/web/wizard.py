"""The first setup: from an empty database to a town that works, in eight steps that can be left and come back to.

The door stands open only while nobody exists, and only to who knows the code of the server's console. Every later step
is a page of the administrator, and does what the ordinary pages do by the same verbs.
"""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from incidents.flow import accounts, setting_up
from incidents.rules.acts import Refused, Role
from incidents.web import current, refusals, sign_in

blueprint = Blueprint("wizard", __name__, url_prefix="/start")

STEPS = {
    "town": lazy_gettext("Town"),
    "day": lazy_gettext("Working day"),
    "norms": lazy_gettext("Norm"),
    "departments": lazy_gettext("Departments"),
    "people": lazy_gettext("People"),
    "topics": lazy_gettext("Topics"),
    "source": lazy_gettext("First source"),
    "check": lazy_gettext("Check"),
}
PLACES = {
    "wrong_code": "code",
    "bad_login": "login",
    "login_taken": "login",
    "short_password": "password",
}
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class DoorForm(FlaskForm):
    code = StringField(
        lazy_gettext("Code from the server"),
        [InputRequired(lazy_gettext("Enter the code")), Length(max=64)],
        description=lazy_gettext("The commands incidents upgrade and incidents serve print it while nobody exists"),
        render_kw={**_PLAIN, "autofocus": True},
    )
    name = StringField(
        lazy_gettext("Your full name"),
        [InputRequired(lazy_gettext("Enter the name as colleagues know it")), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    login = StringField(
        lazy_gettext("Login"),
        [InputRequired(lazy_gettext("Enter a login")), Length(max=64)],
        description=lazy_gettext("One word without spaces. It cannot be changed later"),
        render_kw={**_PLAIN, "autocomplete": "username"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter a password")), Length(max=1024)],
        description=lazy_gettext("At least 10 characters"),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("The same password again"),
        [EqualTo("password", lazy_gettext("The two passwords differ"))],
        render_kw={"autocomplete": "new-password"},
    )


@blueprint.get("")
def door() -> Response:
    """For a stranger, as long as nobody exists; the administrator goes on where the setup stands."""
    if current.is_known():
        return redirect(url_for("wizard.next_step") if current_role() is Role.ADMIN else "/")
    return _show_door(DoorForm())


@blueprint.post("")
def enter() -> Response:
    form = DoorForm()
    if not form.validate():
        return _show_door(form, 422)
    session = current.session()
    try:
        person = setting_up.begin(
            session,
            current.settings().key,
            form.code.data,
            current.address(),
            now=current.now(),
            login=form.login.data,
            name=form.name.data,
            password=form.password.data,
        )
    except accounts.Throttled as pause:
        session.commit()
        form.code.errors = [
            gettext("Too many attempts. Try again in %(seconds)s s.", seconds=max(1, round(pause.seconds)))
        ]
        return _show_door(form, 429)
    except Refused as refused:
        if refused.code == "setup_over":
            abort(404)
        # A wrong code is remembered: the next attempt waits longer. Nothing else was written before the refusal.
        session.commit()
        return _show_door(form, refusals.beside(form, refused, PLACES))
    session.commit()
    sign_in.admit(person, keep=False)
    return redirect(url_for("wizard.step", step="town"), 303)


@blueprint.get("/on")
def next_step() -> Response:
    """The first step that is neither done nor passed over."""
    _, steps = setting_up.progress(current.session())
    left = [step for step in STEPS if step not in steps]
    return redirect(url_for("wizard.step", step=left[0] if left else "check"))


@blueprint.post("/<step>/skip")
def skip(step: str) -> Response:
    """Pass a step over; it can be opened again."""
    if step not in STEPS:
        abort(404)
    done(step, is_skipped=True)
    return onward(step)


@blueprint.post("/end")
def end() -> Response:
    setting_up.finish(current.session(), current.person().actor, now=current.now())
    current.session().commit()
    flash(gettext("The town is set up. Good work."), "success")
    return redirect(url_for("system.page"), 303)


def current_role() -> Role:
    return current.person().role


def done(step: str, *, is_skipped: bool = False) -> None:
    """Note the step and commit it with what it did."""
    by = current.person().actor
    setting_up.note(current.session(), step, by, now=current.now(), is_skipped=is_skipped)
    current.session().commit()


def onward(step: str) -> Response:
    """To the step after this one."""
    names = list(STEPS)
    following = names[min(names.index(step) + 1, len(names) - 1)]
    return redirect(url_for("wizard.step", step=following), 303)


def show(step: str, status: int = 200, **more: object) -> Response:
    """The page of a step, with the list of all of them beside it."""
    _, steps = setting_up.progress(current.session())
    body = render_template(f"wizard/{step}.html", step=step, steps=STEPS, done=steps, **more)
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _show_door(form: DoorForm, status: int = 200) -> Response:
    if not setting_up.is_open(current.session()):
        abort(404)
    return make_response(render_template("wizard/door.html", form=form), status)
