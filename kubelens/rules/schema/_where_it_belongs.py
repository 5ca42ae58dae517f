"""Where a field belongs that stands at a level, or in a kind, which has none of its name."""

from __future__ import annotations

from functools import lru_cache

from kubelens.kube import fields
from kubelens.kube.field_home import field_homes
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.resource import Resource
from kubelens.kube.schema import Schemas, TypeSchema, schemas

Path = tuple[str | int, ...]
_AMOUNTS = ("cpu", "memory", "storage", "ephemeral-storage")


def home_of(resource: Resource, path: Path, release: str) -> str | None:
    """The level of the object that is meant for the field at ``path``, as ``spec.template.spec``; None where it is not clear.

    ``""`` is the object itself. Of several levels that are equally near, one above the field is meant, then one that is written.
    """
    levels = tuple(step for step in path[:-1] if isinstance(step, str))
    name = str(path[-1])
    free = _free_map(resource, path, levels, release)
    if free:
        return free
    homes = _homes(resource.gvk, levels, name, release)
    if len(homes) > 1:
        above = [home for home in homes if _steps(home) == list(levels)[: len(_steps(home))]]
        homes = tuple(above) or tuple(home for home in homes if _is_written(resource, path, home))
    return homes[0] if len(homes) == 1 and not _is_beside(resource, path, homes[0]) else None


def _steps(home: str) -> list[str]:
    return [step.removesuffix("[]") for step in home.split(".")] if home else []


def _is_written(resource: Resource, path: Path, home: str) -> bool:
    """Whether the level is there in the object, beside or above the field."""
    at: list[str | int] = []
    for step in _steps(home):
        at.append(step)
        if len(path) > len(at) and isinstance(path[len(at)], int) and list(path[: len(at)]) == at:
            at.append(path[len(at)])
    return isinstance(fields.at(resource.value, at), dict)


def _is_beside(resource: Resource, path: Path, home: str) -> bool:
    """Whether a home is a sibling of the field's holder that is not written: another kind of volume, no slip of indentation."""
    if len(path) < 2:
        return False
    *above, holder = [step for step in path[:-1] if isinstance(step, str)]
    steps = _steps(home)
    if steps[: len(above)] != above or len(steps) == len(above) or steps[len(above)] == holder:
        return False
    depth = max((index for index, step in enumerate(path[:-1]) if step == holder), default=0)
    beside = fields.at(resource.value, path[:depth])
    return not (isinstance(beside, dict) and steps[len(above)] in beside)


def _said(path: Path) -> str:
    """A path without its numbers: ``spec.containers[].resources``."""
    steps: list[str] = []
    for step in path:
        if isinstance(step, str):
            steps.append(step)
        elif steps:
            steps[-1] += "[]"
    return ".".join(steps)


def _free_map(resource: Resource, path: Path, levels: tuple[str, ...], release: str) -> str:
    """The map that is meant for what may have any name: labels below a selector, amounts below ``resources``, names below an object."""
    holder = type_at(resource.gvk, levels, release)
    value = fields.at(resource.value, path)
    name, here = str(path[-1]), _said(path[:-1])
    if holder is not None and "metadata" in holder.fields and name in ("name", "namespace", "labels", "annotations"):
        return f"{here}.metadata" if here else "metadata"
    if holder is None or isinstance(value, dict | list) or value is None:
        return ""
    if holder.name.endswith(".ObjectMeta") and name.startswith("app.kubernetes.io/"):
        return f"{here}.labels"
    if "matchLabels" in holder.fields and isinstance(value, str):
        return f"{here}.matchLabels"
    if holder.fields.get("requests") == "{q" and (name in _AMOUNTS or "/" in name):
        return f"{here}.requests" if holder.name.endswith("VolumeResourceRequirements") else ""
    return ""


def where_amounts_belong(resource: Resource, path: Path, release: str) -> str:
    """The maps that an amount which stands directly below a container or its ``resources`` may be meant for, else ``""``."""
    levels = tuple(step for step in path[:-1] if isinstance(step, str))
    holder, name = type_at(resource.gvk, levels, release), str(path[-1])
    if holder is None or not (name in _AMOUNTS or "/" in name):
        return ""
    here = "" if "requests" in holder.fields else "resources." if "resources" in holder.fields else None
    return "" if here is None else f"{here}requests or {here}limits"


@lru_cache(maxsize=512)
def _homes(gvk: GroupVersionKind, levels: tuple[str, ...], name: str, release: str) -> tuple[str, ...]:
    known = schemas(release)
    root = known.kind(gvk)
    return field_homes(known, root, levels, name) if root is not None else ()


def type_at(gvk: GroupVersionKind, levels: tuple[str, ...], release: str) -> TypeSchema | None:
    """The type of what stands at a path of field names; None where the kind or a field on the way is not known."""
    known = schemas(release)
    schema = known.kind(gvk)
    for step in levels:
        code = schema.fields.get(step, "").lstrip("[{") if schema is not None else ""
        schema = known.type(code[1:]) if code.startswith("#") else None
    return schema


@lru_cache(maxsize=512)
def kin_with(gvk: GroupVersionKind, levels: tuple[str, ...], name: str, release: str) -> tuple[str, ...]:
    """Other versions of the kind that have the field at this place, else the other kinds of its group and version that do."""
    known: Schemas = schemas(release)
    others = [one for one in known.kinds() if one.group == gvk.group and one != gvk and not one.kind.endswith("List")]

    def has(one: GroupVersionKind) -> bool:
        found = type_at(one, levels, release)
        return found is not None and name in found.fields

    versions = tuple(one.api_version for one in others if one.kind == gvk.kind and has(one))
    if versions or gvk.group not in ("apps", "batch"):
        return versions
    return tuple(sorted(one.kind for one in others if one.version == gvk.version and has(one)))
