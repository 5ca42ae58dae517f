"""Which Kubernetes releases can be asked for."""

from __future__ import annotations

import re
from typing import Final

from kubelens.kube.bundle import NEWEST

OLDEST: Final = "1.25"


def check_release(text: str) -> str:
    """The release as ``1.N``, from ``1.30``, ``v1.30`` or ``1.30.4``.

    Raises:
        ValueError: it is no release, or none that is known.
    """
    match = re.fullmatch(r"v?1\.(\d{1,3})(?:\.\d+)?", text.strip())
    first, last = int(OLDEST[2:]), int(NEWEST[2:])
    if match is None or not first <= int(match[1]) <= last:
        raise ValueError(f"Kubernetes {text!r} is not known: {OLDEST} to {NEWEST} are")
    return f"1.{int(match[1])}"
