"""A worker is killed (SIGKILL) in the middle of its work, and another one takes over: nothing is lost, nothing is done twice."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import answering, approving, intake, leading, sealing
from incidents.records.answers import Answer, AnswerState
from incidents.records.appeals import Appeal
from incidents.records.journal import Entry
from incidents.records.sources import InboxEvent, InboxState, Source
from incidents.records.workers import Lease
from incidents.rules.acts import Act, Status
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.simulator import Simulator
from tests.cast import GROUP_ID, Cast, Town
from tests.processes import kill, wait_for, working

pytestmark = pytest.mark.timeout(120)

Sessions = sessionmaker[Session]


def free_the_lease(sessions: Sessions) -> None:
    """The term of the dead leader passes; waiting for it would prove nothing more."""
    with sessions() as session:
        session.execute(update(Lease).values(until=datetime.now(UTC) - leading.TERM))
        session.commit()


def counted(sessions: Sessions, act: Act) -> int:
    with sessions() as session:
        # A question that takes no lock: it must not hold up the worker that it watches.
        session.connection(execution_options={"readonly": True})
        return session.scalar(select(func.count()).select_from(Entry).where(Entry.act == act)) or 0


def test_a_sweep_killed_in_the_middle_is_finished_by_the_next_worker_each_alarm_once(
    sessions: Sessions, cast: Cast, town: Town, settings: Settings
) -> None:
    late = 700
    received = datetime.now(UTC) - timedelta(hours=5)
    with sessions() as session:
        for number in range(late):
            words = intake.Incoming(Network.VK, Place.ELSEWHERE, f"дело {number}", received)
            intake.register(session, words, cast.anna.actor, settings, now=received)
        session.commit()
    with working(settings) as first:
        wait_for(lambda: counted(sessions, Act.OVERDUE) > 0)
        kill(first)
    half = counted(sessions, Act.OVERDUE)
    free_the_lease(sessions)
    with working(settings):
        wait_for(lambda: counted(sessions, Act.ESCALATE) >= 3 * late)
    assert 0 < half < late, "the kill came too early or too late to prove anything"
    with sessions() as session:
        # Two warnings, the flag, and three steps of the chain, for each appeal once.
        for act, times in ((Act.WARN, 2), (Act.OVERDUE, 1), (Act.ESCALATE, 3)):
            query = select(func.count(), func.count(Entry.stream.distinct())).where(Entry.act == act)
            assert tuple(session.execute(query).one()) == (times * late, late), act
        raised = select(Entry.stream, Entry.data["step"].as_string()).where(
            Entry.act.in_([Act.WARN, Act.OVERDUE, Act.ESCALATE])
        )
        told = list(session.execute(raised))
        assert len(set(told)) == len(told) == 6 * late
        assert list(sealing.verify(session)) == []


def test_an_inbox_killed_in_the_middle_makes_each_appeal_once(
    sessions: Sessions, town: Town, settings: Settings
) -> None:
    events = 250
    now = datetime.now(UTC)
    with sessions() as session:
        for number in range(events):
            session.add(
                InboxEvent(
                    source_id=town.vk.id,
                    dedupe_key=f"id:{number}",
                    received_at=now,
                    raw=comment(number, now),
                    state=InboxState.PENDING,
                    attempts=0,
                    next_at=now,
                )
            )
        session.commit()

    def appeals() -> int:
        with sessions() as session:
            return session.scalar(select(func.count()).select_from(Appeal)) or 0

    with working(settings) as first:
        wait_for(lambda: appeals() > 20)
        kill(first)
    assert appeals() < events
    with sessions() as session:
        session.execute(update(InboxEvent).where(InboxEvent.state == InboxState.PENDING).values(next_at=now))
        session.commit()
    with working(settings):
        wait_for(lambda: appeals() >= events)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Appeal)) == events
        left = session.scalar(select(func.count()).where(InboxEvent.state != InboxState.PROCESSED))
    assert left in (0, 1), "at most the event whose work is committed a moment later"


@pytest.mark.parametrize("network", [Network.VK, Network.TELEGRAM])
def test_a_worker_killed_while_sending_publishes_once_or_asks_a_person(
    network: Network, sessions: Sessions, cast: Cast, town: Town, settings: Settings
) -> None:
    with Simulator.running(port=0) as sim:
        settings = settings.model_copy(update={"vk_api_url": sim.vk_url, "telegram_api_url": sim.telegram_url})
        words = said(sim, network)
        answer_id = approve_answer(sessions, cast, town, settings, network, words)
        # The network accepts the words and says nothing for long: the worker is killed while it listens.
        if network is Network.VK:
            sim.faults.vk("wall.createComment", "silence", seconds=8.0)
        else:
            sim.faults.telegram("sendMessage", "silence", seconds=8.0)
        with working(settings) as first:
            wait_for(lambda: len(words.answers()) == 1)
            kill(first)
        assert state_of(sessions, answer_id) is AnswerState.SENDING
        let_the_claim_pass(sessions)
        expected = AnswerState.PUBLISHED if network is Network.VK else AnswerState.UNKNOWN
        with working(settings):
            wait_for(lambda: state_of(sessions, answer_id) is expected)
            time.sleep(1.0)
        assert len(words.answers()) == 1
    with sessions() as session:
        appeal = session.scalars(select(Appeal)).one()
        is_answered = network is Network.VK
        assert (appeal.status is Status.ANSWERED, appeal.answered_at is not None) == (is_answered, is_answered)


def comment(number: int, now: datetime) -> str:
    author = 1000 + number
    date = int(now.timestamp())
    return (
        f'{{"type": "wall_reply_new", "group_id": {GROUP_ID}, "object": {{"id": {number + 1}, "from_id": {author}, '
        f'"date": {date}, "text": "дело {number}", "post_id": 3, "owner_id": -{GROUP_ID}}}}}'
    )


@dataclass(frozen=True)
class Words:
    """A citizen's words in the simulator: where to answer them, and what stands under them."""

    place: Place
    reply_to: dict[str, object]
    answers: Callable[[], Sequence[object]]


