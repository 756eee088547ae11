"""The folder of the demonstration: nothing of a stranger's is deleted, secrets are made once and kept to their owner."""

from pathlib import Path

import pytest

from incidents.demo import townsfolk
from incidents.demo.folder import Stop, open_folder
from incidents.settings import load


def test_a_strangers_folder_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / ".demo"
    place.mkdir()
    (place / "thesis.txt").write_text("years of work", encoding="utf-8")
    for fresh in (True, False):
        with pytest.raises(Stop, match="сделала не демонстрация"):
            open_folder(place, fresh=fresh)
    assert [entry.name for entry in place.iterdir()] == ["thesis.txt"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / ".demo").symlink_to(tmp_path / "home")
    with pytest.raises(Stop, match="ссылка"):
        open_folder(tmp_path / ".demo", fresh=True)


def test_fresh_empties_a_folder_of_ours_but_follows_no_link_out_of_it(tmp_path: Path) -> None:
    place, outside = tmp_path / ".demo", tmp_path / "outside"
    outside.mkdir()
    (outside / "letter.txt").write_text("dear", encoding="utf-8")
    folder = open_folder(place, fresh=False)
    folder.database.write_bytes(b"a town")
    (place / "shortcut").symlink_to(outside)
    folder.close()
    again = open_folder(place, fresh=True)
    assert not again.database.exists()
    assert not (place / "shortcut").is_symlink()
    assert (outside / "letter.txt").read_text(encoding="utf-8") == "dear"
    again.close()


def test_two_demonstrations_do_not_share_a_folder(tmp_path: Path) -> None:
    folder = open_folder(tmp_path / ".demo", fresh=False)
    with pytest.raises(Stop, match="уже идёт"):
        open_folder(tmp_path / ".demo", fresh=True)
    folder.close()
    open_folder(tmp_path / ".demo", fresh=False).close()


def test_passwords_are_made_once_and_kept_to_their_owner(tmp_path: Path) -> None:
    folder = open_folder(tmp_path / ".demo", fresh=False)
    first = folder.secrets()
    folder.close()
    again = open_folder(tmp_path / ".demo", fresh=False)
    assert again.secrets() == first
    assert set(first.passwords) == {member.login for member in townsfolk.PRINTED}
    assert {file.stat().st_mode & 0o777 for file in (again.path / "secrets.json", again.key_file())} == {0o600}
    assert again.path.stat().st_mode & 0o777 == 0o700
    again.close()


def test_the_settings_it_writes_are_read_by_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INCIDENTS_CONFIG", raising=False)
    folder = open_folder(tmp_path / '.de"mo', fresh=False)
    folder.write_config(
        {"town_name": "Город «Л»", "zone": "Asia/Vladivostok", "key_file": str(folder.key_file()), "training": True}
    )
    settings = load(folder.config)
    assert (settings.town_name, settings.training) == ("Город «Л»", True)
    assert settings.key == folder.key_file().read_text(encoding="ascii").strip()
    folder.close()
