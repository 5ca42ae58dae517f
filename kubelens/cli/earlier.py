"""What ``kubelens check`` said when it last looked at the very same: said again, without looking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import MsgspecError, Struct
from msgspec.msgpack import Decoder, Encoder

from kubelens.engine.cache.run_key import run_key
from kubelens.engine.cache.store import Store, open_store
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs, Wanted
from kubelens.engine.plugins import BUILT_IN as OWN_PLUGINS
from kubelens.engine.plugins import Plugins
from kubelens.engine.scenario_documents import may_hold_scenario
from kubelens.engine.selection import choose_rules
from kubelens.engine.sets.roots import roots_of
from kubelens.engine.sets.seen_again import SeenBelow, is_seen_again, seen_below
from kubelens.report.formats import BUILT_IN
from kubelens.rules.subjects import ScenarioRun

if TYPE_CHECKING:
    from kubelens.cli.checking import Choices
    from kubelens.engine.cache.tree import KeptTree

_WRITES_ELSEWHERE: Final = "github"
"""A format that appends to a file of the workflow's beside its report."""


class Told(Struct, frozen=True, array_like=True):
    """Reports by the file they go to (``""``: standard output), complaints, the exit code, and what that rests on."""

    reports: list[tuple[str, str]]
    complaints: list[str]
    code: int
    seen: tuple[SeenBelow, ...]


class Earlier:
    """The place of one run's answer in the cache."""

    def __init__(
        self, store: Store, inputs: Inputs, wanted: Wanted, config: Config, roots: Iterable[str], said: Sequence[object]
    ) -> None:
        """``roots``: the repositories that the texts lie in; ``said``: what else the command line said."""
        self._store = store
        self._inputs = inputs
        self._wanted = wanted
        self._config = config
        self._roots = tuple(roots)
        self._key = run_key(inputs, wanted, config, self._roots, said)

    def tree(self) -> KeptTree | None:
        """What is kept of the tree's files one by one, None where their answers rest on more than can be seen here."""
        config = self._config
        if config.running or len(config.kubernetes_version) > 1:
            return None
        from kubelens.engine.cache.tree import kept_tree  # noqa: PLC0415 - only where not all is as it was

        return kept_tree(self._store, self._wanted, config, self._roots)

    def told(self) -> Told | None:
        """What was said of the same texts, None where nothing is known or something around them is not the same."""
        value = self._store.get(self._key)
        if value is None:
            return None
        try:
            told = Decoder(Told).decode(value)
        except (MsgspecError, RecursionError):
            return None
        return told if is_seen_again(told.seen, self._inputs.loaded, self._wanted.named) else None

    def keep(self, reports: list[tuple[str, str]], complaints: list[str], code: int, inputs: Inputs) -> None:
        """Keep what was said; ``inputs``: the same texts with their sets, of which releases were built."""
        told = Told(reports, complaints, code, seen_below(inputs.sets.disks))
        try:
            value = Encoder().encode(told)
        except (MsgspecError, ValueError):  # a name that is no text
            return
        self._store.put(self._key, value)


def earlier(
    choices: Choices, config: Config, plugins: Plugins, inputs: Inputs, style: tuple[object, ...]
) -> Earlier | None:
    """Where the answer of a run is kept; None where it rests on more than can be seen here.

    ``style``: what the reports look like beside the settings.
    """
    if not _may_be_kept(choices, config, plugins, inputs):
        return None
    roots = roots_of(choices.wanted.named)
    store = open_store(roots)
    if store is None:
        return None
    said = (choices.quiet, choices.allow_empty, *style)
    return Earlier(store, inputs, choices.wanted, config, roots, said)


def _may_be_kept(choices: Choices, config: Config, plugins: Plugins, inputs: Inputs) -> bool:
    """Whether a run reads, runs and writes nothing but what :func:`run_key` and the sets tell of."""
    wanted = choices.wanted
    formats = [text.partition("=")[0] for text in config.output]
    return (
        not (choices.fix or choices.unsafe_fixes or choices.diff or choices.write_baseline or choices.against)
        and not (choices.statistics or choices.show_files)
        and not wanted.by_programs
        and inputs.named is None
        and not config.schema_location
        and not plugins.failures
        and len(plugins.named()) == len(OWN_PLUGINS)
        and all(name in BUILT_IN and name != _WRITES_ELSEWHERE for name in formats)
        and not _plays(config, plugins, inputs)
    )


def _plays(config: Config, plugins: Plugins, inputs: Inputs) -> bool:
    """Whether scenarios are played: the manifests they name may lie anywhere in the repository."""
    texts = (one.source.text for one in inputs.loaded if one.source is not None)
    if not any(map(may_hold_scenario, texts)):
        return False
    return any(rule.on is ScenarioRun for rule in choose_rules(config, plugins.rules()).rules)
