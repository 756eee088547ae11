"""The decisions on a card, each by its form: topic, department, taking, "not ours", not an incident, and back."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import gate
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.rules.acts import Reject, Status
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.cards import anew, arrive, do, lying_with
from tests.web.conftest import Enter, send


def acts_of(session: Session, appeal: Appeal) -> list[str]:
    """The journal of an appeal, in order."""
    query = select(Entry.act).where(Entry.stream == gate.stream(appeal.number)).order_by(Entry.seq)
    acts = list(session.scalars(query))
    anew(appeal)
    return acts


def test_one_click_accepts_the_suggestion_and_sends_it_to_its_department(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    answer = do(client, appeal, "assignment", suggested=str(town.snow.id))
    assert (answer.status_code, answer.location) == (303, f"/appeals/{appeal.number}")
    assert acts_of(session, appeal) == ["register", "classify", "assign"]
    assert (appeal.topic_id, appeal.department_id) == (town.snow.id, cast.housing.id)
    assert appeal.status is Status.ASSIGNED
    # And one click, or the key U, takes it back.
    page = client.get(f"/appeals/{appeal.number}").text
    assert 'action="/undo/1"' in page
    assert send(client, "/undo/1", page=f"/appeals/{appeal.number}").status_code == 303
    anew(appeal)
    assert (appeal.topic_id, appeal.department_id, appeal.status) == (None, None, Status.NEW)


def test_a_suggestion_accepted_later_leaves_the_department_where_it_is(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.roads, cast)
    do(enter("anna"), appeal, "assignment", suggested=str(town.snow.id))
    assert acts_of(session, appeal) == ["register", "assign", "classify"]
    assert (appeal.topic_id, appeal.department_id) == (town.snow.id, cast.roads.id)


def test_a_suggestion_accepted_when_the_answer_is_on_its_way_changes_the_topic_only(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    do(client, appeal, "approval", text="Уберём.", answer_version="0")
    assert do(client, appeal, "assignment", suggested=str(town.snow.id)).status_code == 303
    assert acts_of(session, appeal) == ["register", "approve", "classify"]


def test_another_topic_is_chosen_from_the_groups(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    page = client.get(f"/appeals/{appeal.number}").text
    assert '<optgroup label="Город">' in page
    do(client, appeal, "topic", topic=str(town.lamps.id))
    anew(appeal)
    assert appeal.topic_id == town.lamps.id
    refused = do(client, appeal, "topic", topic="")
    assert refused.status_code == 422
    assert "Выберите тему из списка." in refused.text


def test_a_department_is_changed_with_a_reason_only_and_the_typed_stays(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    do(client, appeal, "assignment", department=str(cast.housing.id))
    anew(appeal)
    assert appeal.department_id == cast.housing.id
    refused = do(client, appeal, "assignment", department=str(cast.roads.id), reason="  ")
    assert refused.status_code == 422
    assert f'<option value="{cast.roads.id}" selected>' in refused.text
    assert "причин" in refused.text
    do(client, appeal, "assignment", department=str(cast.roads.id), reason="Это проезжая часть")
    anew(appeal)
    assert appeal.department_id == cast.roads.id


def test_a_responder_takes_an_appeal_of_the_own_department(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter("dmitry")
    assert "Взять себе" in client.get(f"/appeals/{appeal.number}").text
    do(client, appeal, "taking")
    anew(appeal)
    assert (appeal.assignee_id, appeal.status) == (cast.dmitry.id, Status.IN_PROGRESS)
    assert "Взять себе" not in client.get(f"/appeals/{appeal.number}").text


def test_not_ours_leads_back_to_the_departments_page_since_the_card_is_no_longer_theirs(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter("boris")
    refused = do(client, appeal, "return", reason="", whose=str(cast.roads.id))
    assert refused.status_code == 422
    answer = do(client, appeal, "return", reason="Это дорога", whose=str(cast.roads.id))
    assert (answer.status_code, answer.location) == (303, "/department")
    assert client.get(f"/appeals/{appeal.number}").status_code == 404
    anew(appeal)
    assert (appeal.status, appeal.department_id, appeal.returns) == (Status.NEW, None, 1)


def test_what_is_no_incident_leaves_with_a_reason_and_comes_back(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client = enter("anna")
    assert do(client, appeal, "rejection", why="boring").status_code == 422
    do(client, appeal, "rejection", why="thanks", note="Благодарит за двор")
    anew(appeal)
    assert (appeal.status, appeal.reject_reason) == (Status.REJECTED, Reject.THANKS)
    page = client.get(f"/appeals/{appeal.number}").text
    assert "Не инцидент: срока нет" in page
    assert "благодарность без вопроса" in page
    do(client, appeal, "restoration")
    assert acts_of(session, appeal)[-2:] == ["reject", "restore"]
    assert appeal.status is Status.NEW


def test_an_act_on_an_older_version_is_refused_and_says_that_somebody_was_faster(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    client, old = enter("anna"), str(appeal.version)
    do(enter("zoya"), appeal, "taking")
    refused = do(client, appeal, "rejection", version=old, why="spam", note="Реклама")
    assert refused.status_code == 409
    assert f"Обращение № {appeal.number}" in refused.text
    assert acts_of(session, appeal) == ["register", "take"]
    # The page now stands on the present version: what was meant goes through.
    assert do(client, appeal, "rejection", why="spam").status_code == 303


def test_the_way_back_leads_only_to_pages_of_ours(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = arrive(session, town, settings)
    assert do(enter("anna"), appeal, "taking", next="//evil.example/").location == f"/appeals/{appeal.number}"
    anew(appeal)
    assert do(enter("zoya"), appeal, "taking", next="/approvals").location == "/approvals"


def test_what_the_table_does_not_allow_is_not_drawn_and_not_done(
    enter: Enter, session: Session, cast: Cast, town: Town, settings: Settings
) -> None:
    appeal = lying_with(session, arrive(session, town, settings), cast.housing, cast)
    client = enter("dmitry")
    page = client.get(f"/appeals/{appeal.number}").text
    for noun in ("rejection", "approval", "publication", "topic", "assignment"):
        assert f"/appeals/{appeal.number}/{noun}" not in page
    fields = {
        "rejection": {"why": "spam"},
        "approval": {"text": "Уберём", "answer_version": "0"},
        "publication": {"link": "https://vk.com/wall-1_1", "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"},
        "topic": {"topic": str(town.snow.id)},
        "assignment": {"department": str(cast.roads.id), "reason": "туда"},
        "restoration": {},
    }
    for noun, typed in fields.items():
        assert do(client, appeal, noun, **typed).status_code in (409, 422), noun
    assert acts_of(session, appeal) == ["register", "assign"]
