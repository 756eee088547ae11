"""The ground of all records: the base class, the column types, and the two engines we run on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    Text,
    create_engine,
    event,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

from incidents.rules.town import Town

#: Seconds a SQLite writer waits for another one before it gives up.
BUSY_SECONDS = 30


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware datetimes in, aware UTC out. A naive datetime is refused: nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def coded(kind: type[StrEnum], length: int = 24) -> Enum:
    """A column of an enum's values, kept as text with a CHECK, so that a database dump can be read by a person."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


def uncoded(kind: type[StrEnum], length: int = 24) -> Enum:
    """A column of an enum's values without a CHECK: where values are added often and an unknown one harms nothing."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


#: JSON that PostgreSQL can index and compare.
Json = JSON().with_variant(JSONB(), "postgresql")

identity = Annotated[int, mapped_column(primary_key=True)]
#: For tables that outgrow 31 bits; SQLite numbers only its own INTEGER keys by itself.
big_identity = Annotated[int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)]
moment = Annotated[datetime, mapped_column(UTCDateTime())]
words = Annotated[str, mapped_column(Text())]


class list_length(GenericFunction[int]):  # noqa: N801 - a function of SQL, written as one
    """How many elements a list kept as JSON has."""

    type = Integer()
    inherit_cache = True


@compiles(list_length, "sqlite")
def _length_in_sqlite(element: list_length, compiler: Any, **options: Any) -> str:
    return f"json_array_length({compiler.process(element.clauses, **options)})"


@compiles(list_length, "postgresql")
def _length_in_postgresql(element: list_length, compiler: Any, **options: Any) -> str:
    return f"jsonb_array_length({compiler.process(element.clauses, **options)})"


class Base(DeclarativeBase):
    """Every table of the program; constraints are named, so that migrations can find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime(), dict[str, Any]: Json, list[Any]: Json}


def open_engine(url: str) -> Engine:
    """An engine whose transactions behave alike on both databases.

    SQLite: write-ahead log, full synchronisation (a committed event survives a power cut), foreign keys, recursive
    triggers (so that REPLACE meets the journal's guards), and BEGIN IMMEDIATE, so that a read-modify-write never loses
    an update. PostgreSQL: no pre-ping (it costs a fifth of the hooks' throughput); a broken connection fails one
    request and is replaced.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    # A worker reads the database's clock with every lease; one zone for all of them.
    return create_engine(url, pool_size=16, max_overflow=8, connect_args={"options": "-c timezone=UTC"})


def make_sessions(engine: Engine, town: Town) -> sessionmaker[Session]:
    """Sessions that keep what they read after a commit: a door commits once and then tells.

    Each knows the town whose data it works on, for whatever counts the town's days and minutes (`town_of`).
    """
    return sessionmaker(engine, expire_on_commit=False, info={"town": town})


def town_of(session: Session) -> Town:
    """The town whose data this session works on."""
    town: Town = session.info["town"]
    return town


class DatabaseClock(FunctionElement[datetime]):
    """The database's clock, aware UTC, as a column: the one clock that all workers share."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(DatabaseClock)
def _clock(*_: object, **__: object) -> str:
    return "clock_timestamp()"


@compiles(DatabaseClock, "sqlite")
def _clock_of_sqlite(*_: object, **__: object) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def database_now(session: Session) -> datetime:
    """What that clock shows now."""
    return session.execute(select(DatabaseClock())).scalar_one()


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose keys are not there yet; other processes may do the same in the same moment."""
    maker = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.flush()
    # The table, not the class: the unit of work has nothing to say in a conflict that the database settles.
    session.connection().execute(maker(table.__table__).on_conflict_do_nothing(), [dict(row) for row in rows])  # type: ignore[arg-type]


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver's own transaction control would begin late and commit early; SQLAlchemy's BEGIN below replaces it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    readonly = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
