"""Static files: addresses that carry the hash of the content, so that browsers may keep them for a year.

A font is the exception: its address stands in a style sheet, where no template can write a hash; its vendored name
changes with its version.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, has_request_context, request, url_for
from werkzeug.security import safe_join

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"


def prepare(app: Flask) -> None:
    """Hash the addresses that `url_for("static", …)` writes, and let browsers keep what is asked for by its hash."""
    app.add_template_global(address, "static")

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and not values["filename"].endswith(".woff2"):
            values["v"] = fingerprint(values["filename"])

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            name = (request.view_args or {}).get("filename", "")
            if name.endswith(".woff2") or request.args.get("v") == fingerprint(name):
                response.headers["Cache-Control"] = FOREVER
        return response


def address(name: str) -> str:
    """`url_for("static", …)` for templates: fifty times a page, and the same every time under one root."""
    return _address(request.script_root if has_request_context() else "", name)


@cache
def _address(_root: str, name: str) -> str:
    return url_for("static", filename=name)


@cache
def fingerprint(name: str) -> str:
    """Eight characters of the file's SHA-256. Counted once a process: a new version starts new processes."""
    path = safe_join(str(STATIC), name)
    if path is None or not Path(path).is_file():
        raise FileNotFoundError(f"no static file {name!r}")
    return sha256(Path(path).read_bytes()).hexdigest()[:8]
