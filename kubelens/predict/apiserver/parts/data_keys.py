"""Keys and sizes of the data of ConfigMaps and Secrets."""

from __future__ import annotations

import base64
from typing import Final

from kubelens.predict.apiserver.causes import Path, Report, at_key
from kubelens.predict.apiserver.formats import is_config_map_key

MAX_BYTES: Final = 1024 * 1024


def validate_key(key: str, report: Report, path: Path) -> None:
    """A key that can be the name of a file."""
    for problem in is_config_map_key(key):
        report.invalid(at_key(path), key, problem)


def decoded_size(text: str) -> int:
    """How many bytes base64 text holds."""
    return len(base64.b64decode(text.replace("\n", "").replace("\r", "")))
