"""One run of ``kubelens check``: texts in, findings out, for one or several Kubernetes releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.analysis import Analysis, RuleFailure, analyse, grouped
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs
from kubelens.engine.lean import LEAN_FROM, LeanWorkspace
from kubelens.engine.loader import Loaded, Status
from kubelens.engine.memory import Memory
from kubelens.engine.parsed import Parsed
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.parsing import Parsing
from kubelens.engine.plugins import Plugins
from kubelens.engine.schema_locations import elsewhere_of
from kubelens.engine.selection import RuleSet, choose_rules
from kubelens.engine.turned_on import turned_on
from kubelens.engine.workspace import Snapshot, Workspace
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.predict.apiserver.registry import all_strategies
from kubelens.rules.absence import Absent
from kubelens.rules.api import ONCE, Facts, Finding, Profile
from kubelens.rules.subjects import ScenarioRun

if TYPE_CHECKING:
    from kubelens.engine.cache.tree import KeptTree

_UNPARSED: Final = frozenset({"syntax", "directive"})
BLINDNESS: Final = frozenset({"unreadable-file", "yaml-syntax"})
"""What is said of definitions too, which are not judged otherwise."""


class Outcome(Struct, frozen=True):
    """What a run found. ``analysis`` is that of the newest release; ``findings`` are those of all releases.

    ``named``: the files the user asked about, None for all; ``beside``: those read for the others' sake, definitions
    and what a cluster holds. ``known`` counts findings a baseline holds back.
    """

    analysis: Analysis
    findings: tuple[Finding, ...]
    rules: RuleSet
    releases: tuple[str, ...]
    failures: tuple[str, ...] = ()
    rule_failures: tuple[RuleFailure, ...] = ()
    named: frozenset[str] | None = None
    beside: frozenset[str] = frozenset()
    known: int = 0
    orphans: tuple[str, ...] = ()
    """Manifests that no kustomization beside them lists."""
    unapplied: frozenset[str] = frozenset()
    """Of these, those that lie where Argo CD or Flux applies what is listed."""
    objects: tuple[Resource, ...] = ()
    """What was judged and asked about: an object of several sets once for each."""
    sets: tuple[ApplySet, ...] = ()
    """The sets that were judged."""

    @property
    def snapshot(self) -> Snapshot:
        """The texts and objects the findings are about."""
        return self.analysis.snapshot

    @property
    def files(self) -> list[ParsedFile]:
        """The texts that were asked about: all, or those that were named and those of the sets that are made from them."""
        files = self.snapshot.files
        if self.named is None:
            return list(files.values())
        of_sets = {text.uri for one in self.sets for text in one.texts}
        return [file for uri, file in files.items() if uri in self.named or uri in of_sets]

    @property
    def blind(self) -> bool:
        """Whether something that was asked for could not be read or parsed."""
        return any(
            f.status is Status.UNREADABLE
            or (f.status is Status.TAKEN and any(problem.kind in _UNPARSED for problem in f.problems))
            for f in self.snapshot.files.values()
            if self.named is None or f.uri in self.named
        )


def run(
    inputs: Inputs,
    config: Config,
    plugins: Plugins,
    *,
    memory: Memory | None = None,
    jobs: int = 1,
    kept: KeptTree | None = None,
) -> Outcome:
    """Check texts as a configuration asks, in up to ``jobs`` processes. ``kept``: what an earlier run found.

    Raises:
        ConfigError: the configuration names an unknown rule or option.
    """
    releases = config.kubernetes_version or (NEWEST,)
    elsewhere = elsewhere_of(config, releases[0])
    sets = inputs.sets.built(releases[0])
    texts = inputs.not_in_sets(sets)
    rendered = [text for one in sets for text in one.texts if not text.taken_in and not text.rendered]
    trees: dict[str, KeptTree] = {one.name: kept.of_set(one) for one in sets} if kept is not None else {}
    known = kept.parsed(texts) if kept is not None else {}
    for one in sets if trees else ():
        known.update(trees[one.name].parsed((*one.said_in, *one.texts)))
    jobs = 1 if kept is not None and kept.is_known else jobs
    unread = [one for one in (*texts, *rendered) if id(one.source) not in known]
    with Parsing(unread, jobs=jobs, trees=_asks_everything(config)) as parsing:
        rules = choose_rules(config, plugins.rules())
        if parsing.shared:  # imported here, once, while copies parse, and not in every copy that judges
            for rule in rules.rules:
                if rule.module:
                    import_module(rule.module)
            all_strategies()
            schemas(releases[0])
        lean = memory is None and not _asks_everything(config) and _is_large(texts)
        parsed = {**parsing.finish(), **known}
        brought = _brought_by(sets, parsed)
        if kept is not None:
            kept.beside(brought)
        workspace = (LeanWorkspace if lean else Workspace)(
            release=releases[0],
            namespace=config.namespace,
            offered=[*plugins.schemas(releases[0]), *brought],
            elsewhere=elsewhere,
            pod_security=config.pod_security,
            running=inputs.running_uris,
        )
        workspace.noted = parsed if kept is not None else None
        workspace.fill(texts, parsed, among=inputs.loaded)
    analyses: list[Analysis] = []
    judged: list[tuple[ApplySet, Analysis]] = []
    for release in releases:
        if release != releases[0]:
            sets = inputs.sets.built(release)
        snapshot = workspace.for_release(release)
        if any(rule.on is ScenarioRun for rule in rules.rules):
            from kubelens.engine.scenario_runs import scenario_runs  # noqa: PLC0415 - with the virtual cluster

            playing = scenario_runs(inputs.loaded, config, plugins, release)
            snapshot = replace(snapshot, scenarios=tuple(playing))
        facts = Facts(
            release=release,
            assume_exists=(*(_kind_and_name(text) for text in config.assume_exists), *_held(sets)),
            client_side=not any(one.origin == "Flux" for one in sets),  # beside it nobody is known to run kubectl apply
            old=inputs.old,
            cluster=dict(config.cluster) or None,
            node_port_range=config.node_port_range,
            absent=_absent(inputs, config),
            running=inputs.running_uris,
            turned_on=turned_on(one.source for one in inputs.loaded if one.source is not None),
        )
        if kept is not None:
            from kubelens.engine.cache.analysis import analyse_kept  # noqa: PLC0415 - only beside a cache

            analysis = analyse_kept(snapshot, rules, facts, kept, parsed, jobs=jobs)
        else:
            analysis = analyse(snapshot, rules, facts, memory if len(releases) == 1 else None, jobs=jobs)
        if inputs.named is not None:
            analysis = replace(analysis, findings=tuple(f for f in analysis.findings if f.at.uri in inputs.named))
        if sets:
            from kubelens.engine.sets.analysis import Judging, joined  # noqa: PLC0415 - with rendering
            from kubelens.engine.sets.definitions import once_each  # noqa: PLC0415

            declared = (definition.value for definition in workspace.definitions)
            offered = [*plugins.schemas(release), *once_each([*declared, *brought])]
            judging = Judging(rules, config, offered, elsewhere, parsed, inputs.before, inputs.running, jobs, trees)
            among_sets = replace(facts, assume_exists=(*facts.assume_exists, *_named(snapshot.bundle)))
            touched = [one for one in sets if inputs.named is None or one.is_made_from(inputs.named)]
            pairs = [(one, among_sets if one.objects else facts) for one in touched]
            judged = judging.judge_all(pairs, plugins)
            analysis = joined(analysis, judged)
        analyses.append(analysis)
    beside = inputs.beside
    apart = [r for r in snapshot.bundle if r.place.uri not in beside]
    if inputs.named is not None:
        apart = [r for r in apart if r.place.uri in inputs.named]
    findings = tuple(_told_once(_asked_for(_merged(analyses, releases), inputs, sets)))
    if beside and inputs.named is None:
        findings = tuple(f for f in findings if f.at.uri not in beside or f.rule in BLINDNESS)
    failed = grouped(failure for analysis in analyses for failure in analysis.failures)
    return Outcome(
        analyses[-1],
        findings,
        rules,
        tuple(releases),
        tuple(map(str, plugins.failures)),
        failed,
        inputs.named,
        inputs.beside,
        orphans=tuple(one.uri for one in inputs.sets.orphans),
        unapplied=frozenset(one.uri for one in inputs.sets.orphans if one.is_unapplied),
        objects=(*apart, *(resource for _, analysis in judged for resource in analysis.snapshot.objects)),
        sets=tuple(one for one, _ in judged),
    )


def _brought_by(sets: Sequence[ApplySet], parsed: dict[int, Parsed]) -> list[Mapping[str, Any]]:
    """The CustomResourceDefinitions that sets bring: the cluster has them for what belongs to no set, too."""
    if not sets:
        return []
    from kubelens.engine.sets.definitions import offered_by  # noqa: PLC0415 - with rendering

    return offered_by(sets, parsed)


def _told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings without the second of those that speak for all others that say the same."""
    told: set[tuple[str, str]] = set()
    for one in findings:
        if ONCE in one.tags:
            if (one.rule, one.message) in told:
                continue
            told.add((one.rule, one.message))
        yield one


