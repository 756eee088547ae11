"""Signing in under growing delay that holds across processes, and people who come, change and go."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from incidents.flow import accounts, throttling, tokens
from incidents.flow.accounts import Throttled
from incidents.records.people import ApiToken, Person, SignInAttempt
from incidents.rules.acts import Refused, Role
from tests.cast import NOW, PASSWORD, Cast
from tests.databases import SQLITE
from tests.flow.deliveries import Sessions
from tests.flow.test_intake import at_once

HOME, ELSEWHERE = "10.0.0.7", "10.0.0.8"
SECOND = timedelta(seconds=1)


def knock(
    sessions: Sessions, now: datetime, login: str = "anna", password: str = "wrong password", address: str = HOME
) -> Any:
    """One attempt in a session of its own, as another process would make it: the person, or the error."""
    with sessions() as session:
        try:
            return accounts.sign_in(session, login, password, address, now=now)
        except (Refused, Throttled) as error:
            return error
        finally:
            session.commit()


def wait_of(outcome: Any) -> float:
    """The seconds of a Throttled; 0 of anything else."""
    return outcome.seconds if isinstance(outcome, Throttled) else 0.0


def test_the_right_password_lets_in_and_the_journal_knows(sessions: Sessions, cast: Cast) -> None:
    for login in ("anna", "ANNA", " Anna "):
        assert knock(sessions, NOW, login, PASSWORD).id == cast.anna.id


@pytest.mark.parametrize(("login", "password"), [("nobody", PASSWORD), ("anna", ""), ("", ""), ("an\x00na", "x\x00")])
def test_everything_else_is_refused_in_the_same_words(
    sessions: Sessions, cast: Cast, login: str, password: str
) -> None:
    outcome = knock(sessions, NOW, login, password)
    assert isinstance(outcome, Refused)
    assert outcome.code == "wrong_password"


def test_who_left_does_not_come_in(sessions: Sessions, session: Session, cast: Cast) -> None:
    cast.anna.is_active = False
    session.commit()
    assert isinstance(knock(sessions, NOW, password=PASSWORD), Refused)


def test_the_delay_grows_holds_for_every_process_and_never_ends_in_a_lock(sessions: Sessions, cast: Cast) -> None:
    now = NOW
    waits: list[float] = []
    for _ in range(25):
        # Each time from another address, so that only the account's own delay is seen.
        assert isinstance(knock(sessions, now, address=f"10.1.0.{len(waits)}"), Refused)
        with sessions() as other:
            wait = (other.get_one(SignInAttempt, "login:anna").next_allowed_at - now).total_seconds()
        waits.append(wait)
        if wait:
            assert wait_of(knock(sessions, now + timedelta(seconds=wait - 1), password=PASSWORD)) == 1
        now += timedelta(seconds=wait)
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == 2
    assert waits == sorted(waits)
    assert waits[-1] == throttling.LONGEST_DELAY.total_seconds()
    assert knock(sessions, now, password=PASSWORD).id == cast.anna.id
    assert isinstance(knock(sessions, now), Refused)
    assert wait_of(knock(sessions, now)) == 0


def test_guesses_made_at_once_are_all_counted(sessions: Sessions, session: Session, cast: Cast) -> None:
    at_once(6, lambda: knock(sessions, NOW))
    attempt = session.get_one(SignInAttempt, "login:anna")
    assert attempt.failures == throttling.FREE_LOGIN_FAILURES + 1
    assert attempt.next_allowed_at > NOW


def test_an_address_that_tries_many_accounts_is_slowed_down_and_others_are_not(sessions: Sessions, cast: Cast) -> None:
    for number in range(throttling.FREE_ADDRESS_FAILURES + 1):
        assert isinstance(knock(sessions, NOW, f"guess{number}"), Refused)
    assert wait_of(knock(sessions, NOW, password=PASSWORD)) > 0
    assert knock(sessions, NOW, password=PASSWORD, address=ELSEWHERE).id == cast.anna.id


def test_a_stranger_who_fails_for_another_slows_only_that_account(sessions: Sessions, cast: Cast) -> None:
    for _ in range(4):
        knock(sessions, NOW, address=ELSEWHERE)
    assert wait_of(knock(sessions, NOW, password=PASSWORD)) > 0
    assert knock(sessions, NOW, "boris", PASSWORD).id == cast.boris.id


def test_an_unknown_login_costs_as_much_as_a_known_one(
    sessions: Sessions, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002 - the library's own name
            asked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(accounts, "HASHER", Counting())
    knock(sessions, NOW, "nobody")
    knock(sessions, NOW, "anna")
    assert len(asked) == 2
    unknown, known = (hashed.split("$")[:4] for hashed in asked)
    assert unknown == known


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize(
    ("login", "role", "with_department", "password", "code"),
    [
        ("", Role.PRESS, False, PASSWORD, "bad_login"),
        ("a b", Role.PRESS, False, PASSWORD, "bad_login"),
        ("x" * 65, Role.PRESS, False, PASSWORD, "bad_login"),
        ("ANNA", Role.PRESS, False, PASSWORD, "login_taken"),
        ("new", Role.HEAD, False, PASSWORD, "department_needed"),
        ("new", Role.PRESS, True, PASSWORD, "department_not_wanted"),
        ("new", Role.PRESS, False, "short", "short_password"),
    ],
)
def test_a_person_who_cannot_be_is_refused(
    session: Session, cast: Cast, login: str, role: Role, with_department: bool, password: str, code: str
) -> None:
    department = cast.housing if with_department else None
    with pytest.raises(Refused, match=code):
        accounts.add_person(session, login, role, cast.elena.actor, now=NOW, department=department, password=password)


def test_a_one_time_password_must_be_changed_and_ends_other_sessions(
    sessions: Sessions, session: Session, cast: Cast
) -> None:
    person, made = accounts.add_person(session, "new", Role.PRESS, cast.elena.actor, now=NOW)
    assert made
    session.commit()
    assert knock(sessions, NOW, "new", made).must_change_password
    before = person.session_version
    with pytest.raises(Refused, match="wrong_password"):
        accounts.change_password(session, person, "wrong password", "another password", now=NOW)
    accounts.change_password(session, person, made, "another password", now=NOW)
    assert (person.must_change_password, person.session_version) == (False, before + 1)
    accounts.sign_out_everywhere(session, person, now=NOW)
    accounts.reset_password(session, person, cast.elena.actor, now=NOW)
    assert (person.must_change_password, person.session_version) == (True, before + 3)


def change(session: Session, person: Person, by: Cast, **new: Any) -> None:
    fields: dict[str, Any] = {"name": person.name, "role": person.role, "department": person.department}
    fields = {**fields, "is_active": person.is_active, **new}
    accounts.change_person(session, person, by.elena.actor, now=NOW, **fields)


@pytest.mark.parametrize("database_url", [SQLITE], indirect=True)
@pytest.mark.parametrize("new", [{"is_active": False}, {"role": Role.PRESS}])
def test_the_last_administrator_stays(session: Session, cast: Cast, new: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="last_admin"):
        change(session, cast.elena, cast, **new)
    change(session, cast.anna, cast, role=Role.ADMIN)
    change(session, cast.elena, cast, **new)
    with pytest.raises(Refused, match="last_admin"):
        change(session, cast.anna, cast, is_active=False)


def test_who_gets_another_role_is_signed_out_at_once(session: Session, cast: Cast) -> None:
    versions: list[Callable[[], None]] = [
        lambda: change(session, cast.boris, cast, name="Борис Борисович"),
        lambda: change(session, cast.boris, cast, role=Role.RESPONDER),
        lambda: change(session, cast.boris, cast, is_active=False),
    ]
    before = cast.boris.session_version
    raised = []
    for step in versions:
        step()
        raised.append(cast.boris.session_version - before)
    assert raised == [0, 1, 2]


def test_a_token_is_shown_once_kept_as_a_digest_and_ends_when_it_is_revoked(session: Session, cast: Cast) -> None:
    by = cast.elena.actor
    token = tokens.add_token(session, "портал", ["intake", "read", "intake"], by, now=NOW)
    session.commit()
    row = tokens.token_owner(session, token)
    assert row
    assert (row.scopes, row.actor.name) == (["intake", "read"], f"token:{row.id}")
    assert token not in {row.digest, row.name}
    assert tokens.token_owner(session, token + "x") is None
    assert tokens.token_owner(session, row.digest) is None
    for scopes, name, code in ((["all"], "x", "unknown_scope"), (["read"], "портал", "token_taken")):
        with pytest.raises(Refused, match=code):
            tokens.add_token(session, name, scopes, by, now=NOW)
    tokens.revoke_token(session, row, by, now=NOW)
    assert tokens.token_owner(session, token) is None
    assert session.get(ApiToken, row.id) is row
