"""Ports that a container's command line or variables name: served, though not declared."""

from __future__ import annotations

import re

from kubelens.kube import fields
from kubelens.kube.pod import Container


def says_port(container: Container, number: int) -> bool:
    """Whether the command, the arguments or a variable's value holds the number."""
    value = container.value
    words = [*fields.texts(value, "command"), *fields.texts(value, "args")]
    words += [fields.text(variable, "value") for _, variable in fields.items(value, "env")]
    return any(re.search(rf"(?<!\d){number}(?!\d)", word) for word in words)
