"""The rules of the house as questions to a source tree; each answers with the sentences of what breaks it.

tests/test_layout.py asks them of this checkout and, so that none can be asked in vain, of trees built to break them.
"""

import ast
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.arrows import ARROWS, GROUND, TRAVEL

#: Which floor a room stands on. The package itself and the data it ships lie under everything.
FLOORS: dict[str, float] = {
    **dict.fromkeys(["", "data"], -1),
    "rules": 0,
    **dict.fromkeys(["records", "networks", "settings"], 1),
    **dict.fromkeys(["flow", "statistics"], 2),
    **dict.fromkeys(["jobs", "web", "simulator"], 3),
    # They do more of a worker's work than `jobs`, whose workshop they share.
    **dict.fromkeys(["lookups", "post", "upkeep"], 3.2),
    "scheduler": 3.5,
    "__main__": 4.5,
    **dict.fromkeys(["cli", "demo"], 4),
}
DOORS = {"flask", "flask_login", "flask_wtf", "flask_babel", "werkzeug", "click", "apscheduler", "gunicorn", "spectree"}
#: Libraries a room must not know, so that each can be understood, and tested, without them.
STRANGERS = {
    "records": DOORS | {"httpx2"},
    "networks": DOORS | {"sqlalchemy", "alembic", "psycopg"},
    "settings": DOORS | {"sqlalchemy", "alembic", "psycopg", "httpx2"},
    "flow": DOORS,
    "statistics": DOORS | {"httpx2"},
    "web": {"apscheduler", "click"},
    "simulator": {"apscheduler", "click", "sqlalchemy", "psycopg"},
}
#: Rooms that leave the transaction to the door that called them.
NEVER_COMMIT = ("rules", "records", "flow", "statistics")
#: Modules that may import inside a function, each with its reason (a heavy report library behind a door of its own).
LATE_IMPORTS: dict[str, str] = {
    "incidents/flow/production.py": "the library of holidays weighs 46 MB and is asked once a year",
    "incidents/cli/__init__.py": "each command reads its own module: the whole program takes seconds, and `serve` would read it twice",
}

LONGEST_FILE, LONGEST_FUNCTION = 250, 60
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers", "service", "services"}
#: Words that say the work is not done.
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "XX" + "X")


@dataclass(frozen=True)
class Module:
    """One source file: its path as people write it, its dotted name, and what it says."""

    path: str
    name: str
    lines: int
    comments: tuple[str, ...]
    tree: ast.Module

    @property
    def room(self) -> str:
        """The first name below the package: "" for the package itself."""
        return ([*self.name.split("."), ""])[1]


def read(root: Path, *folders: str) -> list[Module]:
    """Every Python file of the folders."""
    return [_module(root, path) for folder in folders for path in sorted((root / folder).rglob("*.py"))]


def _module(root: Path, path: Path) -> Module:
    source = path.read_text(encoding="utf-8")
    relative = path.relative_to(root)
    parts = relative.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    with path.open("rb") as file:
        comments = tuple(t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.COMMENT)
    return Module(relative.as_posix(), name, len(source.splitlines()), comments, ast.parse(source))


