"""The front end's files of others are those the manifest names, unchanged, and each has its licence beside it."""

import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.vendoring import MANIFEST, STATIC, WrongArchive, integrity, take

PACKAGES: list[dict[str, Any]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["packages"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_file_is_the_one_that_was_taken(package: dict[str, Any]) -> None:
    for file in package["files"]:
        assert hashlib.sha256((STATIC / file["path"]).read_bytes()).hexdigest() == file["sha256"], file["path"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_every_package_brings_its_licence(package: dict[str, Any]) -> None:
    licences = [STATIC / file["path"] for file in package["files"] if "LICENSE" in file["path"]]
    assert package["licence"]
    assert [path.stat().st_size > 100 for path in licences] == [True]


def test_nothing_lies_among_them_that_the_manifest_does_not_name() -> None:
    named = {STATIC / file["path"] for package in PACKAGES for file in package["files"]}
    assert {path for path in (STATIC / "vendor").rglob("*") if path.is_file()} == named


def test_an_archive_is_taken_only_when_its_hash_is_the_manifests(tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    content = b"body { color: black }"
    with tarfile.open(archive, "w:gz") as tar:
        member = tarfile.TarInfo("package/dist/page.css")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    package = {"integrity": "sha512-another", "files": [{"source": "dist/page.css", "path": "vendor/page.css"}]}
    with pytest.raises(WrongArchive):
        take(archive, package, tmp_path)
    assert not (tmp_path / "vendor").exists()

    package["integrity"] = integrity(archive)
    take(archive, package, tmp_path)
    assert (tmp_path / "vendor" / "page.css").read_bytes() == content
