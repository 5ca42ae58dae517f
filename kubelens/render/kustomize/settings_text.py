"""Settings as messages show them: YAML without what is empty."""

from __future__ import annotations

from typing import Any

from kubelens.render.kustomize.json_node import node_of
from kubelens.render.kustomize.printing import object_text
from kubelens.render.kustomize.settings import Settings


def settings_text(*settings: Settings | dict[str, Any]) -> str:
    """The YAML that kustomize hands to a plugin, of all that configures it."""
    shown = {name: value for one in settings for name, value in _shown(one).items()}
    return object_text(node_of(dict(sorted(shown.items()))))


def _shown(value: Any) -> Any:
    if isinstance(value, Settings):
        return {
            name: _shown(part)
            for attribute, name in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
            if attribute != "origins" and ((part := getattr(value, attribute)) or isinstance(part, Settings))
        }
    if isinstance(value, dict):
        return {str(name): _shown(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shown(part) for part in value]
    return str(value) if isinstance(value, str) else value
