"""When two Pod templates are one: what decides whether an edit starts a rollout."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def template_key(template: Mapping[str, Any]) -> str:
    """A text that is equal for templates the API server stores as equal ones."""
    return json.dumps(template, sort_keys=True, default=str)
