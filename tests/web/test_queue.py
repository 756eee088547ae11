"""The queue: whose appeals, in which order, how many, and by which words of the sentence."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, intake, routing
from incidents.records.answers import AnswerState
from incidents.records.appeals import Appeal
from incidents.records.figures import YearTotal
from incidents.rules.lifecycle import Actor, Reject, Role
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.web.conftest import Enter

BY = Actor("network:vk")
WORDS = (
    "Грейдер прошёл и завалил выезд из двора, обещали убрать вчера, снег по колено",
    "Почему автобус № 6 стал ходить раз в час? Люди опаздывают на завод",
    "Стая собак у детского сада на Димитрова",
    "Вода из крана рыжая второй день, чем мыть ребёнка",
)


class Desk:
    """Registers appeals as the networks do, so many minutes ago; the town's norm is two hours."""

    def __init__(self, session: Session, cast: Cast, town: Town, settings: Settings) -> None:
        self.session, self.cast, self.town, self.settings = session, cast, town, settings
        self.now = datetime.now(UTC)

    def add(self, words: str = "Просто вопрос", *, ago: int = 10, **more: object) -> Appeal:
        at = self.now - timedelta(minutes=ago)
        given: dict[str, object] = {"author_name": "Марина К.", "network": Network.VK, "place": Place.COMMENT, **more}
        appeal = intake.register(
            self.session,
            intake.Incoming(text=words, received_at=at, **given),  # type: ignore[arg-type]
            BY,
            self.settings,
            now=at,
        )
        self.session.commit()
        return appeal

    def answer(self, appeal: Appeal, *, at: datetime | None = None) -> None:
        approving.confirm_by_hand(
            self.session,
            appeal,
            self.cast.anna,
            now=self.now,
            link="https://vk.com/wall-1_2",
            at=at or self.now - timedelta(minutes=1),
        )
        self.session.commit()

    def give(self, appeal: Appeal) -> Appeal:
        routing.assign(self.session, appeal, self.cast.housing, self.cast.anna.actor, now=self.now)
        self.session.commit()
        return appeal


@pytest.fixture
def desk(session: Session, cast: Cast, town: Town, settings: Settings) -> Desk:
    return Desk(session, cast, town, settings)


def order(client: FlaskClient, path: str = "/queue") -> list[int]:
    """The numbers of the rows of a page, from above."""
    page = client.get(path)
    assert page.status_code == 200, page.status
    return [int(part.partition('"')[0]) for part in page.text.split('<li class="q-row" id="a')[1:]]


def test_rows_stand_by_the_time_left_and_what_waits_for_others_stands_last(desk: Desk, enter: Enter) -> None:
    today, soon, late = desk.add(ago=5), desk.add(ago=100), desk.add(ago=130)
    publishing = desk.add(
        ago=40, source_id=desk.town.vk.id, reply_to={"owner_id": -1234, "post_id": 1, "comment_id": 2}
    )
    text = answering.save(desk.session, publishing, desk.cast.anna, "Ответ", now=desk.now, seen=None)
    approving.approve(desk.session, publishing, desk.cast.anna, desk.settings, now=desk.now, version=text.version)
    desk.session.commit()
    client = enter("anna")
    assert order(client) == [late.number, soon.number, today.number, publishing.number]
    page = client.get("/queue").text
    assert page.index("Просрочено <span") < page.index("До 30 минут <span") < page.index("Ждут других")


def test_a_stopped_delivery_waits_for_us_and_says_so(desk: Desk, enter: Enter) -> None:
    quiet, stopped = desk.add(ago=5), desk.add(ago=40)
    text = answering.save(desk.session, stopped, desk.cast.anna, "Ответ", now=desk.now, seen=None)
    approving.approve(desk.session, stopped, desk.cast.anna, desk.settings, now=desk.now, version=text.version)
    text.state, text.error_code = AnswerState.NEEDS_OPERATOR, "213"
    desk.session.commit()
    client = enter("anna")
    assert order(client) == [stopped.number, quiet.number]
    assert "Не отправлено" in client.get("/queue").text


def test_a_department_sees_its_own_appeals_and_the_stranger_none(desk: Desk, enter: Enter) -> None:
    theirs, nobodys = desk.give(desk.add()), desk.add()
    assert order(enter("boris")) == order(enter("dmitry")) == [theirs.number]
    assert order(enter("anna")) == order(enter("galina")) == [theirs.number, nobodys.number]
    vera = enter("vera")
    assert order(vera) == []
    assert "Очередь пуста" in vera.get("/queue").text
    assert order(vera, "/queue?status=all") == []
    assert str(theirs.text) not in vera.get(f"/queue/changes?rows={theirs.number}-aa").text
    assert enter("elena").get("/queue").status_code == 403


def test_a_manager_reads_and_is_offered_no_act(desk: Desk, enter: Enter) -> None:
    desk.add("снег и сугроб у дома, двор не убран")
    desk.add()
    assert "formaction" not in enter("galina").get("/queue").text
    assert enter("anna").get("/queue").text.count("formaction") == 2


def test_one_click_accepts_the_suggestion_or_takes_the_appeal(desk: Desk, enter: Enter) -> None:
    clear, unclear = desk.add("темно, фонари не горят"), desk.add()
    page = enter("anna").get("/queue").text
    assert f'formaction="/appeals/{clear.number}/assignment?version={clear.version}"' in page
    assert f'name="suggested" value="{desk.town.lamps.id}"' in page
    assert "Управление дорог" in page
    assert f'formaction="/appeals/{unclear.number}/taking" name="version" value="{unclear.version}"' in page


