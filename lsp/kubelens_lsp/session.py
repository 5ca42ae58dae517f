"""What the server knows: files on disk, buffers over them, the configuration, and the last analysis.

All changes go through one worker, one at a time; what handlers read is never changed after it was made.
"""

from __future__ import annotations

import dataclasses
import gc
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from kubelens.engine.analysis import analyse
from kubelens.engine.baseline import Known, read_baseline, unknown
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import FILE_NAMES, find_config
from kubelens.engine.loader import MANIFEST_SUFFIXES, Loaded, is_taken, load_paths, read_file
from kubelens.engine.memory import Memory
from kubelens.engine.parsed import Parsed
from kubelens.engine.plugins import Plugins
from kubelens.engine.regular_files import read_regular
from kubelens.engine.schema_locations import elsewhere_of
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.sets.analysis import Judging
from kubelens.engine.sets.kept import Conditions, ToldSets
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST
from kubelens.predict.api import Oracle
from kubelens.rules.api import Facts, Finding
from kubelens.syntax.text import Source, Span
from kubelens.syntax.unfinished import parse_unfinished
from kubelens_lsp.convert import key_of
from kubelens_lsp.name_index import LastIndex
from kubelens_lsp.rooted import joined, rooted
from kubelens_lsp.settings import Settings
from kubelens_lsp.view import NO_SETS, View, with_sets

_SYNTAX = "yaml-syntax"
VALUE_RULES: Final = ("chart-value-unread", "chart-value-absent")
"""Told in the editor under every profile: who writes a chart wants to know, who checks one need not."""
ROOT = Path("/")
LARGEST = 4 * 1024 * 1024
"""Texts with more characters are left to the command line: they would hold up every answer for a minute."""


