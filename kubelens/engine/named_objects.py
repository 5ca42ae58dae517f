"""Messages that say which object they are about."""

from __future__ import annotations

from kubelens.kube.resource import Resource


def named_message(message: str, resource: Resource | None) -> str:
    """A message that names its object: ``Deployment 'shop/web': unknown field 'replica' in spec``."""
    if resource is None or not resource.name or not resource.kind:
        return message
    if f"'{resource.name}'" in message or f"/{resource.name}'" in message:
        return message
    return f"{resource.key}: {message}"
