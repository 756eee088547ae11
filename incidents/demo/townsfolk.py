"""Who works in the town: the people whom a visitor plays, and colleagues who work beside them without a login of theirs."""

import random
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import accounts
from incidents.records.people import Department, Person
from incidents.rules.acts import Actor, Role

FOUNDER = Actor("machine:demo")


@dataclass(frozen=True, slots=True)
class Member:
    """One person; `department` is a code. `is_cast`: a visitor may be this person, so that nobody does her work for her."""

    login: str
    name: str
    role: Role
    department: str = ""
    is_cast: bool = False


MEMBERS = (
    Member("anna", "Анна Соколова", Role.PRESS, is_cast=True),
    Member("boris", "Борис Ершов", Role.HEAD, "housing", is_cast=True),
    Member("dmitry", "Дмитрий Лапин", Role.RESPONDER, "housing", is_cast=True),
    Member("vera", "Вера Назарова", Role.HEAD, "roads", is_cast=True),
    Member("galina", "Галина Мельник", Role.MANAGER, is_cast=True),
    Member("elena", "Елена Журавлёва", Role.ADMIN, is_cast=True),
    Member("zoya", "Зоя Климова", Role.PRESS),
    Member("ilya", "Илья Стрельцов", Role.PRESS),
    Member("kirill", "Кирилл Бойко", Role.RESPONDER, "housing"),
    Member("pavel", "Павел Громов", Role.RESPONDER, "roads"),
    Member("rimma", "Римма Ан", Role.RESPONDER, "roads"),
    Member("olga", "Ольга Ким", Role.RESPONDER, "districts"),
    Member("igor", "Игорь Савельев", Role.RESPONDER, "transport"),
    Member("natalya", "Наталья Юрченко", Role.RESPONDER, "water"),
    Member("stepan", "Степан Дьяков", Role.RESPONDER, "stray_animals"),
    Member("tamara", "Тамара Белова", Role.RESPONDER, "education"),
)
#: Whose passwords are printed: the cast, and two more of the press sector, so that four eyes can be tried.
PRINTED = MEMBERS[:8]


def settle(session: Session, passwords: dict[str, str], *, now: datetime) -> None:
    """Everybody moves in; who has no password among those given gets one that nobody knows."""
    departments = {department.code: department for department in session.scalars(select(Department))}
    for member in MEMBERS:
        accounts.add_person(
            session,
            member.login,
            member.role,
            FOUNDER,
            now=now,
            name=member.name,
            department=departments[member.department] if member.department else None,
            password=passwords.get(member.login) or accounts.one_time_password(),
        )


@dataclass(frozen=True, slots=True)
class Staff:
    """The people by id: the press sector, and who answers for each department (heads where there is nobody else)."""

    press: tuple[int, ...]
    responders: dict[int, tuple[int, ...]]

    def writer(self, chance: random.Random, department_id: int | None) -> int:
        """Who writes the answer: somebody of the department, or the press sector where it has nobody here."""
        return chance.choice(self.responders.get(department_id or 0) or self.press)


def staff(session: Session) -> Staff:
    """Who works here, as the database knows it."""
    responders: dict[int, list[int]] = {}
    press = []
    for person in session.scalars(select(Person).where(Person.is_active).order_by(Person.id)):
        if person.role is Role.PRESS:
            press.append(person.id)
        elif person.role is Role.RESPONDER and person.department_id is not None:
            responders.setdefault(person.department_id, []).append(person.id)
    return Staff(tuple(press), {key: tuple(ids) for key, ids in responders.items()})
