"""What a manager sees of this moment."""

from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from incidents.rules.acts import Status
from incidents.statistics import board
from tests.cast import Cast, Town
from tests.statistics.conftest import TERM, ZONE, Add, local, statements

NOW = local(2026, 10, 28, 12, 30)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_a_quiet_town_has_an_empty_board(session: Session) -> None:
    seen = board.read(session, ZONE, NOW)
    assert (seen.open, seen.overdue_now, seen.due_soon, seen.answered) == (0, 0, 0, 0)
    assert (seen.oldest, seen.longest_due_at, seen.rate, seen.departments, seen.topics) == (None, None, None, (), ())


def test_the_figures_of_now_add_up_over_the_departments(session: Session, add: Add, cast: Cast, town: Town) -> None:
    roads, housing = cast.roads.id, cast.housing.id
    add(NOW - TERM - 14 * MINUTE, department_id=roads, topic_id=town.potholes.id)
    add(NOW - TERM - 3 * MINUTE, department_id=roads)
    add(NOW - TERM + 20 * MINUTE, department_id=housing)
    add(NOW - MINUTE)
    # A first answer is out: open, but no longer late.
    add(NOW - DAY, MINUTE, status=Status.AWAITING_AUTHOR, department_id=housing)
    add(NOW - DAY, status=Status.REJECTED)
    seen = board.read(session, ZONE, NOW)
    assert (seen.open, seen.overdue_now, seen.due_soon) == (5, 2, 1)
    assert [(line.name, line.open, line.overdue_now, line.due_soon) for line in seen.departments] == [
        ("Управление дорог", 2, 2, 0),
        ("Управление ЖКХ", 2, 0, 1),
        ("", 1, 0, 0),
    ]
    assert seen.longest_due_at == NOW - 14 * MINUTE
    assert seen.oldest is not None
    assert (seen.oldest.received_at, seen.oldest.topic) == (NOW - TERM - 14 * MINUTE, "Ямы")


def test_answered_today_begins_at_the_towns_midnight(session: Session, add: Add, cast: Cast) -> None:
    midnight = local(2026, 10, 28, 0)
    for minutes in (0, 1, 2, 3):
        add(midnight - 10 * MINUTE, (10 + minutes) * MINUTE, department_id=cast.roads.id)
    add(midnight - 10 * MINUTE, 10 * MINUTE - timedelta(microseconds=1))
    add(midnight - TERM - MINUTE, TERM + MINUTE, department_id=cast.roads.id)
    add(midnight, MINUTE, has_norm=False)
    seen = board.read(session, ZONE, NOW)
    assert (seen.answered, seen.in_time, seen.cases, seen.rate) == (6, 4, 5, 80.0)
    assert (seen.week_in_time, seen.week_cases) == (5, 6)
    assert [(line.name, line.rate) for line in seen.departments] == [("", None), ("Управление дорог", 80.0)]


def test_a_share_of_fewer_than_five_answers_is_not_shown(session: Session, add: Add) -> None:
    for _ in range(4):
        add(local(2026, 10, 28, 9), MINUTE)
    seen = board.read(session, ZONE, NOW)
    assert (seen.cases, seen.rate, seen.departments[0].rate) == (4, None, None)


def test_topics_of_today_stand_beside_their_average_of_seven_days(session: Session, add: Add, town: Town) -> None:
    for back in range(1, 8):
        add(NOW - back * DAY, MINUTE, topic_id=town.snow.id)
    add(NOW - 8 * DAY, MINUTE, topic_id=town.snow.id)
    for _ in range(3):
        add(NOW - MINUTE, topic_id=town.snow.id)
        add(NOW - MINUTE, topic_id=town.potholes.id)
        add(NOW - MINUTE, topic_id=town.lamps.id, status=Status.REJECTED)
        add(NOW - MINUTE)
    seen = board.read(session, ZONE, NOW).topics
    assert [(topic.name, topic.today, topic.average, topic.times) for topic in seen] == [
        ("Ямы", 3, 0.0, None),
        ("Снег во дворах", 3, 1.0, 3.0),
    ]
    assert seen[1].days == (1, 1, 1, 1, 1, 1, 1, 3)


def test_the_board_asks_four_questions_of_the_appeals(
    session: Session, engine: Engine, add: Add, cast: Cast, town: Town
) -> None:
    for number in range(40):
        add(NOW - number * MINUTE, department_id=cast.roads.id, topic_id=town.snow.id)
    session.commit()
    asked = statements(engine)
    board.read(session, ZONE, NOW)
    # Beside these, names that a process keeps.
    assert sum("FROM appeals" in each for each in asked) == 4
