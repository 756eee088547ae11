"""People: adding, signing in under growing delay, changing passwords, signing out everywhere."""

import secrets
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import throttling
from incidents.flow.journalling import Draft, append
from incidents.records.people import Department, Person, SignInAttempt
from incidents.rules.acts import Actor, Refused, Role

SHORTEST_PASSWORD = 10
LONGEST_NAME = 120

HASHER = PasswordHasher()
_SALT, _DIGEST = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
#: Verified when nobody has the login, so that the time of an answer does not tell who works here: the costs of all others,
#: and random bytes, since making a real hash takes a third of a second of every start.
_NOBODY = f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${_SALT}${_DIGEST}"


class Throttled(Exception):
    """Too many attempts: wait `seconds` before the next one. Nobody is ever locked out for good."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Checked:
    """A password that was held against a hash: the hash, and whether it fitted."""

    password_hash: str
    is_right: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A one-time password and its hash, made before anything is locked: a hash takes its time on purpose."""

    password: str
    password_hash: str


def check(session: Session, login: str, password: str, address: str, *, now: datetime) -> Checked:
    """Hold the password against the hash, without a lock: it takes half a second on purpose, and on SQLite the hooks would
    wait for it. Nothing is decided here; `sign_in` takes the result. Raises Throttled while the delay runs."""
    login = _as_kept(login)
    query = select(SignInAttempt.next_allowed_at).where(SignInAttempt.key.in_(throttling.keys_of(login, address)))
    wait = max(((moment - now).total_seconds() for moment in session.scalars(query)), default=0.0)
    if wait > 0:
        raise Throttled(wait)
    known = session.scalar(select(Person.password_hash).where(Person.login == login)) or _NOBODY
    return Checked(known, _is_right(known, password))


def sign_in(
    session: Session, login: str, password: str, address: str, *, now: datetime, checked: Checked | None = None
) -> Person:
    """The person with this login and password, from this network address. A door that others wait behind brings what it
    `checked` before; without it the password is held against the hash here.

    Raises Throttled while the delay runs, and Refused("wrong_password") otherwise. The caller commits in every case:
    a failure must be remembered.
    """
    login = _as_kept(login)
    keys = throttling.keys_of(login, address)
    attempts = throttling.lock(session, list(keys), now)
    wait = max((attempt.next_allowed_at - now).total_seconds() for attempt in attempts)
    if wait > 0:
        raise Throttled(wait)
    person = session.scalar(select(Person).where(Person.login == login))
    known = person.password_hash if person else _NOBODY
    if checked is None or checked.password_hash != known:
        checked = Checked(known, _is_right(known, password))
    if not checked.is_right or person is None or not person.is_active:
        for attempt in attempts:
            throttling.count_failure(attempt, keys[attempt.key], now)
        raise Refused("wrong_password")
    for attempt in attempts:
        # The address keeps half: an attacker who owns one account must not buy free guesses at the others with it.
        attempt.failures = 0 if attempt.key.startswith("login:") else attempt.failures // 2
    if HASHER.check_needs_rehash(person.password_hash):
        person.password_hash = HASHER.hash(password)
    person.signed_in_at = now
    append(session, Draft("people", "sign_in", person.actor.name, now), now=now)
    return person


def change_password(session: Session, person: Person, old: str, new: str, *, now: datetime) -> None:
    """Replace the password and end every other session. Raises Refused: `wrong_password`, `short_password`."""
    if not _is_right(person.password_hash, old):
        raise Refused("wrong_password")
    _set_password(person, new)
    person.must_change_password = False
    append(session, Draft("people", "change_password", person.actor.name, now), now=now)


def reset_password(session: Session, person: Person, by: Actor, *, now: datetime) -> str:
    """Give a person a one-time password, returned once, and end their sessions."""
    password = one_time_password()
    _set_password(person, password)
    person.must_change_password = True
    append(session, Draft("people", "reset_password", by.name, now, {"person": person.id}), now=now)
    return password


