"""Acts of other programs: what they published or decided is recorded once, in their name, or refused in a sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from incidents.records.journal import Entry
from incidents.records.people import ApiToken
from tests.cast import Town
from tests.flow.lives import enact_all_clocks
from tests.web.conftest import Call

APPEALS = "/api/v1/appeals"
LINK = "https://ok.ru/group/1/topic/2"


@pytest.fixture
def number(call: Call, session: Session, town: Town) -> int:
    enact_all_clocks(session)
    words = {"external_id": "x-1", "network": "ok", "text": "Большая яма"}
    told = call("POST", APPEALS, "intake", json=words).json
    assert told is not None
    return int(told["number"])


@pytest.fixture
def act(call: Call, number: int) -> Any:
    """One act on the appeal, by a token of the scopes acts and read."""

    def send(what: str, **fields: Any) -> TestResponse:
        return call("POST", f"{APPEALS}/{number}/acts", "acts", "read", json={"act": what, **fields})

    return send


def at(minutes: float = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def test_an_interim_answer_is_recorded_once_in_the_name_of_the_program(act: Any, session: Session, number: int) -> None:
    fields = {"permalink": LINK, "at": at(), "text": "Проверяем"}
    first, again = act("answer_interim", **fields), act("answer_interim", **fields)
    assert (first.status_code, again.status_code) == (201, 200)
    told = again.json
    assert told["status"] == "interim_answered"
    assert [(each["text"], each["purpose"]) for each in told["answers"]] == [("Проверяем", "interim")]
    assert [(each["name"], each["verdict"]) for each in told["clocks"]] == [("first", "in_time"), ("final", "running")]
    token = session.scalars(select(ApiToken).where(ApiToken.name == "acts-read")).one()
    query = select(Entry).where(Entry.stream == f"appeal:{number}", Entry.act == "answer_interim")
    (entry,) = session.scalars(query)
    assert (entry.by, entry.data["by_hand"]) == (f"token:{token.id}", False)


def test_a_question_pauses_and_the_clocks_say_so(act: Any) -> None:
    told = act("ask_author", permalink=LINK, at=at()).json
    final = told["clocks"][1]
    assert set(final) == {
        *("name", "cycle", "turn", "started_at", "due_at"),
        *("stopped_at", "ended_at", "paused_at", "verdict"),
    }
    assert (final["name"], final["verdict"], final["due_at"]) == ("final", "paused", None)
    assert final["paused_at"] == told["clocks"][0]["stopped_at"]


def test_a_whole_life_of_an_appeal_is_told_from_outside(act: Any) -> None:
    promised = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    assert act("defer", permalink=LINK, at=at(), promised_on=promised).json["status"] == "deferred"
    assert act("confirm", permalink=f"{LINK}3", at=at()).json["status"] == "answered"
    closed = act("close", outcome="solved")
    assert (closed.status_code, closed.json["status"], closed.json["outcome"]) == (201, "closed", "solved")
    assert act("close").status_code == 200
    assert act("reopen").status_code == 422
    opened = act("reopen", reason="снова яма")
    assert (opened.status_code, opened.json["status"], opened.json["outcome"]) == (201, "in_progress", None)
    assert act("reopen", reason="снова яма").status_code == 200
    told = [(each["name"], each["cycle"], each["verdict"]) for each in opened.json["clocks"]]
    assert ("first", 1, "in_time") in told
    assert ("first", 2, "running") in told


@pytest.mark.parametrize(
    ("what", "fields", "named"),
    [
        ("dance", {}, "act"),
        ("confirm", {}, "needs permalink and at"),
        ("confirm", {"permalink": "javascript:alert(1)", "at": 0}, "permalink"),
        ("confirm", {"permalink": LINK, "at": "2026-11-19T13:42:00"}, "at"),
        ("confirm", {"permalink": LINK, "at": 0, "promised_on": "2027-01-01"}, "promised_on"),
        ("defer", {"permalink": LINK, "at": 0}, "promised_on"),
        ("defer", {"permalink": LINK, "at": 0, "promised_on": "2020-01-01"}, "позже"),
        ("close", {"permalink": LINK}, "visible answer"),
        ("close", {"outcome": "perfect"}, "outcome"),
        ("close", {"reason": "так"}, "ещё не видел ответа"),
        ("confirm", {"permalink": LINK, "at": 60}, "ещё не наступило"),
        ("confirm", {"permalink": LINK, "at": -60 * 24 * 30}, "раньше обращения"),
    ],
)
def test_what_does_not_fit_is_a_sentence_and_nothing_is_recorded(
    act: Any, call: Call, number: int, what: str, fields: dict[str, Any], named: str
) -> None:
    # Minutes from now, so that the appeal is there first.
    given = {name: at(value) if isinstance(value, int) else value for name, value in fields.items()}
    refused = act(what, **given)
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    assert named in refused.json["detail"]
    journal = call("GET", f"{APPEALS}/{number}", "read").json["journal"]  # type: ignore[index]
    assert [entry["act"] for entry in journal] == ["register"]


def test_an_act_that_the_table_does_not_know_is_a_conflict(act: Any) -> None:
    act("confirm", permalink=LINK, at=at())
    answer = act("answer_interim", permalink=f"{LINK}3", at=at())
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert "Ответ дан" in answer.json["detail"]


def test_only_the_scope_acts_opens_the_door_and_tells_no_words_to_who_may_not_read(call: Call, number: int) -> None:
    path, body = f"{APPEALS}/{number}/acts", {"act": "confirm", "permalink": LINK, "at": at()}
    assert call("POST", path, json=body).status_code == 401
    assert call("POST", path, "intake", "read", "history", json=body).status_code == 403
    assert call("POST", f"{APPEALS}/999/acts", "acts", json=body).status_code == 404
    told = call("POST", path, "acts", json=body).json
    assert told is not None
    assert (told["status"], told["text"], told["answers"], told["journal"]) == ("answered", "", [], [])


def test_the_description_knows_the_acts(call: Call) -> None:
    told = call("GET", "/openapi.json").json
    assert told is not None
    given = told["components"]["schemas"]["ActGiven"]["properties"]
    assert set(given) == {"act", "permalink", "at", "promised_on", "text", "outcome", "reason"}
    assert "/api/v1/appeals/{number}/acts" in told["paths"]
