"""The shares of the stages: entered by the administrator, refused in sentences, and shown to whom they concern."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incidents.flow import budgeting, routing
from incidents.records.budgets import StageBudget
from incidents.records.journal import Entry
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import arrive, lying_with
from tests.web.conftest import Enter, send

NEW = "/norms/shares/new"


def fields(settings: Settings, **changed: str) -> dict[str, str]:
    today = datetime.now(UTC).astimezone(settings.town_zone).date()
    given = {"triage": "20", "department": "60", "approval": "20", "publishing": "10", "valid_from": today.isoformat()}
    return given | changed


def test_the_administrator_enters_shares_and_the_journal_knows(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    elena = enter("elena")
    answer = send(elena, "/norms/shares", page=NEW, **fields(settings, for_department=str(cast.housing.id)))
    assert answer.status_code == 303
    row = session.scalars(select(StageBudget)).one()
    assert (row.term, row.rule.reserve, row.department_id, row.topic_id) == (120, 10, cast.housing.id, None)
    entry = session.scalars(select(Entry).where(Entry.act == "share_out")).one()
    assert entry.data["shares"] == [20, 60, 20, 10]
    assert "Управление ЖКХ" in elena.get("/norms/shares").text


def test_what_makes_no_sense_is_refused_in_a_sentence_and_kept_in_the_form(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    elena = enter("elena")
    both = {"for_department": str(cast.housing.id), "for_topic": str(town.snow.id)}
    for changed, sentence in (
        ({"department": "71"}, "У стадий на 1 мин больше, чем в норме: в ней 120 мин."),
        ({"valid_from": "2026-01-01"}, "Доли действуют с сегодняшнего дня или позже"),
        ({"triage": "-1"}, "У стадии не может быть меньше 0 минут."),
        (both, "Выберите тему или отдел"),
    ):
        answer = send(elena, "/norms/shares", page=NEW, **fields(settings, **changed))
        assert answer.status_code == 422
        assert sentence in answer.text
    assert session.scalar(select(func.count()).select_from(StageBudget)) == 0


def test_only_the_administrator_enters_and_the_press_reads(enter: Enter, town: Town) -> None:
    assert enter("anna").get("/norms/shares").status_code == 200
    assert enter("anna").get(NEW).status_code == 403
    assert enter("boris").get("/norms/shares").status_code == 403


def test_a_department_sees_its_own_minutes_in_the_queue_and_on_the_card(
    enter: Enter, session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    now = datetime.now(UTC)
    own = budgeting.own(session, [appeal.number], [cast.housing.id], now=now)[appeal.number]
    assert own.planned_seconds == 70 * 60
    assert 54 * 60 <= own.left_seconds <= 55 * 60
    assert own.ends_at is not None
    assert abs(own.ends_at - now - timedelta(seconds=own.left_seconds)) < timedelta(seconds=1)
    assert budgeting.own(session, [appeal.number], [cast.roads.id], now=now) == {}
    session.commit()
    assert "у отдела 5" in enter("dmitry").get("/queue").text
    assert "вашему отделу осталось 5" in enter("boris").get(f"/appeals/{appeal.number}").text
    assert "у отдела" not in enter("anna").get("/queue").text
    assert "вашему отделу" not in enter("anna").get(f"/appeals/{appeal.number}").text


def test_who_gets_it_after_a_wrong_department_has_its_whole_share(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.roads, cast)
    now = datetime.now(UTC)
    due_at = appeal.due_at
    routing.give_back(session, appeal, cast.vera.actor, now=now, reason="Двор", whose=None)
    routing.assign(session, appeal, cast.housing, cast.anna.actor, now=now)
    assert appeal.due_at == due_at
    assert budgeting.own(session, [appeal.number], [cast.roads.id], now=now) == {}
    assert budgeting.own(session, [appeal.number], [cast.housing.id], now=now)[appeal.number].left_seconds == 70 * 60
