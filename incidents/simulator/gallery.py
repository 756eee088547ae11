"""The pictures of both networks: kept by what a citizen attaches them to, given out as each network gives them.

VK has a plain address for every picture; Telegram a file id, for which a bot asks with its token (getFile).
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from flask import Blueprint, Response, abort
from PIL import Image, UnidentifiedImageError

#: Older ones are forgotten: nobody looks for them any more, and all of them lie in memory.
MOST = 300


@dataclass(frozen=True)
class Shot:
    """One picture as messages name it; `url` is VK's address of it, `id` its name in Telegram."""

    id: str
    url: str
    width: int
    height: int
    size: int


class Gallery:
    """All pictures. `address` is where the simulator is, known once it listens."""

    def __init__(self) -> None:
        self.address = ""
        self.kept: dict[str, bytes] = {}

    def keep(self, data: bytes) -> Shot:
        """Keep a picture. ValueError: it is none, or no JPEG, the only kind that both networks give out."""
        try:
            with Image.open(BytesIO(data), formats=("JPEG",)) as opened:
                width, height = opened.size
        except (UnidentifiedImageError, OSError) as error:
            raise ValueError("the picture is no JPEG") from error
        name = sha256(data).hexdigest()[:32]
        self.kept[name] = data
        while len(self.kept) > MOST:
            del self.kept[next(iter(self.kept))]
        return Shot(name, f"{self.address}/vk/pictures/{name}.jpg", width, height, len(data))

    def keep_all(self, pictures: "tuple[bytes, ...]") -> tuple[Shot, ...]:
        """Keep several."""
        return tuple(self.keep(each) for each in pictures)


def showing(gallery: Gallery) -> Blueprint:
    """The blueprint that gives pictures out at VK's addresses, to anybody, as VK does."""
    doors = Blueprint("gallery", __name__)

    @doors.get("/vk/pictures/<name>.jpg")
    def picture(name: str) -> Response:
        return as_jpeg(gallery, name)

    return doors


def as_jpeg(gallery: Gallery, name: str) -> Response:
    """A kept picture; 404 when it is none, or forgotten."""
    if name not in gallery.kept:
        abort(404)
    return Response(gallery.kept[name], mimetype="image/jpeg")
