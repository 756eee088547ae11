"""A picture made anew from its points alone: no place, time or device goes with it, and nothing hides in it.

For photos of ours (`attaching`) and for what citizens attach to their words (`picturing`).
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from incidents.rules.acts import Refused

#: What is taken from a camera or a folder; nothing else is even opened.
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 15 * 1024 * 1024
#: Points of a picture, asked of its head before any of it is unpacked. A JPEG is shrunk while it is read.
MOST_POINTS = {"JPEG": 80_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
LONGEST_SIDE, SMALL_SIDE = 1_600, 320


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned picture and its thumbnail, as JPEG."""

    full: bytes
    small: bytes
    width: int
    height: int


def clean(data: bytes) -> Cleaned:
    """The picture alone. Raises Refused: `photo_heavy`, `photo_unread` (no picture that we open), `photo_large`."""
    if len(data) > LARGEST_FILE:
        raise Refused("photo_heavy", most=LARGEST_FILE // (1024 * 1024))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > (most := MOST_POINTS[opened.format or "PNG"]):
                raise Refused("photo_large", most=most // 1_000_000)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            picture = _on_white(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Refused("photo_unread") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("photo_large", most=MOST_POINTS["JPEG"] // 1_000_000) from None
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return Cleaned(_jpeg(picture, 84), _jpeg(small, 78), picture.width, picture.height)


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency and without anything that is kept beside the points."""
    if picture.mode not in ("RGB", "L"):
        behind = Image.new("RGB", picture.size, "white")
        with_alpha = picture.convert("RGBA")
        behind.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return behind
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    into = BytesIO()
    picture.save(into, "JPEG", quality=quality, optimize=True, progressive=True)
    return into.getvalue()
