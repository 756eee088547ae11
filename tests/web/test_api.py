"""The door of other programs: scopes, idempotency, times, lists, and a description that is true."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import tokens
from incidents.records.appeals import Appeal
from incidents.records.people import ApiToken
from incidents.rules.acts import Actor
from tests.web.conftest import Call

APPEALS = "/api/v1/appeals"


def appeal(**fields: Any) -> dict[str, Any]:
    return {"external_id": "x-1", "network": "vk", "text": "Ямы на асфальте, машину не провести"} | fields


def test_an_appeal_is_registered_once_and_given_back_ever_after(call: Call, sessions: sessionmaker[Session]) -> None:
    first = call("POST", APPEALS, "intake", json=appeal())
    again = call("POST", APPEALS, "intake", json=appeal(text="другие слова"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json is not None
    assert again.json is not None
    assert first.json["number"] == again.json["number"]
    assert again.json["text"] == "Ямы на асфальте, машину не провести"
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Appeal)) == 1


def test_the_same_external_id_of_another_token_is_another_appeal(call: Call) -> None:
    one = call("POST", APPEALS, "intake", json=appeal())
    other = call("POST", APPEALS, "intake", "read", json=appeal())
    assert other.status_code == 201
    assert one.json["number"] != other.json["number"]  # type: ignore[index]


def test_a_permalink_that_is_registered_gives_that_appeal_however_it_was_copied(call: Call) -> None:
    first = call("POST", APPEALS, "intake", json=appeal(permalink="https://vk.com/wall-1_2?reply=3"))
    other = call(
        "POST",
        APPEALS,
        "intake",
        json=appeal(external_id="x-2", permalink="https://m.vk.com/wall-1_2?reply=3&thread=1"),
    )
    assert (first.status_code, other.status_code) == (201, 200)
    assert first.json["number"] == other.json["number"]  # type: ignore[index]


def test_a_call_answers_with_every_field_that_is_promised(call: Call) -> None:
    given = appeal(
        author={"name": "Марина К.", "url": "https://vk.com/id7"}, permalink="https://vk.com/wall-1_2", topic="Ямы"
    )
    told = call("POST", APPEALS, "intake", json=given).json
    assert told is not None
    assert set(told) >= {
        "number",
        "kind",
        "network",
        "status",
        "outcome",
        "text",
        "author",
        "permalink",
        "group",
        "topic",
        "department",
        "posted_at",
        "received_at",
        "registered_at",
        "due_at",
        "answered_at",
        "is_late",
        "is_overdue",
        "norm",
        "elapsed",
        "suggestions",
        "answers",
        "journal",
    }
    assert told["author"] == {"name": "Марина К.", "url": "https://vk.com/id7"}
    assert (told["topic"], told["group"], told["department"], told["status"]) == (
        "Ямы",
        "Город",
        "Управление дорог",
        "assigned",
    )
    assert told["norm"] == {
        "term_minutes": 120,
        "term": 120,
        "unit": "minutes",
        "hours": "calendar",
        "valid_from": "2018-08-01",
        "article": "",
    }
    received, due = (datetime.fromisoformat(told[name]) for name in ("received_at", "due_at"))
    assert due - received == timedelta(minutes=120)
    assert set(told["elapsed"]) == {"calendar_seconds", "working_seconds"}
    assert [entry["act"] for entry in told["journal"]] == ["register", "classify", "assign"]
    assert [entry["seq"] for entry in told["journal"]] == [1, 2, 3]
    assert set(told["journal"][0]) == {"seq", "act", "by", "happened_at", "noticed_at", "reason"}


def test_suggestions_say_topic_department_score_and_words(call: Call) -> None:
    told = call("POST", APPEALS, "intake", json=appeal(text="Темно, фонари не горят, и ямы")).json
    assert told is not None
    best = told["suggestions"][0]
    assert set(best) == {"topic", "group", "department", "score", "words"}
    assert (best["topic"], best["words"]) == ("Фонари", ["темно", "фонари"])


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"network": "myspace"}, "network"),
        ({"external_id": ""}, "external_id"),
        ({"permalink": "javascript:alert(1)"}, "permalink"),
        ({"author": {"url": "data:text/html,x"}}, "author.url"),
        ({"posted_at": "2026-11-19T13:42:00"}, "posted_at"),
        ({"recieved_at": "2026-11-19T13:42:00Z"}, "recieved_at"),
        ({"text": None}, "text"),
        ({"topic": "Пробки на Марсе"}, ""),
    ],
)
def test_a_wrong_field_is_named_in_a_sentence_and_nothing_is_registered(
    fields: dict[str, Any], named: str, call: Call, sessions: sessionmaker[Session]
) -> None:
    answer = call("POST", APPEALS, "intake", json=appeal(**fields))
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert named in answer.json["detail"]  # type: ignore[index]
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Appeal)) == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"x"', b"\xff"])
def test_what_is_no_appeal_at_all_is_refused_without_a_stumble(body: bytes, call: Call) -> None:
    answer = call("POST", APPEALS, "intake", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_characters_that_no_database_holds_are_taken_out(call: Call) -> None:
    told = call("POST", APPEALS, "intake", json=appeal(text="Ямы\x00 тут")).json
    assert told is not None
    assert told["text"] == "Ямы тут"


def test_the_future_is_refused_and_the_past_needs_the_scope_history(call: Call) -> None:
    now = datetime.now(UTC)
    future, past = (now + timedelta(hours=1)).isoformat(), (now - timedelta(days=800)).isoformat()
    assert call("POST", APPEALS, "intake", "history", json=appeal(received_at=future)).status_code == 422
    assert call("POST", APPEALS, "intake", json=appeal(received_at=past)).status_code == 403
    answer = call("POST", APPEALS, "intake", "history", json=appeal(received_at=past))
    assert answer.status_code == 201
    assert answer.json["is_overdue"] is True  # type: ignore[index]


def test_without_a_token_nothing_is_told_and_a_scope_opens_only_its_own(call: Call) -> None:
    for method, path in (("GET", APPEALS), ("POST", APPEALS), ("GET", f"{APPEALS}/1"), ("GET", "/metrics")):
        answer = call(method, path)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), path
        assert answer.headers["WWW-Authenticate"].lower().startswith("bearer")
    assert call("GET", APPEALS, "intake").status_code == 403
    assert call("POST", APPEALS, "read", json=appeal()).status_code == 403
    assert call("GET", "/metrics", "read").status_code == 403
    assert call("GET", APPEALS, "read").status_code == 200


def test_a_revoked_token_is_none(call: Call, session: Session) -> None:
    assert call("GET", APPEALS, "read").status_code == 200
    token = session.scalars(select(ApiToken)).one()
    tokens.revoke_token(session, token, Actor("test"), now=datetime.now(UTC))
    session.commit()
    assert call("GET", APPEALS, "read").status_code == 401


def test_a_list_is_read_to_its_end_by_its_own_key(call: Call) -> None:
    for number in range(5):
        call("POST", APPEALS, "intake", json=appeal(external_id=f"x-{number}"))
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = call("GET", f"{APPEALS}?limit=2&after={after}", "read").json
        assert page is not None
        assert page["count"] is None
        seen += [item["external_id"] for item in page["items"]]
        after = page["next"]
    assert seen == [f"x-{number}" for number in range(5)]
    assert call("GET", f"{APPEALS}?count=1&limit=1", "read").json["count"] == 5  # type: ignore[index]


def test_a_list_is_filtered_by_what_is_asked(call: Call) -> None:
    now = datetime.now(UTC)
    call("POST", APPEALS, "intake", json=appeal(topic="Ямы"))
    call("POST", APPEALS, "intake", json=appeal(external_id="x-2", network="telegram", topic="Снег во дворах"))
    old = (now - timedelta(days=800)).isoformat()
    call("POST", APPEALS, "intake", "history", json=appeal(external_id="x-3", received_at=old, text="ничего"))

    def found(**query: str) -> list[str]:
        page = call("GET", APPEALS, "read", query_string=query).json
        return [item["external_id"] for item in page["items"]]  # type: ignore[index]

    assert found(department="housing") == ["x-2"]
    assert found(department="Управление дорог") == ["x-1"]
    assert found(topic="Снег во дворах") == ["x-2"]
    assert found(network="telegram") == ["x-2"]
    assert found(status="new") == ["x-3"]
    assert found(overdue="1") == ["x-3"]
    assert found(overdue="0") == ["x-1", "x-2"]
    assert found(external_id="x-2") == ["x-2"]
    assert found(year=str((now - timedelta(days=800)).year)) == ["x-3"]
    assert call("GET", f"{APPEALS}?state=new", "read").status_code == 422


def test_an_appeal_that_is_not_there_is_a_problem_in_words(call: Call) -> None:
    answer = call("GET", f"{APPEALS}/999", "read")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
