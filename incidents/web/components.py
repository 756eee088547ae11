"""Every part that pages are built of, on one page, for whoever changes a style or writes the next page."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from incidents.rules.acts import Status
from incidents.web import current, words
from incidents.web.time_left import time_left

blueprint = Blueprint("components", __name__, url_prefix="/components")

COLOURS = (
    *("page", "surface", "sunken", "selected", "line", "edge", "ink", "ink-2", "act", "act-fill"),
    *("late", "late-soft", "soon", "soon-soft", "fine", "fine-soft", "wait", "wait-soft", "seal", "seal-soft"),
)


class SampleForm(FlaskForm):
    """A form that was sent with two mistakes, so that its errors can be looked at."""

    class Meta:
        csrf = False

    street = StringField("Улица и дом", [InputRequired("Укажите улицу")], description="Например: пр. Ленина, 76")
    until = DateField("Обещали сделать до", [InputRequired("Укажите дату: например, 24.11.2026")])
    department = SelectField(
        "Отдел", choices=[SelectChoice("roads", "Отдел дорог"), SelectChoice("housing", "Управление ЖКХ")]
    )
    note = TextAreaField("Заметка (гражданин не увидит)", default="Бригада будет к трём")
    remind = BooleanField("Напомнить за день")


@blueprint.get("")
def page() -> str:
    form = SampleForm(
        formdata=MultiDict({"until": "скоро", "department": "roads", "note": "Бригада будет к трём", "remind": "y"})
    )
    form.validate()
    now = current.now()
    minutes = (-14, 0.5, 17, 64, 118, 1500)
    return render_template(
        "components/page.html",
        colours=COLOURS,
        form=form,
        statuses=list(Status),
        marks=(words.RETURNED, words.NOT_DELIVERED, words.DUPLICATE),
        samples=[time_left(now + timedelta(minutes=each), now) for each in minutes],
        moments=[now - timedelta(hours=hours) for hours in (0, 24, 96, 9000)],
    )