def said(sim: Simulator, network: Network) -> Words:
    if network is Network.VK:
        group = sim.vk_community(
            group_id=GROUP_ID, token="group-token", secret="vk-secret", confirmation="c", hook_url="", echo="off"
        )
        post = group.post("Пост")
        comment = group.comment(post, "Марина К.", "Когда уберут снег?")
        target: dict[str, object] = {"owner_id": -GROUP_ID, "post_id": post.id, "comment_id": comment.id}
        return Words(Place.COMMENT, target, lambda: group.answers_under(comment))
    bot = sim.telegram_bot(token="4242:letters", secret="tg", hook_url="")
    message = bot.message("Марина К.", "Когда уберут снег?")
    target = {"chat_id": message.chat.id, "message_id": message.id, "chat_type": "private"}
    return Words(Place.MESSAGE, target, lambda: bot.answers_to("Марина К."))


def approve_answer(
    sessions: Sessions, cast: Cast, town: Town, settings: Settings, network: Network, words: Words
) -> int:
    now = datetime.now(UTC)
    source = town.vk if network is Network.VK else town.telegram
    with sessions() as session:
        incoming = intake.Incoming(
            network, words.place, "Когда уберут снег?", now, source_id=source.id, reply_to=words.reply_to
        )
        appeal = intake.register(session, incoming, cast.anna.actor, settings, now=now)
        answer = answering.save(session, appeal, cast.anna, "Сегодня до вечера.", now=now, seen=None)
        approving.approve(session, appeal, cast.anna, settings, now=now, version=answer.version)
        session.commit()
        return answer.id


def state_of(sessions: Sessions, answer_id: int) -> AnswerState:
    with sessions() as session:
        return session.get_one(Answer, answer_id).state


def let_the_claim_pass(sessions: Sessions) -> None:
    """The dead worker's claims run out; waiting for them would prove nothing more."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    with sessions() as session:
        session.execute(update(Answer).where(Answer.state == AnswerState.SENDING).values(next_at=past))
        session.execute(update(Source).values(sender_until=past))
        session.commit()
