"""The card's templates: a part that is drawn once in a hundred appeals finds its macros too."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from incidents import HOME

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
