"""Every page of the program with something on it: which role opens it, and its address. What is added to the program is
walked from its first day, since the addresses come from the program's own table of routes."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from incidents.flow.setting_up import STEPS
from incidents.records.appeals import Appeal
from incidents.records.database import Base
from incidents.rules.acts import Role
from incidents.web import access
from incidents.web.table_kinds import KINDS

#: Who opens a page that several may open: the one who sees most of it.
ORDER = (Role.PRESS, Role.MANAGER, Role.ADMIN, Role.HEAD, Role.RESPONDER)
LOGINS = {Role.PRESS: "anna", Role.MANAGER: "galina", Role.ADMIN: "elena", Role.HEAD: "boris", Role.RESPONDER: "dmitry"}
#: Nobody is signed in.
STRANGER = ""
#: Pages that two roles see quite differently.
ALSO = {"queue.page": (Role.HEAD,), "appeal.page": (Role.HEAD,)}
#: Not pages of the frame: other programs', or what leads elsewhere.
OTHERS = frozenset({"static", "health", "api", "api_law", "home"})
#: Blanks of an address that no row of a table fills; a word that is none of the page's answers 404 and is left out.
WORDS: dict[str, tuple[object, ...]] = {
    "year": (2026,),
    "at": ("start", "end"),
    # Of the tables, which are one page, one.
    "kind": (next(iter(KINDS)), "events", "letters", "social"),
    "network": ("vk", "telegram"),
    "step": STEPS,
    "what": ("texts", "returned", "answered", "received"),
}
#: A page with its question, a page of the history, one that is not there, one for another role, and the door.
ASKED = (
    ("anna", "/search?q=фонарь"),
    ("anna", "/search?q=неттакого"),
    ("anna", "/queue?status=all"),
    ("anna", "/appeals/999999"),
    ("anna", "/people"),
    (STRANGER, "/sign-in"),
    (STRANGER, "/wall"),
)


@dataclass(frozen=True)
class Stop:
    """One page of the walk."""

    login: str
    path: str


def stops(app: Flask, session: Session, clients: dict[str, FlaskClient], logins: Collection[str]) -> Iterator[Stop]:
    """The pages of these people that answer GET with HTML, each once a role; of those with a row, the first few there are."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] in OTHERS:
            continue
        first = next((role for role in ORDER if access.may(role, rule.endpoint)), None)
        for role in (first, *ALSO.get(rule.endpoint, ())):
            for values in _values(session, rule.arguments) if role and LOGINS[role] in logins else ():
                path = _path(app, rule.endpoint, values)
                if path and _is_page(clients[LOGINS[role]], path):
                    yield Stop(LOGINS[role], path)
    yield from (Stop(*each) for each in ASKED if each[0] in logins)


def _path(app: Flask, endpoint: str, values: dict[str, object]) -> str:
    """The address, or nothing where a word is none of the few that the address knows."""
    try:
        return app.url_map.bind("localhost").build(endpoint, values)
    except ValueError:
        return ""


def _is_page(client: FlaskClient, path: str) -> bool:
    answer = client.get(path)
    return answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text


def _values(session: Session, arguments: set[str]) -> list[dict[str, object]]:
    """What fills the blanks of an address."""
    names = sorted(arguments)
    return [dict(zip(names, each, strict=True)) for each in product(*(_fillings(session, name) for name in names))]


def _fillings(session: Session, name: str) -> list[object]:
    """`number` is that of each appeal, `topic_id` the first topic there is, `year` this one."""
    if name == "number":
        return list(session.scalars(select(Appeal.number).order_by(Appeal.number)))
    if name in WORDS:
        return list(WORDS[name])
    tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    stem = {"person_id": "people", "template_id": "reply_templates"}.get(name, name.removesuffix("_id"))
    table = next((tables[each] for each in (stem, f"{stem}s", f"{stem[:-1]}ies") if each in tables), None)
    row = session.scalars(select(table).limit(1)).first() if table else None
    return [inspect(row).identity[0]] if row else []
