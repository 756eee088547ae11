"""Answered by hand: a person saw it there; link and time are recorded, and an alarm that was wrong is corrected, not erased."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, overdue, publishing
from incidents.networks.events import Failure, Receipt
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.rules.acts import Refused, Status
from incidents.rules.places import Network
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town
from tests.databases import SQLITE
from tests.flow.deliveries import acts, approved, entries, register

LINK = "https://ok.ru/group/1/topic/2"
SECOND = timedelta(seconds=1)
DUE = NOW + TERM


@pytest.fixture
def appeal(session: Session, town: Town, settings: Settings) -> Appeal:
    return register(session, settings, posted_at=NOW - timedelta(minutes=5))


def alarm(session: Session) -> None:
    """Everything that is overdue is flagged."""
    overdue.raise_alarms(session, now=DUE + SECOND)
    session.commit()
    session.expire_all()


def test_an_answer_that_went_past_the_program_is_recorded_with_link_and_time(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    at = NOW + timedelta(minutes=3)
    approving.confirm_by_hand(session, appeal, cast.anna, now=NOW + TERM, link=LINK, at=at)
    assert (appeal.status, appeal.answered_at) == (Status.ANSWERED, at)
    (entry,) = entries(session, appeal.number, "confirm")
    assert (entry.by, entry.happened_at, entry.noticed_at) == (cast.anna.actor.name, at, NOW + TERM)
    assert (entry.data["by_hand"], entry.data["permalink"]) == (True, LINK)


def test_what_has_nowhere_to_go_by_itself_waits_for_a_persons_hand(
    session: Session, appeal: Appeal, cast: Cast, settings: Settings
) -> None:
    answer = approved(session, appeal, cast.anna, settings)
    assert (answer.state, answer.error_code) == (AnswerState.NEEDS_OPERATOR, "by_hand")
    assert publishing.claim(session, "worker", now=NOW + TERM) is None
    with pytest.raises(Refused, match="nothing_to_resend"):
        publishing.resend(session, appeal, answer, cast.anna, now=NOW)
    approving.confirm_by_hand(session, appeal, cast.anna, now=NOW + SECOND, link=LINK, at=NOW + SECOND)
    assert (answer.state, answer.text, answer.permalink) == (AnswerState.PUBLISHED, "Убрали", LINK)
    assert appeal.status is Status.ANSWERED


def test_a_draft_that_was_pasted_by_hand_is_the_answer(session: Session, appeal: Appeal, cast: Cast) -> None:
    draft = answering.save(session, appeal, cast.anna, "Убрали", now=NOW, seen=None)
    approving.confirm_by_hand(session, appeal, cast.anna, now=NOW, link=LINK, at=NOW)
    assert (draft.state, answering.current(session, appeal)) == (AnswerState.PUBLISHED, None)


@pytest.mark.parametrize(
    ("link", "at", "code"),
    [
        ("ok.ru/topic", NOW, "bad_link"),
        ("javascript:alert(1)", NOW, "bad_link"),
        ("http://[::1", NOW, "bad_link"),
        ("https://ok.ru/" + "x" * 2000, NOW, "bad_link"),
        (LINK, NOW + SECOND, "future_time"),
        (LINK, NOW - timedelta(minutes=6), "before_received"),
    ],
)
def test_what_is_no_evidence_is_refused(
    session: Session, appeal: Appeal, cast: Cast, link: str, at: datetime, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        approving.confirm_by_hand(session, appeal, cast.anna, now=NOW, link=link, at=at)
    assert appeal.answered_at is None


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize("stranger", ["boris", "dmitry", "vera", "galina", "elena"])
def test_only_the_press_sector_says_that_it_is_answered(
    session: Session, appeal: Appeal, cast: Cast, stranger: str
) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        approving.confirm_by_hand(session, appeal, getattr(cast, stranger), now=NOW, link=LINK, at=NOW)


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize(("seconds", "is_corrected"), [(-1, True), (0, True), (1, False)])
def test_an_alarm_that_proves_wrong_stays_and_is_followed_by_a_correction(
    session: Session, appeal: Appeal, cast: Cast, seconds: int, is_corrected: bool
) -> None:
    alarm(session)
    at = DUE + seconds * SECOND
    approving.confirm_by_hand(session, appeal, cast.anna, now=DUE + TERM, link=LINK, at=at)
    alarms = ["warn", "warn", "overdue"]
    tail = [*alarms, "confirm", "correct"] if is_corrected else [*alarms, "confirm"]
    assert acts(session, appeal.number) == ["register", *tail]
    assert appeal.is_late(DUE + 9 * TERM) is not is_corrected


def test_the_networks_own_late_word_corrects_the_alarm_too(
    session: Session, appeal: Appeal, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal.source_id = town.telegram.id
    appeal.messages[0].source_id = town.telegram.id
    appeal.messages[0].reply_to = {"chat_id": 7, "message_id": 5}
    answer = approved(session, appeal, cast.anna, settings)
    assert publishing.claim(session, "worker", now=NOW) == answer.id
    session.expire_all()
    publishing.record(session, answer.id, Failure("unknown", "no_answer"), now=NOW)
    session.commit()
    alarm(session)
    publishing.record(session, answer.id, Receipt("9", None, DUE), now=DUE + TERM)
    assert acts(session, appeal.number)[-3:] == ["overdue", "confirm", "correct"]
    assert (appeal.answered_at, appeal.is_late(DUE + TERM)) == (DUE, False)


def test_nobody_saw_an_answer_before_it_was_approved(
    session: Session, appeal: Appeal, town: Town, cast: Cast, settings: Settings
) -> None:
    appeal.source_id = town.telegram.id
    appeal.messages[0].reply_to = {"chat_id": 7, "message_id": 5}
    answer = approved(session, appeal, cast.anna, settings, at=NOW + SECOND)
    publishing.record(session, answer.id, Receipt("9", None, NOW - TERM), now=NOW + SECOND)
    assert appeal.answered_at == NOW + SECOND


def test_a_text_too_long_for_its_network_is_refused_before_it_is_approved(
    session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    for network, text in ((Network.TELEGRAM, "😀" * 2049), (Network.VK, "я" * 4097)):
        appeal = register(session, settings, network=network)
        draft = answering.save(session, appeal, cast.anna, text, now=NOW, seen=None)
        with pytest.raises(Refused, match="too_long"):
            approving.approve(session, appeal, cast.anna, settings, now=NOW, version=draft.version)
        assert appeal.status is Status.NEW


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
def test_a_colleagues_answer_that_counts_leaves_our_own_draft_unpublished(
    session: Session, appeal: Appeal, cast: Cast
) -> None:
    heard = Answer(
        appeal_number=appeal.number,
        state=AnswerState.PUBLISHED,
        text="Уже чистим",
        created_at=NOW,
        is_outside=True,
        permalink=LINK,
        published_at=NOW,
    )
    session.add(heard)
    draft = answering.save(session, appeal, cast.anna, "Завтра уберём", now=NOW, seen=None)
    approving.confirm_by_hand(session, appeal, cast.anna, now=NOW + SECOND, link=LINK, at=NOW)
    session.commit()
    told = [(answer.text, answer.state) for answer in session.scalars(select(Answer).order_by(Answer.id))]
    assert told == [("Уже чистим", AnswerState.PUBLISHED), ("Завтра уберём", AnswerState.WITHDRAWN)]
    assert (appeal.status, draft.published_at) == (Status.ANSWERED, None)
