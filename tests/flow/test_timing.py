"""Which norm and which deadline an appeal gets, around the days on which norms change."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from incidents.flow import calendar_changes, enacting, timing
from incidents.rules.acts import Refused
from incidents.rules.calendar import DayKind
from incidents.rules.days import SpecialDay
from incidents.rules.norms import Hours, Kind, Norm, Start
from incidents.settings import Settings
from tests.cast import NOW, Cast, Town, two_hours
from tests.flow.deliveries import register

NEW_YEAR = datetime(2026, 12, 31, 14, 0, tzinfo=UTC)  # midnight in the town
MINUTE = timedelta(minutes=1)
POSTED = replace(two_hours(), term=60, starts_at=Start.POSTED, valid_from=date(2027, 1, 1))


def enact(session: Session, norm: Norm, cast: Cast, today: date = date(2026, 10, 28)) -> int:
    return enacting.enact(session, norm, cast.elena.actor, now=NOW, today=today).id


@pytest.mark.parametrize(("minutes", "term"), [(-1, 120), (0, 60)])
def test_the_towns_midnight_divides_two_norms(
    session: Session, town: Town, cast: Cast, settings: Settings, minutes: int, term: int
) -> None:
    enact(session, replace(two_hours(), term=60, valid_from=date(2027, 1, 1)), cast)
    at = NEW_YEAR + minutes * MINUTE
    assert register(session, settings, received_at=at, posted_at=at).due_at == at + term * MINUTE


@pytest.mark.parametrize("start", [Start.POSTED, Start.RECEIVED])
def test_an_appeal_posted_before_and_received_after_the_change_has_one_norm(
    session: Session, town: Town, cast: Cast, settings: Settings, start: Start
) -> None:
    enact(session, replace(two_hours(), starts_at=start, valid_from=date(2026, 11, 1)), cast)
    other = Start.POSTED if start is Start.RECEIVED else Start.RECEIVED
    newest = enact(session, replace(POSTED, starts_at=other), cast)
    posted, received = NEW_YEAR - MINUTE, NEW_YEAR + MINUTE
    appeal = register(session, settings, received_at=received, posted_at=posted)
    assert appeal.norm_id == newest
    assert appeal.due_at == (posted if other is Start.POSTED else received) + 60 * MINUTE


def test_before_the_first_norm_there_is_no_verdict(session: Session, town: Town, settings: Settings) -> None:
    long_ago = datetime(2018, 7, 31, 13, 59, tzinfo=UTC)
    appeal = register(session, settings, received_at=long_ago, posted_at=long_ago)
    assert (appeal.norm_id, appeal.due_at) == (None, None)
    assert not appeal.is_late(NOW)


def test_working_hours_heed_the_holidays(session: Session, town: Town, cast: Cast, settings: Settings) -> None:
    days = {
        date(2026, 11, 3): SpecialDay(DayKind.SHORTENED, shorter_by=60),
        date(2026, 11, 4): SpecialDay(DayKind.HOLIDAY, "День народного единства"),
    }
    zone = settings.town_zone
    calendar_changes.change_days(session, days, date(2026, 11, 1), cast.elena.actor, now=NOW, zone=zone)
    enact(session, replace(two_hours(), hours=Hours.WORKING, valid_from=date(2026, 11, 1)), cast)
    at = datetime(2026, 11, 3, 6, 30, tzinfo=UTC)
    appeal = register(session, settings, received_at=at, posted_at=at)
    assert appeal.due_at == datetime(2026, 11, 5, 0, 30, tzinfo=UTC)
    passed = timing.elapsed(session, appeal, appeal.due_at)
    assert (passed.calendar_seconds, passed.working_seconds) == (42 * 3600, 2 * 3600)


def test_letters_and_words_in_public_have_norms_of_their_own(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    enact(session, replace(two_hours(Kind.DIRECT_MESSAGE), term=1440, valid_from=date(2026, 10, 28)), cast)
    assert register(session, settings, kind=Kind.DIRECT_MESSAGE).due_at == NOW + timedelta(days=1)
    assert register(session, settings).due_at == NOW + timedelta(hours=2)


def test_a_norm_in_the_past_twice_or_in_a_tie_is_refused(session: Session, town: Town, cast: Cast) -> None:
    today = date(2026, 10, 28)
    vk = replace(two_hours(), network="vk", valid_from=today)
    enact(session, vk, cast)
    for norm, code in (
        (replace(vk, network="ok", valid_from=date(2026, 10, 27)), "norm_in_past"),
        (replace(vk, term=5), "norm_twice"),
        (replace(vk, network=None, topic_id=town.snow.id), "norm_tie"),
        (replace(vk, network="ok", term=0), "term_needed"),
    ):
        with pytest.raises(Refused, match=code):
            enact(session, norm, cast, today)


def test_a_new_norm_moves_no_deadline_that_was_given(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal = register(session, settings)
    before = appeal.due_at
    enact(session, replace(two_hours(), term=5, valid_from=date(2026, 10, 28)), cast)
    session.commit()
    session.refresh(appeal)
    assert appeal.due_at == before
