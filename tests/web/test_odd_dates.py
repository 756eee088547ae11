"""Days and numbers at the edge of what can be written: a sentence or a 404, never a stumble."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from incidents.rules.norms import Kind
from incidents.settings import Settings
from tests.cast import Town
from tests.flow.laws import enact_laws
from tests.web.calendars import ORDER, WEEK
from tests.web.cards import arrive
from tests.web.conftest import Call, Enter, send
from tests.web.test_appeal_law import filed
from tests.web.test_registration import register

ZONE = ZoneInfo("Asia/Vladivostok")
TODAY = datetime.now(ZONE).date()
HUGE = "9" * 30
LAST = "9999-12-31"
FIRST = "0001-01-01"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("elena", f"/absences?person={HUGE}"),
        ("anna", f"/notices/changes?list={HUGE}"),
        ("elena", f"/calendars?department={HUGE}"),
        ("elena", f"/calendars?version={HUGE}"),
        ("elena", f"/calendars?year={HUGE}"),
        ("elena", f"/calendars/day?on={LAST}"),
        ("elena", f"/calendars/day?on={FIRST}"),
        ("elena", f"/calendars/year?year={HUGE}"),
        ("anna", f"/norms?kind={HUGE}"),
        ("anna", f"/queue?kind={HUGE}"),
        ("anna", f"/whatif?first=2026-01-01&last={LAST}"),
        ("anna", f"/whatif?first={FIRST}&last={LAST}"),
    ],
)
def test_a_page_is_asked_for_what_cannot_be(enter: Enter, founded: None, who: str, path: str) -> None:
    assert enter(who).get(path).status_code in (200, 404, 422)


@pytest.mark.parametrize(
    ("seen_on", "path", "fields"),
    [
        ("/absences", f"/absences/{HUGE}/end", {}),
        ("/absences", "/absences", {"person": HUGE, "from_on": LAST, "to_on": LAST}),
        ("/absences", "/absences", {"person": "1", "from_on": LAST, "to_on": LAST, "substitute": HUGE}),
        ("/absences", "/absences", {"person": "1", "from_on": FIRST, "to_on": LAST}),
        ("/absences", f"/notices/{HUGE}/seen", {}),
        ("/absences", "/notices/seen", {"until": HUGE}),
    ],
)
def test_absences_and_alarms(enter: Enter, town: Town, seen_on: str, path: str, fields: dict[str, str]) -> None:
    for who in ("elena", "anna"):
        assert send(enter(who), path, page=seen_on, **fields).status_code in (303, 403, 404, 422), who


@pytest.mark.parametrize("day", [FIRST, LAST])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/calendars/week", WEEK),
        ("/calendars/day", {"on": "2026-12-30", "kind": "regional", "name": "День города"}),
        ("/calendars/year", {"year": "2027"}),
        ("/calendars/upload", {"text": "date,kind\n2027-01-04,holiday\n"}),
    ],
)
def test_a_calendar_from_a_day_that_cannot_be(
    enter: Enter, founded: None, path: str, fields: dict[str, str], day: str
) -> None:
    answer = send(enter("elena"), path, page=path, **{**fields, **ORDER, "valid_from": day})
    assert answer.status_code == 422
    assert "alert" in answer.text or "error" in answer.text


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_single_day_that_cannot_be(enter: Enter, founded: None, day: str) -> None:
    fields = {**ORDER, "on": day, "kind": "regional", "name": "День города"}
    assert send(enter("elena"), "/calendars/day", page="/calendars/day", **fields).status_code == 422


@pytest.mark.parametrize("day", [FIRST, LAST])
@pytest.mark.parametrize("unit", ["minutes", "days", "whole_days", "working_day_end"])
def test_a_norm_from_a_day_that_cannot_be(enter: Enter, founded: None, day: str, unit: str) -> None:
    form = {
        "kind": "reception", "clock": "first", "network": "", "topic": "", "term": "1000000", "unit": unit,
        "hours": "calendar", "starts_at": "received", "valid_from": day, "note": "",
    }  # fmt: skip
    assert send(enter("elena"), "/norms", page="/norms/new", **form).status_code in (303, 404, 422)


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("extension", {"days": "9" * 30, "notice_on": str(TODAY), "reason": "запрос"}),
        ("extension", {"until": LAST, "notice_on": str(TODAY), "reason": "запрос"}),
        ("extension", {"until": FIRST, "notice_on": FIRST, "reason": "запрос"}),
        ("forwarding", {"on": FIRST, "notice_on": LAST, "whom": "в округ"}),
        ("reply", {"on": FIRST, "letter": "1"}),
        ("reply", {"on": LAST, "letter": "1"}),
        ("refusal", {"notice_on": FIRST, "reason": "нет"}),
    ],
)
@pytest.mark.parametrize("kind", [Kind.FORMAL, Kind.MEDIA, Kind.INFORMATION])
def test_the_days_of_a_law(
    enter: Enter, session: Session, town: Town, kind: Kind, act: str, fields: dict[str, str]
) -> None:
    enact_laws(session)
    client = enter("anna")
    number = filed(client, session, kind).number
    answer = send(client, f"/appeals/{number}/{act}", page=f"/appeals/{number}", **fields)
    assert answer.status_code in (404, 409, 422), answer.status
    assert client.get(f"/appeals/{number}").status_code == 200


@pytest.mark.parametrize("day", [FIRST, LAST])
@pytest.mark.parametrize("act", ["told", "filed"])
def test_a_formal_appeal_of_such_a_day(
    enter: Enter, session: Session, town: Town, settings: Settings, act: str, day: str
) -> None:
    enact_laws(session)
    number = arrive(session, town, settings).number
    session.rollback()
    client = enter("anna")
    fields = {"formal": act, "told_on": day, "filed_on": day, "registered_on": str(TODAY), "document": "А-1"}
    answer = send(client, f"/appeals/{number}/formal", page=f"/appeals/{number}", **fields)
    assert answer.status_code in (409, 422), answer.status
    assert client.get("/queue").status_code == 200


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_registration_of_such_a_day(enter: Enter, session: Session, town: Town, day: str) -> None:
    enact_laws(session)
    client = enter("anna")
    for received, registered in ((f"{day}T10:00", str(TODAY)), (f"{TODAY}T00:00", day), (f"{day}T00:00", day)):
        fields = {"kind": "formal", "received_at": received, "registered_on": registered, "document_number": "А-1"}
        answer = register(client, **fields)
        assert answer.status_code in (303, 422), (received, registered)
        assert client.get("/queue").status_code == 200


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_words_and_answers_of_such_a_day(
    enter: Enter, session: Session, town: Town, settings: Settings, day: str
) -> None:
    number = arrive(session, town, settings).number
    session.rollback()
    client = enter("anna")
    for path, fields in (
        ("words", {"words": "ещё", "at": f"{day}T00:00"}),
        ("publication", {"link": "https://vk.com/wall-1_2", "at": f"{day}T00:00", "purpose": "final"}),
        ("submission", {"text": "ответ", "purpose": "deferral", "promised_on": day}),
    ):
        answer = send(client, f"/appeals/{number}/{path}", page=f"/appeals/{number}", **fields)
        assert answer.status_code in (404, 409, 422), path


def test_a_program_names_such_days(call: Call, session: Session, town: Town) -> None:
    enact_laws(session)
    for kind in ("media", "formal", "information", "social"):
        words = {"external_id": kind, "network": "other", "text": "Яма", "kind": kind}
        told = call("POST", "/api/v1/appeals", "intake", json=words)
        assert told.status_code == 201, told.text
        number = told.json["number"]  # type: ignore[index]
        for day in (FIRST, LAST):
            notice = {"notice_on": str(TODAY), "reason": "x"}
            for path, scope, fields in (
                ("extension", "intake", {"until": day, **notice}),
                ("extension", "intake", {"days": 365, "notice_on": day, "reason": "x"}),
                ("forwarding", "intake", {"on": day, "whom": "x"}),
                ("acts", "acts", {"act": "defer", "permalink": "https://a.example/", "at": f"{TODAY}T00:00:00+10:00", "promised_on": day}),
                ("acts", "acts", {"act": "confirm", "permalink": "https://a.example/", "at": f"{day}T12:00:00Z"}),
            ):  # fmt: skip
                answer = call("POST", f"/api/v1/appeals/{number}/{path}", scope, json=fields)
                assert answer.status_code in (409, 422), (kind, path, fields, answer.status)
    for path, scope in (("extension", "intake"), ("acts", "acts")):
        answer = call(
            "POST",
            f"/api/v1/appeals/{HUGE}/{path}",
            scope,
            json={"act": "close"} if scope == "acts" else {"days": 1, "notice_on": str(TODAY), "reason": "x"},
        )
        assert answer.status_code == 404
    for day in (FIRST, LAST):
        words = {"external_id": day, "network": "other", "text": "Яма", "kind": "formal", "registered_on": day}
        assert call("POST", "/api/v1/appeals", "intake", json=words).status_code in (201, 422)
        words = {"external_id": day + "p", "network": "other", "text": "Яма", "posted_at": f"{day}T00:00:00Z"}
        assert call("POST", "/api/v1/appeals", "intake", json=words).status_code in (201, 422)
    assert call("GET", f"/api/v1/appeals/{HUGE}", "read").status_code == 404
