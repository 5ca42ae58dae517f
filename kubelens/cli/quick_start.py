"""msgspec imported without ``typing_extensions``, which takes as long to import as all of msgspec.

msgspec asks it for ``get_type_hints``, ``Required`` and ``NotRequired``, and takes those of ``typing`` where it is not
installed: from Python 3.11 on they are the same.
"""

from __future__ import annotations

import sys

_NAME = "typing_extensions"


def import_msgspec() -> None:
    """Import msgspec as if ``typing_extensions`` was not there; whoever imports that later finds it."""
    if _NAME in sys.modules or "msgspec" in sys.modules:
        return
    # What the import system takes for "is not there".
    sys.modules[_NAME] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401, PLC0415 - for its effect
    finally:
        del sys.modules[_NAME]
