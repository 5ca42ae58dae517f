"""Plugins: built-ins and installed ones through the same hooks, each failure named and survived."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pluggy
from msgspec import Struct

from kubelens import hookspecs
from kubelens.engine.loader import Loaded
from kubelens.plugin import PROJECT
from kubelens.predict.api import NamedQuery
from kubelens.rules.api import Rule, with_distribution

BUILT_IN: Final = ("kubelens.rules.catalogue", "kubelens.engine.rendering")
NO_PLUGINS: Final = "KUBELENS_NO_PLUGINS"


class PluginFailure(Struct, frozen=True):
    """A plugin that could not be used: its name, the distribution it came with, and what happened."""

    plugin: str
    distribution: str
    message: str

    def __str__(self) -> str:
        origin = f" (from {self.distribution})" if self.distribution else ""
        return f"plugin {self.plugin!r}{origin} {self.message}"


class Plugins:
    """The plugins of a run. Failures are collected; what works is used."""

    def __init__(self, *, third_party: bool = True) -> None:
        self.failures: list[PluginFailure] = []
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._distributions: dict[str, str] = {}
        for name in BUILT_IN:
            self._manager.register(import_module(name), name)
        if third_party and not os.environ.get(NO_PLUGINS):
            self._load_installed()

    def _load_installed(self) -> None:
        if not _any_entry_points():
            return
        from importlib.metadata import distributions  # noqa: PLC0415 - costs 30 ms, needed only with plugins

        seen: set[str] = set()
        for distribution in distributions():
            for point in distribution.entry_points:
                if point.group != PROJECT or point.name in seen:
                    continue
                seen.add(point.name)
                name = distribution.metadata["Name"]
                try:
                    plugin = point.load()
                    self._manager.register(plugin, point.name)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                    self.failures.append(PluginFailure(point.name, name, f"cannot be loaded: {_first_line(error)}"))
                    continue
                self._distributions[point.name] = name

    def rules(self) -> list[Rule[Any]]:
        """Every rule of every plugin that works; of two rules with one name the first counts."""
        found: dict[str, Rule[Any]] = {}
        for plugin, answer in self._call("kubelens_rules"):
            distribution = self._distributions.get(plugin, PROJECT)
            for one in answer or ():
                if not isinstance(one, Rule):
                    self.failures.append(PluginFailure(plugin, distribution, f"offers {one!r}, which is no rule"))
                elif one.name in found:
                    owner = found[one.name].distribution
                    self.failures.append(
                        PluginFailure(plugin, distribution, f"offers rule {one.name!r}, which {owner} has")
                    )
                else:
                    found[one.name] = with_distribution(one, distribution)
        return list(found.values())

    def schemas(self, release: str) -> list[dict[str, Any]]:
        """CustomResourceDefinitions offered by plugins."""
        found: list[dict[str, Any]] = []
        for plugin, answer in self._call("kubelens_schemas", release=release):
            for crd in answer or ():
                if isinstance(crd, dict) and isinstance(crd.get("spec"), dict):
                    found.append(crd)
                else:
                    self._fail(plugin, f"offers {crd!r}, which is no CustomResourceDefinition")
        return found

    def reporters(self) -> list[Any]:
        """Output formats offered by plugins."""
        return [reporter for _, answer in self._call("kubelens_reporters") for reporter in answer or ()]

    def distribution_of(self, name: str) -> str:
        """Which distribution offers an output format."""
        for plugin, answer in self._call("kubelens_reporters"):
            if any(getattr(one, "name", None) == name for one in answer or ()):
                return self._distributions.get(plugin, PROJECT)
        return PROJECT

    def queries(self) -> list[NamedQuery]:
        """Named questions offered by plugins; of two with one name the first counts."""
        found: dict[str, NamedQuery] = {}
        for plugin, answer in self._call("kubelens_queries"):
            for query in answer or ():
                if isinstance(query, NamedQuery):
                    found.setdefault(query.name, query)
                else:
                    self._fail(plugin, f"offers {query!r}, which is no NamedQuery")
        return list(found.values())

    def add_commands(self, cli: Any) -> None:
        """Let plugins add commands to the command line."""
        self._call("kubelens_commands", cli=cli)

    def loader(self, render: bool) -> Callable[[Path], Any]:
        """What replaces a path by texts; None from it means the path is read as it is."""
        implementations = self._manager.hook.kubelens_load.get_hookimpls()

        def load(path: Path) -> Any:
            for implementation in reversed(implementations):
                try:
                    answer = implementation.function(path=path, render=render)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                    self._fail(implementation.plugin_name, f"fails on {path}: {_first_line(error)}")
                    continue
                if answer is None:
                    continue
                if isinstance(answer, (list, tuple)) and all(isinstance(one, Loaded) for one in answer):
                    return answer
                self._fail(implementation.plugin_name, f"answers kubelens_load with {answer!r}, which are no texts")
            return None

        return load

    def named(self) -> list[tuple[str, str]]:
        """(plugin, distribution) of every plugin in use."""
        return [(name, self._distributions.get(name, PROJECT)) for name, _ in self._manager.list_name_plugin()]

    def _call(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        answers: list[tuple[str, Any]] = []
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            try:
                wanted = {name: arguments[name] for name in implementation.argnames}
                answer = implementation.function(**wanted)
                if isinstance(answer, Iterable) and not isinstance(answer, (list, tuple)):
                    answer = list(answer)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                self._fail(implementation.plugin_name, f"fails in {hook}: {_first_line(error)}")
                continue
            if answer is not None and not isinstance(answer, (list, tuple)):
                self._fail(implementation.plugin_name, f"answers {hook} with {answer!r}, which is no list")
                continue
            answers.append((implementation.plugin_name, answer))
        return answers

    def _fail(self, plugin: str, message: str) -> None:
        failure = PluginFailure(plugin, self._distributions.get(plugin, ""), message)
        if failure not in self.failures:
            self.failures.append(failure)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _any_entry_points() -> bool:
    """Whether any installed distribution may offer plugins: a look at the files, without importlib.metadata."""
    for entry in sys.path:
        try:
            with os.scandir(entry or ".") as listing:
                folders = [e.path for e in listing if e.name.endswith((".dist-info", ".egg-info"))]
        except OSError:
            continue
        for folder in folders:
            try:
                with open(os.path.join(folder, "entry_points.txt"), "rb") as handle:
                    if b"[kubelens]" in handle.read():
                        return True
            except OSError:
                continue
    return False
