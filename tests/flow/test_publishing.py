"""The outbox: once, or its failure stands on the screen."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from incidents.flow import publishing, vault
from incidents.networks.events import Failure, Receipt
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.sources import Source
from incidents.rules.acts import Refused, Status
from incidents.settings import Settings
from tests.cast import GROUP_ID, NOW, TERM, Cast, Town
from tests.flow.deliveries import Sessions, acts, appeals, approved, deliver, entries
from tests.flow.test_intake import at_once
from tests.networks.payloads import telegram_message, vk_comment

SECOND = timedelta(seconds=1)
SOON = NOW + 10 * SECOND
RECEIPT = Receipt("12", "https://vk.com/wall-1234_6?reply=12", SOON)
SILENCE = Failure("unknown", "no_answer", "ReadTimeout")


class Desk:
    """Answers on their way, and the clock that the test turns."""

    def __init__(self, sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings) -> None:
        self.sessions, self.session, self.town, self.cast, self.settings = sessions, session, town, cast, settings

    def answer(self, author: int = 77, network: str = "vk") -> Answer:
        """A citizen asks, Anna answers and approves."""
        source, payload = self.town.vk, vk_comment(author, "Что-то", NOW, author=author, event_id=str(author))
        if network == "telegram":
            chat = {"id": author, "type": "private"}
            source, payload = self.town.telegram, telegram_message(author, "Что-то", NOW, chat=chat)
        deliver(self.sessions, source, payload, self.settings)
        return approved(self.session, appeals(self.session)[-1], self.cast.anna, self.settings)

    def claim(self, at: Any = NOW, worker: str = "one") -> int | None:
        """The next answer that may go out, claimed and committed; what was read is forgotten."""
        found = publishing.claim(self.session, worker, now=at)
        self.session.commit()
        self.session.expire_all()
        return found

    def hear(self, answer: Answer, outcome: Receipt | Failure, at: Any = SOON) -> Appeal:
        """What the network said is written down."""
        publishing.record(self.session, answer.id, outcome, now=at)
        self.session.commit()
        return self.session.get_one(Appeal, answer.appeal_number)


@pytest.fixture
def desk(sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings) -> Desk:
    return Desk(sessions, session, town, cast, settings)


def test_answered_is_what_the_network_confirmed(desk: Desk) -> None:
    answer = desk.answer()
    assert (answer.state, desk.claim()) == (AnswerState.APPROVED, answer.id)
    assert (answer.state, answer.attempts) == (AnswerState.SENDING, 1)
    letter, source, page, token = publishing.letter_of(desk.session, answer.id, desk.settings)
    assert (letter.text, letter.guid, source.id, page.external_id) == ("Убрали", answer.guid, desk.town.vk.id, GROUP_ID)
    assert (letter.reply_to["comment_id"], token) == (77, "group-token")
    appeal = desk.hear(answer, RECEIPT)
    assert (appeal.status, appeal.answered_at) == (Status.ANSWERED, SOON)
    assert (answer.state, answer.permalink) == (AnswerState.PUBLISHED, RECEIPT.permalink)
    (entry,) = entries(desk.session, appeal.number, "confirm")
    assert (entry.by, entry.happened_at, entry.data["by_hand"]) == ("network:vk", SOON, False)
    assert desk.claim(NOW + TERM) is None


def test_of_eight_workers_one_gets_the_answer(desk: Desk) -> None:
    answer = desk.answer()

    def claim() -> int | None:
        with desk.sessions() as session:
            found = publishing.claim(session, f"worker-{id(session)}", now=NOW)
            session.commit()
            return found

    assert sorted(at_once(8, claim), key=str) == sorted([answer.id] + [None] * 7, key=str)


def test_one_worker_sends_for_a_source_within_its_rate(desk: Desk) -> None:
    first, second = desk.answer(77), desk.answer(78)
    other = desk.answer(79, "telegram")
    assert desk.claim() == first.id
    assert desk.claim(worker="two") == other.id
    assert desk.claim() is None
    assert desk.claim(NOW + 0.05 * SECOND) is None
    assert desk.claim(NOW + 0.1 * SECOND, worker="two") is None
    assert desk.claim(NOW + 0.1 * SECOND) == second.id


def test_a_worker_that_died_leaves_its_source_to_the_next(desk: Desk) -> None:
    desk.answer(77)
    second = desk.answer(78)
    desk.claim()
    assert desk.claim(NOW + publishing.CLAIM - SECOND, worker="two") is None
    found = {desk.claim(NOW + publishing.CLAIM + n * SECOND, worker="two") for n in range(2)}
    assert second.id in found
    assert len(found) == 2


def test_the_wait_that_the_network_asks_for_is_kept(desk: Desk) -> None:
    answer, other = desk.answer(77), desk.answer(78)
    desk.claim()
    appeal = desk.hear(answer, Failure("retry", "vk:6", "Too many requests", 60.0), NOW)
    assert (answer.state, appeal.status, answer.error) == (AnswerState.RETRY, Status.PUBLISHING, "Too many requests")
    assert desk.claim(NOW + 59 * SECOND) is None
    assert desk.claim(NOW + 60 * SECOND) == other.id
    assert desk.claim(NOW + 180 * SECOND) == answer.id


def test_it_is_tried_ever_later_and_after_a_day_left_to_a_person(desk: Desk) -> None:
    answer, now, waits = desk.answer(), NOW, []
    for _ in range(400):
        assert desk.claim(now) == answer.id
        appeal = desk.hear(answer, Failure("retry", "http:503"), now)
        if answer.next_at is None:
            break
        waits.append((answer.next_at - now).total_seconds())
        now = answer.next_at + SECOND
    assert answer.state is AnswerState.NEEDS_OPERATOR
    assert now - NOW >= publishing.GIVE_UP_AFTER
    assert max(waits[:3]) <= 8
    assert max(waits) <= 900
    assert entries(desk.session, appeal.number, "delivery_failed")[0].data["code"] == "http:503"


def test_a_permanent_refusal_goes_to_a_person_with_the_networks_words(desk: Desk) -> None:
    answer = desk.answer()
    desk.claim()
    appeal = desk.hear(answer, Failure("operator", "vk:213", "No permission to comment"))
    assert (answer.state, answer.error) == (AnswerState.NEEDS_OPERATOR, "No permission to comment")
    assert (appeal.status, acts(desk.session, appeal.number)[-1]) == (Status.PUBLISHING, "delivery_failed")
    assert desk.claim(NOW + TERM) is None
    publishing.resend(desk.session, appeal, answer, desk.cast.anna, now=NOW + TERM)
    desk.session.commit()
    assert desk.claim(NOW + TERM) == answer.id
    with pytest.raises(Refused, match="nothing_to_resend"):
        publishing.resend(desk.session, appeal, answer, desk.cast.anna, now=NOW + TERM)


def test_what_the_administrator_must_mend_holds_the_source_and_then_goes_out(desk: Desk) -> None:
    answer, waiting = desk.answer(77), desk.answer(78)
    desk.claim()
    desk.hear(answer, Failure("admin", "vk:5", "User authorization failed"))
    source = desk.session.get_one(Source, desk.town.vk.id)
    assert (answer.state, source.paused_reason) == (AnswerState.NEEDS_ADMIN, "vk:5: User authorization failed")
    assert desk.claim(NOW + TERM) is None
    assert publishing.resume(desk.session, source, now=NOW + TERM) == 1
    desk.session.commit()
    assert {desk.claim(NOW + TERM + n * SECOND) for n in range(2)} == {answer.id, waiting.id}


def test_after_silence_vk_is_asked_again_under_the_same_name(desk: Desk) -> None:
    answer = desk.answer()
    guid = answer.guid
    desk.claim()
    appeal = desk.hear(answer, SILENCE, NOW)
    assert (answer.state, appeal.status) == (AnswerState.UNKNOWN, Status.PUBLISHING)
    assert desk.claim(NOW + 60 * SECOND) == answer.id
    letter, *_ = publishing.letter_of(desk.session, answer.id, desk.settings)
    assert letter.guid == guid
    assert guid
    assert 0 < guid < 2**31


def test_after_silence_telegram_is_never_asked_again_by_itself(desk: Desk) -> None:
    answer = desk.answer(77, "telegram")
    desk.claim()
    appeal = desk.hear(answer, SILENCE)
    assert (answer.state, answer.next_at) == (AnswerState.UNKNOWN, None)
    assert acts(desk.session, appeal.number)[-1] == "delivery_failed"
    assert desk.claim(NOW + timedelta(days=30)) is None
    publishing.resend(desk.session, appeal, answer, desk.cast.anna, now=NOW + TERM)
    desk.session.commit()
    assert desk.claim(NOW + TERM) == answer.id


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_what_a_dead_worker_was_sending_is_repeated_or_shown_by_network(desk: Desk, network: str) -> None:
    answer = desk.answer(77, network)
    desk.claim()
    early, later = NOW + publishing.CLAIM - SECOND, NOW + publishing.CLAIM + SECOND
    assert publishing.give_up_on_the_dead(desk.session, now=early) == []
    assert desk.claim(early, worker="two") is None
    given_up = publishing.give_up_on_the_dead(desk.session, now=later)
    desk.session.commit()
    if network == "vk":
        assert (given_up, desk.claim(later, worker="two")) == ([], answer.id)
    else:
        assert (given_up, desk.claim(later, worker="two")) == ([answer.id], None)
        assert (answer.state, answer.error_code) == (AnswerState.UNKNOWN, "worker_died")


def test_a_token_sealed_under_another_key_is_a_refusal_and_no_crash(desk: Desk) -> None:
    answer = desk.answer()
    desk.claim()
    strange = desk.settings.model_copy(update={"key": vault.new_key()})
    with pytest.raises(Refused, match="wrong_key"):
        publishing.letter_of(desk.session, answer.id, strange)
