"""What to write in place of a value of the wrong form, where its form shows what is meant."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.schema import TypeSchema, enum, schemas
from kubelens.predict.apiserver.causes import Cause
from kubelens.rules.schema._where_it_belongs import type_at
from kubelens.rules.written import value_at
from kubelens.syntax.pattern import pattern

_ALONE: Final[Mapping[str, str]] = {
    "core.v1.ContainerPort": "containerPort",
    "core.v1.ServicePort": "port",
    "core.v1.LocalObjectReference": "name",
    "core.v1.EnvVar": "name",
    "core.v1.HostAlias": "ip",
    "core.v1.TopologySpreadConstraint": "topologyKey",
    "networking.v1.NetworkPolicyPort": "port",
    "networking.v1.IngressRule": "host",
    "networking.v1.IngressTLS": "secretName",
    "networking.v1.IPBlock": "cidr",
    "networking.v1.ServiceBackendPort": "number",
    "core.v1.ConfigMapVolumeSource": "name",
    "core.v1.SecretVolumeSource": "secretName",
    "core.v1.PersistentVolumeClaimVolumeSource": "claimName",
    "core.v1.HostPathVolumeSource": "path",
}
"""The field that a scalar in place of a map of this type is meant for."""
_COMMANDS: Final = ("command", "args")
_GLUED: Final = pattern(r"(?P<key>[A-Za-z][A-Za-z0-9]*):(?P<value>[^\s/].*)", re.ASCII)
_WORD: Final = pattern(r"[A-Za-z0-9./:@_-]+", re.ASCII)
_SHELL: Final = pattern(r"[;&|<>$`\\(){}*?#~]")


class Writing(Struct, frozen=True):
    """``note``: what is meant, in words; ``text``: what the value is written as, None where the repair is more than a scalar."""

    note: str
    text: str | None = None


def what_to_write(resource: Resource, cause: Cause, release: str) -> Writing | None:
    """What is meant by the value; None where that does not show."""
    value = value_at(resource, cause.path)
    name = str(cause.path[-1])
    if cause.message.startswith("must be a list,"):
        return _list(resource, cause, value, release)
    if cause.message.startswith("must be a map,") and isinstance(value, str | int):
        return _map(resource, cause, value, release)
    if cause.message.startswith("must be a map,") and isinstance(value, list):
        single = bool(value) and all(isinstance(one, dict) and len(one) == 1 for one in value)
        return Writing(f"the entries of {name} stand without '- ': {next(iter(value[0]))}: ...") if single else None
    if cause.message.startswith("must be text,") and isinstance(value, dict | list):
        if name == "matchLabels" and isinstance(value, dict):
            above = ".".join(step for step in cause.path[:-1] if isinstance(step, str))
            return Writing(f"{above} of a {resource.kind} holds the labels themselves, without matchLabels")
        if cause.path[:1] in (("data",), ("stringData",)):
            return Writing(f"text of several lines follows '|': {name}: |")
        if "nodeSelector" in cause.path:
            return Writing("a nodeSelector holds labels alone: what is no label belongs beside it")
    return None


def _type_of(resource: Resource, cause: Cause, release: str) -> tuple[str, TypeSchema | None]:
    """The code of the field at a path, and the type of what it holds."""
    levels = tuple(step for step in cause.path if isinstance(step, str))
    holder = type_at(resource.gvk, levels[:-1], release) if levels else None
    code = holder.fields.get(levels[-1], "") if holder is not None else ""
    bare = code.lstrip("[{")
    return code, schemas(release).type(bare[1:]) if bare.startswith("#") else None


def _list(resource: Resource, cause: Cause, value: object, release: str) -> Writing | None:
    code, item = _type_of(resource, cause, release)
    name = str(cause.path[-1])
    if code == "[s" and isinstance(value, str) and value:
        if name in _COMMANDS:
            return _words(name, value)
        text = f"[{value}]" if _WORD.fullmatch(value) else f"[{json.dumps(value)}]"
        return Writing(f"a list of one is written {text}", text) if "," not in value else None
    if item is None:
        return None
    if isinstance(value, dict):
        if value and set(value) <= set(item.fields):
            return Writing(f"each item of {name} begins with '- ': - {next(iter(value))}: ...")
        if {"name", "value"} <= set(item.fields) and value:
            key, given = next(iter(value.items()))
            shown = given if isinstance(given, str) and _WORD.fullmatch(given) else json.dumps(given, default=str)
            is_short = not isinstance(given, dict | list)
            return Writing(f"{name} lists names and values: - {{name: {key}, value: {shown if is_short else '...'}}}")
        return None
    field = _ALONE.get(item.name, "")
    return Writing(f"{name} is a list of maps: - {field}: {value}") if field and isinstance(value, str | int) else None


def _words(name: str, value: str) -> Writing | None:
    """A command line as a list; one that only a shell understands is given to a shell."""
    if _SHELL.search(value):
        return Writing('a command line for a shell is written ["/bin/sh", "-c", "..."]') if name == "command" else None
    try:
        text = json.dumps(shlex.split(value))
    except ValueError:
        return None
    return Writing(f"each word is an item: {name}: {text}", text)


def _map(resource: Resource, cause: Cause, value: str | int, release: str) -> Writing | None:
    code, found = _type_of(resource, cause, release)
    glued = _GLUED.fullmatch(value) if isinstance(value, str) else None
    if glued is not None and found is not None and glued["key"] in found.fields:
        return Writing(f"a blank belongs after the colon: {glued['key']}: {glued['value']}")
    if found is None:
        return Writing(f"{cause.path[-1]} holds names and values: {{key: {value}}}") if code == "{s" else None
    item = "- " if isinstance(cause.path[-1], int) else ""
    if isinstance(value, str) and value in enum(found.name, "type"):
        return Writing(f"{value} is a type of {cause.path[-1]}: {{type: {value}}}", f"{{type: {value}}}")
    field = _ALONE.get(found.name, "")
    if field and (isinstance(value, int) or _WORD.fullmatch(value)):
        text = f"{item}{field}: {value}" if item else f"{{{field}: {value}}}"
        return Writing(f"it is written {text}", None if item else text)
    return None
