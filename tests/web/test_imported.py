"""An imported appeal on its card: every answer stands there, and no time that nobody knows is shown."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.records.answers import Answer
from incidents.settings import Settings
from incidents.web import metrics
from tests import exports
from tests.cast import NOW, Town
from tests.exports import ROW, load, one
from tests.web.conftest import Enter


def test_the_card_of_an_imported_incident_shows_its_answers(
    enter: Enter, session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    row = {**ROW, "street": "Садовая", "answer_1": "Ещё раз.", "answer_2": "Готово, примите работу."}
    load(session, settings, exports.workbook(tmp_path / "a.xlsx", [row]))
    session.commit()
    page = enter("anna").get(f"/appeals/{one(session).number}")
    assert page.status_code == 200
    assert "Здравствуйте! Яму засыпали." in page.text
    assert "Готово, примите работу." in page.text
    assert "Садовая" in page.text
    assert page.text.count("когда — неизвестно") == 2
    assert session.scalar(select(func.count()).select_from(Answer)) == 3


def test_an_answer_without_a_time_is_not_counted_as_waiting(
    session: Session, town: Town, settings: Settings, tmp_path: Path
) -> None:
    load(session, settings, exports.workbook(tmp_path / "a.xlsx", [{**ROW, "answer_2": "Готово."}]))
    told = metrics.scrape(session, NOW, settings.town_zone).decode()
    assert "# HELP incidents_answers Answers that are not published" in told
    assert "incidents_answers{" not in told
