"""The card's templates: a part that is drawn once in a hundred appeals finds its macros too."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta
from sqlalchemy import text
from sqlalchemy.orm import Session

from incidents import HOME
from incidents.flow import intake
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.asking import statements
from tests.web.cards import VK, arrive, lying_with
from tests.web.conftest import Enter

TEMPLATES = HOME / "templates"
IMPORTED = re.compile(r'{% from "[^"]+" import ([\w, ]+?)(?: with context)? %}')
INCLUDED = re.compile(r'{% include "([^"]+)" %}')


def names_in(file: Path) -> set[str]:
    """What a template imports."""
    return {name for names in IMPORTED.findall(file.read_text()) for name in names.split(", ")}


def reached(page: str) -> set[str]:
    """A template with everything that it includes, and what that includes."""
    found, edge = {page}, {page}
    while edge:
        edge = {part for each in edge for part in INCLUDED.findall((TEMPLATES / each).read_text())} - found
        found |= edge
    return found


@pytest.mark.parametrize("page", ["appeal/page.html", "appeal/changes.html"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_part_finds_the_macros_it_calls(app: Flask, page: str) -> None:
    imported = {each: names_in(each) for each in TEMPLATES.glob("*/*.html")}
    macros, given = set().union(*imported.values()), imported[TEMPLATES / page]
    parts = reached(page)
    assert len(parts) > 3
    for part in parts:
        undeclared = meta.find_undeclared_variables(app.jinja_env.parse((TEMPLATES / part).read_text()))
        assert undeclared & macros <= given, part


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_renamed_meanwhile_reads_so_on_the_next_card(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    address, client = f"/appeals/{appeal.number}", enter("anna")
    before = client.get(address).text
    assert f'<option value="{cast.roads.id}">Управление дорог' in before
    # By hand at the console, past every verb: the database itself says that the list is another one.
    session.execute(text("UPDATE departments SET name = 'Дирекция дорог' WHERE id = :id"), {"id": cast.roads.id})
    session.execute(text("UPDATE departments SET name = 'Дирекция ЖКХ' WHERE id = :id"), {"id": cast.housing.id})
    session.commit()
    after = client.get(address).text
    assert f'<option value="{cast.roads.id}">Дирекция дорог' in after
    assert "передаёт: Дирекция ЖКХ" in after
    assert "Управление" not in after


def test_a_long_card_costs_no_more_questions_than_a_short_one(
    app: Flask, enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    short, long = (arrive(session, town, settings, object_key=f"vk:wall-1:r{key}") for key in (1, 2))
    for number in range(12):
        words = intake.Incoming(Network.VK, Place.COMMENT, f"Ещё раз {number}", datetime.now(UTC))
        intake.join(session, long, words, VK, now=datetime.now(UTC))
    session.commit()
    client = enter("anna")
    client.get(f"/appeals/{short.number}")
    with statements(app) as few:
        client.get(f"/appeals/{short.number}")
    with statements(app) as many:
        client.get(f"/appeals/{long.number}")
    assert len(many) == len(few)
    assert len(many) <= 19, many
    # What every open card asks every few seconds.
    with statements(app) as live:
        client.get(f"/appeals/{long.number}/changes?seen=1")
    assert len(live) <= 7, live
