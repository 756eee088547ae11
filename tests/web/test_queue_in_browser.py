"""Queue, registration and approvals in a real browser: both themes, three widths, keys, a page that stays true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, intake, routing
from incidents.records.appeals import Appeal
from incidents.rules.acts import Actor, Reject
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import GROUP_ID, PASSWORD, Cast, Town
from tests.web.conftest import look_over

pytestmark = pytest.mark.browser

NewContext = Callable[..., BrowserContext]
SIZES: tuple[ViewportSize, ...] = (
    {"width": 1366, "height": 768},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
)


def add(session: Session, settings: Settings, words: str = "Когда откроют каток?", *, ago: int = 10) -> Appeal:
    at = datetime.now(UTC) - timedelta(minutes=ago)
    incoming = intake.Incoming(
        Network.VK,
        Place.COMMENT,
        words,
        at,
        author_name="Лидия Ш.",
        address="ул. Кирова",
        attachments=({"kind": "photo"},),
    )
    appeal = intake.register(session, incoming, Actor("network:vk"), settings, now=at)
    session.commit()
    return appeal


@pytest.fixture
def appeals(session: Session, cast: Cast, town: Town, settings: Settings) -> list[Appeal]:
    """One of each kind that looks different: late, soon, to click, on approval, today."""
    made = [add(session, settings, ago=ago) for ago in (140, 100, 5)]
    made.append(add(session, settings, "темно, фонари не горят"))
    text = add(session, settings)
    routing.assign(session, text, cast.housing, cast.anna.actor, now=datetime.now(UTC))
    answering.submit(session, text, cast.dmitry, "Откроют в субботу.", now=datetime.now(UTC), seen=None)
    session.commit()
    return [*made, text]


def come_in(page: Page, address: str, login: str = "anna") -> None:
    page.goto(f"{address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/queue")


# Every page by day and by night is walked elsewhere (test_every_page); here the two ends, with what fills them.
@pytest.mark.parametrize(("size", "theme"), [(SIZES[0], "light"), (SIZES[-1], "dark")], ids=["desk", "narrow"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_context: NewContext, address: str, appeals: list[Appeal], size: ViewportSize, theme: str
) -> None:
    page = new_context(color_scheme=theme).new_page()
    page.set_viewport_size(size)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    come_in(page, address)
    look_over(page)
    for path in ("/queue?status=all&group=1", "/queue?network=max", "/registration", "/approvals"):
        page.goto(address + path)
        look_over(page)
    assert complaints == []


def test_the_keys_walk_the_rows_and_are_silent_while_typing(page: Page, address: str, appeals: list[Appeal]) -> None:
    come_in(page, address)
    focused = "document.activeElement.closest('.q-list > li')?.id"
    page.keyboard.press("j")
    assert page.evaluate(focused) == f"a{appeals[0].number}"
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate(focused) == f"a{appeals[1].number}"
    page.locator("#number").type("jk")
    assert page.locator("#number").input_value() == "jk"
    page.locator("#number").fill("")
    page.keyboard.press("Escape")
    # Into a card and back: the same list, filtered as it was, and the same row.
    page.goto(f"{address}/queue?network=vk")
    page.keyboard.press("j")
    row = page.evaluate(focused)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/appeals/*")
    page.wait_for_load_state()
    page.keyboard.press("Escape")
    page.wait_for_url(f"{address}/queue?network=vk")
    expect(page.locator(f"#{row} a").first).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    page.wait_for_url(f"{address}/registration")


def test_an_open_page_changes_rows_in_place_and_lets_new_ones_wait(
    page: Page, address: str, appeals: list[Appeal], session: Session, cast: Cast, settings: Settings
) -> None:
    page.clock.install()
    come_in(page, address)
    page.keyboard.press("j")
    page.keyboard.press("j")
    order = "[...document.querySelectorAll('.q-list > li')].map(row => row.id)"
    before = page.evaluate(order)
    routing.take(session, appeals[1], cast.zoya, now=datetime.now(UTC))
    session.commit()
    fresh = add(session, settings)
    with page.expect_response(lambda answer: "/queue/changes" in answer.url):
        page.clock.run_for(13_000)
    expect(page.locator(f"#a{appeals[1].number} q-who")).to_contain_text("Зоя")
    expect(page.locator("#fresh")).to_have_text("Поступило ещё 1 обращение — показать")
    expect(page.locator("#pulse")).to_contain_text("6 открыто")
    assert page.title().startswith("(1) Очередь")
    assert page.evaluate(order) == before
    assert page.evaluate("document.activeElement.closest('.q-list > li')?.id") == f"a{appeals[1].number}"
    with page.expect_response(lambda answer: "/queue/changes" in answer.url) as second:
        page.clock.run_for(13_000)
    assert second.value.status == 304
    look_over(page)
    page.keyboard.press(".")
    expect(page.locator(f"#a{fresh.number}")).to_be_visible()


def test_one_click_on_the_suggestion_gives_the_appeal_to_its_department(
    page: Page, address: str, appeals: list[Appeal]
) -> None:
    come_in(page, address)
    page.locator(f"#a{appeals[3].number} q-who button").click()
    page.wait_for_url(f"{address}/queue")
    expect(page.locator(f"#a{appeals[3].number} .state")).to_have_text("Назначено")
    expect(page.locator(f"#a{appeals[3].number} q-who")).to_contain_text("Управление дорог")


def test_a_word_of_the_sentence_acts_at_once_and_without_scripts_by_its_button(
    new_context: NewContext, address: str, appeals: list[Appeal]
) -> None:
    page = new_context().new_page()
    come_in(page, address)
    page.locator("select[name=status]").select_option("on_approval")
    page.wait_for_url("**status=on_approval**")
    assert page.locator(".q-list > li").count() == 1
    plain = new_context(java_script_enabled=False).new_page()
    come_in(plain, address)
    plain.locator(".sentence a", has_text="Все слова фильтра").click()
    plain.locator("select[name=status]").select_option("on_approval")
    plain.locator(".sentence button").click()
    assert plain.locator(".q-list > li").count() == 1
    plain.locator(".views a", has_text="Мои").click()
    expect(plain.locator(".empty")).to_contain_text("По этому фильтру ничего")


def test_the_pasted_link_speaks_while_one_types(page: Page, address: str, appeals: list[Appeal]) -> None:
    come_in(page, address)
    page.goto(f"{address}/registration")
    page.locator("#link").fill(f"https://vk.com/wall-{GROUP_ID}_5?reply=17")
    expect(page.locator("#link-says")).to_contain_text("Ответ уйдёт сам, от имени «ВК»")
    look_over(page)


def test_a_text_is_sent_back_with_a_reason_and_approved_with_one_button(
    page: Page, address: str, appeals: list[Appeal], session: Session
) -> None:
    come_in(page, address)
    page.goto(f"{address}/approvals")
    page.locator("details.ask > summary").click()
    page.locator("dialog textarea").fill("Назовите дату")
    look_over(page)
    page.locator("dialog button[type=submit]").click()
    page.wait_for_url(f"{address}/approvals?next=0")
    expect(page.locator(".empty")).to_contain_text("На согласовании пусто")
    session.rollback()
    session.refresh(appeals[4])
    assert appeals[4].status == "in_progress"


def test_rows_are_picked_by_keys_acted_on_in_a_dialog_and_undone_by_a_key(
    page: Page, address: str, appeals: list[Appeal], cast: Cast
) -> None:
    come_in(page, address)
    expect(page.locator("#bulk")).to_be_hidden()
    for key in ("j", "x", "Shift+J"):
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("Отмечено 2")
    page.keyboard.press("a")
    expect(page.locator("dialog[open] #department")).to_be_focused()
    look_over(page)
    page.locator("dialog[open] #department").select_option(str(cast.housing.id))
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator(".toasts")).to_contain_text("Назначено (Управление ЖКХ): 2 обращения")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator(f"#a{appeals[0].number} .state")).to_have_text("Назначено")
    # One goes on from where one stood.
    expect(page.locator(f"#a{appeals[1].number} a")).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".toasts")).to_contain_text("Отменено: 2")
    expect(page.locator(f"#a{appeals[1].number} a")).to_be_focused()
    expect(page.locator(f"#a{appeals[0].number} .state")).to_have_text("Новое")
    # What is ticked stays ticked where it left the list, and the bar says so.
    page.locator(f"#a{appeals[1].number} input").check()
    page.locator("select[name=status]").select_option("on_approval")
    expect(page.locator("#bulk")).to_contain_text("Отмечено 1, из них не в этом списке 1")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()


def test_a_new_order_comes_after_a_minute_of_rest_and_the_focus_stays_with_its_row(
    page: Page, address: str, appeals: list[Appeal], session: Session, cast: Cast, settings: Settings
) -> None:
    page.clock.install()
    come_in(page, address)
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = "document.activeElement.closest('.q-list > li')?.id"
    assert page.evaluate(focused) == f"a{appeals[1].number}"
    fresh = add(session, settings, "Совсем новое", ago=150)
    for _ in range(4):
        with page.expect_response(lambda answer: "/queue/changes" in answer.url):
            page.clock.run_for(13_000)
    expect(page.locator(f"#a{fresh.number}")).to_have_count(0)
    page.clock.run_for(13_000)
    expect(page.locator(f"#a{fresh.number}")).to_be_visible()
    assert page.evaluate(focused) == f"a{appeals[1].number}"
    # Its row leaves the list: the focus goes to the next one, and a sentence says why.
    before = page.evaluate("[...document.querySelectorAll('.q-list > li')].map(row => row.id)")
    approving.reject(session, appeals[1], cast.anna, Reject.SPAM, now=datetime.now(UTC))
    session.commit()
    for _ in range(6):
        page.clock.run_for(13_000)
        page.wait_for_timeout(150)
    expect(page.locator(f"#a{appeals[1].number}")).to_have_count(0)
    assert page.evaluate(focused) == before[before.index(f"a{appeals[1].number}") + 1]
    expect(page.locator("#said")).to_contain_text("Строка ушла из списка")
