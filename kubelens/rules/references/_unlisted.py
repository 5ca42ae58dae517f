"""The option of the rules about missing objects, apart from how these look: each rule has it, few come to look."""

from __future__ import annotations

from typing import Final

from kubelens.rules.api import Option

UNLISTED: Final = Option("unlisted", False, "also report names of which the manifests hold nothing similar")
