"""Answers that are not the network's: a proxy's page, half a body, numbers that are none. Each is an outcome, none an error."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from incidents.networks import telegram_sending, vk_sending, wire
from incidents.networks.events import Failure, Letter, Outcome, Page
from tests.cast import BOT_ID, GROUP_ID

COMMENT = {"owner_id": -GROUP_ID, "post_id": 1, "comment_id": 2}
DIALOG = {"peer_id": 77, "group_id": GROUP_ID}
ANYTHING = re.compile(".*")
CHAT = {"chat_id": 77, "message_id": 5}


def send(url: str, target: dict[str, Any]) -> Outcome:
    sender = telegram_sending.send if target is CHAT else vk_sending.send
    page = Page(BOT_ID if target is CHAT else GROUP_ID, None, "https://town.example")
    with wire.open_client() as client:
        return sender(client, url, "1:token", Letter("Убрали", target, 7), page, datetime.now(UTC))


def test_a_network_that_is_not_there_was_certainly_not_told() -> None:
    for target in (COMMENT, DIALOG, CHAT):
        outcome = send("http://127.0.0.1:1", target)
        assert isinstance(outcome, Failure)
        assert (outcome.kind, outcome.code) == ("retry", "not_reached")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>Bad Gateway</html>",
        "[]",
        "null",
        "{}",
        '{"response": null}',
        '{"response": {}}',
        '{"response": {"comment_id": null}}',
        '{"response": {"comment_id": 5, "parents_stack": {"a": 1}}}',
        '{"response": [{"peer_id": 1}]}',
        '{"error": null}',
        '{"error": {"error_code": "?"}}',
        '{"error": {"error_code": [6]}}',
        '{"ok": true}',
        '{"ok": true, "result": true}',
        '{"ok": true, "result": {"message_id": 5, "date": 1e400}}',
        '{"ok": false, "error_code": "?"}',
        '{"ok": false, "error_code": 429, "parameters": []}',
        '{"ok": false, "error_code": 429, "parameters": {"retry_after": "soon"}}',
        "\xff\xfe",
    ],
)
@pytest.mark.parametrize("target", [COMMENT, DIALOG, CHAT], ids=["comment", "dialog", "chat"])
def test_an_answer_that_cannot_be_read_is_never_taken_for_a_publication(
    httpserver: HTTPServer, body: str, target: dict[str, Any]
) -> None:
    httpserver.expect_request(ANYTHING).respond_with_response(Response(body.encode("latin-1"), status=200))
    outcome = send(httpserver.url_for("").rstrip("/"), target)
    assert isinstance(outcome, Failure), outcome
    assert outcome.kind in ("unknown", "operator", "retry")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("²", None),
        ("soon", None),
        ("9" * 400, 86_400),
        ("Fri, 01 Jan 9999 00:00:00 GMT", 86_400),
        ("-5", None),
    ],
)
def test_the_wait_that_a_network_asks_for_is_believed_up_to_a_day(
    httpserver: HTTPServer, value: str, seconds: float | None
) -> None:
    refusal = Response("slower", status=429)
    refusal.headers["Retry-After"] = value.encode().decode("latin-1")
    httpserver.expect_request(ANYTHING).respond_with_response(refusal)
    outcome = send(httpserver.url_for("").rstrip("/"), COMMENT)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.retry_after) == ("retry", seconds)


def test_an_api_that_redirects_is_not_followed(httpserver: HTTPServer) -> None:
    elsewhere = Response(status=307, headers={"Location": httpserver.url_for("/elsewhere")})
    httpserver.expect_request("/method/wall.createComment").respond_with_response(elsewhere)
    outcome = send(httpserver.url_for("").rstrip("/"), COMMENT)
    assert isinstance(outcome, Failure)
    assert (outcome.kind, outcome.code) == ("unknown", "http:307")
    assert len(httpserver.log) == 1
