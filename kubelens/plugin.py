"""The marker plugins put on their hooks: ``@kubelens.hookimpl``."""

from __future__ import annotations

from typing import Final

import pluggy

PROJECT: Final = "kubelens"
hookspec: Final = pluggy.HookspecMarker(PROJECT)
hookimpl: Final = pluggy.HookimplMarker(PROJECT)
