"""What other processes may ask of the simulator: JSON under /control/.

Makes communities and bots, writes as a citizen or a colleague, orders faults, tells the state. A wrong request is answered 400 (404 for what is not there) with
`{"error": sentence}`. The snowstorm button of the pages ends here too.
"""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from incidents.simulator import reporting
from incidents.simulator.faults import DELIVERY_KINDS
from incidents.simulator.world import World

Body = dict[str, object]


def control(world: World) -> Blueprint:
    """The blueprint of /control/."""
    doors = Blueprint("control", __name__, url_prefix="/control")
    doors.register_error_handler(ValueError, _refused)
    doors.register_error_handler(TypeError, _refused)
    doors.register_error_handler(LookupError, _absent)
    _making(doors, world)
    _watching(doors, world)
    _breaking(doors, world)
    return doors


def _making(doors: Blueprint, world: World) -> None:
    @doors.post("/sources")
    def source() -> Response:
        """`network` and the options of World.vk_community or World.telegram_bot; for Telegram `channels`: [{title, username}] too."""
        wanted = asked()
        if wanted.pop("network", "") == "vk":
            community = world.vk_community(**wanted)  # type: ignore[arg-type]
            return jsonify({"group_id": community.group_id})
        channels = wanted.pop("channels", [])
        bot = world.telegram_bot(**wanted)  # type: ignore[arg-type]
        opened = [world.telegram_channel(bot, **channel) for channel in channels]  # type: ignore[attr-defined]
        seen = [{"chat_id": channel.chat.id, "group_id": channel.group.id} for channel in opened]
        return jsonify({"bot_id": bot.id, "channels": seen})

    @doors.post("/clear")
    def clear() -> Response:
        """Begin with an empty world."""
        world.clear()
        return jsonify({"done": True})

    @doors.post("/snowstorm")
    def snowstorm() -> BaseResponse:
        """The storm; a browser's form is sent back to the first page."""
        written = world.snowstorm(world)
        return jsonify({"written": written}) if request.is_json else redirect("/", 303)


def _watching(doors: Blueprint, world: World) -> None:
    @doors.get("/state")
    def state() -> Response:
        """Everything there is to see, without tokens and secrets."""
        return jsonify(reporting.state(world))

    @doors.post("/settle")
    def settle() -> Response:
        """Wait until nothing is on its way: `{"settled": true}`, or false after `timeout` seconds."""
        return jsonify({"settled": world.settle(min(float(str(asked().get("timeout", 10))), 60.0))})

    @doors.post("/redelivery")
    def redelivery() -> Response:
        """Send what was given up once more."""
        return jsonify({"started": world.courier.send_again()})


def _breaking(doors: Blueprint, world: World) -> None:
    @doors.post("/faults")
    def order() -> Response:
        """`network`, `kind`, for calls `method`, and details (times, every, code, status, retry_after, seconds, copies, text)."""
        wanted = asked()
        network, kind = str(wanted.pop("network", "*")), str(wanted.pop("kind", ""))
        method = str(wanted.pop("method", "*"))
        if kind in DELIVERY_KINDS:
            fault = world.faults.delivery(network, kind, **wanted)
        else:
            fault = world.faults.order(network, method, kind, **wanted)
        return jsonify(asdict(fault))

    @doors.delete("/faults")
    def forget() -> Response:
        """All faults are over; what was held back leaves."""
        world.faults.clear()
        world.courier.release()
        return jsonify({"done": True})


def asked() -> Body:
    """The JSON object of the request; ValueError when it is none."""
    body = request.get_json(silent=True)
    if body is None and not request.get_data():
        return {}
    if not isinstance(body, dict):
        raise ValueError("a JSON object is wanted")
    return dict(body)


def _refused(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400


def _absent(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": str(error.args[0] if error.args else error)}), 404
