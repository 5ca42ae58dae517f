"""Text that stands for text of the same form which is another one each time: the same one here, and marked as unknown."""

from __future__ import annotations

import base64
import string
from itertools import cycle, islice
from typing import Final

from kubelens.render.limits import within
from kubelens.render.origin import Text

LETTERS: Final = string.ascii_letters
DIGITS: Final = string.digits
_LINE: Final = 64


def characters(alphabet: str, count: int) -> Text:
    """``count`` characters of an alphabet in turn; none if it is negative."""
    within(count)
    return Text.stand_in("".join(islice(cycle(alphabet), max(count, 0))))


def octets(count: int) -> bytes:
    """``count`` bytes in turn."""
    within(count)
    return bytes(index % 256 for index in range(count))


def pem(label: str, size: int) -> Text:
    """A PEM block that holds ``size`` bytes."""
    body = base64.b64encode(octets(size)).decode()
    lines = [body[at : at + _LINE] for at in range(0, len(body), _LINE)]
    return Text.stand_in("\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]))
