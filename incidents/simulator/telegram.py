"""Telegram's Bot API: /telegram/bot<token>/<method>, JSON or form, answered as Telegram answers.

Stands between our client and the bots (channels.py); the methods live in telegram_methods.py. The HTTP status repeats the error code, as the real server does.
"""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from incidents.simulator.breaking import break_connection
from incidents.simulator.channels import Bot
from incidents.simulator.faults import Fault, Faults
from incidents.simulator.gallery import Gallery, as_jpeg
from incidents.simulator.telegram_events import JSON
from incidents.simulator.telegram_methods import METHODS, Call, TelegramError


def telegram_api(bots: Callable[[], list[Bot]], faults: Faults, gallery: Gallery) -> Blueprint:
    """The blueprint that answers /telegram/bot…."""
    api = Blueprint("telegram_api", __name__)

    @api.route("/telegram/bot<token>/<name>", methods=["GET", "POST"])
    def method(token: str, name: str) -> Response:
        fault = faults.for_call("telegram", name)
        if fault is not None and fault.kind != "silence":
            return _failing(fault)
        try:
            result = _result(bots(), token, name)
        except TelegramError as error:
            return _refused(error)
        if fault is not None:
            break_connection(fault)
        return jsonify({"ok": True, "result": result})

    @api.get("/telegram/file/bot<token>/photos/<name>.jpg")
    def file(token: str, name: str) -> Response:
        bot = next((each for each in bots() if each.token == token), None)
        if bot is None or name not in bot.files:
            return _refused(TelegramError(404, "Not Found"))
        return as_jpeg(gallery, name)

    return api


def _result(bots: list[Bot], token: str, name: str) -> object:
    bot = next((each for each in bots if each.token == token), None)
    if bot is None:
        raise TelegramError(401, "Unauthorized")
    method = METHODS.get(name.lower())
    if method is None:
        raise TelegramError(404, "Not Found")
    return method(Call(bot, _parameters()))


def _parameters() -> JSON:
    if request.is_json:
        sent = request.get_json(silent=True)
        if not isinstance(sent, dict):
            raise TelegramError(400, "Bad Request: can't parse JSON object")
        return {**request.args.to_dict(), **sent}
    return {**request.args.to_dict(), **request.form.to_dict()}


def _refused(error: TelegramError) -> Response:
    body: JSON = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    response = jsonify(body)
    response.status_code = error.code
    return response


def _failing(fault: Fault) -> Response:
    """The answer of a call which was told to fail before anything is done."""
    if fault.kind == "drop":
        break_connection(fault)
        return Response()
    if fault.kind == "http":
        headers = {"Retry-After": str(fault.retry_after)} if fault.status in (429, 503) else {}
        return Response(fault.text or "<html>nginx</html>", fault.status, headers, mimetype="text/html")
    if fault.kind == "too_many":
        seconds = fault.retry_after
        return _refused(TelegramError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))
    if fault.kind == "refuse":
        return _refused(TelegramError(fault.code or 403, fault.text or "Forbidden: bot was blocked by the user"))
    return _refused(TelegramError(fault.code or 500, fault.text or "Internal Server Error"))
