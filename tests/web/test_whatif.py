"""The page of what if: the same figures as the years with nothing changed, and what flips with something changed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from incidents.flow import approving
from incidents.settings import Settings
from incidents.web import whatif
from tests.cast import Cast, Town, here
from tests.flow.deliveries import register
from tests.web.conftest import Enter, look_over
from tests.web.doors import come_in

MINUTES = (30, 90, 100, 150)


@pytest.fixture
def numbers(session: Session, town: Town, cast: Cast, settings: Settings) -> list[int]:
    """Four appeals of three days ago, answered after 30, 90, 100 and 150 minutes of the two hours."""
    at = datetime.now(UTC) - timedelta(days=3)
    found = []
    for minutes in MINUTES:
        appeal = register(session, settings, received_at=at, posted_at=at)
        link, by = f"https://vk.com/wall-1_2?reply={minutes}", here(session, cast.anna)
        shown_at = at + timedelta(minutes=minutes)
        approving.confirm_by_hand(session, appeal, by, now=datetime.now(UTC), link=link, at=shown_at)
        session.commit()
        found.append(appeal.number)
    return found


def figures(page: str) -> dict[str, int]:
    """The key figures by their words."""
    found = re.findall(r'<div class="fig[^"]*"><span>(?:<svg.*?</svg>)?([^<]+)</span><b>(\d+)</b>', page)
    return {words: int(value) for words, value in found}


def test_nothing_is_counted_before_somebody_asks_and_with_nothing_changed_what_is_recorded(
    enter: Enter, numbers: list[int]
) -> None:
    for login in ("galina", "anna"):
        client = enter(login)
        page = client.get("/whatif").text
        assert "Пока ничего не посчитано" in page
        assert not figures(page)
        asked = dict(re.findall(r'name="(first|last)"[^>]*value="([^"]+)"', page)) | {"clock": "first"}
        assert len(asked) == 3
        page = client.get("/whatif", query_string=asked).text
        assert list(figures(page).values()) == [4, 1, 1, 0, 0]
        assert "Ни одна оценка не меняется" in page
        assert '<a class="side-link" href="/whatif"' in page
    for login in ("vera", "dmitry", "elena"):
        assert enter(login).get("/whatif").status_code == 403


def test_another_term_flips_and_each_flip_is_a_door(
    enter: Enter, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    galina = enter("galina")
    day = f"first={datetime.now(UTC).date() - timedelta(days=9)}&last={datetime.now(UTC).date() + timedelta(days=1)}"
    asked = f"/whatif?{day}&clock=first&limit=60&hours=&day="
    page = galina.get(asked).text
    assert list(figures(page).values()) == [4, 1, 3, 2, 0]
    assert re.findall(r'href="/appeals/(\d+)"', page) == [str(numbers[2]), str(numbers[1])]
    monkeypatch.setattr(whatif, "MOST_FLIPS", 1)
    first = galina.get(asked).text
    assert re.findall(r'href="/appeals/(\d+)"', first) == [str(numbers[2])]
    older = re.search(r'href="([^"]+after=\d+[^"]*)"', first)
    assert older is not None
    second = galina.get(older[1].replace("&amp;", "&")).text
    assert re.findall(r'href="/appeals/(\d+)"', second) == [str(numbers[1])]
    assert figures(second) == figures(first)


def test_all_day_long_in_working_hours_is_the_calendar_again(enter: Enter, numbers: list[int]) -> None:
    page = enter("galina").get(
        f"/whatif?first=2020-01-01&last={datetime.now(UTC).date() + timedelta(days=1)}&clock=first&day=0:00-24:00"
    )
    assert page.status_code == 200
    assert figures(page.text)["Посчитано"] == 4


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("first=2026-10-02&last=2026-10-01&clock=first", "Последний день раньше первого"),
        ("first=&last=2026-10-01&clock=first", "field--wrong"),
        ("first=2026-10-01&last=2026-10-01&clock=promise", "field--wrong"),
        ("first=2026-10-01&last=2026-10-01&clock=first&limit=0", "Срок — не меньше минуты"),
        ("first=2026-10-01&last=2026-10-01&clock=first&day=с+девяти", "Запишите часы так"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_its_field(enter: Enter, town: Town, asked: str, sentence: str) -> None:
    answer = enter("galina").get(f"/whatif?{asked}")
    assert answer.status_code == 422
    assert sentence in answer.text


def test_days_without_appeals_and_days_with_too_many_say_so(
    enter: Enter, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    galina = enter("galina")
    assert "В эти дни ничего не поступало" in galina.get("/whatif?first=2019-01-01&last=2019-01-02&clock=first").text
    monkeypatch.setattr(whatif, "MOST_APPEALS", 3)
    today = datetime.now(UTC).date() + timedelta(days=1)
    assert (
        "Для страницы обращений слишком много" in galina.get(f"/whatif?first=2020-01-01&last={today}&clock=first").text
    )


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_in_either_theme(page: Page, address: str, numbers: list[int], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    come_in(page, address, "/whatif")
    page.fill("#limit", "60")
    page.get_by_role("button", name="Посчитать").click()
    page.wait_for_url("**/whatif?**limit=60**")
    assert page.locator(f'a[href="/appeals/{numbers[1]}"]').is_visible()
    look_over(page)
