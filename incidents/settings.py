"""The installation's settings: one frozen object, read once at the door and passed down.

From a TOML file (`--config`, or INCIDENTS_CONFIG) and INCIDENTS_… variables, which win. An unknown key or a wrong value
stops the start with the key's name. config.example.toml explains every key; a test holds the two together.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from cryptography.fernet import Fernet
from pydantic import AnyHttpUrl, Field, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from incidents.rules import answers, personal_data, silence
from incidents.rules.alarms import Level, read_steps
from incidents.rules.town import Town

_URL = TypeAdapter(AnyHttpUrl)
#: A name with at least one dot, so that none stands for a machine of the town's own network.
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z-]{2,}")


#: Settings that earlier versions had, and what says the same now.
REPLACED = {
    "warn_minutes": 'write warn_at instead, for example "75%,15": warned at 75 % of the term and 15 minutes before its end',
    "escalate_minutes": 'write escalate_at instead, for example "responder:0,head:15,manager:60": who hears how many minutes late',
}


class BadSettings(Exception):
    """The program cannot start with these settings; the text names the key and says what is wrong."""


class Settings(BaseSettings):
    """What differs from town to town. No secret has a default."""

    model_config = SettingsConfigDict(env_prefix="INCIDENTS_", extra="forbid", frozen=True, hide_input_in_errors=True)

    town_name: str = Field(min_length=1)
    zone: str
    database_url: str = "sqlite:///incidents.db"
    database_owner_url: str = ""
    key: str = Field(default="", repr=False)
    key_file: str = ""
    public_url: str = "http://127.0.0.1:8000"
    bind: str = "127.0.0.1:8000"
    web_processes: int = Field(default=2, ge=1, le=64)
    web_threads: int = Field(default=8, ge=1, le=64)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    default_language: Literal["ru", "en"] = "ru"
    backup_folder: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    training: bool = False
    four_eyes: Literal["off", "press", "head_then_press"] = "off"
    machine_routing: bool = True
    machine_score: float = Field(default=6.0, ge=0)
    machine_margin: float = Field(default=2.0, ge=0)
    warn_at: str = "75%,15"
    escalate_at: str = "responder:0,head:15,deputy:30,manager:60"
    silence_at: str = "head:20,press:15,manager:10,responder:10"
    publish_on_silence: bool = True
    answer_checks: str = answers.DEFAULT
    answer_signature: str = Field(default="", max_length=200)
    known_contacts: str = ""
    return_minutes: int = Field(default=120, ge=0, le=10080)
    follow_up_days: int = Field(default=14, ge=0, le=365)
    close_after_days: int = Field(default=30, ge=0, le=365)
    weekend_rule: Literal["keep", "previous", "next"] = "previous"
    burst_minutes: int = Field(default=10, ge=0, le=1440)
    quiet_hours: bool = True
    gather_seconds: int = Field(default=60, ge=0, le=3600)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_password_file: str = ""
    mail_from: str = ""
    notice_bot_name: str = Field(default="", pattern=r"^[A-Za-z0-9_]*$")
    notice_bot_token: str = Field(default="", repr=False)
    notice_bot_token_file: str = ""
    picture_hosts: str = "userapi.com,vkuserphoto.ru"
    vk_api_url: str = "https://api.vk.ru"
    vk_web_url: str = "https://vk.com"
    telegram_api_url: str = "https://api.telegram.org"
    telegram_web_url: str = "https://t.me"

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("no such time zone; write it like Asia/Vladivostok")
        return value

    @field_validator("public_url", "vk_api_url", "vk_web_url", "telegram_api_url", "telegram_web_url")
    @classmethod
    def _plain_url(cls, value: str) -> str:
        _URL.validate_python(value)
        return value.rstrip("/")

    @field_validator("picture_hosts")
    @classmethod
    def _plain_hosts(cls, value: str) -> str:
        for host in _hosts(value):
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host[:80]!r} is no name of a host; write it like userapi.com")
        return value

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value.startswith(("postgresql://", "postgres://")):
            value = "postgresql+psycopg://" + value.split("://", 1)[1]
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("use sqlite:///path or postgresql://role:password@host/name")
        return value

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in ("key", "smtp_password", "notice_bot_token"):
            path = values.get(f"{name}_file")
            if path and not values.get(name):
                try:
                    values[name] = Path(path).read_text(encoding="utf-8").strip()
                except (OSError, UnicodeDecodeError) as error:
                    hint = f"; make it with `incidents key > {path}`" if name == "key" else ""
                    raise ValueError(f"{name}_file cannot be read: {error}{hint}") from None
        return values

    @field_validator("key")
    @classmethod
    def _good_key(cls, value: str) -> str:
        try:
            Fernet(value)
        except ValueError:
            raise ValueError("a key of 32 random bytes is needed; `incidents key` prints a new one") from None
        return value

    @model_validator(mode="after")
    def _readable_steps(self) -> "Settings":
        read_steps(self.warn_at, self.escalate_at)
        silence.read_steps(self.silence_at)
        answers.read_levels(self.answer_checks)
        return self

    @model_validator(mode="after")
    def _needs_key(self) -> "Settings":
        if not self.key:
            raise ValueError("key or key_file must be set; `incidents key` prints a new key")
        return self

    @model_validator(mode="after")
    def _needs_sender(self) -> "Settings":
        local, _, domain = self.mail_from.rpartition("@")
        if (self.smtp_host or self.mail_from) and not (local and domain and self.mail_from.isascii()):
            raise ValueError("mail_from: the address in whose name mail is sent is needed, like appeals@town.example")
        return self

    @property
    def town_zone(self) -> ZoneInfo:
        """The town's zone: display, working hours, and the days and years of reports."""
        return ZoneInfo(self.zone)

    @property
    def town(self) -> Town:
        """What the arithmetic must know of the town."""
        asked = silence.read_steps(self.silence_at)
        if self.four_eyes != "head_then_press":
            # Nobody waits for a head there.
            asked = tuple(step for step in asked if step.level is not Level.HEAD)
        house = answers.House(
            answers.read_levels(self.answer_checks),
            self.answer_signature,
            frozenset(personal_data.contacts_in(self.known_contacts)),
        )
        return Town(self.town_zone, read_steps(self.warn_at, self.escalate_at), self.return_minutes, asked, house)

    @property
    def hosts_of_pictures(self) -> tuple[str, ...]:
        """Where pictures that citizens attach may be fetched from, with all hosts below each."""
        return _hosts(self.picture_hosts)

    @property
    def is_https(self) -> bool:
        """Do people reach us over TLS? Then cookies are secure and browsers are told to stay with it."""
        return self.public_url.startswith("https://")


