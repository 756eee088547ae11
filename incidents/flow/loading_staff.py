"""Departments and people as tables: out, and in again."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from incidents.flow import accounts, handing_over, linking, organising
from incidents.flow.loading import Loaded, Row, Rows, code_of, day_of, department_of, each, given, person_of, tick
from incidents.records.people import Department, Deputy, Person
from incidents.rules.acts import Actor, Refused, Role
from incidents.rules.csv_guard import is_yes

DEPARTMENTS = ("code", "name", "external", "press", "deputy", "parent", "opened_on")
PEOPLE = ("login", "name", "role", "department", "email", "active")


def departments(session: Session, rows: Rows, by: Actor, *, now: datetime) -> Loaded:
    """Add and change departments, by code. A column that is not there leaves what it would say as it is."""

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        code = row["code"].strip().lower()
        known = session.scalar(select(Department).where(Department.code == code))
        if known is not None and not known.is_active:
            raise Refused("department_closed", name=known.name)
        deputies = _deputies(session)
        codes = _codes(session)
        before = _department(known, deputies.get(known.id, ""), codes) if known else None
        wanted = {**(before or {"external": "", "press": ""}), **{key: row[key] for key in given(row, DEPARTMENTS)}}
        is_external, is_press = is_yes(wanted["external"]), is_yes(wanted["press"])
        if known is None:
            known = organising.add_department(
                session, code, row["name"], by, now=now, is_external=is_external, is_press=is_press
            )
        elif (known.name, known.is_external, known.is_press) != (row["name"], is_external, is_press):
            organising.change_department(
                session, known, by, now=now, code=code, name=row["name"], is_external=is_external, is_press=is_press
            )
        if "deputy" in row:
            organising.set_deputy(session, known, person_of(session, row["deputy"]), by, now=now)
        if "parent" in row:
            organising.subordinate(session, known, department_of(session, row["parent"]), by, now=now)
        if "opened_on" in row:
            opened_on = day_of(row["opened_on"]) if row["opened_on"] else None
            organising.set_opened(session, known, opened_on, by, now=now)
        return known.name, before, _department(known, _deputies(session).get(known.id, ""), _codes(session))

    return each(session, rows, take)


def people(session: Session, rows: Rows, by: Actor, *, now: datetime, ready: Iterator[accounts.Ready]) -> Loaded:
    """Add and change people, by login; whoever is added gets the next of the one-time passwords that are `ready`."""

    def take(row: Row, loaded: Loaded) -> tuple[str, Row | None, Row]:
        login = row["login"].strip().lower()
        known = session.scalar(select(Person).where(Person.login == login))
        before = _person_row(known) if known else None
        wanted = {**(before or {"active": "yes", "email": ""}), **{key: row[key] for key in given(row, PEOPLE[1:])}}
        role, department = code_of(Role, wanted, "role"), department_of(session, wanted["department"])
        if known is None:
            prepared = next(ready)
            known, _ = accounts.add_person(
                session, login, role, by, now=now, name=wanted["name"], department=department, ready=prepared
            )
            loaded.made.append((known, prepared.password))
        elif {**before, **wanted} != before:  # type: ignore[dict-item]  # a known person was read before
            accounts.change_person(
                session,
                known,
                by,
                now=now,
                name=wanted["name"],
                role=role,
                department=department,
                is_active=is_yes(wanted["active"]),
            )
            session.flush()
            session.expire(known, ["department"])
            # A table names no heir: what somebody leaves behind waits in the list of the department.
            handing_over.release(session, known, None, by, now=now)
        linking.set_address(session, known, wanted["email"], by, now=now)
        session.flush()
        session.expire(known, ["department"])
        return known.name, before, _person_row(known)

    return each(session, rows, take)


def department_rows(session: Session) -> list[Row]:
    """Every open department, as `departments` takes it."""
    found = session.scalars(select(Department).where(Department.is_active).order_by(Department.name)).all()
    deputies, codes = _deputies(session), _codes(session)
    return [_department(one, deputies.get(one.id, ""), codes) for one in found]


def person_rows(session: Session) -> list[Row]:
    """Everybody, as `people` takes them; no password is in it."""
    everybody = select(Person).options(joinedload(Person.department)).order_by(Person.name)
    return [_person_row(one) for one in session.scalars(everybody)]


def _department(department: Department, deputy: str, codes: Mapping[int, str]) -> Row:
    return {
        "code": department.code,
        "name": department.name,
        "external": tick(department.is_external),
        "press": tick(department.is_press),
        "deputy": deputy,
        "parent": codes.get(department.parent_id or 0, ""),
        "opened_on": department.opened_on.isoformat() if department.opened_on else "",
    }


def _person_row(person: Person) -> Row:
    return {
        "login": person.login,
        "name": person.name,
        "role": person.role.value,
        "department": person.department.code if person.department else "",
        "email": person.email,
        "active": tick(person.is_active),
    }


def _codes(session: Session) -> dict[int, str]:
    return dict(session.execute(select(Department.id, Department.code)).all())


def _deputies(session: Session) -> dict[int, str]:
    """The login of the deputy head who answers for each department."""
    query = select(Deputy.department_id, Person.login).join(Person, Person.id == Deputy.person_id)
    return dict(session.execute(query).all())
