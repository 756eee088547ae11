"""Four eyes under the deadline: the approver mends a text in place, or is silent until its author publishes it himself.

The clock of the program is moved on between the stops; nobody sleeps.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import overdue
from incidents.records.answers import Alone, Answer
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.rules.acts import Status
from incidents.settings import Settings
from incidents.web import current
from tests.cast import TERM, Cast, Town
from tests.days.conftest import SitDown
from tests.web.cards import anew, arrive, lying_with

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

MoveTo = Callable[[datetime], None]
DRAFT = "Здравствуйте! Снег уберут в ближайшее время. Управление ЖКХ."
MENDED = "Здравствуйте! Снег уберут сегодня до 18 часов. Управление ЖКХ."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"four_eyes": "press"})


@pytest.fixture
def move_to(app: Flask, session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> MoveTo:
    """Moves the program on to a moment; the worker's sweep of that moment has just run."""
    session.info["town"] = settings.town

    def move(now: datetime) -> None:
        monkeypatch.setattr(current, "now", lambda: now)
        while overdue.raise_alarms(session, now=now).alarms:
            session.commit()
        session.commit()

    return move


@pytest.fixture
def appeal(session: Session, town: Town, cast: Cast, settings: Settings) -> Appeal:
    """Of housing, twenty minutes old."""
    session.info["town"] = settings.town
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


def hand_in(page: Page, address: str, appeal: Appeal) -> None:
    """Dmitry takes the appeal, writes, and hands his text in by the keyboard."""
    page.goto(f"{address}/appeals/{appeal.number}")
    with page.expect_navigation():
        page.keyboard.press("m")
    expect(page.locator("#standing")).to_contain_text("В работе")
    page.keyboard.press("r")
    page.keyboard.type(DRAFT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#standing")).to_contain_text("На согласовании")


def test_a_silent_approver_is_told_and_the_author_publishes_under_his_own_name(
    session: Session, cast: Cast, appeal: Appeal, move_to: MoveTo, sit_down: SitDown, address: str
) -> None:
    dmitry, anna = sit_down("dmitry"), sit_down("anna")
    hand_in(dmitry, address, appeal)
    due = appeal.received_at + TERM
    alone = dmitry.get_by_role("button", name="Опубликовать под своим именем")
    expect(alone).to_be_disabled()
    expect(dmitry.locator(f"#own{appeal.number}")).to_contain_text("можно с")

    move_to(due - timedelta(minutes=9))
    anna.goto(f"{address}/notices")
    expect(anna.locator("main")).to_contain_text("Текст ждёт согласования")
    anna.goto(f"{address}/approvals")
    expect(anna.locator(f"#a{appeal.number}")).to_contain_text(DRAFT)
    dmitry.goto(f"{address}/notices")
    expect(dmitry.locator("main")).to_contain_text("Текст ждёт согласования")
    dmitry.locator(f'main a[href*="/appeals/{appeal.number}"]').first.click()
    expect(alone).to_be_enabled()
    alone.click()
    expect(dmitry.locator("#standing")).to_contain_text("Публикуется")
    expect(dmitry.locator(".desk-story")).to_contain_text("под своим именем")

    assert anew(appeal).status is Status.PUBLISHING
    answer = session.scalars(select(Answer)).one()
    last = session.scalars(
        select(Entry).where(Entry.stream == f"appeal:{appeal.number}").order_by(Entry.seq.desc())
    ).first()
    assert last is not None
    assert (answer.text, answer.alone, last.act, last.by) == (DRAFT, Alone.SILENCE, "own_name", cast.dmitry.actor.name)


def test_an_approver_edits_in_place_and_the_author_sees_the_difference_and_stands_for_it(
    session: Session, appeal: Appeal, move_to: MoveTo, sit_down: SitDown, address: str
) -> None:
    dmitry, anna = sit_down("dmitry"), sit_down("anna")
    hand_in(dmitry, address, appeal)
    move_to(datetime.now(UTC) + timedelta(minutes=5))
    anna.keyboard.press("g")
    anna.keyboard.press("a")
    anna.wait_for_url("**/approvals")
    anna.keyboard.press("j")
    anna.keyboard.press("e")
    field = anna.locator(f"#text{appeal.number}")
    expect(field).to_be_focused()
    field.fill(MENDED)
    anna.keyboard.press("Control+Enter")
    expect(anna.locator(".mended ins").first).to_contain_text("сегодня")
    expect(anna.get_by_role("button", name="Согласовать и опубликовать")).to_be_disabled()

    dmitry.reload()
    expect(dmitry.locator(".mended")).to_contain_text("Анна")
    expect(dmitry.locator(".mended del").first).to_contain_text("ближайшее")
    expect(dmitry.locator(".mended ins").first).to_contain_text("сегодня")
    dmitry.get_by_role("button", name="Согласен с этим текстом").click()
    expect(dmitry.locator("#answer")).to_contain_text("Дмитрий")

    anna.reload()
    anna.keyboard.press("j")
    anna.keyboard.press("a")
    expect(anna.locator(".empty")).to_contain_text("На согласовании пусто")
    assert anew(appeal).status is Status.PUBLISHING
    answer = session.scalars(select(Answer)).one()
    assert (answer.text, answer.alone) == (MENDED, None)
