"""What a law lets one do: put off, pass on, refuse, answer by letter, make formal; each in journal, clock and verdict."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import complying, founding, replying
from incidents.records.answers import Answer, AnswerState
from incidents.records.norms import NormRow
from incidents.rules.acts import Refused, Status
from incidents.rules.norms import ClockName, Kind, Unit
from incidents.rules.statutory_table import TERMS, Duty
from incidents.settings import Settings
from tests.cast import Cast, Town
from tests.flow.deliveries import acts, entries, register
from tests.flow.laws import MONDAY, enact_laws, end_of, file

LATER = MONDAY + timedelta(days=10)
WHY = "нужна проверка на месте"


@pytest.fixture(autouse=True)
def _laws(session: Session, town: Town) -> None:
    enact_laws(session)


def test_the_answer_to_a_formal_appeal_is_due_thirty_days_after_its_registration(
    session: Session, cast: Cast, settings: Settings
) -> None:
    appeal = file(session, cast, settings, Kind.FORMAL)
    assert appeal.due_at == end_of(date(2026, 7, 1))
    assert (appeal.document_number, appeal.registered_at) == ("А-17", MONDAY)
    (entry,) = entries(session, appeal.number, "register")
    assert (entry.happened_at, entry.data["document"]) == (MONDAY, "А-17")


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        (Kind.FORMAL, date(2026, 7, 1)),
        (Kind.INFORMATION, date(2026, 7, 1)),
        (Kind.MEDIA, date(2026, 6, 5)),
        (Kind.PORTAL, date(2026, 7, 1)),
        (Kind.RECEPTION, date(2026, 7, 1)),
        (Kind.HOT_LINE, date(2026, 6, 5)),
    ],
)
def test_every_kind_has_the_term_of_its_law_or_order(
    session: Session, cast: Cast, settings: Settings, kind: Kind, day: date
) -> None:
    assert file(session, cast, settings, kind).due_at == end_of(day)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Friday noon: the closing of the same day; Friday evening and Sunday: that of Monday.
        (datetime(2026, 5, 29, 2, tzinfo=UTC), datetime(2026, 5, 29, 8, tzinfo=UTC)),
        (datetime(2026, 5, 29, 9, tzinfo=UTC), datetime(2026, 6, 1, 8, tzinfo=UTC)),
        (datetime(2026, 5, 31, 2, tzinfo=UTC), datetime(2026, 6, 1, 8, tzinfo=UTC)),
    ],
)
def test_a_private_message_is_answered_by_the_end_of_the_working_day(
    session: Session, cast: Cast, settings: Settings, received: datetime, due: datetime
) -> None:
    given = {"received_at": received, "registered_at": received, "document_number": None}
    assert file(session, cast, settings, Kind.DIRECT_MESSAGE, **given).due_at == due


def test_a_new_town_gets_the_terms_of_the_table_with_their_articles(session: Session) -> None:
    clocks = {Duty.ANSWER: ClockName.FIRST, Duty.REGISTER: ClockName.REGISTER}
    query = select(NormRow).where(NormRow.kind != Kind.SOCIAL, NormRow.clock.in_(clocks.values()))
    rows = {(row.kind, row.clock): row for row in session.scalars(query)}
    wanted = [row for row in TERMS if row.duty in (Duty.ANSWER, Duty.REGISTER)]
    found = {key: (row.term, row.unit, row.article) for key, row in rows.items()}
    assert found == {(row.kind, clocks[row.duty]): (row.days, row.unit, row.article) for row in wanted}
    assert rows[Kind.DIRECT_MESSAGE, ClockName.FIRST].unit is Unit.WORKING_DAY_END
    assert rows[Kind.INFORMATION, ClockName.REGISTER].note == "check with a lawyer"
    assert {rows[kind, ClockName.FIRST].note for kind in (Kind.RECEPTION, Kind.HOT_LINE)} == {"example"}
    assert founding.first_norms(session, now=MONDAY) == 0


def test_an_extension_moves_the_deadline_and_says_so_in_the_journal(
    session: Session, cast: Cast, settings: Settings
) -> None:
    appeal = file(session, cast, settings, Kind.FORMAL)
    until = complying.extend(
        session, appeal, cast.anna.actor, now=LATER, days=30, notice_on=date(2026, 6, 10), reason=WHY
    )
    assert (until, appeal.due_at) == (date(2026, 7, 31), end_of(date(2026, 7, 31)))
    (entry,) = entries(session, appeal.number, "extend")
    assert (entry.data["days"], entry.data["notice_on"]) == (30, "2026-06-10")
    with pytest.raises(Refused, match="extension_used_up"):
        complying.extend(session, appeal, cast.anna.actor, now=LATER, days=1, notice_on=date(2026, 6, 10), reason=WHY)


def test_an_extension_wants_a_reason_a_notice_in_time_and_a_person_of_the_press_sector(
    session: Session, cast: Cast, settings: Settings
) -> None:
    appeal = file(session, cast, settings, Kind.FORMAL)
    due_at = appeal.due_at
    for by, reason, notice_on, code in (
        (cast.anna, "", date(2026, 6, 10), "reason_needed"),
        (cast.anna, WHY, date(2026, 6, 20), "future_day"),
        (cast.dmitry, WHY, date(2026, 6, 10), "not_allowed"),
    ):
        with pytest.raises(Refused, match=code):
            complying.extend(session, appeal, by.actor, now=LATER, days=5, notice_on=notice_on, reason=reason)
    after = datetime(2026, 7, 2, 2, tzinfo=UTC)
    with pytest.raises(Refused, match="notice_too_late"):
        complying.extend(session, appeal, cast.anna.actor, now=after, days=5, notice_on=date(2026, 7, 1), reason=WHY)
    session.rollback()
    session.refresh(appeal)
    assert (appeal.due_at, entries(session, appeal.number, "extend")) == (due_at, [])


def test_the_press_is_put_off_to_the_day_that_the_notice_names(
    session: Session, cast: Cast, settings: Settings
) -> None:
    appeal = file(session, cast, settings, Kind.MEDIA)
    until = date(2026, 6, 19)
    complying.put_off(session, appeal, cast.anna.actor, now=MONDAY, until=until, notice_on=date(2026, 6, 1), reason=WHY)
    assert appeal.due_at == end_of(until)
    with pytest.raises(Refused, match="extension_days"):
        complying.put_off(
            session, appeal, cast.anna.actor, now=MONDAY, until=until, notice_on=date(2026, 6, 1), reason=WHY
        )


def test_what_is_passed_on_is_closed_here_without_a_verdict(session: Session, cast: Cast, settings: Settings) -> None:
    appeal = file(session, cast, settings, Kind.FORMAL)
    complying.forward(
        session, appeal, cast.anna.actor, now=LATER, on=date(2026, 6, 5), notice_on=date(2026, 6, 5), whom="В край"
    )
    assert (appeal.status, appeal.next_due_at, appeal.answered_at) == (Status.CLOSED, None, None)
    (entry,) = entries(session, appeal.number, "forward")
    assert entry.data["forwarded_on"] == "2026-06-05"
    assert entry.note is not None
    assert entry.note.text == "В край"
    assert complying.dates(session, appeal).forwarded_on == date(2026, 6, 5)


def test_only_what_the_law_says_is_passed_on(session: Session, cast: Cast, settings: Settings) -> None:
    for kind in (Kind.MEDIA, Kind.PORTAL, Kind.SOCIAL):
        appeal = file(session, cast, settings, kind)
        with pytest.raises(Refused, match="no_forward"):
            complying.forward(
                session, appeal, cast.anna.actor, now=LATER, on=date(2026, 6, 5), notice_on=None, whom="В край"
            )


def test_a_refusal_is_the_answer_to_a_request_and_to_nothing_else(
    session: Session, cast: Cast, settings: Settings
) -> None:
    appeal = file(session, cast, settings, Kind.MEDIA)
    day = date(2026, 6, 1)
    replying.refuse_request(session, appeal, cast.anna.actor, now=LATER, notice_on=day, reason="тайна; решил Петров")
    assert appeal.status is Status.ANSWERED
    assert acts(session, appeal.number)[-2:] == ["notify", "confirm"]
    assert complying.dates(session, appeal).refused_on == day
    formal = file(session, cast, settings, Kind.FORMAL)
    with pytest.raises(Refused, match="no_refusal"):
        replying.refuse_request(session, formal, cast.anna.actor, now=LATER, notice_on=day, reason=WHY)


def test_a_letter_answers_by_its_day_and_number(session: Session, cast: Cast, settings: Settings) -> None:
    appeal = file(session, cast, settings, Kind.FORMAL)
    replying.record_reply(session, appeal, cast.anna.actor, now=LATER, on=date(2026, 6, 9), number="И-44")
    assert appeal.status is Status.ANSWERED
    assert appeal.answered_at == datetime(2026, 6, 9, 2, tzinfo=UTC)
    answer = session.scalars(select(Answer)).one()
    assert (answer.state, answer.external_id, answer.is_outside) == (AnswerState.PUBLISHED, "И-44", True)
    assert not appeal.is_late(LATER)


def test_a_letter_of_the_last_day_is_in_time_and_one_of_the_next_is_late(
    session: Session, cast: Cast, settings: Settings
) -> None:
    much_later = datetime(2026, 7, 20, 2, tzinfo=UTC)
    for day, is_late in ((date(2026, 7, 1), False), (date(2026, 7, 2), True)):
        appeal = file(session, cast, settings, Kind.FORMAL)
        replying.record_reply(session, appeal, cast.anna.actor, now=much_later, on=day, number="")
        assert appeal.is_late(much_later) is is_late


def test_an_answer_in_a_network_has_a_link_and_no_number(session: Session, cast: Cast, settings: Settings) -> None:
    appeal = register(session, settings)
    with pytest.raises(Refused, match="link_needed"):
        replying.record_reply(session, appeal, cast.anna.actor, now=LATER, on=date(2026, 6, 9), number="И-44")


def test_a_draft_becomes_the_text_of_the_letter(session: Session, cast: Cast, settings: Settings) -> None:
    appeal = file(session, cast, settings, Kind.INFORMATION)
    draft = Answer(appeal_number=appeal.number, text="Двор в плане", version=1, created_at=MONDAY, state="draft")
    session.add(draft)
    session.flush()
    replying.record_reply(session, appeal, cast.anna.actor, now=LATER, on=date(2026, 6, 9), number="И-44")
    assert [(each.text, each.state) for each in session.scalars(select(Answer))] == [
        ("Двор в плане", AnswerState.PUBLISHED)
    ]
