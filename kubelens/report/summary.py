"""The last line of a report: how much was looked at, and what there is to do."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.engine.loader import Status
from kubelens.engine.unfilled import charts_among
from kubelens.kube.resource import Resource
from kubelens.kube.schema import known_groups
from kubelens.report.api import Results
from kubelens.rules.api import Finding, Severity


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def summary_line(results: Results) -> str:
    """What was found in how much, what was left out and why, and what can be repaired."""
    outcome = results.outcome
    snapshot = outcome.snapshot
    statuses = results.statuses()
    objects = sum(1 for resource in snapshot.bundle if resource.place.uri not in outcome.beside)
    files = sum(1 for uri, f in snapshot.files.items() if f.manifests and uri not in outcome.beside)
    apart = _left_out(results, statuses)
    scope = f"{plural(objects, 'object')} ({', '.join([plural(files, 'file'), *apart])})"
    counts = {severity: count for severity, count in results.counts().items() if count}
    if not counts:
        release = ", ".join(outcome.releases)
        tail = f"  (schema {release}{'; ' + ', '.join(apart) if apart else ''})"
        said = "nothing to report" if objects else "nothing was looked at"
        return f"{plural(objects, 'object')} in {plural(files, 'file')}: {said}{tail}"
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    found = ", ".join(plural(count, words[severity]) for severity, count in counts.items())
    touched = _touched(outcome.findings)
    # Files and documents that cannot be read hold findings and are no objects.
    line = f"{found} in {touched} of {scope}" if touched <= objects else f"{found}; {scope}"
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


def _touched(findings: Iterable[Finding]) -> int:
    """In how many documents something was found; findings of one follow each other mostly."""
    seen: set[tuple[str, int]] = set()
    uri, document = "", -1
    for finding in findings:
        at = finding.about or finding.at
        if at.document != document or at.uri != uri:
            uri, document = at.uri, at.document
            seen.add((uri, document))
    return len(seen)


def _left_out(results: Results, statuses: dict[Status, int]) -> list[str]:
    parts: list[str] = []
    if count := statuses[Status.NOT_KUBERNETES]:
        parts.append(f"{count} not Kubernetes")
    charts = results.outcome.snapshot.charts
    if charts:
        parts.append(f"{plural(len(charts), 'chart')} not rendered, see --no-render")
    if failed := results.outcome.snapshot.unrendered:
        parts.append(f"{plural(len(failed), 'chart')} that could not be rendered")
    files = results.outcome.snapshot.files
    known = charts_among((f.loaded.chart for f in files.values() if f.loaded.chart), files)
    lone = statuses[Status.TEMPLATE] - sum(f.loaded.chart in known for f in files.values())
    if lone > 0:
        parts.append(plural(lone, "template"))
    if count := sum(1 for r in results.outcome.snapshot.bundle if _undeclared(r)):
        parts.append(f"{plural(count, 'custom resource')} without a definition, see --crd")
    if count := len(results.outcome.orphans):
        parts.append(f"{plural(count, 'file')} that no kustomization lists, see kubelens sets")
    if count := statuses[Status.UNREADABLE] + _broken_unsaid(results):
        parts.append(f"{count} unreadable")
    return parts


def _broken_unsaid(results: Results) -> int:
    """How many files hold what YAML cannot read, where no rule that ran tells so."""
    told = {finding.at.uri for finding in results.outcome.findings if finding.rule == "yaml-syntax"}
    files = results.outcome.snapshot.files.values()
    return sum(1 for file in files if file.uri not in told and any(p.kind == "syntax" for p in file.problems))


def _undeclared(resource: Resource) -> bool:
    """Whether an object's fields cannot be judged: a custom resource that nothing declares."""
    return resource.definition is None and "." in resource.gvk.group and resource.gvk.group not in known_groups()
