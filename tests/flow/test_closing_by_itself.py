"""What is closed by itself after a quiet time, and what never is."""

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from incidents.flow import closing, intake, recomputing, timing
from incidents.flow.answering import Intent
from incidents.records.appeals import Appeal
from incidents.rules.acts import Purpose, Status
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town
from tests.flow.deliveries import NETWORK, entries, incoming, register
from tests.flow.lives import DAY, HOUR, INTERIM, MINUTE, QUESTION, enact_all_clocks, say

QUIET = timedelta(days=30)
FINAL = Intent(Purpose.FINAL)


def test_only_what_is_quiet_long_enough_is_closed(session: Session, cast: Cast, town: Town, settings: Settings) -> None:
    enact_all_clocks(session)
    done, asked, partly, lively, open_ = (register(session, settings) for _ in range(5))
    for number, (appeal, intent) in enumerate({done: FINAL, asked: QUESTION, partly: INTERIM, lively: FINAL}.items()):
        say(session, appeal, cast.anna, intent, NOW + MINUTE, link=f"https://vk.com/wall-1_{number + 2}")
    # Thanks start no clock, but they are a sign of life.
    intake.follow_up(session, lively, incoming("Спасибо!", received_at=NOW + DAY), NETWORK, now=NOW + DAY)
    session.commit()
    assert closing.close_quiet(session, now=NOW + QUIET, after=QUIET) == []
    assert closing.close_quiet(session, now=NOW + QUIET + HOUR, after=QUIET) == [done.number, asked.number]
    session.commit()
    assert [each.status for each in (done, asked, partly, lively, open_)] == [
        *(Status.CLOSED, Status.CLOSED, Status.INTERIM_ANSWERED, Status.ANSWERED, Status.NEW),
    ]
    (entry,) = entries(session, asked.number, "close")
    assert (entry.by, entry.note.text if entry.note else "") == ("machine:clock", "quiet")
    assert closing.close_quiet(session, now=NOW + QUIET + 2 * DAY, after=QUIET) == [lively.number]
    session.commit()
    numbers = list(session.scalars(select(Appeal.number)))
    assert recomputing.differences(session, numbers, timing.rules(session), now=NOW + QUIET + 2 * DAY) == []


def test_the_question_is_answered_by_indexes_alone(session: Session, town: Town) -> None:
    """Neither all that was ever answered nor a whole journal is met."""
    if session.get_bind().dialect.name != "sqlite":
        return
    compiled = closing.quiet(NOW, QUIET).compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    asked = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert any("ix_appeals_quiet" in step for step in asked), asked
    assert any("stream=?" in step for step in asked), asked
    assert not any(step.startswith("SCAN") for step in asked), asked
