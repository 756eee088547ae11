"""Norms are entered and ended by date: what a later one ended, what is taken back, and what may not be left without a norm."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import enacting
from incidents.records.journal import Entry
from incidents.records.norms import NormRow
from incidents.rules.acts import Refused
from incidents.rules.norms import ClockName, Hours, Kind, Norm, OnDayOff, Start, Unit
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town, two_hours
from tests.flow.deliveries import register

TODAY = date(2026, 10, 28)
TOMORROW = TODAY + timedelta(days=1)


def end(
    session: Session, cast: Cast, row: NormRow, last_day: date, *, reason: str = "приказ", known: bool = False
) -> None:
    by = cast.elena.actor
    enacting.retire(session, row, last_day, by, now=NOW, today=TODAY, reason=reason, is_known=known)


def social(session: Session) -> NormRow:
    """The town's norm for what citizens write in public."""
    return session.scalars(select(NormRow).where(NormRow.kind == Kind.SOCIAL).order_by(NormRow.id)).first() or NormRow()


def test_a_norm_ends_with_its_last_day_and_what_began_goes_on_by_it(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    row = social(session)
    begun = register(session, settings)
    end(session, cast, row, TODAY, known=True)
    session.commit()
    assert row.retired_on == TOMORROW
    assert register(session, settings).due_at == begun.due_at
    at = NOW + timedelta(days=1)
    assert register(session, settings, received_at=at, posted_at=at).due_at is None
    entry = session.scalars(select(Entry).where(Entry.stream == enacting.STREAM).order_by(Entry.seq.desc())).first()
    assert entry is not None
    assert (entry.act, entry.data) == ("retire", {"norm": row.id, "retired_on": "2026-10-29"})


def test_a_kind_is_not_left_without_a_first_answer_unless_that_is_meant(
    session: Session, town: Town, cast: Cast
) -> None:
    row = social(session)
    with pytest.raises(Refused, match="leaves_no_norm"):
        end(session, cast, row, TOMORROW)
    narrow = enacting.put(session, replace(two_hours(), topic_id=town.snow.id), cast.elena.actor, now=NOW, note="")
    # The plainer norm still counts: nothing is lost.
    end(session, cast, narrow, TOMORROW)
    again = enacting.put(
        session,
        replace(two_hours(), starts_at=Start.ANSWERED, clock=ClockName.NEXT),
        cast.elena.actor,
        now=NOW,
        note="",
    )
    end(session, cast, again, TOMORROW)
    assert (row.retired_on, narrow.retired_on, again.retired_on) == (None, *[TOMORROW + timedelta(days=1)] * 2)


def test_what_is_still_to_come_is_taken_back_and_the_present_norm_goes_on(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    coming = enacting.put(
        session, replace(two_hours(), term=5, valid_from=TOMORROW), cast.elena.actor, now=NOW, note=""
    )
    end(session, cast, coming, TODAY)
    session.commit()
    at = NOW + timedelta(days=3)
    assert register(session, settings, received_at=at, posted_at=at).due_at == at + timedelta(hours=2)
    corrected = replace(two_hours(), term=7, valid_from=TOMORROW)
    enacting.enact(session, corrected, cast.elena.actor, now=NOW, today=TODAY)


def test_what_ended_or_has_no_reason_is_not_ended_again(session: Session, town: Town, cast: Cast) -> None:
    row = social(session)
    for last_day, reason, code in (
        (TODAY - timedelta(days=1), "приказ", "end_in_past"),
        (TODAY, "  ", "reason_needed"),
    ):
        with pytest.raises(Refused, match=code):
            end(session, cast, row, last_day, reason=reason, known=True)
    enacting.enact(session, replace(two_hours(), term=5, valid_from=TODAY), cast.elena.actor, now=NOW, today=TODAY)
    with pytest.raises(Refused, match="norm_over"):
        end(session, cast, row, TOMORROW, known=True)
    newest = session.scalars(select(NormRow).order_by(NormRow.id.desc())).first() or NormRow()
    end(session, cast, newest, TOMORROW, known=True)
    with pytest.raises(Refused, match="norm_over"):
        end(session, cast, newest, TOMORROW, known=True)


def test_a_start_or_clock_that_would_never_count_is_refused(session: Session, town: Town, cast: Cast) -> None:
    days = Norm(0, Kind.FORMAL, 30, Hours.CALENDAR, Start.REGISTERED, TODAY, unit=Unit.DAYS)
    for norm, code in (
        (replace(days, starts_at=Start.ANSWERED), "start_unfit"),
        (replace(days, clock=ClockName.FINAL), "clock_unfit"),
    ):
        with pytest.raises(Refused, match=code):
            enacting.check(session, norm, today=TODAY)
    enacting.check(session, replace(days, on_day_off=OnDayOff.PREVIOUS), today=TODAY)


def test_days_that_move_off_a_day_off_need_a_calendar(session: Session, cast: Cast) -> None:
    days = Norm(0, Kind.FORMAL, 30, Hours.CALENDAR, Start.REGISTERED, TODAY, unit=Unit.DAYS)
    enacting.check(session, days, today=TODAY)
    with pytest.raises(Refused, match="no_working_time"):
        enacting.check(session, replace(days, on_day_off=OnDayOff.NEXT), today=TODAY)


def test_even_the_first_norm_of_a_day_counts_from_its_moment(session: Session, cast: Cast, settings: Settings) -> None:
    earlier = register(session, settings)
    later = NOW + timedelta(hours=1)
    enacting.enact(session, replace(two_hours(), valid_from=TODAY), cast.elena.actor, now=later, today=TODAY)
    session.commit()
    assert earlier.due_at is None
    again = register(session, settings, received_at=later, posted_at=later)
    assert again.due_at == later + timedelta(hours=2)
