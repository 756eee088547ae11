"""The settings: the example explains every key, and whatever is wrong stops the start with the key's name."""

import os
import tomllib
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from incidents import HOME
from incidents.settings import BadSettings, Settings, load

EXAMPLE = HOME / "config.example.toml"
KEY = Fernet.generate_key().decode()
LEAST = {"town_name": "Комсомольск-на-Амуре", "zone": "Asia/Vladivostok", "key": KEY}


@pytest.fixture(autouse=True)
def _nobody_elses_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("INCIDENTS_")]:
        monkeypatch.delenv(name)


def written(folder: Path, **values: object) -> Path:
    """A file with these settings."""

    def toml(value: object) -> str:
        return str(value).lower() if isinstance(value, bool) else repr(value)

    path = folder / "config.toml"
    path.write_text("".join(f"{name} = {toml(value)}\n" for name, value in values.items()), encoding="utf-8")
    return path


def test_the_example_is_read_and_its_values_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("incidents.key").write_text(KEY + "\n", encoding="ascii")
    settings = load(EXAMPLE)
    assert settings.key == KEY
    for name, field in Settings.model_fields.items():
        if not field.is_required() and name not in ("key", "key_file"):
            assert getattr(settings, name) == field.default, name


def test_the_example_names_every_key_and_explains_it() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == Settings.model_fields.keys() - {"key"}
    explained = ""
    for line in text.splitlines():
        if line.startswith("#"):
            explained += line
        elif not line:
            explained = ""
        else:
            assert len(explained) > 20, f"{line} has no sentence above it"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("zone", "Asia/Nowhere", "zone: no such time zone"),
        ("zone", "", "zone: no such time zone"),
        ("town_name", "", "town_name: "),
        ("key", "short", "key: a key of 32 random bytes is needed"),
        ("key_file", "/nowhere/key", "key_file cannot be read"),
        ("database_url", "mysql://x", "database_url: use sqlite"),
        ("database_owner_url", "x", "database_owner_url: use sqlite"),
        ("public_url", "town.example", "public_url: "),
        ("vk_api_url", "ftp://x", "vk_api_url: "),
        ("web_processes", 0, "web_processes: "),
        ("web_threads", "many", "web_threads: "),
        ("trusted_proxies", -1, "trusted_proxies: "),
        ("training", "perhaps", "training: "),
        ("four_eyes", "two", "four_eyes: "),
        ("machine_score", -1, "machine_score: "),
        ("warn_minutes", 0, "warn_minutes: "),
        ("escalate_minutes", 100_000, "escalate_minutes: "),
        ("burst_minutes", -1, "burst_minutes: "),
        ("weekend_rule", "never", "weekend_rule: "),
        ("picture_hosts", "userapi.com,localhost", "picture_hosts: 'localhost' is no name of a host"),
        ("log_level", "loud", "log_level: "),
        ("default_language", "de", "default_language: "),
        ("gather_seconds", -1, "gather_seconds: "),
        ("smtp_port", 0, "smtp_port: "),
        ("smtp_security", "ssl", "smtp_security: "),
        ("smtp_host", "mail.town.example", "mail_from: the address in whose name mail is sent is needed"),
        ("mail_from", "appeals", "mail_from: "),
        ("smtp_password_file", "/nowhere/password", "smtp_password_file cannot be read"),
        ("notice_bot_name", "@bot", "notice_bot_name: "),
        ("notice_bot_token_file", "/nowhere/token", "notice_bot_token_file cannot be read"),
        ("twon_name", "x", "twon_name: there is no such setting"),
        ("warn_minutes", 15, "warn_minutes: there is no such setting any more; write warn_at instead"),
        ("escalate_minutes", 60, "escalate_minutes: there is no such setting any more; write escalate_at instead"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(tmp_path: Path, name: str, value: object, sentence: str) -> None:
    least = {key: kept for key, kept in LEAST.items() if not (name == "key_file" and key == "key")}
    with pytest.raises(BadSettings) as caught:
        load(written(tmp_path, **{**least, name: value}))
    assert sentence in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", ["town_name", "zone", "key"])
def test_what_has_no_default_must_be_given(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSettings, match=name):
        load(written(tmp_path, **{key: value for key, value in LEAST.items() if key != name}))


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadSettings) as caught:
        load(written(tmp_path, key=KEY, zone="x", web_threads=0, extra=1))
    assert all(name in str(caught.value) for name in ("town_name", "zone", "web_threads", "extra"))


def test_a_variable_wins_over_the_file_and_may_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, **LEAST, web_threads=4)
    monkeypatch.setenv("INCIDENTS_CONFIG", str(path))
    monkeypatch.setenv("INCIDENTS_WEB_THREADS", "6")
    monkeypatch.setenv("INCIDENTS_DATABASE_URL", "postgres://role:secret@db/incidents")
    settings = load()
    assert settings.web_threads == 6
    assert settings.database_url == "postgresql+psycopg://role:secret@db/incidents"
    monkeypatch.setenv("INCIDENTS_WEB_THREADS", "none")
    with pytest.raises(BadSettings, match="web_threads"):
        load()


def test_the_variables_alone_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LEAST.items():
        monkeypatch.setenv(f"INCIDENTS_{name.upper()}", value)
    settings = load()
    assert (settings.town_name, settings.town_zone.key) == (LEAST["town_name"], LEAST["zone"])


@pytest.mark.parametrize("content", ["town_name = ", "\x00", "zone"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadSettings, match=r"config\.toml is no valid TOML"):
        load(path)
    with pytest.raises(BadSettings, match="cannot be read"):
        load(tmp_path / "absent.toml")


def test_secrets_come_from_their_files_and_stand_in_no_print(tmp_path: Path) -> None:
    for name in ("smtp_password", "notice_bot_token"):
        (tmp_path / name).write_text(f"secret of {name}\n", encoding="utf-8")
    files = {f"{name}_file": str(tmp_path / name) for name in ("smtp_password", "notice_bot_token")}
    settings = load(written(tmp_path, **LEAST, **files))
    assert (settings.smtp_password, settings.notice_bot_token) == (
        "secret of smtp_password",
        "secret of notice_bot_token",
    )
    assert "secret of" not in repr(settings)


def test_the_settings_are_frozen_and_keep_the_key_to_themselves() -> None:
    settings = Settings(**LEAST)  # type: ignore[arg-type]
    assert KEY not in repr(settings)
    with pytest.raises(ValidationError):
        settings.zone = "UTC"  # type: ignore[misc]
    assert not settings.is_https
    assert Settings(**{**LEAST, "public_url": "https://town.example/"}).public_url == "https://town.example"  # type: ignore[arg-type]
