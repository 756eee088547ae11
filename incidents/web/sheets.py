"""What lies over every page: the sheet of keys and the palette. They say nothing of anybody and are the same on each page,
so a browser keeps them by their hash (`static/js/sheets.js`), and every page is two kilobytes lighter."""

from functools import cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for

from incidents.web import assets, translating

blueprint = Blueprint("sheets", __name__, url_prefix="/sheets")


@blueprint.app_context_processor
def _for_the_frame() -> dict[str, Any]:
    return {"sheets": address}


@blueprint.get("")
def page() -> Response:
    response = make_response(_drawn(translating.current_language()))
    response.headers["Cache-Control"] = assets.FOREVER.replace("public", "private")
    return response


def address() -> str:
    """Where a page gets them, in the language of whoever reads."""
    return url_for("sheets.page", v=_mark(translating.current_language()))


@cache
def _mark(language: str) -> str:
    return sha256(_drawn(language).encode()).hexdigest()[:8]


@cache
def _drawn(language: str) -> str:
    """In one language; drawn once a process, in the first request that has it."""
    return render_template("shell/sheets.html", spoken=language)
