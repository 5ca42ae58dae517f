"""What a name under the cursor points to, in a line: the object with what matters of it, and where it stands."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens_lsp.names import occurrences
from kubelens_lsp.navigation import symbol_at
from kubelens_lsp.view import View

_MOST_KEYS: Final = 8
_MOST: Final = 3


def pointed_at(view: View, key: str, position: types.Position, encoding: str) -> list[str]:
    """One text for each thing that the name stands for, but for the object it is in; what is nowhere is said."""
    out: list[str] = []
    for symbol in symbol_at(view, key, position, encoding)[:_MOST]:
        defined = [one for one in occurrences(view, [symbol]) if one.defines]
        for one in defined[:_MOST]:
            resource = view.snapshot.object_at(one.place)
            source = view.snapshot.source(one.place.uri)
            if resource is None or source is None:
                continue
            line = source.position(view.snapshot.locate(one.place).start).line + 1
            if one.place.uri == key and line == position.line + 1:
                continue
            out.append(f"-> {_title(symbol.kind, symbol.name, resource)} (/{one.place.uri}:{line})")
    return list(dict.fromkeys(out))


def _title(kind: str, name: str, resource: Resource) -> str:
    full = (
        f"{resource.kind} {resource.namespace}/{resource.name}"
        if resource.namespace
        else f"{resource.kind} {resource.name}"
    )
    if kind == resource.kind and name == resource.name:
        return f"{full}{_summary(resource)}"
    if kind.startswith("label "):
        workload = read_workload(resource)
        pods = "" if workload is None or workload.kind == "Pod" else "Pods of "
        return f"{pods}{full}"
    return f"{kind.removeprefix(f'{resource.kind} ')} {name} of {full}"


def _summary(resource: Resource) -> str:
    """What matters of an object for those who name it."""
    if resource.kind in ("ConfigMap", "Secret"):
        keys = [
            str(name) for part in ("data", "stringData", "binaryData") for name in fields.mapping(resource.value, part)
        ]
        more = f" and {len(keys) - _MOST_KEYS} more" if len(keys) > _MOST_KEYS else ""
        return f": keys {', '.join(keys[:_MOST_KEYS])}{more}" if keys else ": no keys"
    if resource.kind == "Service":
        ports = [
            f"{fields.text(port, 'name') or ''} {port.get('port')}".strip()
            for _, port in fields.items(resource.spec, "ports")
        ]
        return f": ports {', '.join(ports)}" if ports else ""
    workload = read_workload(resource)
    if workload is None or workload.kind in ("Pod", "DaemonSet"):
        return ""
    return f": {workload.desired} {'Pod' if workload.desired == 1 else 'Pods'}"
