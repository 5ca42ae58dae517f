"""The folders of tests and designs that findings belong to: by where a file lies, and by what takes it in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import PurePath
from typing import Final

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.put_away import is_put_away
from kubelens.engine.run import Outcome
from kubelens.rules.api import Finding
from kubelens.syntax.pattern import pattern

_DATA: Final = pattern(
    r"test[-_]?data\d*|fixtures|__fixtures__|tests|__tests__|goldens?|__snapshots__"
    r"|e2e|(?:e2e|integration|system|acceptance|functional)[-_]?tests?"
)
"""Folders of inputs for tests, by the customs of Go, Python and JavaScript, and of tests that make their own."""
_OF_MAVEN: Final = ("src", "test", "resources")
_MAYBE_DATA: Final = frozenset({"test", "testing"})
"""The same, but where they are an environment beside others."""
_DESIGNS: Final = frozenset(
    {"proposal", "proposals", "design-doc", "design-docs", "design-proposals", "enhancements", "rfcs"}
)
"""Folders of what a program may come to take one day."""
_ENVIRONMENTS: Final = pattern(
    r"(pre[-_]?)?prod(uction)?|dev(elopment)?|stag(e|ing)|stg|qa|uat|acc(eptance)?|live|int(egration)?|sandbox|lab|base"
)
_OF_ENVIRONMENTS: Final = frozenset(
    {"overlays", "overlay", "environments", "environment", "envs", "env", "clusters", "stages"}
)
_TEMPLATES: Final = "templates"
"""Tests below it are those of a chart, which ``helm test`` runs in the cluster."""
_OF_VALUES: Final = "+ci/"
"""In the name of a set: values that try a chart (chart-testing)."""
_WHATEVER_THE_VALUES: Final = ("kubelens.rules.schema.", "kubelens.rules.yaml.", "kubelens.rules.charts.")
"""Rules about what a chart prints, whoever gave the values."""


class Folders:
    """Such folders of one outcome. ``asked``: the parts of the paths that were named, which are asked for."""

    def __init__(self, outcome: Outcome, asked: Collection[str]) -> None:
        self._asked = asked
        self._homes = {one.name: home for one in outcome.sets if (home := _home(one))}
        uris = [*outcome.snapshot.files, *(text.uri for one in outcome.sets for text in one.texts)]
        self._environments = frozenset(_beside_environments(uris))
        self._applied = frozenset(one.name for one in outcome.sets if not one.guessed)
        self._modules = {rule.name: rule.module for rule in outcome.rules.rules}

    def of_tests(self, finding: Finding) -> str:
        """The folder of tests that a finding belongs to; ``""`` for all others.

        What sets from elsewhere have is none of them, and what values bring that try a chart is one.
        """
        sets = [name for name, _ in finding.sets]
        if sets and "ci" not in self._asked and all(_OF_VALUES in name for name in sets):
            folder = f"{sets[0].partition('+')[0]}/ci"
            written = finding.at.uri.startswith(f"{folder}/")
            if written or not self._modules.get(finding.rule, "").startswith(_WHATEVER_THE_VALUES):
                return folder
        around = [self._around(self._homes.get(name, finding.at.uri)) for name in sets]
        return around[0] if around and all(around) else "" if around else self._around(finding.at.uri)

    def of_designs(self, finding: Finding) -> str:
        """The folder of designs that its file lies in."""
        return outermost(finding.at.uri, lambda part: part in _DESIGNS and part not in self._asked)

    def put_away(self, finding: Finding) -> str:
        """The folder of what is applied no more that its file lies in; what a tool applies from there is none of it."""
        if any(name in self._applied for name, _ in finding.sets):
            return ""
        return outermost(finding.at.uri, lambda part: is_put_away(f"{part}/") and part not in self._asked)

    def _around(self, uri: str) -> str:
        """The path of the outermost folder of tests that a file lies in, ``""`` where it lies in none."""
        parts = PurePath(uri).parts[:-1]
        for depth, part in enumerate(parts):
            if part == _TEMPLATES:
                return ""
            if parts[depth : depth + 3] == _OF_MAVEN and not set(self._asked) >= _OF_MAVEN_ASKED:
                return "/".join(parts[: depth + 3])
            if part not in self._asked and self._is_of_tests(part, "/".join(parts[:depth])):
                return "/".join(parts[: depth + 1])
        return ""

    def _is_of_tests(self, part: str, parent: str) -> bool:
        return _DATA.fullmatch(part) is not None or (part in _MAYBE_DATA and parent not in self._environments)


_OF_MAVEN_ASKED: Final = frozenset(_OF_MAVEN)


def outermost(uri: str, is_one: Callable[[str], bool]) -> str:
    """The path of the outermost folder of some names that a file lies in, ``""`` where it lies in none."""
    parts = PurePath(uri).parts[:-1]
    depth = next((n for n, part in enumerate(parts) if is_one(part)), None)
    return "" if depth is None else "/".join(parts[: depth + 1])


def pattern_of(folder: str) -> str:
    """What leaves out all folders of a custom, as in .gitignore."""
    parts = PurePath(folder).parts
    return f"**/{'/'.join(_OF_MAVEN)}/" if parts[-3:] == _OF_MAVEN else f"{parts[-1]}/"


def _home(one: ApplySet) -> str:
    """A file, or what would be one, in the folder that a set is made in: where somebody says so, or its own folder."""
    if not one.guessed:
        return next((text.uri for text in one.said_in), "")
    return f"{one.name.partition('+')[0].partition('@')[0]}/any"


def _beside_environments(uris: Iterable[str]) -> Iterable[str]:
    """The folders that hold environments: one of the names that these have, or a name for all of them."""
    for uri in uris:
        parts = PurePath(uri).parts[:-1]
        for depth, part in enumerate(parts):
            if _ENVIRONMENTS.fullmatch(part):
                yield "/".join(parts[:depth])
            elif part in _OF_ENVIRONMENTS:
                yield "/".join(parts[: depth + 1])
