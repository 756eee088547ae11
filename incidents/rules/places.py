"""Where words stand: the networks, and the kinds of place within them."""

from enum import StrEnum


class Network(StrEnum):
    """A social network, or another way by which an appeal reaches the town."""

    VK = "vk"
    OK = "ok"
    TELEGRAM = "telegram"
    MAX = "max"
    MY_WORLD = "my_world"
    OTHER = "other"


class Place(StrEnum):
    """Where an appeal stands, and so where its answer must be seen."""

    POST = "post"
    COMMENT = "comment"
    MESSAGE = "message"
    #: Entered by hand or by another program: we know its link at most, and cannot answer there by ourselves.
    ELSEWHERE = "elsewhere"
