"""The words of the sentence over the queue: each lists exactly the appeals that its figure counts."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from incidents.flow import approving, routing
from incidents.records.figures import YearTotal
from incidents.rules.acts import Reject
from incidents.rules.places import Network
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter
from tests.web.desks import Desk, order


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


@pytest.mark.parametrize("state", ["in_time", "late", "waiting", "without_norm", "rejected"])
def test_a_verdict_of_a_year_lists_exactly_its_part(desk: Desk, enter: Enter, state: str) -> None:
    named = {"in_time": desk.add(ago=90), "late": desk.add(ago=170), "waiting": desk.add(), "rejected": desk.add()}
    desk.answer(named["in_time"])
    overdue = desk.add(ago=190)
    desk.answer(named["late"])
    approving.reject(desk.session, named["rejected"], desk.cast.anna, Reject.SPAM, now=desk.now)
    named["without_norm"] = desk.add()
    named["without_norm"].due_at = named["without_norm"].norm_id = None
    desk.session.commit()
    year = desk.now.astimezone(desk.settings.town_zone).year
    client = enter("anna")
    wanted = {named[state].number} | ({overdue.number} if state == "late" else set())
    assert set(order(client, f"/queue?year={year}&state={state}")) == wanted
    page = client.get(f"/queue?year={year}").text
    assert '<span class="n">5 обращений</span>' in page
    assert order(client, f"/queue?year={year - 1}") == []


def test_a_year_begins_at_the_midnight_of_the_town(desk: Desk, enter: Enter) -> None:
    # 2025 in Vladivostok begins at 14:00 UTC of the last day of 2024.
    before, after = desk.add(), desk.add()
    before.received_at = datetime(2024, 12, 31, 13, 59, 59, tzinfo=UTC)
    after.received_at = datetime(2024, 12, 31, 14, 0, tzinfo=UTC)
    desk.session.commit()
    client = enter("anna")
    assert order(client, "/queue?year=2024") == [before.number]
    assert order(client, "/queue?year=2024&month=12") == [before.number]
    assert order(client, "/queue?year=2025") == order(client, "/queue?year=2025&month=1") == [after.number]


def test_each_word_of_the_sentence_narrows_the_list(desk: Desk, enter: Enter) -> None:
    snow = desk.add("снег, сугроб, двор не убран", network=Network.TELEGRAM)
    other = desk.add(ago=200)
    routing.take(desk.session, other, desk.cast.anna, now=desk.now)
    desk.session.commit()
    client = enter("anna")
    topic = desk.town.snow
    desk.session.refresh(snow)
    if snow.topic_id is None:
        snow.topic_id = topic.id
        desk.session.commit()
    for question, found in {
        "network=telegram": snow,
        f"topic={topic.id}": snow,
        f"group={topic.group_id}": snow,
        "overdue=1": other,
        "mine=1": other,
        "status=in_progress": other,
        f"department={desk.cast.housing.id}": desk.give(snow) if snow.department_id is None else snow,
        "department=housing": snow,
        "department=none": other,
        "state=overdue_now": other,
    }.items():
        assert order(client, f"/queue?{question}") == [found.number], question
    nothing = client.get("/queue?network=max").text
    assert "По этому фильтру ничего" in nothing
    assert "Убрать фильтр" in nothing


@pytest.mark.parametrize(
    "odd", ["year=20x", "year=0", "month=13&year=2026", "status=gone", "topic=1e9", "after=zzz", "after=0_2026_1"]
)
def test_an_odd_address_asks_nothing_and_breaks_nothing(desk: Desk, enter: Enter, odd: str) -> None:
    assert enter("anna").get(f"/queue?{odd}").status_code == 200


def test_a_number_leads_to_the_card_and_a_strangers_number_nowhere(desk: Desk, enter: Enter) -> None:
    appeal = desk.add()
    answer = enter("anna").get("/queue", query_string={"number": f"№ {appeal.number}"})
    assert (answer.status_code, answer.location) == (302, f"/appeals/{appeal.number}")
    for written in (str(appeal.number), "999999999999999999999", "снег", "²"):
        refused = enter("vera").get("/queue", query_string={"number": written})
        assert refused.status_code == 200
        assert "или оно у другого отдела" in refused.text


def test_a_year_of_which_only_the_number_is_known_says_so(desk: Desk, enter: Enter) -> None:
    desk.session.add(YearTotal(year=2019, received=1782, imported_at=desk.now))
    desk.session.commit()
    assert (
        "За 2019 год известно только число: 1\N{NO-BREAK SPACE}782 обращения"
        in enter("anna").get("/queue?year=2019").text
    )
