"""The bare address: everybody is led to where their work begins."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from incidents.web import shell

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def page() -> Response:
    return redirect(shell.home())