def _hosts(written: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in written.split(",") if each.strip())


def load(path: str | Path | None = None) -> Settings:
    """Read the settings: the file given, else the one INCIDENTS_CONFIG names, else the variables alone.

    Raises BadSettings with one sentence a key.
    """
    chosen = path or os.environ.get("INCIDENTS_CONFIG")
    values = _read(Path(chosen)) if chosen else {}
    _refuse_unknown_variables()
    # Variables win over the file, as one line of configuration must be enough to move a process elsewhere.
    values = {key: value for key, value in values.items() if f"INCIDENTS_{key.upper()}" not in os.environ}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise BadSettings("; ".join(_sentence(problem) for problem in error.errors(include_url=False))) from None


def _refuse_unknown_variables() -> None:
    """A variable with a typing error must not be a setting that silently does not hold."""
    known = {f"INCIDENTS_{name.upper()}" for name in Settings.model_fields} | {"INCIDENTS_CONFIG"}
    for name in sorted(os.environ):
        if name.startswith("INCIDENTS_") and name not in known:
            raise BadSettings(_unknown(name))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} is no valid TOML: {error}") from None


def _sentence(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "missing":
        return f"{key}: required, it has no default"
    if problem["type"] == "extra_forbidden":
        return _unknown(key)
    words = str(problem["msg"]).removeprefix("Value error, ")
    return f"{key}: {words}" if key else words


def _unknown(name: str) -> str:
    """A key, or a variable, that is no setting; one that was says what to write now."""
    instead = REPLACED.get(name.removeprefix("INCIDENTS_").lower())
    return f"{name}: there is no such setting any more; {instead}" if instead else f"{name}: there is no such setting"
