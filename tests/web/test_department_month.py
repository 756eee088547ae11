"""Beside what waits on the department's page: its texts as they were published, its promises, and what fits no page."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import answering, approving, intake, involving, promises, routing
from incidents.records.appeals import Appeal, Message
from incidents.records.pictures import Picture
from incidents.records.promises import Promise
from incidents.rules.places import Network, Place
from incidents.settings import Settings
from incidents.web import department_tasks
from tests.cast import Cast, Town
from tests.web.cards import LINK, VK, another, arrive, do, lying_with
from tests.web.conftest import Enter


@pytest.fixture
def theirs(session: Session, cast: Cast, town: Town, settings: Settings) -> Appeal:
    return lying_with(session, arrive(session, town, settings), cast.housing, cast)


def test_the_department_sees_what_became_of_its_words(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast
) -> None:
    now = datetime.now(UTC)
    answering.save(session, theirs, cast.dmitry, "Обработка проведена вчера.", now=now, seen=None)
    involving.contribute(session, theirs, cast.dmitry, "Снег убран", now=now)
    draft = answering.current(session, theirs)
    assert draft is not None
    answering.save(session, theirs, cast.anna, "Ирина, двор почистили вчера.", now=now, seen=draft.version)
    approving.confirm_by_hand(session, theirs, cast.anna, now=now, link=LINK, at=now)
    session.commit()
    dmitry = enter("dmitry")
    page = dmitry.get("/department").text
    assert "<b>Вы написали</b>" in page
    assert "Обработка проведена вчера." in page
    assert "Ирина, двор почистили вчера." in page
    assert "мало данных: 0 ответов" in page
    assert dmitry.get("/department/texts").status_code == 200
    assert "Ирина, двор" not in enter("vera").get("/department").text


def test_what_differs_little_is_marked_and_what_is_the_same_says_so(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast, town: Town, settings: Settings
) -> None:
    now = datetime.now(UTC)
    for appeal, published in (
        (theirs, "Двор расчистили вчера утром."),
        (another(session, town, settings, cast, 2), ""),
    ):
        answering.save(session, appeal, cast.dmitry, "Двор почистили вчера утром.", now=now, seen=None)
        if published:
            answering.save(session, appeal, cast.anna, published, now=now, seen=1)
        approving.confirm_by_hand(session, appeal, cast.anna, now=now, link=f"{LINK}{appeal.number}", at=now)
    session.commit()
    page = enter("boris").get("/department").text
    assert "Двор <mark>почистили</mark> вчера утром." in page
    assert "Двор <mark>расчистили</mark> вчера утром." in page
    assert page.count("<b>Вы написали</b>") == 1
    assert "слово в слово" in page


def test_what_waits_for_a_decision_is_shown_and_counted_however_much_is_under_way(
    enter: Enter,
    session: Session,
    theirs: Appeal,
    cast: Cast,
    town: Town,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(department_tasks, "MOST", 2)
    routing.take(session, theirs, cast.dmitry, now=datetime.now(UTC))
    for number in (2, 3):
        routing.take(session, another(session, town, settings, cast, number), cast.dmitry, now=datetime.now(UTC))
    mine = another(session, town, settings, cast, 4)
    routing.hand(session, mine, cast.boris, cast.anna.actor, now=datetime.now(UTC))
    session.commit()
    page = enter("boris").get("/department").text
    assert f'id="task{mine.number}"' in page
    assert ("Ждут вашего решения: 1" in page, "В работе: 3" in page, "Все открытые — в очереди" in page) == (True,) * 3
    # The navigation counts what this very person decides: what was given to the head is none of Dmitry's.
    assert 'Отдел</span><span class="count">1</span>' in page
    assert 'Отдел</span><span class="count">' not in enter("dmitry").get("/department").text


def test_all_that_was_written_and_shown_stands_with_the_decision(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast
) -> None:
    now = datetime.now(UTC)
    photo = {"type": "photo", "url": "https://userapi.com/a.jpg"}
    more = intake.Incoming(
        Network.VK, Place.COMMENT, "И у подъезда тоже", now, author_id="7", attachments=(photo, {"type": "doc"})
    )
    intake.join(session, theirs, more, VK, now=now)
    (message,) = session.scalars(select(Message).where(Message.text == more.text))
    cleaned = {"digest": "1" * 64, "picture": b"1", "thumbnail": b"1", "width": 1, "height": 1}
    picture = Picture(message=message, place=0, asked=1, **cleaned)
    session.add(picture)
    session.commit()
    page = enter("boris").get("/department").text
    assert "И у подъезда тоже" in page
    assert f"/appeals/{theirs.number}/pictures/{picture.id}/small" in page
    assert "вложений: 1" in page


def test_a_head_gives_it_to_a_colleague_from_the_page(enter: Enter, theirs: Appeal, cast: Cast) -> None:
    boris = enter("boris")
    page = boris.get("/department").text
    assert f'<option value="{cast.dmitry.id}">{cast.dmitry.name}</option>' in page
    assert "Поручить коллеге" not in enter("dmitry").get("/department").text
    given = do(boris, theirs, "giving", colleague=cast.dmitry.id, next="/department")
    assert given.location == "/department"
    assert "В работе: 1" in boris.get("/department").text


def test_what_was_promised_stands_there_with_how_the_month_was_kept(
    enter: Enter, session: Session, theirs: Appeal, cast: Cast, settings: Settings
) -> None:
    now = datetime.now(UTC)
    day = now.astimezone(settings.town_zone).date()
    said = f"Снег вывезем {day:%d.%m.%Y}."
    answering.save(session, theirs, cast.dmitry, said, now=now, seen=None)
    approving.confirm_by_hand(session, theirs, cast.anna, now=now, link=LINK, at=now)
    session.commit()
    boris = enter("boris")
    page = boris.get("/department").text
    assert "Обещано на ближайшую неделю" in page
    assert said in page
    assert f"№ {theirs.number} {said}" in boris.get("/shift").text
    promise = session.scalars(select(Promise)).one()
    promises.keep(session, theirs, promise, cast.dmitry, now=now)
    session.commit()
    page = boris.get("/department").text
    assert "1 из 1" in page
    assert said in boris.get("/department/promises").text
    assert said not in enter("vera").get("/department/promises").text
