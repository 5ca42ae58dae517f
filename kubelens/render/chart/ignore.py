"""``.helmignore``: which files of a folder are no part of the chart (Helm, ``pkg/ignore``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from kubelens.regexp import Regexp
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.patterns import BadPattern, match_pattern

HELM_IGNORE: Final = ".helmignore"
_HIDDEN_TEMPLATES: Final = "templates/.?*"


class _Rule(Struct, frozen=True):
    pattern: Regexp
    negated: bool
    folders_only: bool
    whole_path: bool

    def matches(self, path: str) -> bool:
        name = path if self.whole_path else path.rpartition("/")[2]
        return self.pattern.matches(name)


class IgnoreRules:
    """The patterns of a ``.helmignore`` and the one that always holds: hidden files in ``templates/``."""

    def __init__(self, text: str = "") -> None:
        """Raises ``ChartFault`` for a pattern that Helm refuses."""
        self._rules: list[_Rule] = []
        for line in [*text.removeprefix("\ufeff").split("\n"), _HIDDEN_TEMPLATES]:
            self._add(line.strip())

    def _add(self, rule: str) -> None:
        if not rule or rule.startswith("#"):
            return
        if "**" in rule:
            raise ChartFault("double-star (**) syntax is not supported", HELM_IGNORE)
        try:
            match_pattern(rule)
            negated = rule.startswith("!")
            rule = rule[negated:]
            folders_only = rule.endswith("/")
            rule = rule[:-1] if folders_only else rule
            whole = "/" in rule
            pattern = match_pattern(rule.removeprefix("/"))
        except BadPattern as error:
            raise ChartFault(str(error), HELM_IGNORE) from None
        self._rules.append(_Rule(pattern, negated, folders_only, whole))

    def ignores(self, path: str, *, folder: bool = False) -> bool:
        """Whether a file or folder, named from the chart's folder on, is left out."""
        if path in ("", ".", "./"):
            return False
        for rule in self._rules:
            if rule.negated:
                if (rule.folders_only and not folder) or not rule.matches(path):
                    return True
            elif (folder or not rule.folders_only) and rule.matches(path):
                return True
        return False

    def kept(self, paths: Iterable[str]) -> list[str]:
        """The files that stay, in order; a file in a folder that is left out goes with it."""
        folders: dict[str, bool] = {}

        def gone(folder: str) -> bool:
            if not folder:
                return False
            known = folders.get(folder)
            if known is None:
                known = folders[folder] = gone(folder.rpartition("/")[0]) or self.ignores(folder, folder=True)
            return known

        return [path for path in paths if not gone(path.rpartition("/")[0]) and not self.ignores(path)]
