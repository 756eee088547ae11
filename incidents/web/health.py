"""Signs of life for machines that watch: they need no account and tell nothing about anybody."""

from flask import Blueprint, Response, jsonify

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def process() -> Response:
    """This process answers; nothing else is asked."""
    return jsonify(status="ok")
