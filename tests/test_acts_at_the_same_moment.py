"""Two programs say the same at once: it is done once, and neither waits for the other for ever."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from incidents.flow import answering, tokens
from incidents.records.appeals import Appeal
from incidents.settings import Settings
from incidents.web import create_app
from tests.cast import FOUNDER, Cast, Town, here
from tests.databases import POSTGRESQL
from tests.flow.deliveries import register

pytestmark = pytest.mark.parametrize("database_url", [POSTGRESQL], indirect=True)


def test_an_act_of_a_program_locks_the_answer_before_the_appeal_as_everybody_does(
    sessions: sessionmaker[Session], session: Session, town: Town, cast: Cast, settings: Settings
) -> None:
    now = datetime.now(UTC)
    appeal = register(session, settings, received_at=now - timedelta(hours=1), posted_at=now - timedelta(hours=1))
    answering.save(session, appeal, here(session, cast.anna), "Уберём", now=now, seen=None)
    secret = tokens.add_token(session, "program", ["acts"], FOUNDER, now=now)
    session.commit()
    number, codes = appeal.number, []
    app = create_app(settings)
    said = {"act": "confirm", "permalink": "https://vk.com/wall-1_2", "at": (now - timedelta(minutes=1)).isoformat()}

    def call() -> None:
        answer = app.test_client().post(
            f"/api/v1/appeals/{number}/acts", json=said, headers={"Authorization": f"Bearer {secret}"}
        )
        codes.append(answer.status_code)

    with sessions() as other:
        held = other.get_one(Appeal, number)
        answering.hold(other, answering.current(other, held))
        threads = [threading.Thread(target=call) for _ in range(2)]
        for thread in threads:
            thread.start()
        threads[0].join(0.7)
        # The answer is ours, so the appeal must be free: a person goes on while the programs wait.
        other.get_one(Appeal, number, with_for_update={"nowait": True}, populate_existing=True)
        other.rollback()
    for thread in threads:
        thread.join(20)
    app.extensions["incidents.sessions"].kw["bind"].dispose()
    assert sorted(codes) == [200, 201]
