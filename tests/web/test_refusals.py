"""Every refusal of the flow reaches a person as a sentence in their language."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

import incidents
from incidents.rules.acts import Refused, Role, Status
from incidents.web import refusals
from tests.web.conftest import AddPerson, Enter


def codes() -> Iterator[str]:
    """The codes that are raised below the web."""
    for folder in ("rules", "flow", "statistics"):
        for file in (Path(incidents.__file__).parent / folder).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and node.args:
                    code = node.args[0]
                    if isinstance(code, ast.Constant):
                        yield str(code.value)


def test_every_code_of_the_flow_has_its_sentence() -> None:
    raised = set(codes())
    assert len(raised) > 20
    assert raised - set(refusals.SENTENCES) == set()


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Refused("not_allowed", act="take", status=Status.ANSWERED), "состояние обращения — «Ответ дан»"),
        (Refused("department_needed", role=Role.HEAD), "Выберите отдел: начальник отдела работает в отделе."),
        (Refused("norm_twice", day=date(2026, 11, 3)), "Такая норма с 3 ноября 2026 уже есть."),
        (Refused("never_heard_of"), "Сейчас так нельзя (never_heard_of). Ничего не изменилось."),
    ],
)
def test_details_are_told_in_words(app: Flask, refused: Refused, words: str) -> None:
    with app.app_context():
        assert words in refusals.sentence(refused)


@pytest.mark.parametrize(("code", "status"), [("text_changed", 409), ("bad_link", 422)])
def test_a_refusal_that_no_page_catches_is_still_a_sentence(
    app: Flask, enter: Enter, add_person: AddPerson, code: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> str:
        raise Refused(code)

    add_person("elena", Role.ADMIN)
    monkeypatch.setitem(app.view_functions, "components.page", refuse)
    answer = enter("elena").get("/components")
    assert answer.status_code == status
    with app.app_context():
        assert refusals.sentence(Refused(code)) in answer.text
