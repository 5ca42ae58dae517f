"""The option that names the form of what is printed, spelled as anybody types it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def format_option(*formats: str, default: str = "text") -> Callable[[Any], Any]:
    """``--format``, which ``--output`` and ``-o`` name too, as ``check`` and kubectl call it; the parameter is ``form``."""
    choice = click.Choice(formats)
    return click.option("--format", "--output", "-o", "form", type=choice, default=default, show_default=True)