def sign_out_everywhere(session: Session, person: Person, *, now: datetime) -> None:
    """End all sessions of a person, on whatever computer."""
    person.session_version += 1
    append(session, Draft("people", "sign_out_everywhere", person.actor.name, now), now=now)


def add_person(
    session: Session,
    login: str,
    role: Role,
    by: Actor,
    *,
    now: datetime,
    name: str = "",
    department: Department | None = None,
    password: str | None = None,
    ready: Ready | None = None,
) -> tuple[Person, str | None]:
    """Add a person; the second value is the one-time password that was made because none was given.

    Raises Refused: `bad_login`, `login_taken`, `long_name`, `department_needed`, `department_not_wanted`,
    `short_password`.
    """
    login = login.strip().lower()
    if not login or len(login) > 64 or any(sign.isspace() for sign in login):
        raise Refused("bad_login")
    if session.scalar(select(Person.id).where(Person.login == login)):
        raise Refused("login_taken", login=login)
    _check_department(role, department)
    made = None if password else ready.password if ready else one_time_password()
    person = Person(
        login=login,
        name=_named(name, login),
        role=role,
        department_id=department.id if department else None,
        password_hash="",
        must_change_password=made is not None,
        session_version=0,
        is_active=True,
        language="ru",
        theme="",
        created_at=now,
    )
    if ready and not password:
        person.password_hash, person.session_version = ready.password_hash, 1
    else:
        _set_password(person, password or made or "")
    session.add(person)
    session.flush()
    data = {"person": person.id, "role": role, "department": person.department_id}
    append(session, Draft("people", "add_person", by.name, now, data), now=now)
    return person, made


def change_person(
    session: Session,
    person: Person,
    by: Actor,
    *,
    now: datetime,
    name: str,
    role: Role,
    department: Department | None,
    is_active: bool,
) -> None:
    """Change what a person is here for. Who is made inactive or gets another role is signed out at once.

    Raises Refused: `long_name`, `department_needed`, `department_not_wanted`, `last_admin`.
    """
    _check_department(role, department)
    if person.role is Role.ADMIN and person.is_active and (role is not Role.ADMIN or not is_active):
        _check_not_last_admin(session, person)
    if role != person.role or not is_active:
        person.session_version += 1
    person.name, person.role, person.is_active = _named(name, person.login), role, is_active
    person.department_id = department.id if department else None
    data = {"person": person.id, "role": role, "department": person.department_id, "active": is_active}
    append(session, Draft("people", "change_person", by.name, now, data), now=now)


def made_ready(number: int) -> list[Ready]:
    """So many one-time passwords with their hashes, made side by side."""
    passwords = [one_time_password() for _ in range(number)]
    with ThreadPoolExecutor(4) as pool:
        hashes = list(pool.map(HASHER.hash, passwords))
    return [Ready(password, made) for password, made in zip(passwords, hashes, strict=True)]


def one_time_password() -> str:
    """A password to be read aloud once: four groups of letters and digits that are not mistaken for each other."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(4))


def _set_password(person: Person, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("short_password", least=SHORTEST_PASSWORD)
    person.password_hash = HASHER.hash(password)
    person.session_version += 1


def _as_kept(login: str) -> str:
    # A stranger may type what no database takes.
    return login.strip().lower().replace("\x00", "")


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _named(name: str, login: str) -> str:
    """The name as colleagues know it, else the login. Raises Refused("long_name") for one that is too long."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused("long_name", longest=LONGEST_NAME)
    return name or login


def _check_department(role: Role, department: Department | None) -> None:
    wanted = role in (Role.RESPONDER, Role.HEAD)
    if wanted and department is None:
        raise Refused("department_needed", role=role)
    if not wanted and department is not None:
        raise Refused("department_not_wanted", role=role)


def _check_not_last_admin(session: Session, person: Person) -> None:
    others = select(Person.id).where(Person.role == Role.ADMIN, Person.is_active, Person.id != person.id)
    if session.scalar(others.limit(1)) is None:
        raise Refused("last_admin")
