"""Who works here: departments, people, their sign-in attempts, and the tokens of other programs."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from incidents.records.database import Base, Json, coded, identity
from incidents.records.revisions import kept
from incidents.rules import tree
from incidents.rules.acts import Actor, Role


class Department(Base):
    """A body that answers for topics: a directorate of the city, or an organisation outside it."""

    __tablename__ = "departments"

    id: Mapped[identity]
    #: Short Latin code for commands and imports: `housing`.
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    #: Outside the administration: the press sector writes the answer from what it is told.
    is_external: Mapped[bool] = mapped_column(default=False)
    #: The press sector's own department, which answers what belongs to nobody else.
    is_press: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Since when it exists, where that is known, and the town's day on which it was closed.
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    #: The body it is subordinate to, whose head sees its appeals too (`rules.tree`).
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), index=True)


@kept("departments")
def parents(session: Session) -> Mapping[int, int]:
    """The whole tree of departments: from each subordinate one to the one above it."""
    query = select(Department.id, Department.parent_id).where(Department.parent_id.is_not(None))
    return {child: above for child, above in session.execute(query) if above is not None}


class Person(Base):
    """Somebody who signs in. A person who left is inactive and stays in the journal."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("role NOT IN ('responder', 'head') OR department_id IS NOT NULL", name="department"),
    )

    id: Mapped[identity]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(coded(Role))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), index=True)
    department: Mapped[Department | None] = relationship()
    #: argon2id, with its own parameters and salt inside.
    password_hash: Mapped[str] = mapped_column(String(200))
    #: A one-time password was printed by somebody else; it must be replaced at first sign-in.
    must_change_password: Mapped[bool] = mapped_column(default=False)
    #: Raised to sign a person out everywhere: sessions carry the number they were made with.
    session_version: Mapped[int] = mapped_column(default=1)
    is_active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(2), default="ru")
    #: `light`, `dark`, or empty: as the system says.
    theme: Mapped[str] = mapped_column(String(5), default="")
    #: Where letters about alarms go; empty: by no mail.
    email: Mapped[str] = mapped_column(String(254), default="")
    wants_email: Mapped[bool] = mapped_column(default=True)
    #: The private chat with the town's bot, linked by a one-time code.
    telegram_chat_id: Mapped[int | None] = mapped_column(BigInteger)
    wants_telegram: Mapped[bool] = mapped_column(default=True)
    #: On duty: letters come outside working hours too.
    at_night: Mapped[bool] = mapped_column(default=False)
    #: Keys without Ctrl work; switched off, none of them is ever pressed by mistake (WCAG 2.1.4).
    shortcuts: Mapped[bool] = mapped_column(default=True)
    #: The browser itself tells of alarms while no window of the program is in front.
    wants_popups: Mapped[bool] = mapped_column(default=False)
    #: The last time this person signed in; the journal knows all of them.
    signed_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def actor(self) -> Actor:
        """This person as the lifecycle table and the journal know them."""
        return Actor(f"person:{self.id}", self.role, self.id, self.department_id, self.departments)

    @property
    def departments(self) -> frozenset[int]:
        """The departments whose appeals are this person's: a head's with all below it, a responder's own."""
        if self.department_id is None:
            return frozenset()
        return tree.below(self._tree if self.role is Role.HEAD else {}, self.department_id)

    @cached_property
    def _tree(self) -> Mapping[int, int]:
        # A person lives as long as the session that read the row: a request, a sweep. Apart from any, one's own remains.
        session = object_session(self)
        return parents(session) if session is not None else {}


class Deputy(Base):
    """The deputy head of the city who answers for a department: a manager, told before all managers are.

    A table of its own: departments and people would else each need the other to be there first.
    """

    __tablename__ = "deputies"

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="RESTRICT"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    person: Mapped[Person] = relationship()


class SignInAttempt(Base):
    """Failed sign-ins of one account or one address; the delay they caused holds across processes."""

    __tablename__ = "sign_in_attempts"

    #: `login:anna` or `address:10.0.0.7`.
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int]
    next_allowed_at: Mapped[datetime]


class ApiToken(Base):
    """The right of another program to come in; only the digest of the token is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[identity]
    name: Mapped[str] = mapped_column(String(80))
    #: SHA-256 of the token, in hex. The token itself has 256 random bits, so a slow hash would add nothing.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    #: Any of intake, acts, read, history, metrics, wall.
    scopes: Mapped[list[str]] = mapped_column(Json)
    #: Whose use it is made for, if one person's: it ends when that person leaves.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="RESTRICT"), index=True)
    person: Mapped[Person | None] = relationship()
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def actor(self) -> Actor:
        """This program as the journal knows it."""
        return Actor(f"token:{self.id}")
