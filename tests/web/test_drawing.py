"""Parts drawn once: the same keys are the same part, and nothing else is."""

from collections.abc import Callable

import pytest
from flask import Flask, g

from incidents.web import drawing
from incidents.web.registration_form import RegistrationForm


@pytest.fixture
def draw(app: Flask) -> Callable[..., str]:
    """Draw a template in a request of its own, in a language."""

    def drawn(source: str, language: str = "ru", **given: object) -> str:
        with app.test_request_context("/"):
            g.spoken = language
            return app.jinja_env.from_string(source).render(**given)

    return drawn


def test_a_part_is_drawn_once_for_the_same_keys(draw: Callable[..., str]) -> None:
    source = "{% once name %}<b>{{ name }} {{ count() }}</b>{% endonce %}"
    counted = iter(range(9)).__next__
    assert [draw(source, name=name, count=counted) for name in ("Анна", "Борис", "Анна")] == [
        "<b>Анна 0</b>",
        "<b>Борис 1</b>",
        "<b>Анна 0</b>",
    ]
    assert draw(source, "en", name="Анна", count=counted) == "<b>Анна 2</b>", "another language is another part"


def test_each_place_and_each_row_has_its_own_and_what_people_write_is_escaped(draw: Callable[..., str]) -> None:
    source = """{% for row in rows %}{% once row, 1 %}<i>{{ row }}</i>{% endonce %}{% endfor %}
{% once rows[0], 1 %}<u>{{ rows[0] }}</u>{% endonce %}"""
    assert draw(source, rows=["<b>", "&"]) == "<i>&lt;b&gt;</i><i>&amp;</i><u>&lt;b&gt;</u>"


def test_a_part_whose_first_key_is_nothing_is_drawn_each_time(draw: Callable[..., str]) -> None:
    counted = iter(range(9)).__next__
    assert [draw("{% once key, 1 %}{{ count() }}{% endonce %}", key=None, count=counted) for _ in "12"] == ["0", "1"]


def test_what_was_long_not_drawn_leaves_first(draw: Callable[..., str], app: Flask) -> None:
    source = "{% for n in numbers %}{% once n %}{{ n }}{{ count() }},{% endonce %}{% endfor %}"
    counted = iter(range(3 * drawing.MOST)).__next__
    draw(source, numbers=range(drawing.MOST + 1), count=counted)
    last, first = drawing.MOST, 0
    assert draw(source, numbers=[last], count=counted) == f"{last}{last},", "what was drawn last is still kept"
    assert draw(source, numbers=[first], count=counted) == f"{first}{drawing.MOST + 1},", "the first had to leave"


def test_a_field_is_drawn_once_only_while_it_shows_nothing_of_anybody(app: Flask) -> None:
    with app.test_request_context("/registration", method="POST", data={"text": "Тайна", "phone": ""}):
        g.spoken = "ru"
        form = RegistrationForm()
        form.topic.choices = {"": [("", "сама")], "Дороги": [("1", "Ямы")]}
        assert drawing.blank(form.text) is None, "somebody typed into it"
        blank = drawing.blank(form.address)
        assert blank == drawing.blank(RegistrationForm().address) != drawing.blank(form.line_name)
        form.address.errors = ["так нельзя"]
        assert drawing.blank(form.address) is None, "something is wrong with it"
        offered = drawing.blank(form.topic)
        form.topic.choices = {"": [("", "сама")], "Дороги": [("1", "Ямы и люки")]}
        assert offered != drawing.blank(form.topic), "what it offers is a part of it"
