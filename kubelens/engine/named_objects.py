"""Messages that say which object they are about."""

from __future__ import annotations

from typing import Final

from kubelens.kube.resource import Resource

_MOST_OF_A_NAME: Final = 1_000
"""Characters; kind, namespace and name of what a server takes are shorter together."""


def named_message(message: str, resource: Resource | None) -> str:
    """A message that names its object: ``Deployment 'shop/web': unknown field 'replica' in spec``."""
    if resource is None or not resource.name or not resource.kind:
        return message
    name = f"'{resource.name}'"
    if name in message.replace(f"in {name}", "").replace(f"namespace {name}", "") or f"/{resource.name}'" in message:
        return message
    if len(resource.name) + len(resource.kind) + len(resource.namespace) > _MOST_OF_A_NAME:
        return f"{str(resource.key)[:_MOST_OF_A_NAME]}...: {message}"
    return f"{resource.key}: {message}"
