"""What releases of helmfile take from its release templates (helmfile, ``pkg/state/state_exec_tmpl.go``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.engine.gitops.helmfile_state import State, filled_text
from kubelens.engine.gitops.templating import NotFilledIn
from kubelens.kube import fields
from kubelens.render.origin import Sourced

_FILLED: Final = ("name", "namespace", "chart")
_LISTS_FILLED: Final = ("values", "secrets")
_NOT_FOLLOWED: Final = ("valuesTemplate", "setTemplate")


class Inherited:
    """Releases as they are with what they inherit. ``lacks``: what was not followed for the last one, as sentences."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._templates = {
            name: found
            for part in state.parts
            for name, found in fields.mapping(part, "templates").items()
            if isinstance(found, Sourced)
        }
        self._by_default = [one for part in state.parts for one in _named(part, "defaultInherit")]
        self.lacks: list[str] = []

    def release(self, written: fields.Value) -> Sourced:
        """A release with all of it, its own expressions filled in (``executeTemplateExpressions``)."""
        self.lacks = []
        found = self._with_templates(written, self._by_default, ())
        self.lacks += [f"its {name} is not followed" for name in _NOT_FOLLOWED if found.get(name)]
        return self._filled(found)

    def _with_templates(self, release: fields.Value, more: list[str], path: tuple[str, ...]) -> Sourced:
        """``releaseWithInheritedTemplate``: what is there first stays, lists are put together."""
        merged = Sourced()
        inherited = fields.items(release, "inherit")
        named = [fields.text(one, "template") for _, one in inherited]
        for name in [*(one for one in more if one not in named), *named]:
            template = self._templates.get(str(name))
            if template is None or name in path:
                self.lacks.append(f"there is no release template {str(name)!r} to inherit")
                continue
            source = self._with_templates(template, [], (*path, str(name)))
            for _, one in inherited:
                if fields.text(one, "template") == name:
                    for key in fields.texts(one, "except"):
                        source.pop(str(key), None)
            merged = _merged(merged, source)
        return _merged(merged, release)

    def _filled(self, release: Sourced) -> Sourced:
        found = Sourced(release, dict(release.origins), dict(release.key_origins))
        try:
            for key in _FILLED:
                if isinstance(value := found.get(key), str) and "{{" in value:
                    found[key] = filled_text(value, found, self._state)
            for key in _LISTS_FILLED:
                if isinstance(value := found.get(key), list):
                    found[key] = [
                        filled_text(one, found, self._state) if isinstance(one, str) and "{{" in one else one
                        for one in value
                    ]
        except NotFilledIn as fault:
            self.lacks.append(str(fault))
        return found


def _named(part: Sourced, key: str) -> Iterator[str]:
    found = part.get(key)
    for one in found if isinstance(found, list) else [found]:
        name = fields.text(one, "template") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield str(name)


def _merged(first: Sourced, second: fields.Value) -> Sourced:
    """Two maps as ``mergo.Merge`` with appended slices has it: what the first says stays."""
    found = Sourced(first, dict(first.origins), dict(first.key_origins))
    for key, value in second.items():
        known = found.get(key)
        if isinstance(known, list) and isinstance(value, list):
            found[key] = [*known, *value]
        elif isinstance(known, Sourced) and isinstance(value, Sourced):
            found[key] = _merged(known, value)
        elif not known:
            found[key] = value
            if isinstance(second, Sourced):
                for own, theirs in ((found.origins, second.origins), (found.key_origins, second.key_origins)):
                    if key in theirs:
                        own[key] = theirs[key]
    return found
