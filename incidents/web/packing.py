"""What is sent is packed with gzip where the browser takes it: a queue of fifty is a sixth, the sheets are a seventh.

An office on a slow line feels it, and a small town has no server before ours that would do it. Tokens of forms may be packed
with words of strangers: each is signed anew with its second, so that guessing at its length tells nothing that could be used.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

#: Below this the head of the answer costs more than packing saves.
LEAST = 1_000
#: Beyond this a file is sent as it lies on the disk.
MOST = 2_000_000
PACKED = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/csv",
    }
)


def prepare(app: Flask) -> None:
    """Pack every answer of `app` that can be packed."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype not in PACKED or response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    size = response.content_length or 0
    if response.is_streamed and not response.direct_passthrough:
        return response
    if request.accept_encodings.quality("gzip") <= 0 or not LEAST <= size <= MOST or "Range" in request.headers:
        return response
    is_file = response.direct_passthrough
    response.direct_passthrough = False
    data = response.get_data()
    response.set_data(_file(data) if is_file else gzip.compress(data, 5, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=256)
def _file(data: bytes) -> bytes:
    """A file of ours, packed once a process."""
    return gzip.compress(data, 9, mtime=0)
