"""VK's refusals: codes with VK's own words, and the shape in which the API says them (always with HTTP 200)."""

from collections.abc import Mapping

TEXTS = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed",
    6: "Too many requests per second",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    18: "User was deleted or banned",
    27: "Group authorization failed",
    29: "Rate limit reached",
    100: "One of the parameters specified was missing or invalid",
    104: "Not found",
    113: "Invalid user id",
    212: "Access to post comments denied",
    213: "Access to status replies denied",
    214: "Access to adding post denied",
    222: "Hyperlinks are forbidden",
    223: "Too many replies",
    900: "Can't send messages for users from blacklist",
    901: "Can't send messages for users without permission",
    902: "Can't send messages to this user due to their privacy settings",
    914: "Message is too long",
    917: "You don't have access to this chat",
    950: "Can't send message, reply timed out",
}

#: What a method refuses for good when nothing else is said.
USUAL = {"wall.createComment": 213, "messages.send": 901}


class VkError(Exception):
    """The API refuses; `detail` follows VK's words after a colon."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.text = TEXTS.get(code, "Unknown error occurred") + (f": {detail}" if detail else "")


def missing(name: str) -> VkError:
    """A required parameter is absent."""
    return VkError(100, f"{name} is required")


def wrong(name: str) -> VkError:
    """A parameter cannot be read."""
    return VkError(100, f"{name} is invalid")


def body(error: VkError, method: str, parameters: Mapping[str, str]) -> dict[str, object]:
    """`{"error": …}` as VK answers it; the token is never repeated. A captcha brings its picture and page along."""
    said = [{"key": "method", "value": method}, {"key": "oauth", "value": "1"}]
    said += [{"key": key, "value": value} for key, value in parameters.items() if key not in ("access_token", "method")]
    problem: dict[str, object] = {"error_code": error.code, "error_msg": error.text, "request_params": said}
    if error.code == 14:
        problem |= {
            "captcha_sid": "510000000001",
            "captcha_img": "https://api.vk.com/captcha.php?sid=510000000001",
            "redirect_uri": "https://id.vk.com/not_robot_captcha?domain=vk.com",
        }
    return {"error": problem}