def _asked_for(findings: Iterable[Finding], inputs: Inputs, sets: Iterable[ApplySet]) -> Iterator[Finding]:
    """Findings but those about charts of which single files were named: there only what stands in these counts."""
    given = {one.uri for one in inputs.loaded}
    partly = tuple(
        one.chart.folder
        for one in sets
        if one.chart is not None and one.guessed and f"{one.chart.folder}{CHART_FILE}" not in given
        if inputs.sets.names is None
    )
    for finding in findings:
        if finding.at.uri in given or not partly or not finding.at.uri.startswith(partly):
            yield finding


def _asks_everything(config: Config) -> bool:
    """Whether so much is asked that something is found, and located, in nearly every document."""
    return config.profile is Profile.STRICT or "ALL" in (config.select or ())


def _is_large(texts: Iterable[Loaded]) -> bool:
    return sum(len(one.source.text) for one in texts if one.source is not None) >= LEAN_FROM


def _merged(analyses: Sequence[Analysis], releases: Sequence[str]) -> tuple[Finding, ...]:
    """Findings of several releases, equal ones once, those of some releases only saying which."""
    if len(analyses) == 1:
        return analyses[0].findings
    seen: dict[tuple[Any, ...], list[str]] = {}
    first: dict[tuple[Any, ...], Finding] = {}
    for analysis, release in zip(analyses, releases, strict=True):
        for finding in analysis.findings:
            key = (finding.rule, finding.at, finding.span, finding.message, finding.among)
            seen.setdefault(key, []).append(release)
            first.setdefault(key, finding)
    return tuple(
        finding
        if len(seen[key]) == len(releases)
        else replace(finding, message=f"{finding.message} (on {', '.join(seen[key])})")
        for key, finding in first.items()
    )


def _absent(inputs: Inputs, config: Config) -> tuple[Absent, ...] | None:
    """What objects of Argo CD and Flux name and nothing makes, but for what the user says is elsewhere."""
    found = inputs.sets.absent
    if not found:
        return found
    said = Facts("", tuple(_kind_and_name(text) for text in config.assume_exists))
    return tuple(one for one in found if not said.exists_elsewhere(one.kind, one.name, one.namespace))


def _held(sets: Iterable[ApplySet]) -> tuple[tuple[str, str], ...]:
    """The objects of all sets: what one of them names may stand in another."""
    from glob import escape  # noqa: PLC0415 - only beside other sets

    return tuple(dict.fromkeys((kind, escape(name)) for one in sets for kind, name in one.objects))


def _named(bundle: Bundle) -> tuple[tuple[str, str], ...]:
    """The objects of a bundle, by kind and name."""
    from glob import escape  # noqa: PLC0415 - only beside other sets

    return tuple(dict.fromkeys((resource.kind, escape(resource.name)) for resource in bundle if resource.name))


def _kind_and_name(text: str) -> tuple[str, str]:
    kind, _, name = text.partition("/")
    return (kind, name) if name else ("*", kind)