def imports(module: Module, known: set[str]) -> Iterator[str]:
    """What a module imports by dotted name: the submodule where one is meant, else the package it is taken from."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                yield f"relative import of {origin or '.'}"
                continue
            for alias in node.names:
                deeper = f"{origin}.{alias.name}"
                yield deeper if deeper in known else origin


def staircase(modules: list[Module]) -> Iterator[str]:
    """Imports go down only; sideways only within a room, and in the flow only along the way of an appeal."""
    known = {module.name for module in modules}
    for module in modules:
        if module.room not in FLOORS:
            yield f"{module.path}: the room {module.room!r} stands on no floor (tests/layout.py, FLOORS)"
            continue
        for target in imports(module, known):
            if target.startswith("relative"):
                yield f"{module.path}: {target}"
            elif target.split(".")[0] == "incidents" and not _may(module.name, target):
                yield f"{module.path}: may not import {target}"


def _may(importer: str, target: str) -> bool:
    here, there = (([*name.split("."), ""])[1] for name in (importer, target))
    if here != there:
        return FLOORS.get(there, 9) < FLOORS[here] and not (here == "simulator" and there)
    if here != "flow" or importer == target:
        return True
    step, other = importer.split(".")[-1], target.split(".")[-1]
    if step in GROUND:
        return other in GROUND[: GROUND.index(step)]
    onward = TRAVEL[TRAVEL.index(step) + 1 :] if step in TRAVEL else ()
    return other in GROUND or other in onward or other in ARROWS.get(step, ())


def cycles(modules: list[Module]) -> Iterator[str]:
    """No module needs itself, by whatever way round."""
    known = {module.name for module in modules}
    graph = {module.name: {name for name in imports(module, known) if name in known} for module in modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a cycle: " + " <- ".join(error.args[1])


def strangers(modules: list[Module]) -> Iterator[str]:
    """The rules know the standard library only; the other rooms know no door but their own."""
    for module in modules:
        for target in imports(module, set()):
            library = target.split(".")[0]
            if module.room == "rules" and library not in sys.stdlib_module_names | {"incidents"}:
                yield f"{module.path}: the rules know only the standard library, not {library}"
            if library in STRANGERS.get(module.room, set()):
                yield f"{module.path}: {module.room} must not know {library}"


def commits(modules: list[Module]) -> Iterator[str]:
    """The door owns the transaction."""
    for module in modules:
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith(".commit")
                and module.room in NEVER_COMMIT
            ):
                yield f"{module.path}:{node.lineno}: only a door commits"


def late_imports(modules: list[Module]) -> Iterator[str]:
    """Everything a module needs stands at its top, where a reader looks for it."""
    for module in modules:
        for function in (n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
            late = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom) or _imports_by_call(n)]
            if late and module.path not in LATE_IMPORTS:
                yield f"{module.path}:{function.lineno}: {function.name} imports inside itself"


def _imports_by_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__")


def unread_types(modules: list[Module]) -> Iterator[str]:
    """What only the type checker sees is a cycle in disguise."""
    for module in modules:
        names = {n.id for n in ast.walk(module.tree) if isinstance(n, ast.Name)}
        names |= {n.attr for n in ast.walk(module.tree) if isinstance(n, ast.Attribute)}
        if "TYPE_CHECKING" in names:
            yield f"{module.path}: TYPE_CHECKING"


def sizes(modules: list[Module]) -> Iterator[str]:
    """A file is a few screens, a function one."""
    for module in modules:
        if module.lines > LONGEST_FILE:
            yield f"{module.path}: {module.lines} lines, more than {LONGEST_FILE}"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    yield f"{module.path}:{node.lineno}: {node.name} has {length} lines, more than {LONGEST_FUNCTION}"


def drawers(modules: list[Module]) -> Iterator[str]:
    """A room is named for what is done in it."""
    for module in modules:
        for part in Path(module.path).with_suffix("").parts:
            if part in DRAWERS or {"util", "utils", "helper", "helpers", "misc"} & set(part.split("_")):
                yield f"{module.path}: {part} is a drawer, not a room"


def unfinished(modules: list[Module]) -> Iterator[str]:
    """What is on main is done."""
    for module in modules:
        for comment in module.comments:
            if any(word in comment.upper().split() or f"{word}:" in comment.upper() for word in UNFINISHED):
                yield f"{module.path}: {comment}"
        if any(isinstance(n, ast.Name) and n.id == "NotImplementedError" for n in ast.walk(module.tree)):
            yield f"{module.path}: NotImplementedError"


def wordless(modules: list[Module]) -> Iterator[str]:
    """A module says what it is for."""
    for module in modules:
        if not ast.get_docstring(module.tree):
            yield f"{module.path}: no docstring"
