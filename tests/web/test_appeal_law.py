"""Appeals under a law on their cards: registered by hand, their control dates, and what may be done about them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.rules.acts import Status
from incidents.rules.norms import Kind
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.laws import enact_laws
from tests.web.cards import anew, arrive, do
from tests.web.conftest import Call, Enter
from tests.web.test_registration import register

ZONE = ZoneInfo("Asia/Vladivostok")
TODAY = datetime.now(ZONE).date()
FIVE_DAYS_AGO = TODAY - timedelta(days=5)


@pytest.fixture(autouse=True)
def _laws(session: Session, town: Town) -> None:
    enact_laws(session)


def filed(client: FlaskClient, session: Session, kind: Kind, **fields: str) -> Appeal:
    """One that came five days ago and was registered a day later, entered by hand."""
    given = {
        "received_at": f"{FIVE_DAYS_AGO}T10:00",
        "registered_on": str(FIVE_DAYS_AGO + timedelta(days=1)),
        "document_number": "А-17",
    } | fields
    answer = register(client, kind=kind.value, **given)
    assert answer.status_code == 303, answer.text
    session.rollback()
    return anew(session.scalars(select(Appeal).order_by(Appeal.number.desc()).limit(1)).one())


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.SOCIAL, Kind.DIRECT_MESSAGE)])
def test_every_kind_is_registered_by_hand_with_its_days_and_its_own_number(
    session: Session, enter: Enter, kind: Kind
) -> None:
    client = enter("anna")
    appeal = filed(client, session, kind)
    assert (appeal.kind, appeal.document_number) == (kind, "А-17")
    assert appeal.received_at.astimezone(ZONE).date() == FIVE_DAYS_AGO
    assert appeal.registered_at.astimezone(ZONE).date() == FIVE_DAYS_AGO + timedelta(days=1)
    assert appeal.due_at is not None
    page = client.get(f"/appeals/{appeal.number}").text
    assert "№ А-17 в системе документооборота" in page
    assert client.get("/queue", query_string={"kind": kind.value}).text.count(f'id="a{appeal.number}"') == 1
    assert f'id="a{appeal.number}"' not in client.get("/queue", query_string={"kind": "social"}).text


def test_the_card_of_a_formal_appeal_shows_every_control_date_with_its_article(session: Session, enter: Enter) -> None:
    client = enter("anna")
    page = client.get(f"/appeals/{filed(client, session, Kind.FORMAL).number}").text
    for article in ("59-ФЗ, ст. 8 ч. 2", "59-ФЗ, ст. 8 ч. 3", "59-ФЗ, ст. 12 ч. 1", "59-ФЗ, ст. 12 ч. 2"):
        assert article in page
    assert page.count("Напоминание: за") == 3
    page = client.get(f"/appeals/{filed(client, session, Kind.INFORMATION).number}").text
    assert page.count("(проверить у юриста)") == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"received_at": f"{TODAY.year + 1}-12-01T10:00", "registered_on": ""}, "ещё не наступило"),
        ({"registered_on": f"{TODAY.year + 1}-12-01"}, "ещё не наступил"),
        ({"registered_on": "2020-01-01"}, "Зарегистрировать раньше"),
        ({"link": "https://vk.com/wall-1_5"}, "есть ссылка"),
    ],
)
def test_days_that_cannot_be_and_links_that_are_none_are_refused_beside_their_field(
    session: Session, enter: Enter, fields: dict[str, str], sentence: str
) -> None:
    given = {"kind": "formal", "received_at": f"{FIVE_DAYS_AGO}T10:00"} | fields
    answer = register(enter("anna"), **given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalar(select(Appeal.number)) is None


def test_an_answer_is_put_off_from_the_card_and_the_page_says_by_how_much(session: Session, enter: Enter) -> None:
    client = enter("anna")
    appeal = filed(client, session, Kind.FORMAL)
    due_at = appeal.due_at
    assert due_at is not None
    wrong = do(client, appeal, "extension", days="31", notice_on=str(TODAY), reason="выезд")
    assert (wrong.status_code, "самое большее" in wrong.text) == (422, True)
    assert "выезд" in wrong.text
    done = do(client, appeal, "extension", days="10", notice_on=str(TODAY), reason="выезд")
    assert done.status_code == 303
    assert anew(appeal).due_at == due_at + timedelta(days=10)
    page = client.get(f"/appeals/{appeal.number}").text
    assert "продлено на 10 дней" in page
    assert "выезд" in page


def test_a_request_is_passed_on_refused_or_answered_by_letter(session: Session, enter: Enter) -> None:
    client = enter("anna")
    passed = filed(client, session, Kind.INFORMATION)
    assert do(client, passed, "forwarding", whom="В край", on=str(TODAY), notice_on="").status_code == 303
    assert anew(passed).status is Status.CLOSED
    refused = filed(client, session, Kind.MEDIA)
    assert do(client, refused, "refusal", notice_on=str(TODAY), reason="тайна; Петров").status_code == 303
    assert anew(refused).status is Status.ANSWERED
    answered = filed(client, session, Kind.HOT_LINE)
    assert do(client, answered, "reply", on=str(TODAY), letter="И-44").status_code == 303
    assert anew(answered).status is Status.ANSWERED
    assert "№ И-44" in client.get(f"/appeals/{answered.number}").text


def test_a_social_appeal_becomes_formal_only_by_a_person_and_both_cards_say_so(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    client, social = enter("anna"), arrive(session, town, settings)
    page = client.get(f"/appeals/{social.number}").text
    assert "с подтверждением личности" in page
    told = {"formal": "told", "told_on": str(TODAY)}
    assert do(client, social, "formal", **told).status_code == 303
    assert session.scalars(select(Appeal.number)).all() == [social.number]
    session.commit()
    days = {"filed_on": str(TODAY), "registered_on": str(TODAY)}
    nameless = do(client, social, "formal", formal="filed", document="", **days)
    assert (nameless.status_code, "Укажите номер" in nameless.text) == (422, True)
    assert do(client, social, "formal", formal="filed", document="А-18", **days).status_code == 303
    session.rollback()
    formal = anew(session.scalars(select(Appeal).where(Appeal.kind == Kind.FORMAL)).one())
    assert anew(social).status is Status.NEW
    assert f'href="/appeals/{formal.number}"' in client.get(f"/appeals/{social.number}").text
    assert f'href="/appeals/{social.number}"' in client.get(f"/appeals/{formal.number}").text


def test_the_stranger_and_the_responder_cannot_use_the_law(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter
) -> None:
    appeal = filed(enter("anna"), session, Kind.FORMAL)
    assert enter("vera").get(f"/appeals/{appeal.number}").status_code == 404
    do(enter("anna"), appeal, "assignment", department=str(cast.housing.id))
    dmitry = enter("dmitry")
    page = dmitry.get(f"/appeals/{appeal.number}").text
    assert "59-ФЗ, ст. 12 ч. 1" in page
    assert "/extension" not in page
    assert do(dmitry, appeal, "extension", days="5", notice_on=str(TODAY), reason="x").status_code == 409


def test_other_programs_register_and_read_every_kind(session: Session, call: Call) -> None:
    registered_on = str(datetime.now(UTC).astimezone(ZONE).date())
    body = {
        "external_id": "doc-1",
        "network": "other",
        "text": "Прошу ответить",
        "kind": "formal",
        "registered_on": registered_on,
        "document_number": "А-20",
    }
    answer = call("POST", "/api/v1/appeals", "intake", json=body)
    assert answer.status_code == 201, answer.text
    told = answer.json
    assert told is not None
    assert (told["kind"], told["document_number"], told["origin"]) == ("formal", "А-20", None)
    dates = {each["duty"]: each for each in told["control_dates"] if not each["days_before"]}
    assert set(dates) == {"register", "forward", "answer", "extension"}
    assert dates["answer"]["article"] == "59-ФЗ, ст. 12 ч. 1"
    found = call("GET", "/api/v1/appeals?kind=formal&document_number=А-20&count=1", "read").json
    assert found is not None
    assert (found["count"], found["items"][0]["number"]) == (1, told["number"])
    assert call("GET", "/api/v1/appeals?kind=media&count=1", "read").json["count"] == 0  # type: ignore[index]


def test_a_document_system_puts_off_and_passes_on_what_is_its_own(session: Session, call: Call) -> None:
    body = {"external_id": "doc-2", "network": "other", "text": "Прошу ответить", "kind": "formal"}
    own = call("POST", "/api/v1/appeals", "intake", json=body).json
    assert own is not None
    path = f"/api/v1/appeals/{own['number']}"
    given = {"days": 10, "notice_on": str(TODAY), "reason": "выезд"}
    told = call("POST", f"{path}/extension", "intake", json=given).json
    assert told is not None
    assert datetime.fromisoformat(told["due_at"]) - datetime.fromisoformat(own["due_at"]) == timedelta(days=10)
    assert told["journal"][-1]["act"] == "extend"
    refused = call("POST", f"{path}/extension", "intake", json={**given, "days": 21})
    assert (refused.status_code, refused.mimetype) == (422, "application/problem+json")
    passed = {"whom": "В край", "on": str(TODAY)}
    assert call("POST", f"{path}/forwarding", "intake", "history", json=passed).status_code == 404
    assert call("POST", f"{path}/forwarding", "read", json=passed).status_code == 403
    assert call("POST", f"{path}/forwarding", json=passed).status_code == 401
    assert call("POST", f"{path}/forwarding", "intake", json=passed).json["status"] == "closed"  # type: ignore[index]
    assert call("POST", f"{path}/forwarding", "intake", json=passed).status_code == 409


def test_the_figures_of_a_year_leave_out_what_is_not_from_the_networks(
    session: Session, cast: Cast, town: Town, settings: Settings, enter: Enter, call: Call
) -> None:
    arrive(session, town, settings)
    client = enter("anna")
    for kind in (Kind.FORMAL, Kind.MEDIA, Kind.PORTAL):
        filed(client, session, kind, received_at="", registered_on="")
    year = TODAY.year
    figures = call("GET", f"/api/v1/statistics/years/{year}", "read").json
    assert figures is not None
    assert figures["received"] == 1
    assert sum(part["received"] for part in figures["networks"]) == 1
    behind = client.get("/queue", query_string={"year": str(year)}).text
    assert behind.count('<li id="a') == 1
    everything = client.get("/queue", query_string={"year": str(year), "kind": "any"}).text
    assert everything.count('<li id="a') == 4
    media = client.get("/queue", query_string={"year": str(year), "kind": "media", "state": "waiting"}).text
    assert media.count('<li id="a') == 1
