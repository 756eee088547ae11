"""An appeal goes to the wrong department: its head gives it back from a phone, the right one answers with another's help,
and the passport charges the minutes to whom they belong."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from incidents import jobs, post
from incidents.flow import approving, gathering, routing, ways
from incidents.jobs import Workshop
from incidents.networks.wire import open_client
from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.settings import Settings
from tests.cast import GROUP_ID, Cast, Town
from tests.days.coming_in import come_in, fits, keeps_focus, sign_in
from tests.flow.alarms import due
from tests.mailboxes import PostOffice, listening
from tests.web.cards import anew, arrive

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with listening(PostOffice()) as open_office:
        yield open_office


@pytest.fixture
def shop(settings: Settings, office: PostOffice, address: str, sessions: sessionmaker[Session]) -> Iterator[Workshop]:
    """A worker whose letters lead to the program's own address."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_security": "none"}
    names = {"mail_from": "appeals@town.example", "public_url": address}
    with open_client() as client:
        yield Workshop(settings.model_copy(update={**mail, **names}), sessions, client, "worker-1")


@pytest.fixture
def misrouted(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    """Snow, which is housing's, found by nobody for forty minutes, then given to roads."""
    # She is told by night too, so that the test may run at any hour.
    cast.vera.email, cast.vera.at_night = "vera@town.example", True
    came = datetime.now(UTC) - timedelta(minutes=140)
    appeal = arrive(session, town, settings, received_at=came, posted_at=came)
    routing.assign(session, appeal, cast.roads, cast.anna.actor, now=came + timedelta(minutes=40))
    session.commit()
    return appeal


def link_in_the_letter(shop: Workshop, office: PostOffice) -> str:
    """The alarm as it comes by itself: the sweep, the notices, a minute later one letter."""
    now = datetime.now(UTC)
    jobs.sweep(shop, now)
    with shop.sessions() as session:
        ways.send_off(session, shop.settings, now=now)
        session.commit()
    with shop.sessions() as session:
        gathering.gather(session, shop.settings, now=now + timedelta(minutes=1))
        due(session)
    assert post.drain_mail(shop) == 1
    (mail,) = office.taken
    assert office.recipients == ["vera@town.example"]
    assert "сугробы" not in mail.get_content()
    found = re.search(r"http\S+/appeals/\d+", mail.get_content())
    assert found
    return found[0]


def photo() -> FilePayload:
    into = BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(into, "JPEG")
    return {"name": "двор.jpg", "mimeType": "image/jpeg", "buffer": into.getvalue()}


def on_phone(new_context: NewContext, address: str, letter: str) -> Page:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(letter)
    sign_in(page, "vera")
    expect(page).to_have_url(letter)
    fits(page)
    return page


def test_who_gave_it_back_is_charged_for_keeping_it_and_nobody_else(
    new_context: NewContext,
    address: str,
    session: Session,
    cast: Cast,
    misrouted: Appeal,
    shop: Workshop,
    office: PostOffice,
) -> None:
    number = misrouted.number
    # The head on a phone: the link in the letter, the sign-in, one tap, whose it is and why.
    vera = on_phone(new_context, address, link_in_the_letter(shop, office))
    vera.locator("summary:has-text('Не наше')").first.tap()
    expect(vera.get_by_role("dialog")).to_be_visible()
    keeps_focus(vera)
    fits(vera)
    question = vera.get_by_role("dialog")
    question.get_by_label("Чьё это?").select_option(label="Управление ЖКХ")
    question.get_by_label("Почему").fill("Двор, а не дорога")
    question.get_by_role("button", name="Вернуть", exact=True).tap()
    vera.wait_for_url(f"{address}/department")
    assert anew(misrouted).department_id is None

    # The press sector reads why and gives it on: one key and Enter.
    anna = come_in(new_context().new_page(), address, "anna", f"/appeals/{number}")
    expect(anna.locator("main")).to_contain_text("Двор, а не дорога")
    anna.keyboard.press("a")
    anna.get_by_label("Отдел", exact=True).select_option(label="Управление ЖКХ")
    anna.get_by_role("dialog").get_by_role("button", name="Передать").click()
    expect(anna.locator("#standing")).to_contain_text("Назначено")
    assert anew(misrouted).department_id == cast.housing.id

    # Who knows the yard takes it, writes what was done and adds photos; his head asks roads about the drive.
    dmitry = works_with_photos(new_context, address, number)
    asks_roads(new_context, address, number)
    vera.reload()
    expect(vera.locator("main")).to_contain_text("Чистили ли въезд?")
    vera.get_by_role("link", name="Написать").tap()
    vera.fill("#substance-text", "Въезд вычищен утром.")
    vera.get_by_role("button", name="Сохранить суть").tap()
    expect(vera.locator("#substance .differing").last).to_have_text("Въезд вычищен утром.")
    dmitry.reload()
    expect(dmitry.locator("#substance")).to_contain_text("Въезд вычищен утром.")

    # The press sector answers where the citizen reads it, and notes it.
    anna.reload()
    anna.fill("#text", "Ирина, здравствуйте! Двор на Кирова, 40 расчищен, въезд тоже.")
    anna.keyboard.press("Control+Enter")
    expect(anna.locator("#standing")).to_contain_text("Публикуется")
    publish(session, misrouted, cast)
    assert anew(misrouted).status is Status.ANSWERED

    charges_roads(anna, address, number)
    for page in (vera, dmitry):
        page.goto(f"{address}/department")
        expect(page.locator("main")).to_contain_text("Вернули «не наше»")
    expect(dmitry.locator(".figs")).to_contain_text("Поступило1")


def charges_roads(anna: Page, address: str, number: int) -> None:
    """A hundred minutes were with roads, not with housing."""
    anna.goto(f"{address}/appeals/{number}/passport")
    rows = anna.locator("tr:has(th:has-text('Управление дорог'))")
    expect(rows.first).to_contain_text("1 ч 40 мин")
    expect(anna.locator("tr:has(th:has-text('Управление ЖКХ')) td").last).not_to_contain_text("ч")


def works_with_photos(new_context: NewContext, address: str, number: int) -> Page:
    """Taken from the department's page, with the substance and two photos."""
    dmitry = come_in(new_context().new_page(), address, "dmitry")
    dmitry.get_by_role("button", name="Наше, беру").click()
    dmitry.wait_for_url(f"{address}/appeals/{number}")
    dmitry.fill("#substance-text", "Двор расчищен в 14:00, вывезено две машины снега.")
    dmitry.get_by_role("button", name="Сохранить суть").click()
    for kind in ("до", "после"):
        dmitry.locator("#photos summary").click()
        dmitry.get_by_label(kind, exact=True).check()
        dmitry.locator("#gallery").set_input_files([photo()])
        dmitry.get_by_role("button", name="Добавить", exact=True).click()
        dmitry.wait_for_load_state()
    expect(dmitry.locator(".photos li")).to_have_count(2)
    return dmitry


def asks_roads(new_context: NewContext, address: str, number: int) -> None:
    """The head of the department that answers asks another one for its part."""
    boris = come_in(new_context().new_page(), address, "boris", f"/appeals/{number}")
    boris.locator("summary:has-text('Спросить другой отдел')").click()
    boris.locator("#involve-whom").select_option(label="Управление дорог")
    boris.fill("#involve-ask", "Чистили ли въезд?")
    boris.get_by_role("button", name="Спросить", exact=True).click()
    expect(boris.locator("#substance")).to_contain_text("Чистили ли въезд?")


def publish(session: Session, appeal: Appeal, cast: Cast) -> None:
    """The network shows it."""
    at, link = datetime.now(UTC), f"https://vk.com/wall-{GROUP_ID}_1?reply=77"
    approving.confirm_by_hand(session, anew(appeal), cast.anna, now=at, link=link, at=at)
    session.commit()
