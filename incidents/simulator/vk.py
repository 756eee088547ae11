"""VK's API: POST or GET /vk/method/<name>, form-encoded, answered as VK answers.

Stands between our client and the communities (communities.py). Methods live in vk_methods.py; here is what all calls share: faults ordered for the call, the token,
the version, and errors with HTTP 200.
"""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from incidents.simulator import vk_errors
from incidents.simulator.breaking import break_connection
from incidents.simulator.communities import Community
from incidents.simulator.faults import Fault, Faults
from incidents.simulator.vk_call import Call
from incidents.simulator.vk_errors import VkError
from incidents.simulator.vk_methods import METHODS


def vk_api(communities: Callable[[], list[Community]], faults: Faults) -> Blueprint:
    """The blueprint that answers /vk/method/…."""
    api = Blueprint("vk_api", __name__)

    @api.route("/vk/method/<name>", methods=["GET", "POST"])
    def method(name: str) -> Response:
        parameters = {**request.args.to_dict(), **request.form.to_dict()}
        fault = faults.for_call("vk", name)
        if fault is not None and fault.kind != "silence":
            return _failing(fault, name, parameters)
        answer = _answer(communities(), name, parameters)
        if fault is not None:
            break_connection(fault)
        return answer

    return api


def _answer(communities: list[Community], name: str, parameters: dict[str, str]) -> Response:
    try:
        call = Call(_authorised(communities, parameters), parameters, _is_user(communities, parameters))
        if "v" not in parameters:
            raise VkError(8, "v is required")
        if name not in METHODS:
            raise VkError(3)
        only_for_people, act = METHODS[name]
        if only_for_people and not call.is_user:
            raise VkError(27, "method is unavailable with group auth.")
        response = jsonify({"response": act(call)})
    except VkError as error:
        return jsonify(vk_errors.body(error, name, parameters))
    for echo in call.afterwards:
        response.call_on_close(echo)
    return response


def _token(parameters: dict[str, str]) -> str:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" and bearer else parameters.get("access_token", "")


def _authorised(communities: list[Community], parameters: dict[str, str]) -> Community:
    """The community whose token (or whose administrator's token) was shown."""
    token = _token(parameters)
    if not token:
        raise VkError(5, "no access_token passed.")
    for community in communities:
        if token in (community.profile.token, community.profile.user_token):
            return community
    raise VkError(5, "invalid access_token (4).")


def _is_user(communities: list[Community], parameters: dict[str, str]) -> bool:
    token = _token(parameters)
    return any(token == community.profile.user_token for community in communities)


def _failing(fault: Fault, name: str, parameters: dict[str, str]) -> Response:
    """The answer of a call which was told to fail before anything is done."""
    if fault.kind == "drop":
        break_connection(fault)
        return Response()
    if fault.kind == "http":
        headers = {"Retry-After": str(fault.retry_after)} if fault.status in (429, 503) else {}
        return Response(fault.text or "<html>nginx</html>", fault.status, headers, mimetype="text/html")
    if fault.kind == "too_many":
        response = jsonify(vk_errors.body(VkError(fault.code or 6), name, parameters))
        response.headers["Retry-After"] = str(fault.retry_after)
        return response
    code = fault.code or (vk_errors.USUAL.get(name, 15) if fault.kind == "refuse" else 10)
    return jsonify(vk_errors.body(VkError(code, fault.text), name, parameters))
