"""One appeal, however often and in however many pieces it arrives."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.orm import Session

from incidents.flow import approving, intake
from incidents.networks.links import recognise
from incidents.records.sources import InboxState
from incidents.rules.acts import Status
from incidents.rules.norms import Kind
from incidents.rules.places import Place
from incidents.settings import Settings
from tests.cast import NOW, TERM, Cast, Town
from tests.flow.deliveries import (
    NETWORK,
    Sessions,
    acts,
    appeals,
    approved,
    deliver,
    entries,
    events,
    incoming,
    keep,
    only,
    register,
    work,
)
from tests.networks.payloads import samples, telegram_comment, telegram_message, vk_comment, vk_message

MINUTE = timedelta(minutes=1)
DONE = InboxState.PROCESSED


def at_once(count: int, do: Callable[[], Any]) -> list[Any]:
    """The same thing done by several threads in the same moment."""
    barrier = Barrier(count)

    def wait_and_do() -> Any:
        barrier.wait()
        return do()

    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(wait_and_do) for _ in range(count)]]


def test_a_comment_becomes_an_appeal_with_its_deadline(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    said_at = NOW - MINUTE
    assert deliver(sessions, town.vk, vk_comment(9, "Что-то", said_at, event_id="a"), settings) == [DONE]
    appeal = only(session)
    assert (appeal.text, appeal.place, appeal.kind) == ("Что-то", Place.COMMENT, Kind.SOCIAL)
    assert (appeal.posted_at, appeal.received_at, appeal.due_at) == (said_at, NOW, NOW + TERM)
    assert appeal.status is Status.NEW
    assert acts(session, appeal.number) == ["register"]
    assert appeal.author
    assert appeal.author.url == "https://vk.com/id77"


def test_an_event_delivered_again_is_kept_once(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    payload = vk_comment(9, "Яма", NOW, event_id="a")
    assert [keep(sessions, town.vk, payload) for _ in range(3)] == [True, False, False]
    assert work(sessions, settings) == [DONE]
    assert events(session) == 1


def test_one_event_delivered_by_eight_threads_at_once_is_one_appeal(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    payload = vk_comment(9, "Яма", NOW, event_id="a")
    assert sorted(at_once(8, lambda: keep(sessions, town.vk, payload))) == [False] * 7 + [True]
    at_once(4, lambda: work(sessions, settings))
    only(session)


def test_the_same_words_under_other_event_ids_are_one_appeal_also_with_four_workers(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    for number in range(6):
        keep(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id=f"e{number}"))
    done = at_once(4, lambda: work(sessions, settings))
    assert sum(map(len, done)) == 6
    assert len(only(session).messages) == 1


def test_three_quick_comments_are_one_appeal_also_with_three_workers(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    for number in (1, 2, 3):
        keep(sessions, town.vk, vk_comment(number, f"Слово {number}", NOW + number * MINUTE, event_id=str(number)))
    at_once(3, lambda: work(sessions, settings, NOW + 5 * MINUTE))
    appeal = only(session)
    assert sorted(message.text for message in appeal.messages) == ["Слово 1", "Слово 2", "Слово 3"]
    assert acts(session, appeal.number) == ["register", "join", "join"]
    assert appeal.due_at
    assert appeal.due_at <= NOW + TERM


@pytest.mark.parametrize("change", [{"author": 78}, {"post_id": 7}, {"at": NOW + 11 * MINUTE}])
def test_another_author_another_post_or_a_later_time_is_another_appeal(
    sessions: Sessions, session: Session, town: Town, settings: Settings, change: dict[str, Any]
) -> None:
    deliver(sessions, town.vk, vk_comment(1, "Яма", NOW, event_id="1"), settings)
    second = vk_comment(2, "Яма", **{"at": NOW, "event_id": "2", **change})
    deliver(sessions, town.vk, second, settings, NOW + 15 * MINUTE)
    assert len(appeals(session)) == 2


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_a_dialog_is_one_appeal_until_it_is_answered(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings, network: str
) -> None:
    make, source = (vk_message, town.vk) if network == "vk" else (telegram_message, town.telegram)
    deliver(sessions, source, make(1, "Здравствуйте", NOW), settings)
    deliver(sessions, source, make(2, "Вода?", NOW + 60 * MINUTE), settings, NOW + 60 * MINUTE)
    appeal = only(session)
    assert appeal.kind is Kind.DIRECT_MESSAGE
    assert [message.text for message in appeal.messages] == ["Здравствуйте", "Вода?"]
    answer = approved(session, appeal, cast.anna, settings)
    assert (answer.reply_to.get("peer_id"), answer.reply_to.get("message_id")) in ((77, None), (None, 2))
    answered_at, link = NOW + 61 * MINUTE, "https://vk.com/wall-1_2"
    approving.confirm_by_hand(session, appeal, cast.anna, now=answered_at, link=link, at=answered_at)
    session.commit()
    soon, late = answered_at + MINUTE, answered_at + timedelta(days=settings.follow_up_days, minutes=1)
    deliver(sessions, source, make(3, "И ещё", soon), settings, soon)
    again = only(session)
    assert (again.status, again.next_clock) == (Status.IN_PROGRESS, None)
    session.commit()
    approving.confirm_by_hand(session, again, cast.anna, now=soon + MINUTE, link=link, at=soon + MINUTE)
    session.commit()
    deliver(sessions, source, make(4, "Новое", late), settings, late)
    first, second = appeals(session)
    assert second.previous_number == first.number


def test_an_answer_in_the_branch_joins_whenever_it_comes(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    deliver(sessions, town.vk, vk_comment(1, "Яма", NOW, event_id="1"), settings)
    later = vk_comment(2, "И вторая", NOW + 60 * MINUTE, event_id="2", parents_stack=[1], reply_to_comment=1)
    deliver(sessions, town.vk, later, settings, NOW + 60 * MINUTE)
    assert len(only(session).messages) == 2


def test_a_citizen_who_writes_as_a_channel_is_an_author_like_any_other(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    writer: dict[str, Any] = {"sender_chat": {"id": -100888, "title": "Двор", "username": "dvor"}}
    deliver(sessions, town.telegram, telegram_comment(9, "Снег", NOW, **writer), settings)
    author = only(session).author
    assert author
    assert (author.name, author.url) == ("Двор", "https://t.me/dvor")


@pytest.mark.parametrize(
    "url", ["https://m.vk.com/wall-1234_6?thread=4&reply=9", "https://vk.com/town?w=wall-1234_6_r9"]
)
def test_words_entered_by_their_link_are_known_when_they_arrive_and_can_then_be_answered(
    sessions: Sessions, session: Session, town: Town, cast: Cast, settings: Settings, url: str
) -> None:
    link = recognise(url)
    appeal = register(session, settings, "Яма", network=link.network, permalink=url, object_key=link.key)
    session.commit()
    deliver(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"), settings)
    session.expire_all()
    assert only(session).number == appeal.number
    assert (appeal.source_id, appeal.place) == (town.vk.id, Place.COMMENT)
    (completed,) = entries(session, appeal.number, "join")
    assert (completed.by, completed.data["completed"], completed.data["source"]) == ("network:vk", True, town.vk.id)
    answer = approved(session, appeal, cast.anna, settings)
    assert (answer.state, answer.reply_to["comment_id"]) == ("approved", 9)


def test_words_that_arrived_are_found_by_their_link(
    sessions: Sessions, session: Session, town: Town, settings: Settings
) -> None:
    deliver(sessions, town.vk, vk_comment(9, "Яма", NOW, event_id="1"), settings)
    found = intake.find(session, recognise("https://vk.com/wall-1234_6?reply=9&thread=2").key, None)
    assert found == only(session)
    assert intake.find(session, "vk:wall-1234:r10", "https://vk.com/other") is None


def test_nobody_wrote_in_the_future(sessions: Sessions, session: Session, town: Town, settings: Settings) -> None:
    deliver(sessions, town.vk, vk_comment(9, "Яма", NOW + 60 * MINUTE, event_id="1"), settings)
    assert only(session).posted_at == NOW


def test_one_entered_appeal_says_everything_that_was_entered(session: Session, town: Town, settings: Settings) -> None:
    words = incoming("Яма", author_name="Мария Иванова", author_url="https://ok.ru/maria", address="Ленина, 1")
    appeal = intake.register(session, words, NETWORK, settings, now=NOW)
    assert appeal.address == "Ленина, 1"
    assert intake.author_of(session, words) is intake.author_of(session, words)


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_every_sample_of_a_network_goes_the_whole_way(
    sessions: Sessions, town: Town, settings: Settings, network: str
) -> None:
    source = town.vk if network == "vk" else town.telegram
    for name, payload in samples(network):
        (state,) = deliver(sessions, source, payload, settings)
        assert state in (InboxState.PROCESSED, InboxState.IGNORED, InboxState.UNKNOWN), name
