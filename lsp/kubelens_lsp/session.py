"""What the server knows: files on disk, buffers over them, the configuration, and the last analysis.

All changes go through one worker, one at a time; what handlers read is never changed after it was made.
"""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lsprotocol import types
from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.analysis import Analysis, analyse
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
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST
from kubelens.predict.api import Oracle
from kubelens.rules.api import Facts, Finding
from kubelens.syntax.text import Source, Span
from kubelens.syntax.unfinished import parse_unfinished
from kubelens_lsp.convert import key_of
from kubelens_lsp.rooted import joined, rooted

_SYNTAX = "yaml-syntax"
ROOT = Path("/")
LARGEST = 4 * 1024 * 1024
"""Texts with more characters are left to the command line: they would hold up every answer for a minute."""


class View(Struct, frozen=True):
    """A finished analysis and the texts it is about."""

    analysis: Analysis
    by_file: Mapping[str, tuple[Finding, ...]]
    oracle: Oracle
    release: str
    shown: dict[tuple[str, str, bool], list[types.Diagnostic]] = field(default_factory=dict)
    """Diagnostics made so far, by file, encoding and whether with related places."""

    def still_shown(self, after: View) -> dict[tuple[str, str, bool], list[types.Diagnostic]]:
        """The diagnostics that hold in a later view too: neither their findings nor any text they point to changed."""
        return {wanted: found for wanted, found in self.shown.copy().items() if self._is_same(wanted[0], after)}

    def _is_same(self, key: str, after: View) -> bool:
        findings = after.by_file.get(key)
        if findings is None or findings != self.by_file.get(key):
            return False
        texts = {key, *(related.place.uri for finding in findings for related in finding.related)}
        return all(after.snapshot.files.get(text) is self.snapshot.files.get(text) for text in texts)

    @property
    def snapshot(self) -> Snapshot:
        """The texts and objects."""
        return self.analysis.snapshot


@dataclasses.dataclass
class Session:
    """The state behind the handlers."""

    folders: list[Path] = dataclasses.field(default_factory=list)
    config: Config = dataclasses.field(default_factory=Config)
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
        self._workspace = Workspace()
        self._rules: RuleSet = choose_rules(self.config, self._all_rules)
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
            for folder in self.folders[1:]:
                other, its_base = _configuration(folder)
                if other.path != config.path:
                    general = choose_rules(replace(other, overrides=(), custom_rules=()), self._all_rules)
                    chosen = [rule.name for rule in general.rules]
                    config = joined(config, key_of(str(folder)), other, its_base, chosen)
            self._rules = choose_rules(config, self._all_rules)
            self._known = read_baseline(base / config.baseline) if config.baseline else None
            self._base = f"{key_of(str(base))}/"
            self.config = config
        except ConfigError as error:
            self.problems.append(str(error))
            return
        finally:
            self._settings = self._settings_now()
        self._memory = Memory()

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
                self._workspace.put(_bearable(one))
        for key in held.keys() - there.keys() - self.buffers.keys() - self._beside:
            self._workspace.drop(key)

    def _listed(self) -> Iterator[Loaded]:
        return load_paths([str(f) for f in self.folders], root=ROOT, exclude=self.config.exclude)

    def index(self) -> View:
        """Read every manifest of the folders; buffers stay over their files.

        What it holds then stays for long: the collector leaves it alone, or each of its full rounds would keep a
        stroke waiting for as long as a tenth of an index.
        """
        gc.unfreeze()
        loaded = {one.uri: _bearable(one) for one in self._listed()}
        definitions = self._named(self.config.crds)
        running = self._named(self.config.running)
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
        self._workspace.put(self._as_typed(key, source))

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
            elif not (ROOT / key).exists():
                for lost in [k for k in self.view.snapshot.files if k.startswith(f"{key}/") and k not in self.buffers]:
                    self._workspace.drop(lost)

    def _from_disk(self, key: str) -> None:
        path = ROOT / key
        folder = next((folder for folder in self.folders if folder in path.parents), None)
        wanted = key in self._beside or (
            folder is not None and is_taken(path, folder, root=ROOT, exclude=self.config.exclude)
        )
        if wanted and path.is_file():
            self._workspace.put(_bearable(read_file(path, ROOT)))
        else:
            self._workspace.drop(key)

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

    def _view(self, only: Collection[str] | None = None) -> View:
        snapshot = self._workspace.for_release(self.release)
        facts = Facts(
            release=self.release,
            assume_exists=tuple(
                (k, n) if s else ("*", k) for k, s, n in (t.partition("/") for t in self.config.assume_exists)
            ),
            node_port_range=self.config.node_port_range,
            cluster=dict(self.config.cluster) or None,
        )
        analysis = analyse(snapshot, self._rules, facts, self._memory, only)
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
        view = View(analysis, {k: tuple(v) for k, v in by_file.items()}, Oracle(snapshot.bundle), self.release)
        before: View | None = getattr(self, "view", None)
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


def _bearable(loaded: Loaded) -> Loaded:
    if loaded.source is None or len(loaded.source.text) <= LARGEST:
        return loaded
    return Loaded(loaded.uri, None, reason=f"is larger than {LARGEST >> 20} MB and not checked in the editor")
