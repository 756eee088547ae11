"""Whom and what a row of history names: its author, its topic, its department, and who there answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Author
from incidents.records.database import insert_missing
from incidents.records.people import Department, Person
from incidents.records.topics import Topic, TopicGroup
from incidents.rules.history import Past


@dataclass(frozen=True, slots=True)
class Names:
    """The town's topics, departments and people by the names a file may use; None where a name says too little."""

    topics: dict[str, int | None]
    departments: dict[str, int]
    people: dict[tuple[int | None, str], int | None]

    @classmethod
    def of_town(cls, session: Session) -> Self:
        """Asked of the database once for a whole file."""
        topics: dict[str, int | None] = {}
        for topic_id, topic, group in session.execute(select(Topic.id, Topic.name, TopicGroup.name).join(TopicGroup)):
            # A name that two groups share says nothing without its group.
            topics[topic] = None if topic in topics else topic_id
            topics[f"{group} / {topic}"] = topic_id
        departments: dict[str, int] = {}
        for department_id, name, code in session.execute(select(Department.id, Department.name, Department.code)):
            departments |= {code: department_id, name: department_id}
        people: dict[tuple[int | None, str], int | None] = {}
        colleagues = select(Person.id, Person.department_id, Person.name).where(Person.department_id.is_not(None))
        for person_id, of, name in session.execute(colleagues):
            people[of, name] = None if (of, name) in people else person_id
        return cls(topics, departments, people)

    def topic(self, row: Past) -> int | None:
        return next((found for name in row.topics if (found := self.topics.get(name))), None)

    def department(self, row: Past) -> int | None:
        return self.departments.get(row.department) if row.department else None

    def responder(self, row: Past) -> int | None:
        """Who answered: a person of the department that answered, never a namesake elsewhere."""
        department = self.department(row)
        return self.people.get((department, row.responder)) if department and row.responder else None

    def unknown(self, row: Past) -> Iterator[tuple[str, str]]:
        """Codes of the columns whose name says nothing to us, each with the name."""
        if row.topics and self.topic(row) is None:
            yield "topic", row.topics[0]
        if row.department and self.department(row) is None:
            yield "department", row.department
        elif row.responder and self.responder(row) is None:
            yield "responder", row.responder


def authors(session: Session, rows: Sequence[Past]) -> list[int | None]:
    """The author of each row, where anything is known of one; an address is one author, a bare name is one a row."""
    linked = {(row.network, url[:200]): row for row in rows if (url := row.author_url)}
    named = [row for row in rows if row.author_name and not row.author_url]
    if linked:
        found = [
            {"network": n, "external_id": key, "name": row.author_name, "url": row.author_url}
            for (n, key), row in linked.items()
        ]
        insert_missing(session, Author, found)
    keys = select(Author.network, Author.external_id, Author.id).where(Author.external_id.in_([k for _, k in linked]))
    by_key = {(network, key): id_ for network, key, id_ in session.execute(keys)} if linked else {}
    values = [{"network": row.network, "name": row.author_name} for row in named]
    new = insert(Author).returning(Author.id, sort_by_parameter_order=True)
    ids = iter(session.scalars(new, values).all() if values else ())
    return [
        by_key[row.network, row.author_url[:200]] if row.author_url else next(ids) if row.author_name else None
        for row in rows
    ]