def test_the_counters_count_what_the_groups_show(desk: Desk, enter: Enter) -> None:
    for ago in (150, 130, 100, 5):
        desk.add(ago=ago)
    done = desk.add(ago=30)
    desk.answer(done)
    routing.take(desk.session, desk.session.get_one(Appeal, 1), desk.cast.anna, now=desk.now)
    desk.session.commit()
    page = enter("anna").get("/queue").text
    for words in ("<b>4</b> открыто", "<b>2</b> просрочено", "<b>1</b> до 30 минут", "сегодня ответили <b>1</b>"):
        assert words in page, words
    assert 'Мои <span class="count">1</span>' in page
    assert "(2) Очередь" in page


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


def test_pages_follow_one_another_without_gap_or_repetition(desk: Desk, enter: Enter) -> None:
    for number in range(120):
        desk.add(ago=number % 7 * 20, author_name="")
    undated = desk.session.get_one(Appeal, 60)
    undated.due_at = None
    desk.session.commit()
    client = enter("anna")
    for start in ("/queue", "/queue?status=all"):
        path, seen = start, list[int]()
        while path:
            page = client.get(path).text
            seen += order(client, path)
            links = [
                part.partition('"')[0] for part in page.split('<a href="')[1:] if 'rel="next"' in part.partition(">")[0]
            ]
            path = links[0].replace("&amp;", "&") if links else ""
        assert len(seen) == 120
        assert len(set(seen)) == 120


def test_a_full_page_is_light_and_asks_the_database_a_fixed_number_of_questions(
    desk: Desk, enter: Enter, app: Flask
) -> None:
    client = enter("anna")
    asked: list[str] = []
    engine = app.extensions["incidents.sessions"].kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    numbers: list[int] = []
    for rows in (3, 60):
        while len(numbers) < rows:
            numbers.append(
                desk.add(
                    WORDS[len(numbers) % len(WORDS)],
                    address="аллея Труда, 15" if len(numbers) % 3 else None,
                    attachments=({"kind": "photo"},) * (len(numbers) % 3),
                    ago=len(numbers),
                ).number
            )
        asked.clear()
        page = client.get("/queue")
        few = len(asked)
        assert few <= 16, "\n".join(asked)
    assert len(order(client)) == 50
    assert len(page.data) < 60_000


def test_an_open_page_gets_304_until_something_it_shows_changes(desk: Desk, enter: Enter) -> None:
    appeal = desk.add()
    client = enter("anna")
    page = client.get("/queue").text
    mark = page.partition(f'id="a{appeal.number}" data-v="')[2].partition('"')[0]
    asked = f"/queue/changes?since={appeal.number}&whole=1&rows={appeal.number}-{mark}"
    first = client.get(asked)
    assert first.status_code == 200
    assert f'id="a{appeal.number}"' not in first.text
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(asked, headers=tag).status_code == 304
    routing.take(desk.session, appeal, desk.cast.zoya, now=desk.now)
    desk.session.commit()
    changed = client.get(asked, headers=tag)
    assert changed.status_code == 200
    assert f'id="a{appeal.number}"' in changed.text
    assert "Зоя" in changed.text
    desk.add()
    arrived = client.get(asked, headers={"If-None-Match": changed.headers["ETag"]}).text
    assert "Поступило ещё 1 обращение — показать" in arrived
    assert 'data-title="Очередь' in arrived


def test_a_row_that_went_to_another_department_stays_as_a_line(desk: Desk, enter: Enter) -> None:
    appeal = desk.give(desk.add("Тайные слова"))
    boris = enter("boris")
    routing.assign(desk.session, appeal, desk.cast.roads, desk.cast.anna.actor, now=desk.now, reason="дорога")
    desk.session.commit()
    changed = boris.get(f"/queue/changes?rows={appeal.number}-aa&since=1").text
    assert f"№ {appeal.number} теперь у другого отдела" in changed
    assert "Тайные слова" not in changed


def test_odd_rows_of_a_live_question_are_refused(enter: Enter, desk: Desk) -> None:
    client = enter("anna")
    assert client.get("/queue/changes?rows=x-1").status_code == 400
    assert client.get("/queue/changes?rows=" + ",".join(f"{n}-a" for n in range(300))).status_code == 400
    assert client.get("/queue/changes").status_code == 200


def test_the_open_list_is_answered_by_the_index_of_open_appeals(desk: Desk, enter: Enter, app: Flask) -> None:
    desk.give(desk.add())
    asked: list[tuple[str, object]] = []
    engine = app.extensions["incidents.sessions"].kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    for login, question in (
        ("anna", ""),
        ("boris", ""),
        ("anna", "?department=housing&overdue=1"),
        ("anna", "?mine=1"),
    ):
        client = enter(login)
        asked.clear()
        client.get(f"/queue{question}")
        with engine.connect() as connection:
            for statement, given in [each for each in asked if "NOT IN ('answered'" in each[0]]:
                plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all())
                assert "ix_appeals_open" in plan, (login, question, plan, statement)
                assert "SCAN appeals'" not in plan


def test_every_role_of_the_queue_begins_its_work_there(desk: Desk, enter: Enter) -> None:
    assert {Role.PRESS, Role.HEAD, Role.MANAGER} == {desk.cast.anna.role, desk.cast.boris.role, desk.cast.galina.role}
    for login in ("anna", "boris", "dmitry", "galina"):
        assert enter(login).get("/").location == "/queue"
