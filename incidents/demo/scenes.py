"""What citizens of the demonstration photograph: a few plain scenes, drawn by chance, in place of anybody's real picture."""

import random
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 720
#: How many of those who could show something do.
SHARE = 0.45
Drawing = ImageDraw.ImageDraw
Colour = tuple[int, int, int]


def of(chance: random.Random, topic: str) -> bytes | None:
    """A JPEG that fits the topic, from some of those who write about it; None from the others."""
    draw = next((scene for words, scene in _SCENES if any(word in topic for word in words)), None)
    if draw is None or chance.random() > SHARE:
        return None
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw(ImageDraw.Draw(picture), chance)
    # As a telephone in a mitten takes it: neither sharp nor clean.
    grain = Image.effect_noise(picture.size, 28).convert("RGB")
    picture = Image.blend(picture.filter(ImageFilter.GaussianBlur(2.2)), grain, 0.08)
    into = BytesIO()
    picture.save(into, "JPEG", quality=72)
    return into.getvalue()


def _snow(draw: Drawing, chance: random.Random) -> None:
    """A yard between houses, under snow that nobody has cleared."""
    _sky(draw, (176, 190, 208))
    _houses(draw, chance, (128, 134, 148), lit=(222, 206, 160))
    draw.rectangle((0, 430, WIDTH, HEIGHT), fill=(228, 234, 242))
    for _ in range(9):
        x, y, size = chance.randint(-80, WIDTH), chance.randint(440, 640), chance.randint(120, 320)
        shade = chance.randint(206, 246)
        draw.ellipse((x, y, x + size, y + size // 3), fill=(shade - 8, shade - 3, shade))
    draw.polygon(((410, 430), (520, 430), (700, HEIGHT), (240, HEIGHT)), fill=(198, 206, 218))
    for x in (430, 505):
        draw.line((x, 430, x + (x - 468) * 5, HEIGHT), fill=(168, 176, 190), width=10)


def _pit(draw: Drawing, chance: random.Random) -> None:
    """A street with a pit full of water."""
    _sky(draw, (188, 196, 206))
    _houses(draw, chance, (150, 142, 136), lit=(186, 190, 196))
    draw.rectangle((0, 400, WIDTH, HEIGHT), fill=(92, 94, 98))
    draw.polygon(((456, 400), (474, 400), (520, HEIGHT), (420, HEIGHT)), fill=(190, 190, 184))
    for _ in range(chance.randint(1, 3)):
        x, y, size = chance.randint(90, 620), chance.randint(470, 590), chance.randint(160, 280)
        draw.ellipse((x, y, x + size, y + size // 3), fill=(54, 52, 50))
        draw.ellipse((x + 18, y + 12, x + size - 18, y + size // 3 - 8), fill=(112, 118, 124))


def _dark(draw: Drawing, chance: random.Random) -> None:
    """A street at night whose lamps do not burn."""
    _sky(draw, (22, 26, 40))
    _houses(draw, chance, (34, 38, 52), lit=(214, 180, 96))
    draw.rectangle((0, 430, WIDTH, HEIGHT), fill=(28, 30, 38))
    for x in (150, 420, 720):
        draw.line((x, 180, x, 470), fill=(62, 66, 78), width=9)
        draw.line((x, 184, x + 70, 168), fill=(62, 66, 78), width=7)
        draw.ellipse((x + 58, 160, x + 96, 182), fill=(74, 78, 88))


def _rubbish(draw: Drawing, chance: random.Random) -> None:
    """Full containers, and bags beside them."""
    _sky(draw, (186, 198, 206))
    _houses(draw, chance, (146, 144, 140), lit=(182, 190, 198))
    draw.rectangle((0, 430, WIDTH, HEIGHT), fill=(136, 134, 126))
    for x in (170, 400, 630):
        draw.rectangle((x, 380, x + 190, 560), fill=(62, 104, 84))
        draw.rectangle((x - 6, 370, x + 196, 392), fill=(48, 84, 68))
    for _ in range(16):
        x, y, size = chance.randint(120, 780), chance.randint(330, 600), chance.randint(50, 110)
        shade = chance.randint(40, 210)
        draw.ellipse((x, y, x + size, y + size * 3 // 4), fill=(shade, shade, min(255, shade + 16)))


def _sky(draw: Drawing, colour: Colour) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=colour)


def _houses(draw: Drawing, chance: random.Random, wall: Colour, lit: Colour) -> None:
    x = -chance.randint(0, 90)
    while x < WIDTH:
        width, top = chance.randint(180, 300), chance.randint(90, 210)
        shade = chance.randint(-12, 12)
        red, green, blue = (max(0, each + shade) for each in wall)
        draw.rectangle((x, top, x + width, 440), fill=(red, green, blue))
        for row in range(top + 24, 410, 46):
            for column in range(x + 20, x + width - 26, 44):
                window = lit if chance.random() < 0.3 else (red * 3 // 4, green * 3 // 4, blue * 3 // 4)
                draw.rectangle((column, row, column + 22, row + 28), fill=window)
        x += width + chance.randint(8, 50)


#: Words of a topic's name, and what is photographed then; the first that fits.
_SCENES: tuple[tuple[tuple[str, ...], Callable[[Drawing, random.Random], None]], ...] = (
    (("снег", "Снег"), _snow),
    (("Ямы", "дорог", "люки", "Тротуары"), _pit),
    (("освещени",), _dark),
    (("мусор", "Контейнер", "свалк", "Уборка двор"), _rubbish),
)
