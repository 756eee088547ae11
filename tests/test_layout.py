"""The house keeps its plan: who may import whom, how long things are, what must not be there (the rules: tests/layout.py)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import layout
from tests.layout import Module

ROOT = Path(__file__).resolve().parent.parent
HOUSE = layout.read(ROOT, "incidents")
#: A migration is a list of columns, one a line: it has no size to keep, and Alembic's names.
EVERYTHING = [*HOUSE, *layout.read(ROOT, "tests", "bench")]

Question = Callable[[list[Module]], Iterator[str]]
OF_THE_HOUSE: list[Question] = [layout.staircase, layout.cycles, layout.strangers, layout.commits]
OF_EVERYTHING: list[Question] = [
    layout.late_imports,
    layout.unread_types,
    layout.sizes,
    layout.drawers,
    layout.unfinished,
    layout.wordless,
]

WORD = '"""Says what it is for."""\n'
BAD: list[tuple[Question, dict[str, str]]] = [
    (layout.staircase, {"rules/clock.py": "from incidents.records import appeals"}),
    (layout.staircase, {"records/appeals.py": "import incidents.networks.vk"}),
    (layout.staircase, {"flow/gate.py": "from incidents.web import current"}),
    (layout.staircase, {"flow/gate.py": "from incidents.flow import answering", "flow/answering.py": ""}),
    (layout.staircase, {"flow/routing.py": "from incidents.flow.intake import register", "flow/intake.py": ""}),
    (layout.staircase, {"flow/answering.py": "from incidents.flow import routing", "flow/routing.py": ""}),
    (layout.staircase, {"statistics/years.py": "from incidents.flow import gate", "flow/gate.py": ""}),
    (layout.staircase, {"web/queue.py": "from incidents import scheduler", "scheduler.py": ""}),
    (layout.staircase, {"simulator/world.py": "from incidents.rules import clock", "rules/clock.py": ""}),
    (layout.staircase, {"flow/gate.py": "def act():\n    from incidents.web import current"}),
    (layout.staircase, {"cellar/wine.py": ""}),
    (layout.staircase, {"rules/clock.py": "from . import norms"}),
    (layout.cycles, {"rules/a.py": "import incidents.rules.b", "rules/b.py": "from incidents.rules import a"}),
    (layout.strangers, {"rules/clock.py": "import sqlalchemy"}),
    (layout.strangers, {"flow/gate.py": "from flask import g"}),
    (layout.strangers, {"networks/vk.py": "from sqlalchemy.orm import Session"}),
    (layout.commits, {"flow/gate.py": "def act(session):\n    session.commit()"}),
    (layout.late_imports, {"rules/clock.py": "def due():\n    import math"}),
    (layout.late_imports, {"rules/clock.py": "def due():\n    importlib.import_module('math')"}),
    (layout.unread_types, {"rules/clock.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import math"}),
    (layout.sizes, {"rules/clock.py": "X = 1\n" * 251}),
    (layout.sizes, {"rules/clock.py": "def due():\n" + "    x = 1\n" * 60}),
    (layout.drawers, {"rules/helpers.py": ""}),
    (layout.drawers, {"services/mail.py": ""}),
    (layout.drawers, {"rules/date_utils.py": ""}),
    (layout.unfinished, {"rules/clock.py": "# " + "TO" + "DO: tell the time"}),
    (layout.unfinished, {"rules/clock.py": "def due():\n    raise NotImplementedError"}),
    (layout.wordless, {"rules/clock.py": ""}),
]
GOOD = {
    "__init__.py": WORD,
    "rules/clock.py": WORD + "import math",
    "records/appeals.py": WORD + "from incidents.rules import clock",
    "flow/gate.py": WORD + "from incidents.records.appeals import Appeal",
    "flow/routing.py": WORD + "from incidents.flow.gate import act",
    "flow/intake.py": WORD + "from incidents.flow import gate, routing",
    "web/queue.py": WORD + "from flask import g\nfrom incidents.flow import gate\ng.session.commit()",
    "cli.py": WORD + "import click\nfrom incidents.web import queue",
}


@pytest.mark.parametrize("question", OF_THE_HOUSE, ids=lambda question: question.__name__)
def test_the_house_keeps_its_plan(question: Question) -> None:
    assert list(question(HOUSE)) == []


@pytest.mark.parametrize("question", OF_EVERYTHING, ids=lambda question: question.__name__)
def test_every_source_file_keeps_the_style(question: Question) -> None:
    assert list(question(EVERYTHING)) == []


def test_the_house_is_not_empty() -> None:
    assert {"incidents", "incidents.rules.clock", "incidents.records.appeals"} <= {module.name for module in HOUSE}


@pytest.mark.parametrize(("question", "files"), BAD, ids=[f"{q.__name__}-{i}" for i, (q, _) in enumerate(BAD)])
def test_a_tree_that_breaks_a_rule_is_found_out(question: Question, files: dict[str, str], tmp_path: Path) -> None:
    assert list(question(build(tmp_path, files)))


@pytest.mark.parametrize("question", [*OF_THE_HOUSE, *OF_EVERYTHING], ids=lambda question: question.__name__)
def test_a_tree_that_keeps_the_rules_is_left_alone(question: Question, tmp_path: Path) -> None:
    assert list(question(build(tmp_path, GOOD))) == []


def build(root: Path, files: dict[str, str]) -> list[Module]:
    for path, source in files.items():
        file = root / "incidents" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    return layout.read(root, "incidents")
