"""The first setup as its first administrator plays it: from an empty database, its steps looked over."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import founding, setting_up
from incidents.settings import Settings
from tests.web.conftest import look_over

pytestmark = pytest.mark.browser


def test_a_town_is_set_up_from_an_empty_database(
    page: Page, address: str, settings: Settings, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        founding.found(session, now=datetime.now(UTC))
        session.commit()
    page.goto(f"{address}/sign-in")
    page.click('a[href="/start"]')
    typed = {"name": "Елена Первая", "login": "elena", "password": "correct horse battery"}
    for field, words in {"code": setting_up.code_of(settings.key), **typed, "again": typed["password"]}.items():
        page.fill(f"#{field}", words)
    page.click("main .btn-primary")
    for step in ("town", "day", "norms", "departments"):
        assert page.url.endswith(f"/start/{step}")
        look_over(page)
        page.click("main .btn-primary")
    assert page.url.endswith("/start/people")
    look_over(page)
    for step in ("people", "topics", "source"):
        assert page.url.endswith(f"/start/{step}")
        page.click(f'form[action$="/{step}/skip"] button')
    assert page.url.endswith("/start/check")
    look_over(page)
    page.click("main .btn-primary")
    assert page.url.endswith("/system")
    page.context.clear_cookies()
    assert page.request.get(f"{address}/start").status == 404
