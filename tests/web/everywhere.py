"""Every page of the program with something on it: which role opens it, and its address. What is added to the program is
walked from its first day, since the addresses come from the program's own table of routes."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from incidents.records.appeals import Appeal
from incidents.records.database import Base
from incidents.rules.acts import Role
from incidents.web import access

#: Who opens a page that several may open: the one who sees most of it.
ORDER = (Role.PRESS, Role.MANAGER, Role.ADMIN, Role.HEAD, Role.RESPONDER)
LOGINS = {Role.PRESS: "anna", Role.MANAGER: "galina", Role.ADMIN: "elena", Role.HEAD: "boris", Role.RESPONDER: "dmitry"}
#: Pages that two roles see quite differently.
ALSO = {"queue.page": (Role.HEAD,), "appeal.page": (Role.HEAD,)}
#: Not pages of the frame: other programs', or what leads elsewhere.
OTHERS = frozenset({"static", "health", "api", "api_law", "home"})


@dataclass(frozen=True)
class Stop:
    """One page of the walk."""

    login: str
    path: str


def stops(app: Flask, session: Session, clients: dict[str, FlaskClient]) -> Iterator[Stop]:
    """The pages that answer GET with HTML, each once a role; of those with a row, the first few rows there are."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] in OTHERS:
            continue
        first = next((role for role in ORDER if access.may(role, rule.endpoint)), None)
        for role in (first, *ALSO.get(rule.endpoint, ())):
            if role is None:
                continue
            for values in _values(session, set(rule.arguments)):
                path = app.url_map.bind("localhost").build(rule.endpoint, values)
                answer = clients[LOGINS[role]].get(path)
                if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
                    yield Stop(LOGINS[role], path)


def _values(session: Session, arguments: set[str]) -> list[dict[str, object]]:
    """Rows for the blanks of an address: `number` is an appeal's, `topic_id` a topic's, `year` this one."""
    if not arguments:
        return [{}]
    if arguments == {"number"}:
        return [{"number": number} for number in session.scalars(select(Appeal.number).order_by(Appeal.number))]
    known: dict[str, object] = {"year": 2026, "kind": "social"}
    tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for name in arguments - set(known):
        stem = name.removesuffix("_id")
        table = next((tables[each] for each in (f"{stem}s", f"{stem[:-1]}ies", stem) if each in tables), None)
        if stem == "person":
            table = tables["people"]
        if table is None:
            return []
        row = session.scalars(select(table).limit(1)).first()
        if row is None:
            return []
        known[name] = inspect(row).identity[0]
    return [{name: known[name] for name in arguments}]
