"""The folder `.demo/`: everything the demonstration keeps, and the marker without which nothing is ever deleted.

Beside pyproject.toml in a checkout, else in the current folder. Secrets are made once and lie in files that only their
owner reads; the database appears under its name only when its history is whole.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from incidents import HOME
from incidents.demo import townsfolk
from incidents.flow import accounts, vault

_MARKER = "THIS-IS-A-DEMO"
_MARKER_WORDS = "Эту папку сделала демонстрация и вправе удалить: python -m incidents.demo --fresh\n"
_SIDES = ("", "-wal", "-shm")


class Stop(Exception):
    """A sentence for the person at the keyboard; the program ends with it, without a traceback."""


def usual_place() -> Path:
    """Where the folder belongs."""
    home = HOME if (HOME / "pyproject.toml").is_file() else Path.cwd()
    return home / ".demo"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the simulated networks and the program know of each other, and the passwords of the people."""

    passwords: dict[str, str]
    vk_key: str
    vk_secret: str
    vk_token: str
    vk_confirmation: str
    telegram_key: str
    telegram_secret: str
    telegram_token: str


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder that is ours: nobody else may start a demonstration in it meanwhile."""

    path: Path
    _lock: IO[str]

    @property
    def database(self) -> Path:
        """The town's database; it is there only when its history is whole."""
        return self.path / "town.db"

    @property
    def unfinished(self) -> Path:
        """The database while its history is being made."""
        return self.path / "making.db"

    @property
    def config(self) -> Path:
        """The settings file, written at each start: ports may change."""
        return self.path / "config.toml"

    def log(self, name: str) -> Path:
        """The log of one child process."""
        return self.path / f"{name}.log"

    def forget_unfinished(self) -> None:
        """Remove what an interrupted making of history left."""
        for side in _SIDES:
            Path(f"{self.unfinished}{side}").unlink(missing_ok=True)

    def finish(self) -> None:
        """The history is whole: from now on it is the town's."""
        self.unfinished.rename(self.database)

    def secrets(self) -> Secrets:
        """The secrets, made at the first call and the same for ever after."""
        file = self.path / "secrets.json"
        if not file.exists():
            write_private(file, json.dumps(_new_secrets(), ensure_ascii=False, indent=1))
        return read_secrets(self.path)

    def key_file(self) -> Path:
        """The file with the installation's key, made once."""
        file = self.path / "incidents.key"
        if not file.exists():
            write_private(file, vault.new_key() + "\n")
        return file

    def write_config(self, values: Mapping[str, object]) -> None:
        """Write the settings file. JSON's strings, numbers and booleans are TOML's too."""
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
        write_private(self.config, "# Пишется заново при каждом запуске демонстрации.\n" + "\n".join(lines) + "\n")

    def close(self) -> None:
        """Let others in again."""
        self._lock.close()


def open_folder(path: Path, *, fresh: bool) -> Folder:
    """The folder, made if it is not there; `fresh` begins anew.

    Raises Stop: it is a stranger's (no marker), a link, cannot be written, or another demonstration runs in it.
    """
    if path.is_symlink():
        raise Stop(
            f"{path} — ссылка на другое место. Демонстрация её не трогает; уберите ссылку или запустите в другой папке."
        )
    if path.exists() and not _is_ours(path):
        raise Stop(
            f"{path} сделала не демонстрация (в ней нет файла {_MARKER}): ничего не удалено и не изменено. "
            "Переименуйте эту папку и повторите."
        )
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (path / _MARKER).write_text(_MARKER_WORDS, encoding="utf-8")
        lock = (path / "lock").open("w")
    except OSError as error:
        raise Stop(f"В папку {path} нельзя писать: {error.strerror}.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Stop(f"Демонстрация в папке {path} уже идёт. Остановите её (Ctrl+C) или откройте её страницу.") from None
    if fresh:
        _empty(path)
    return Folder(path, lock)


def read_secrets(path: Path) -> Secrets:
    """The secrets of a folder that has them: for the child processes."""
    return Secrets(**json.loads((path / "secrets.json").read_text(encoding="utf-8")))


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner reads; it is never seen half-written."""
    part = file.with_name(file.name + ".part")
    with suppress(FileNotFoundError):
        part.unlink()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    part.rename(file)


def _is_ours(path: Path) -> bool:
    """A folder with the marker, or one that holds nothing at all."""
    return path.is_dir() and ((path / _MARKER).is_file() or not any(path.iterdir()))


def _empty(path: Path) -> None:
    """Delete what lies in the folder, but for the marker and the lock that is held; no link is followed."""
    for entry in path.iterdir():
        if entry.name in (_MARKER, "lock"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _new_secrets() -> dict[str, object]:
    return {
        "passwords": {member.login: accounts.one_time_password() for member in townsfolk.PRINTED},
        "vk_key": f"vk-{secrets.token_hex(8)}",
        "vk_secret": secrets.token_urlsafe(24),
        "vk_token": f"demo.{secrets.token_urlsafe(32)}",
        "vk_confirmation": secrets.token_hex(4),
        "telegram_key": f"telegram-{secrets.token_hex(8)}",
        "telegram_secret": secrets.token_urlsafe(24),
        "telegram_token": f"7000000001:{secrets.token_urlsafe(26)}",
    }
