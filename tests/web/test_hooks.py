"""The networks' door: what is kept, what is answered, and what is never readable afterwards."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from incidents.flow import receiving
from incidents.records.sources import InboxEvent, InboxState
from tests.cast import BOT_ID, GROUP_ID, Town
from tests.databases import database_url  # noqa: F401 - on both databases: the door speaks to them without the ORM

VK = "/hooks/vk/town"
TELEGRAM = "/hooks/telegram/bot"
COMMENT = {
    "type": "wall_reply_new",
    "group_id": GROUP_ID,
    "event_id": "a" * 40,
    "secret": "vk-secret",
    "object": {"id": 5, "from_id": 77, "date": 1_790_000_000, "text": "Ямы", "post_id": 3, "owner_id": -GROUP_ID},
}
TOKEN = {"X-Telegram-Bot-Api-Secret-Token": "tg"}

Post = Callable[..., TestResponse]


@pytest.fixture
def post(app: Flask, town: Town) -> Post:
    def send(path: str, body: Any, **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return app.test_client().post(path, data=data, headers=headers)

    return send


@pytest.fixture
def kept(sessions: sessionmaker[Session]) -> Callable[[], list[InboxEvent]]:
    def read() -> list[InboxEvent]:
        with sessions() as session:
            return list(session.scalars(select(InboxEvent).order_by(InboxEvent.id)))

    return read


def test_vk_gets_its_confirmation_string_and_nothing_else(post: Post, session: Session, town: Town) -> None:
    town.vk.confirmation = "a1b2c3"
    session.commit()
    answer = post(VK, {"type": "confirmation", "group_id": GROUP_ID})
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "a1b2c3", "text/plain")


def test_a_confirmation_with_a_wrong_secret_is_refused(post: Post) -> None:
    assert post(VK, {"type": "confirmation", "group_id": GROUP_ID, "secret": "guess"}).status_code == 403


def test_an_event_is_kept_before_the_network_hears_ok(post: Post, kept: Callable[[], list[InboxEvent]]) -> None:
    answer = post(VK, COMMENT)
    assert (answer.status_code, answer.text) == (200, "ok")
    [row] = kept()
    assert row.state is InboxState.PENDING
    assert receiving.load(row.raw)["object"]["text"] == "Ямы"


def test_the_networks_secret_is_not_readable_in_the_database(post: Post, session: Session) -> None:
    post(VK, COMMENT)
    raw = session.execute(text("SELECT raw FROM inbox_events")).scalar_one()
    assert "vk-secret" not in raw
    assert "secret" not in json.loads(raw)


def test_a_repeated_delivery_is_kept_once(post: Post, kept: Callable[[], list[InboxEvent]]) -> None:
    assert [post(VK, COMMENT).text for _ in range(3)] == ["ok"] * 3
    assert len(kept()) == 1


def test_deliveries_in_parallel_are_kept_once(app: Flask, town: Town, sessions: sessionmaker[Session]) -> None:
    start = threading.Barrier(4)
    codes: list[int] = []

    def deliver() -> None:
        start.wait()
        codes.append(app.test_client().post(VK, json=COMMENT).status_code)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert (codes, session.scalar(select(func.count()).select_from(InboxEvent))) == ([200] * 4, 1)


def test_a_body_without_an_id_of_its_own_is_told_by_its_digest(
    post: Post, kept: Callable[[], list[InboxEvent]]
) -> None:
    body = {key: value for key, value in COMMENT.items() if key != "event_id"}
    post(VK, body)
    post(VK, body)
    post(VK, body | {"object": {"id": 6}})
    assert len(kept()) == 2


@pytest.mark.parametrize("secret", ["", "guess", None, 7, ["vk-secret"], "vk-secret "])
def test_a_wrong_secret_is_refused_and_nothing_is_kept(
    secret: object, post: Post, kept: Callable[[], list[InboxEvent]]
) -> None:
    assert post(VK, COMMENT | {"secret": secret}).status_code == 403
    assert kept() == []


def test_telegram_proves_itself_by_its_header(post: Post, kept: Callable[[], list[InboxEvent]]) -> None:
    update = {"update_id": BOT_ID, "message": {"message_id": 1}}
    assert post(TELEGRAM, update).status_code == 403
    assert post(TELEGRAM, update, **{"X-Telegram-Bot-Api-Secret-Token": "guess"}).status_code == 403
    answer = post(TELEGRAM, update, **TOKEN)
    assert (answer.status_code, answer.data) == (200, b"")
    assert [row.dedupe_key for row in kept()] == [f"id:{BOT_ID}"]


@pytest.mark.parametrize(
    "body", [b"", b"nonsense", b"[1]", b'"text"', b"null", b"{" * 50_000, b'{"a": NaN}', b"\xff\xfe{}", b"[" * 100_000]
)
def test_what_is_no_json_object_gets_400(body: bytes, post: Post, kept: Callable[[], list[InboxEvent]]) -> None:
    assert post(VK, body).status_code == 400
    assert post(TELEGRAM, body, **TOKEN).status_code == 400
    assert kept() == []


@pytest.mark.parametrize(
    "words",
    ["\x00", "\ud800", "😀" * 10, "\u2028", "'; DROP TABLE appeals; --"],
    ids=["nul", "half", "emoji", "line", "sql"],
)
def test_any_object_with_the_right_secret_is_kept_whatever_it_holds(
    words: str, post: Post, kept: Callable[[], list[InboxEvent]]
) -> None:
    assert post(VK, COMMENT | {"type": words, "object": {words: [words]}}).status_code == 200
    assert len(kept()) == 1


def test_a_body_over_a_megabyte_is_refused_unread(post: Post) -> None:
    assert post(VK, b"{" + b" " * (1024 * 1024) + b"}").status_code == 413


def test_unknown_addresses_are_not_found(post: Post) -> None:
    for path in ("/hooks/vk/none", "/hooks/telegram/town", "/hooks/vk/", "/hooks/", "/hooks/vk/town/more"):
        answer = post(path, COMMENT)
        assert answer.status_code == 404, path
        assert answer.mimetype == "application/problem+json"


def test_only_post_is_understood(app: Flask, town: Town) -> None:
    answer = app.test_client().get(VK)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_source_that_is_paused_still_takes_what_citizens_write(
    post: Post, session: Session, town: Town, kept: Callable[[], list[InboxEvent]]
) -> None:
    town.vk.is_active = False
    session.commit()
    assert post(VK, COMMENT).status_code == 200
    assert len(kept()) == 1


def test_a_database_that_is_away_asks_the_network_to_come_again(app: Flask, post: Post, session: Session) -> None:
    session.execute(text("ALTER TABLE inbox_events RENAME TO inbox_elsewhere"))
    session.commit()
    answer = post(VK, COMMENT)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


def test_events_of_kinds_we_do_not_read_get_their_200(post: Post, kept: Callable[[], list[InboxEvent]]) -> None:
    for number, kind in enumerate(["group_join", "something_new_of_2031", "donut_money_withdraw"]):
        assert post(VK, COMMENT | {"type": kind, "event_id": f"e{number}"}).status_code == 200
    assert len(kept()) == 3


def test_the_time_of_receipt_is_ours(post: Post, kept: Callable[[], list[InboxEvent]]) -> None:
    before = datetime.now(UTC)
    post(VK, COMMENT)
    assert before <= kept()[0].received_at <= datetime.now(UTC)