@dataclasses.dataclass
class Session:
    """The state behind the handlers."""

    folders: list[Path] = dataclasses.field(default_factory=list)
    config: Config = dataclasses.field(default_factory=Config)
    settings: Settings = dataclasses.field(default_factory=Settings)
    problems: list[str] = dataclasses.field(default_factory=list)
    buffers: dict[str, Source] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plugins = Plugins()
        self._all_rules = self.plugins.rules()
        self._memory = Memory()
        self._gaps: dict[str, tuple[Span, ...]] = {}
        self._beside: frozenset[str] = frozenset()
        self._known: Known | None = None
        self._base = ""
        self._settings: dict[Path, bytes] = {}
        self._is_anew = True
        self.moved: deque[tuple[str, Loaded | None]] = deque()
        self.anew = True
        self._told = NO_SETS
        self._definitions: dict[str, Loaded] = {}
        self._running: dict[str, Loaded] = {}
        self._workspace = Workspace()
        self._rules: RuleSet = choose_rules(self.config, self._all_rules)
        self._rules_of_sets = choose_rules(_with_values(self.config), self._all_rules)
        self.view = self._view()

    @property
    def release(self) -> str:
        """The Kubernetes release that answers are for."""
        return self.config.kubernetes_version[0] if self.config.kubernetes_version else NEWEST

    @property
    def parsed_files(self) -> int:
        """How many texts were parsed so far."""
        return self._workspace.parsed_files

    @property
    def checks(self) -> int:
        """How often a rule looked at something so far."""
        return self._memory.checks

    def configure(self) -> None:
        """Read the configuration of every folder, as one; keep the old one where one is wrong."""
        self.problems.clear()
        start = self.folders[0] if self.folders else Path.cwd()
        try:
            config, base = _configuration(start)
            config = self.settings.over(config)
            for folder in self.folders[1:]:
                other, its_base = _configuration(folder)
                other = self.settings.over(other)
                if other.path != config.path:
                    general = choose_rules(replace(other, overrides=(), custom_rules=()), self._all_rules)
                    chosen = [rule.name for rule in general.rules]
                    config = joined(config, key_of(str(folder)), other, its_base, chosen)
            self._rules = choose_rules(config, self._all_rules)
            self._rules_of_sets = choose_rules(_with_values(config), self._all_rules)
            self._known = read_baseline(base / config.baseline) if config.baseline else None
            self._base = f"{key_of(str(base))}/"
            self.config = config
        except ConfigError as error:
            self.problems.append(str(error))
            return
        finally:
            self._settings = self._settings_now()
        self._memory = Memory()
        self._is_anew = True

    def _settings_now(self) -> dict[Path, bytes]:
        """The text of every file that may hold the configuration."""
        starts = [folder.absolute() for folder in self.folders or [Path.cwd()]]
        folders = {folder for start in starts for folder in (start, *start.parents)}
        files = [folder / name for folder in folders for name in (*FILE_NAMES, "pyproject.toml")]
        held: dict[Path, bytes] = {}
        for file in files:
            with suppress(OSError):
                held[file] = read_regular(file)
        return held

    def reload(self) -> None:
        """Read the configuration and every manifest again."""
        self.configure()
        self.index()

    def look_again(self) -> None:
        """Find out what changed on disk, for clients that do not tell."""
        if self._settings_now() != self._settings:
            self.reload()
            return
        held = self.view.snapshot.files
        there = {one.uri: one for one in self._listed()}
        for key, one in there.items():
            text = one.source.text if one.source is not None else None
            source = held[key].source if key in held else None
            if key not in self.buffers and (key not in held or text != (source.text if source is not None else None)):
                self._put(_bearable(one))
        for key in held.keys() - there.keys() - self.buffers.keys() - self._beside:
            self._drop(key)

    def _put(self, loaded: Loaded) -> None:
        self._workspace.put(loaded)
        self.moved.append((loaded.uri, replace(loaded, parsed=None) if loaded.parsed is not None else loaded))

    def _drop(self, key: str) -> None:
        self._workspace.drop(key)
        self.moved.append((key, None))

    def _listed(self) -> Iterator[Loaded]:
        return load_paths([str(f) for f in self.folders], root=ROOT, exclude=self.config.exclude)

    def index(self) -> View:
        """Read every manifest of the folders; buffers stay over their files.

        What it holds then stays for long: the collector leaves it alone, or each of its full rounds would keep a
        stroke waiting for as long as a tenth of an index.
        """
        gc.unfreeze()
        loaded = {one.uri: _bearable(one) for one in self._listed()}
        definitions = self._definitions = self._named(self.config.crds)
        running = self._running = self._named(self.config.running)
        self._beside = frozenset(definitions.keys() | running.keys()) - loaded.keys()
        self._workspace = Workspace(
            release=self.release,
            namespace=self.config.namespace,
            offered=self.plugins.schemas(self.release),
            elsewhere=elsewhere_of(self.config, self.release),
            pod_security=self.config.pod_security,
            running=running.keys() - loaded.keys(),
        )
        loaded = {**definitions, **running, **loaded}
        for key, source in self.buffers.items():
            loaded[key] = self._as_typed(key, source)
        self._workspace.fill(loaded.values())
        self.moved.clear()
        self.anew = True
        view = self.refresh()
        gc.collect()
        gc.freeze()
        return view

    def _named(self, paths: Iterable[str]) -> dict[str, Loaded]:
        """The texts that the configuration names beside the manifests, relative to it or to the first folder."""
        base = Path(self.config.path).parent if self.config.path else (self.folders or [Path.cwd()])[0]
        there = load_paths([str(base / text) for text in paths], root=ROOT, exclude=self.config.exclude)
        return {one.uri: _bearable(one) for one in there}

    def opened(self, uri: str, text: str, version: int) -> None:
        """A buffer was opened or changed; what the configuration excludes is left alone."""
        key = key_of(uri)
        if self._is_excluded(key):
            return
        source = Source(key, text, version)
        self.buffers[key] = source
        if not self._is_known(key, text):
            self._put(self._as_typed(key, source))

    def _is_known(self, key: str, text: str) -> bool:
        """Whether a file is there already with this text, read to its end: nothing is another then."""
        file = self._workspace.files.get(key)
        if file is None or file.source is None or key in self._gaps or file.problems or not file.documents:
            return False
        return file.source.text == text

    def _as_typed(self, key: str, source: Source) -> Loaded:
        """A buffer, read as far as it is finished."""
        self._gaps.pop(key, None)
        loaded = _bearable(Loaded(key, source))
        if loaded.source is None:
            return loaded
        found = parse_unfinished(source)
        if found.gaps:
            self._gaps[key] = found.gaps
        return replace(loaded, parsed=Parsed(found.documents, found.problems))

    def _is_excluded(self, key: str) -> bool:
        chosen = load_paths([str(ROOT / key)], root=ROOT, exclude=self.config.exclude, force_exclude=True)
        return bool(self.config.exclude) and (ROOT / key).is_file() and next(chosen, None) is None

    def closed(self, uri: str) -> None:
        """A buffer was closed: what is on disk counts again."""
        key = key_of(uri)
        self.buffers.pop(key, None)
        self._gaps.pop(key, None)
        self._from_disk(key)

    def changed_on_disk(self, uris: Iterable[str]) -> None:
        """Files came, went or changed; buffers over them stay."""
        for uri in uris:
            key = key_of(uri)
            if key not in self.buffers and key.endswith(MANIFEST_SUFFIXES):
                self._from_disk(key)
            elif key not in self.buffers and (ROOT / key).is_file():
                self.moved.append((key, None))
            elif not (ROOT / key).exists():
                for lost in [k for k in self.view.snapshot.files if k.startswith(f"{key}/") and k not in self.buffers]:
                    self._drop(lost)
                self.moved.append((key, None))

    def _from_disk(self, key: str) -> None:
        path = ROOT / key
        folder = next((folder for folder in self.folders if folder in path.parents), None)
        wanted = key in self._beside or (
            folder is not None and is_taken(path, folder, root=ROOT, exclude=self.config.exclude)
        )
        if wanted and path.is_file():
            loaded = _bearable(read_file(path, ROOT))
            if loaded.source is None or not self._is_known(key, loaded.source.text):
                self._put(loaded)
        else:
            self._drop(key)

    def retold(self, told: ToldSets) -> View:
        """Take what is known of sets; where they hold other objects, what is missing is looked at anew."""
        held, self._told = self._told.held, told
        if held != told.held:
            self._memory = Memory()
            self._is_anew = True
            return self.refresh()
        self.view = with_sets(self.view, told)
        return self.view

    def texts(self) -> list[Loaded]:
        """All texts of the folders, as they are."""
        return [
            replace(file.loaded, parsed=None)
            for key, file in self.view.snapshot.files.items()
            if key not in self._beside
        ]

    def conditions(self) -> Conditions:
        """What the sets of the folders are judged by."""
        judging = Judging(
            self._rules_of_sets,
            self.config,
            self.plugins.schemas(self.release),
            elsewhere_of(self.config, self.release),
            running=tuple(self._running.values()),
        )
        there: dict[tuple[str, str], None] = {}
        if self._told.held:
            for one in self.view.snapshot.bundle:
                if one.name and one.place.uri not in self._told.taken:
                    there[one.kind, escape(one.name)] = None
        return Conditions(
            judging,
            self._facts(),
            self.plugins,
            tuple(self._definitions.values()),
            tuple(one.value for one in self._workspace.definitions),
            tuple(there),
        )

    def refresh(self) -> View:
        """Analyse what is there now; only what changed is looked at again."""
        self.view = self._view()
        return self.view

    def preview(self, uris: Iterable[str]) -> View:
        """Only what is found in some files, judged by all of them: what someone who types waits for."""
        return self._view({key_of(uri) for uri in uris})

    def _is_unfinished(self, finding: Finding, snapshot: Snapshot) -> bool:
        """Whether a finding is about what somebody is typing: it is told what keeps the text from being read."""
        gaps = self._gaps.get(finding.at.uri)
        source = snapshot.source(finding.at.uri) if gaps else None
        if gaps is None or source is None or finding.rule == _SYNTAX:
            return False
        span = finding.span or snapshot.locate(finding.at)
        line = source.position(span.start).line
        return any(source.position(gap.start).line <= line <= source.position(gap.end).line for gap in gaps)

    def _assumed(self) -> tuple[tuple[str, str], ...]:
        given = (text.partition("/") for text in self.config.assume_exists)
        return tuple((kind, name) if slash else ("*", kind) for kind, slash, name in given)

    def _facts(self) -> Facts:
        return Facts(
            release=self.release,
            assume_exists=(*self._assumed(), *_escaped(self._told.held)),
            node_port_range=self.config.node_port_range,
            cluster=dict(self.config.cluster) or None,
        )

    def _view(self, only: Collection[str] | None = None) -> View:
        snapshot = self._workspace.for_release(self.release)
        before: View | None = getattr(self, "view", None)
        if before is not None and before.snapshot is snapshot and not self._is_anew:
            return before
        self._is_anew = self._is_anew and only is not None
        analysis = analyse(snapshot, self._rules, self._facts(), self._memory, only)
        findings: Iterable[Finding] = analysis.findings
        if self._known is not None:
            findings, _ = unknown(self._known, snapshot, findings, self._base)
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.at.uri in self._beside and finding.at.uri not in self.buffers:
                continue
            if self._is_unfinished(finding, snapshot):
                continue
            by_file.setdefault(finding.at.uri, []).append(finding)
        own = {key: tuple(found) for key, found in by_file.items()}
        names = before.names.next() if before is not None else LastIndex()
        made = View(analysis, own, own, Oracle(snapshot.bundle), self.release, names=names)
        view = with_sets(made, self._told)
        if before is not None:
            view.shown.update(before.still_shown(view))
        return view


def _configuration(folder: Path) -> tuple[Config, Path]:
    """What holds in a folder, and the folder its patterns start from."""
    found = find_config(folder)
    if found is None or found.path is None:
        return Config(), folder
    base = found.path.absolute().parent
    return rooted(found, key_of(str(base))), base


def _escaped(names: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((kind, escape(name)) for kind, name in names)


def _with_values(config: Config) -> Config:
    """A configuration under which values that nothing reads, and those that are nowhere, are told of charts too."""
    wanted = tuple(name for name in VALUE_RULES if name not in config.ignore)
    return replace(config, extend_select=(*config.extend_select, *wanted))


def _bearable(loaded: Loaded) -> Loaded:
    if loaded.source is None or len(loaded.source.text) <= LARGEST:
        return loaded
    return Loaded(loaded.uri, None, reason=f"is larger than {LARGEST >> 20} MB and not checked in the editor")
