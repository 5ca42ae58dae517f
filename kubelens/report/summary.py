"""The last line of a report: how much was looked at, and what there is to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.loader import Status
from kubelens.engine.unfilled import charts_among
from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups
from kubelens.report.api import Results
from kubelens.report.columns import hanging
from kubelens.rules.api import Finding, Severity

_MOST_REASONS: Final = 3


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def told_at_end(results: Results) -> str:
    """The summary; on a terminal folded at words."""
    line = summary_line(results)
    return "\n".join(hanging(line, results.style.width)) if results.style.folded else line


def summary_line(results: Results) -> str:
    """What was found in how much, what was left out and why, and what can be repaired."""
    outcome = results.outcome
    snapshot = outcome.snapshot
    objects = len(outcome.objects)
    holders = _holders(results)
    apart = _left_out(results)
    scope = f"{plural(objects, 'object')} ({', '.join([*holders, *apart])})"
    counts = {severity: count for severity, count in results.counts().items() if count}
    if not counts:
        release = ", ".join(outcome.releases)
        tail = f"  (schema {release}{'; ' + ', '.join(apart) if apart else ''})"
        said = "nothing to report" if objects else "nothing was looked at"
        said += f" beside {plural(outcome.known, 'finding')} of the baseline" if outcome.known else ""
        return f"{plural(objects, 'object')} in {' and '.join(holders)}: {said}{tail}"
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    found = ", ".join(plural(count, words[severity]) for severity, count in counts.items())
    touched, others = _touched(outcome.findings, outcome.objects)
    if not touched:
        line = f"{found}; {scope}"
    elif others:
        beside = plural(others, "other file")
        line = f"{found} in {touched} of {plural(objects, 'object')} and {beside} ({', '.join([*holders, *apart])})"
    else:
        line = f"{found} in {touched} of {scope}"
    fixable = sum(
        1
        for finding in outcome.findings
        if finding.fix is not None and finding.fixable and snapshot.files[finding.at.uri].loaded.editable
    )
    if fixable:
        line += f"; {fixable} fixable with --fix"
    if results.fixed:
        line += f"; {plural(results.fixed, 'finding')} fixed"
    if outcome.known:
        line += f"; {outcome.known} known from the baseline"
    return line


def _holders(results: Results) -> list[str]:
    """What the objects come from: files that hold them, and sets that are made of others."""
    files = results.outcome.snapshot.files
    uris = {resource.place.uri for resource in results.outcome.objects}
    written = sum(1 for uri in uris if files[uri].loaded.made is None)
    sets = sum(1 for one in results.outcome.sets if any(text.uri in uris and not text.taken_in for text in one.texts))
    return [plural(written, "file")] * (written > 0 or not sets) + [plural(sets, "set")] * (sets > 0)


def _touched(findings: Iterable[Finding], objects: Iterable[Resource]) -> tuple[int, int]:
    """In how many documents with objects something was found, those of several sets counted in each; in how many other files."""
    places = {(one.place.uri, one.place.document) for one in objects}
    seen: set[tuple[str, str, int]] = set()
    others: set[str] = set()
    for finding in findings:
        for name, at in finding.sets or (("", finding.about or finding.at),):
            if (at.uri, at.document) in places:
                seen.add((name, at.uri, at.document))
            else:
                others.add(finding.at.uri)
    return len(seen), len(others)


def _left_out(results: Results) -> list[str]:
    outcome = results.outcome
    files = outcome.files
    statuses = Counter(file.status for file in files if file.loaded.made is None)
    parts: list[str] = []
    if count := statuses[Status.NOT_KUBERNETES]:
        parts.append(f"{count} not Kubernetes")
    charts = outcome.snapshot.charts if outcome.named is None else ()
    if charts:
        parts.append(f"{plural(len(charts), 'chart')} not rendered, see --no-render")
    if failed := outcome.snapshot.unrendered:
        parts.append(f"{plural(len(failed), 'chart')} that could not be rendered, see kubelens sets")
    if told := not_whole(outcome.sets):
        parts.append(told)
    known = charts_among((f.loaded.chart for f in files if f.loaded.chart), outcome.snapshot.files)
    lone = statuses[Status.TEMPLATE] - sum(f.loaded.chart in known for f in files)
    if lone > 0:
        parts.append(plural(lone, "template"))
    if count := without_definition(outcome.objects).total():
        parts.append(f"{plural(count, 'custom resource')} without a definition, see --crd")
    orphans = [uri for uri in outcome.orphans if outcome.named is None or uri in outcome.named]
    if orphans:
        parts.append(f"{plural(len(orphans), 'file')} that no kustomization lists, see kubelens sets")
    if count := statuses[Status.UNREADABLE] + _broken_unsaid(results):
        parts.append(f"{count} unreadable")
    return parts


def not_whole(sets: Iterable[ApplySet]) -> str:
    """How many sets do without something and what that is, ``""`` for none; charts that are not rendered are told apart."""
    lacking = [one for one in sets if not one.whole and (one.chart is None or one.chart.fault is None)]
    if not lacking:
        return ""
    reasons = Counter(reason for one in lacking for reason in one.lacked)
    few = ", ".join(reason for reason, _ in reasons.most_common(_MOST_REASONS))
    return f"{plural(len(lacking), 'set')} not whole ({few}), see kubelens sets"


def _broken_unsaid(results: Results) -> int:
    """How many files hold what YAML cannot read, where no rule that ran tells so."""
    told = {finding.at.uri for finding in results.outcome.findings if finding.rule == "yaml-syntax"}
    return sum(
        1 for file in results.outcome.files if file.uri not in told and any(p.kind == "syntax" for p in file.problems)
    )


def without_definition(objects: Iterable[Resource]) -> Counter[GroupVersionKind]:
    """The kinds whose fields cannot be judged, and of how many objects: custom resources that nothing declares."""
    found = Counter(r.gvk for r in objects if r.definition is None and "." in r.gvk.group)
    known = known_groups()
    return Counter({gvk: found[gvk] for gvk in sorted(found) if gvk.group not in known})
