"""The maintainers' way to take the front end's files of others again: `./manage vendor`, which needs npm.

What is taken stands in incidents/web/static/vendor.json; tests/test_vendored.py sees that the files are still those. The program itself
needs neither npm nor this.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parent.parent / "incidents" / "web" / "static"
MANIFEST = STATIC / "vendor.json"


class WrongArchive(ValueError):
    """The registry gave another archive than the one the manifest was written for."""


def main() -> int:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    for package in manifest["packages"]:
        name = f"{package['name']}@{package['version']}"
        print(f"· {name}")
        try:
            with tempfile.TemporaryDirectory() as folder:
                take(fetch(name, Path(folder)), package, STATIC)
        except (WrongArchive, OSError, subprocess.CalledProcessError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def fetch(name: str, folder: Path) -> Path:
    """Let npm download a package's archive into the folder; none of the package's own scripts is run."""
    command = ["npm", "pack", name, "--ignore-scripts", "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def take(archive: Path, package: dict[str, Any], target: Path) -> None:
    """Copy the listed files, unchanged, and note their hashes in `package`; raises WrongArchive where the archive is another."""
    if (found := integrity(archive)) != package["integrity"]:
        raise WrongArchive(f"the archive is {found}, and the manifest says {package['integrity']}")
    with tarfile.open(archive) as tar:
        for file in package["files"]:
            member = tar.extractfile(f"package/{file['source']}")
            if member is None:
                raise WrongArchive(f"{file['source']} is no file")
            content = member.read()
            path = target / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            file["sha256"] = hashlib.sha256(content).hexdigest()


def integrity(archive: Path) -> str:
    """The hash of an archive as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


if __name__ == "__main__":
    sys.exit(main())
