"""The card of a formal appeal and the form that registers one, in a real browser: both themes, a phone, without a mouse."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy.orm import Session

from incidents.flow import intake
from incidents.records.appeals import Appeal
from incidents.rules.norms import Kind
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.laws import enact_laws
from tests.web.cards import anew
from tests.web.conftest import look_over
from tests.web.test_appeal_in_browser import come_in

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]
NOW = datetime.now(ZoneInfo("Asia/Vladivostok"))


@pytest.fixture
def formal(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """A formal appeal of five days ago."""
    enact_laws(session)
    came = NOW - timedelta(days=5)
    words = intake.Incoming(
        Network.OTHER, Place.ELSEWHERE, "Прошу отремонтировать двор", came, kind=Kind.FORMAL, document_number="А-17"
    )
    appeal = intake.register(session, words, cast.anna.actor, settings, now=came)
    session.commit()
    return appeal


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_terms_of_the_law(
    new_context: NewContext, address: str, formal: Appeal, theme: str
) -> None:
    page = come_in(new_context(color_scheme=theme).new_page(), address, "anna")
    for width, height in ((1366, 768), (390, 844), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        for path in (f"/appeals/{formal.number}", "/registration"):
            page.goto(f"{address}{path}")
            look_over(page)


def test_an_answer_is_put_off_by_keyboard_alone(new_context: NewContext, address: str, formal: Appeal) -> None:
    due_at = formal.due_at
    assert due_at is not None
    page = come_in(new_context().new_page(), address, "anna")
    page.goto(f"{address}/appeals/{formal.number}")
    page.get_by_text("Продлить срок…").press("Enter")
    dialog = page.get_by_role("dialog", name="Продлить срок")
    look_over(page)
    dialog.get_by_label("На сколько дней").fill("7")
    dialog.get_by_label("Почему").fill("нужен выезд")
    dialog.get_by_role("button", name="Продлить", exact=True).press("Enter")
    expect(page.get_by_text("продлено на 7 дней")).to_be_visible()
    assert anew(formal).due_at == due_at + timedelta(days=7)
