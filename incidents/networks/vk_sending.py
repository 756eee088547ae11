"""ВКонтакте, outbound: wall.createComment and messages.send with a community's token. Text only: a community's token
cannot upload a photo for a comment (error 27).

A repeated `random_id` is documented to be refused silently; what VK does with a repeated `guid` of a comment is only
assumed to be the same ("to avoid repeated comments", VK API schema). docs/networks.md says so to the administrator.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2

from incidents.networks.events import UNREADABLE, Failure, Letter, Outcome, Page, Receipt
from incidents.networks.wire import body_of, network_time, post, retry_after

VERSION = "5.199"
#: Seconds between two calls with one token: 15 a second of the 20 allowed.
INTERVAL = 1 / 15
#: Characters; comments have no published limit, so the longest that other networks allow stands for it.
LONGEST_COMMENT = 4096
LONGEST_MESSAGE = 9000

#: VK API schema, errors.json; who must act on which code (reference/networks.md 1.5). Unlisted codes go to a person.
_RETRY = {1: 5.0, 6: 1.0, 10: 5.0, 32: 30.0, 36: 5.0, 43: 60.0, 603: 60.0, 9: 300.0, 29: 900.0, 223: 300.0}
_ADMIN = frozenset({5, 7, 14, 15, 17, 20, 24, 25, 27, 28, 37, 42, 203})


def send(client: httpx2.Client, api_url: str, token: str, letter: Letter, page: Page, now: datetime) -> Outcome:
    """Publish an answer under the words it answers, or say why not."""
    if "by_hand" in letter.reply_to:
        return Failure("operator", "by_hand", str(letter.reply_to["by_hand"]))
    if "peer_id" in letter.reply_to:
        method, form = "messages.send", _message_form(letter, page)
    else:
        method, form = "wall.createComment", _comment_form(letter, page)
    response = post(client, f"{api_url}/method/{method}", form=form | {"v": VERSION}, token=token)
    if isinstance(response, Failure):
        return response
    body = body_of(response)
    if body is None or ("response" not in body and "error" not in body):
        return _unclear(response)
    try:
        if "error" in body:
            return _refused(body["error"], retry_after(response))
        return _receipt(body["response"], letter, page, network_time(response, now))
    except UNREADABLE:
        return Failure("unknown", "strange_answer")


def names(client: httpx2.Client, api_url: str, token: str, ids: list[str]) -> dict[str, str]:
    """The names behind citizens' ids, as far as VK tells them: {id: name}. Nothing on any failure; it is asked again."""
    form = {"user_ids": ",".join(ids), "lang": "0", "v": VERSION}
    response = post(client, f"{api_url}/method/users.get", form=form, token=token)
    body = None if isinstance(response, Failure) else body_of(response)
    people = (body or {}).get("response") or []
    return {
        str(person["id"]): f"{person.get('first_name', '')} {person.get('last_name', '')}".strip() for person in people
    }


def _comment_form(letter: Letter, page: Page) -> dict[str, Any]:
    form = {
        "owner_id": letter.reply_to["owner_id"],
        "post_id": letter.reply_to["post_id"],
        "from_group": page.external_id,
        "message": letter.text,
        "guid": str(letter.guid),
    }
    if "comment_id" in letter.reply_to:
        form["reply_to_comment"] = letter.reply_to["comment_id"]
    return form


def _message_form(letter: Letter, page: Page) -> dict[str, Any]:
    return {
        "peer_id": letter.reply_to["peer_id"],
        "group_id": page.external_id,
        "random_id": letter.guid,
        "message": letter.text,
    }


def _receipt(answer: Any, letter: Letter, page: Page, at: datetime) -> Outcome:
    target = letter.reply_to
    if "peer_id" in target:
        return Receipt(str(int(answer)), f"{page.web_url}/gim{page.external_id}?sel={target['peer_id']}", at)
    stack = answer.get("parents_stack") or []
    thread = f"&thread={stack[0]}" if stack else ""
    number = int(answer["comment_id"])
    link = f"{page.web_url}/wall{target['owner_id']}_{target['post_id']}?reply={number}{thread}"
    return Receipt(str(number), link, at)


def _refused(error: Mapping[str, Any], wait: float | None) -> Failure:
    code = int(error.get("error_code") or 0)
    words = str(error.get("error_msg") or "")
    if code in _RETRY:
        return Failure("retry", f"vk:{code}", words, wait or _RETRY[code])
    return Failure("admin" if code in _ADMIN else "operator", f"vk:{code}", words)


def _unclear(response: httpx2.Response) -> Failure:
    """No JSON of VK's. 429 and 503 refuse before they work; another 5xx may have come after the comment was made."""
    code = f"http:{response.status_code}"
    if response.status_code in (429, 503):
        return Failure("retry", code, "", retry_after(response))
    return Failure("unknown", code)
