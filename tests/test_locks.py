"""The lock files hold what pyproject.toml asks for, by hash, with nobody's address in them; and the tests run on what is locked."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": [*PROJECT["project"]["dependencies"], *GROUPS["dev"]],
    "requirements-uv.txt": GROUPS["installer"],
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def locked(name: str) -> Iterator[tuple[Requirement, list[str]]]:
    """Each requirement of a lock file, and the rest of its lines: its hashes."""
    for block in (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        words = block.split(" --hash=")
        yield Requirement(words[0]), [f"--hash={word.strip()}" for word in words[1:]]


@pytest.mark.parametrize("name", ASKED)
def test_no_address_stands_in_a_lock(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|@ |file:|--(extra-)?index|--find-links|--trusted-host", text)


@pytest.mark.parametrize("name", ASKED)
def test_every_locked_version_is_exact_and_hashed(name: str) -> None:
    requirements = list(locked(name))
    assert requirements
    for requirement, hashes in requirements:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(HASH.fullmatch(line) for line in hashes), requirement


@pytest.mark.parametrize("name", ASKED)
def test_a_lock_answers_everything_that_is_asked_for(name: str) -> None:
    versions = {canonicalize_name(lock.name): str(lock.specifier)[2:] for lock, _ in locked(name)}
    for asked in map(Requirement, ASKED[name]):
        version = versions.get(canonicalize_name(asked.name))
        assert version, f"{asked.name} is not in {name}: run ./manage lock"
        assert version in asked.specifier, f"{asked} and {name} differ: run ./manage lock"


def test_the_tests_are_locked_to_the_versions_that_are_shipped() -> None:
    shipped, tested = (
        {(r.name, str(r.specifier)) for r, _ in locked(f"requirements{kind}.txt")} for kind in ("", "-dev")
    )
    assert shipped <= tested


def test_what_is_installed_is_what_is_locked() -> None:
    here = [lock for lock, _ in locked("requirements-dev.txt") if lock.marker is None or lock.marker.evaluate()]
    installed = {lock.name: metadata.version(lock.name) for lock in here}
    assert installed == {lock.name: str(lock.specifier)[2:] for lock in here}


def test_fast_majors_have_an_upper_bound() -> None:
    bounded = {r.name for r in map(Requirement, ASKED["requirements.txt"]) if "<" in str(r.specifier)}
    assert {"apscheduler", "gunicorn", "sqlalchemy", "pydantic", "spectree", "flask", "alembic"} <= bounded
