"""Plugins: built-ins and installed ones through the same hooks, each failure named and survived."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from kubelens.engine.loader import Loaded
from kubelens.predict.api import NamedQuery
from kubelens.rules.api import Rule, with_distribution

if TYPE_CHECKING:
    from pluggy import PluginManager

PROJECT: Final = "kubelens"
BUILT_IN: Final = {"kubelens.rules.catalogue": ("kubelens_rules",), "kubelens.engine.rendering": ("kubelens_load",)}
"""The hooks that kubelens' own modules offer, by module."""
NO_PLUGINS: Final = "KUBELENS_NO_PLUGINS"


class PluginFailure(Struct, frozen=True):
    """A plugin that could not be used: its name, the distribution it came with, and what happened."""

    plugin: str
    distribution: str
    message: str

    def __str__(self) -> str:
        origin = f" (from {self.distribution})" if self.distribution else ""
        return f"plugin {self.plugin!r}{origin} {self.message}"


class _Implementation(Struct, frozen=True):
    """A function that a plugin offers for a hook, and the arguments it takes."""

    plugin: str
    function: Callable[..., Any]
    argnames: tuple[str, ...] = ()


class Plugins:
    """The plugins of a run. Failures are collected; what works is used."""

    def __init__(self, *, third_party: bool = True) -> None:
        self.failures: list[PluginFailure] = []
        self._manager: PluginManager | None = None
        self._distributions: dict[str, str] = {}
        if third_party and not os.environ.get(NO_PLUGINS):
            self._load_installed()

    def _load_installed(self) -> None:
        if not _any_entry_points():
            return
        from importlib.metadata import distributions  # noqa: PLC0415 - costs 30 ms, needed only with plugins

        import pluggy  # noqa: PLC0415 - needed only with plugins

        from kubelens import hookspecs  # noqa: PLC0415

        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hookspecs)
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
        implementations = self._implementations("kubelens_load")

        def load(path: Path) -> Any:
            for implementation in reversed(implementations):
                try:
                    answer = implementation.function(path=path, render=render)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                    self._fail(implementation.plugin, f"fails on {path}: {_first_line(error)}")
                    continue
                if answer is None:
                    continue
                if isinstance(answer, (list, tuple)) and all(isinstance(one, Loaded) for one in answer):
                    return answer
                self._fail(implementation.plugin, f"answers kubelens_load with {answer!r}, which are no texts")
            return None

        return load

    def named(self) -> list[tuple[str, str]]:
        """(plugin, distribution) of every plugin in use."""
        installed = self._manager.list_name_plugin() if self._manager is not None else []
        names = (*BUILT_IN, *(name for name, _ in installed))
        return [(name, self._distributions.get(name, PROJECT)) for name in names]

    def _implementations(self, hook: str) -> list[_Implementation]:
        """Who offers a hook: kubelens itself first, then the installed plugins."""
        own = [module for module, hooks in BUILT_IN.items() if hook in hooks]
        found = [_Implementation(module, getattr(import_module(module), hook)) for module in own]
        if self._manager is not None:
            offered = getattr(self._manager.hook, hook).get_hookimpls()
            found += [_Implementation(one.plugin_name, one.function, tuple(one.argnames)) for one in offered]
        return found

    def _call(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        answers: list[tuple[str, Any]] = []
        for implementation in self._implementations(hook):
            try:
                wanted = {name: arguments[name] for name in implementation.argnames}
                answer = implementation.function(**wanted)
                if isinstance(answer, Iterable) and not isinstance(answer, (list, tuple)):
                    answer = list(answer)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                self._fail(implementation.plugin, f"fails in {hook}: {_first_line(error)}")
                continue
            if answer is not None and not isinstance(answer, (list, tuple)):
                self._fail(implementation.plugin, f"answers {hook} with {answer!r}, which is no list")
                continue
            answers.append((implementation.plugin, answer))
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
