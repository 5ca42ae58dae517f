"""What a profile makes of a Skaffold configuration (skaffold, ``pkg/skaffold/schema/profiles.go``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube import fields
from kubelens.render.origin import Sourced, SourcedList

_SECTIONS: Final = ("build", "manifests", "deploy")


class NotApplied(ValueError):
    """A profile that cannot be followed: why, as the end of a sentence."""


def profiles_of(configuration: Sourced) -> Iterator[tuple[str, Sourced]]:
    """The name of each profile of a configuration, and the profile."""
    for _, profile in fields.items(configuration, "profiles"):
        if isinstance(profile, Sourced) and (name := fields.text(profile, "name")):
            yield str(name), profile


def with_profile(configuration: Sourced, profile: Sourced) -> Sourced:
    """A configuration under a profile: maps over maps, lists and single values in place of others, then its patches.

    Raises:
        NotApplied: a patch that is none, or leads nowhere.
    """
    changed = configuration
    for section in _SECTIONS:
        if section in profile:
            changed = _with(changed, section, _over(configuration.get(section), profile[section]), profile)
    for _, patch in fields.items(profile, "patches"):
        path = fields.text(patch, "path")
        steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
        if not steps:
            raise NotApplied(f"its patch of {str(path)!r} is none")
        changed_whole = _patched(changed, steps, fields.text(patch, "op") or "replace", patch)
        changed = changed_whole if isinstance(changed_whole, Sourced) else changed
    return changed


def _over(base: object, over: object) -> object:
    if not isinstance(base, Sourced) or not isinstance(over, Sourced):
        return base if over is None else over
    found = base
    for key, value in over.items():
        found = _with(found, key, _over(base.get(key), value), over)
    return found


def _with(base: Sourced, key: str, value: object, source: Sourced) -> Sourced:
    """A map with one key changed, which was written in another."""
    found = Sourced(base, dict(base.origins), dict(base.key_origins))
    found[key] = value
    for own, theirs in ((found.origins, source.origins), (found.key_origins, source.key_origins)):
        own.pop(key, None)
        if key in theirs:
            own[key] = theirs[key]
    return found


def _patched(value: object, steps: list[str], op: str, patch: fields.Value) -> object:
    step, rest = steps[0], steps[1:]
    if isinstance(value, Sourced):
        if rest:
            if step not in value:
                raise NotApplied(f"its patch of {fields.text(patch, 'path')!r} leads nowhere")
            inner = _patched(value[step], rest, op, patch)
            return Sourced({**value, step: inner}, dict(value.origins), dict(value.key_origins))
        if op == "remove":
            kept = {key: one for key, one in value.items() if key != step}
            return Sourced(kept, dict(value.origins), dict(value.key_origins))
        if op in ("add", "replace") and "value" in patch:
            return Sourced({**value, step: patch["value"]}, dict(value.origins), dict(value.key_origins))
    if isinstance(value, list):
        items = list(value)
        index = len(items) if step == "-" else int(step) if step.isdecimal() and step.isascii() else -1
        if rest and 0 <= index < len(items):
            items[index] = _patched(items[index], rest, op, patch)
            return SourcedList(items)
        if not rest and op == "add" and 0 <= index <= len(items) and "value" in patch:
            items.insert(index, patch["value"])
            return SourcedList(items)
        if not rest and 0 <= index < len(items) and op in ("remove", "replace"):
            items[index : index + 1] = [patch["value"]] if op == "replace" and "value" in patch else []
            return SourcedList(items)
    raise NotApplied(f"its patch of {str(fields.text(patch, 'path'))!r} leads nowhere")
