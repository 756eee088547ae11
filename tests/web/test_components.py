"""The parts of pages: what the browser is told never to run, what a person without colours, mouse or scripts still gets."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Select, literal, select

from incidents import HOME
from incidents.flow import leading
from incidents.records.people import Person
from incidents.rules.acts import Role, Status
from incidents.web import assets, shell, words
from tests.web.conftest import AddPerson, Enter

TEMPLATES = sorted((HOME / "templates").rglob("*.html"))


def test_no_template_carries_a_style_or_a_script_of_its_own() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle\s*=|<style", text), template
        assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", text), template
        assert not re.search(r'(?:href|src)="(?:https?:)?//', text), template


def test_every_style_sheet_and_script_is_ours_or_vendored() -> None:
    for sheet in (assets.STATIC / "css").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text, sheet
        assert all(url.startswith(("../vendor/", '"data:')) for url in re.findall(r"url\(([^)]{1,12})", text)), sheet


def test_the_plain_colours_are_the_light_halves_of_the_pairs() -> None:
    text = (assets.STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    plainly, _, with_dark = text.partition("@supports")
    pairs = dict(re.findall(r"(--[\w-]+): ([^;]*light-dark[^;]*);", with_dark))
    assert len(pairs) > 50
    for name, value in pairs.items():
        light = re.sub(r"light-dark\((#\w+|rgb\([^)]*\)), (?:#\w+|rgb\([^)]*\))\)", r"\1", value)
        assert f"{name}: {light};" in plainly, name


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="([\w-]+)"', (assets.STATIC / "icons.svg").read_text(encoding="utf-8")))
    named = {mark.icon for mark in (*words.STATES.values(), words.RETURNED, words.NOT_DELIVERED, words.DUPLICATE)}
    named |= {place.icon for place in shell.PLACES} | {f"ring-{step}" for step in range(1, 13)}
    for template in TEMPLATES:
        named |= set(re.findall(r'\bicon\("([\w-]+)"', template.read_text(encoding="utf-8")))
    assert named - sprite == set()


def test_every_component_is_used_and_shown_among_the_parts() -> None:
    folder = HOME / "templates" / "components"
    texts = {path: path.read_text(encoding="utf-8") for path in TEMPLATES}
    shown = texts.pop(folder / "page.html")
    # What shapes others and shows nothing by itself.
    shapes = {"keyed", "csrf", "icon", "ring", "page_keys", "post_button"}
    for path, text in [each for each in texts.items() if each[0].parent == folder]:
        for name in re.findall(r"{% macro (\w+)\(", text):
            called = re.compile(rf"\b{name}\(")
            uses = sum(len(called.findall(other)) for other in texts.values()) - 1
            assert uses > 0, f"nobody uses {name} of {path.name}"
            assert name in shapes or called.search(shown), f"{name} of {path.name} is not among the parts"


def test_every_status_has_icon_and_word() -> None:
    assert set(words.STATES) == set(Status)


def test_all_parts_are_shown_to_the_administrator(enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN, "Елена Терехова")
    page = enter("elena").get("/components").text
    for part in (
        "state--seal",
        "left--late",
        "field--wrong",
        "toasts",
        "alert-warning",
        "fig--late",
        "bar-cell",
        "pager",
    ):
        assert part in page, part
    assert "просрочено 14 мин" in page
    assert "ЕТ" in page


def test_a_silent_worker_is_told_on_every_page(app: Flask, enter: Enter, add_person: AddPerson) -> None:
    add_person("elena", Role.ADMIN)
    elena = enter("elena")
    assert "Контроль сроков молчит" not in elena.get("/profile").text
    silent = shell.WorkerWatch(leading.last_heard, lambda heard_at, asked_at: 7 * 60.0)
    shell.watch_worker_with(app, silent)
    assert "Контроль сроков молчит 7 минут." in elena.get("/profile").text


def test_counters_stand_behind_their_places_and_are_asked_for_this_person(
    app: Flask, enter: Enter, add_person: AddPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_person("elena", Role.ADMIN)
    monkeypatch.setattr(shell, "PLACES", (shell.Place("components.page", "template", "Части", "parts", is_alarm=True),))
    asked: list[str] = []

    def count(person: Person, today: date) -> Select[int]:
        asked.append(person.login)
        return select(literal(1204).label("parts"))

    shell.count_with(app, count)
    page = enter("elena").get("/profile").text
    assert '<span class="count count--late">1\N{NO-BREAK SPACE}204</span>' in page
    assert set(asked) == {"elena"}
