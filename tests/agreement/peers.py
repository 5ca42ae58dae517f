"""What other linters' own tests expect of their fixtures, and what our counterparts say.

kube-linter and kube-score have readers of their own; records of any other peer are read by ``peer_records``, and
a check that no rule has an alias for is counted apart.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

from kubelens.cli.peers import PEER_OPTIONS
from kubelens.engine.analysis import analyse
from kubelens.engine.config import TOOLS as COMPAT
from kubelens.engine.config import Config
from kubelens.engine.loader import load_paths
from kubelens.engine.selection import choose_rules
from kubelens.engine.workspace import Workspace
from kubelens.rules.api import Facts, Rule
from kubelens.rules.catalogue import kubelens_rules
from tests.agreement.peer_records import Expectation, expectations, fixture_roots, record_files, spellings
from tests.agreement.suite import Disagreement, SuiteResult

DEFAULT: Final = Path(__file__).parents[3] / "shared" / "peers"
OWN_SHAPE: Final = {"expected_findings_count", "expected_grade"}
NO_COUNTERPART: Final = "no rule has the alias"
ASIDE: Final = "tests of its configuration, not of a check"
RELEASE: Final = "1.36"

WAIVERS: Final[dict[str, str]] = json.loads((Path(__file__).parent / "waivers.json").read_text(encoding="utf-8"))
"""Reasons by ``tool/test`` or ``tool/check``, or ``tool/check/fixture``: a bug of theirs, a fixture no API server takes."""

Found = Counter[tuple[str, str]]
"""Findings by kind and name of the object."""


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Run the counterparts of every check over the fixtures its tests name; ``cases`` is a folder or one file."""
    result = SuiteResult("peers", headline="expectations met")
    readers = {"kube-linter": _kube_linter, "kube-score": _kube_score}
    for peer, records in record_files(cases):
        roots = fixture_roots(cases, peer, DEFAULT.parent / "manifests")
        for record in records:
            if roots and peer in readers and OWN_SHAPE & record.keys():
                readers[peer](record, roots[0], result)
                continue
            expected = expectations(record, peer, roots)
            if isinstance(expected, str):
                _apart(result, f"{peer}: {expected}")
                continue
            for one in expected:
                _other_peer(one, result)
    return result


@cache
def _rules() -> tuple[Rule[Any], ...]:
    return tuple(kubelens_rules())


def counterparts(alias: str) -> tuple[Rule[Any], ...]:
    """The rules that say they are a peer's check, by ``peer:check``."""
    return tuple(rule for rule in _rules() if alias in rule.aliases)


def findings(
    folder: Path, files: list[str], alias: str, release: str, options: dict[str, Any], drop: tuple[str, ...] = ()
) -> tuple[Found, int]:
    """What the counterparts of ``alias`` find in files, counted by object; and in how many objects."""
    rules = [rule for rule in counterparts(alias) if rule.name not in drop]
    assert rules, f"no rule has the alias {alias}"
    workspace = Workspace(release=release)
    workspace.fill(load_paths([str(folder / name) for name in files], root=folder))
    wanted = {rule: {**values} for rule, values in PEER_OPTIONS.get(alias, {}).items() if rule not in drop}
    for name, values in options.items():
        wanted.setdefault(name, {}).update(values)
    tool = alias.partition(":")[0]
    compat = (tool,) if tool in COMPAT else ()
    chosen = choose_rules(Config(select=("ALL",), rules=wanted, compat=compat), rules)
    snapshot = workspace.snapshot()
    analysis = analyse(snapshot, chosen, Facts(release=release))
    assert not analysis.failures, [str(failure) for failure in analysis.failures]
    objects = {(r.place.uri, r.place.document): r for r in snapshot.bundle}
    found: Found = Counter()
    for finding in analysis.findings:
        resource = objects.get((finding.at.uri, finding.at.document))
        found[(resource.kind, resource.name) if resource is not None else ("", "")] += 1
    return found, len({(finding.at.uri, finding.at.document) for finding in analysis.findings})


def _kube_linter(record: dict[str, Any], folder: Path, result: SuiteResult) -> None:
    check = record["check"] or (record["test"] if record["test"] == "schema-validation" else None)
    if check is None or record["expected_findings_count"] is None:
        _apart(result, f"kube-linter: {ASIDE}")
        return
    case = f"kube-linter/{check}"
    found, _ = findings(folder, [record["file"]], f"kube-linter:{check}", RELEASE, {})
    by_kind = Counter(record.get("expected_findings_by_kind") or {})
    ours = Counter({kind: sum(n for (k, _), n in found.items() if k == kind) for kind in {k for k, _ in found}})
    expected = record["expected_findings_count"]
    met = sum(min(ours[kind], n) for kind, n in by_kind.items()) if by_kind else min(ours.total(), expected)
    for number in range(expected):
        _count(result, "kube-linter: expected findings", check, number < met)
    exact = ours == by_kind if by_kind else ours.total() == expected
    result.count("figures", "kube-linter: checks with the very counts", exact)
    names = {name for _, name in found}
    for name in dict.fromkeys(record.get("dont_fire_named_objects") or ()):
        _count(result, "kube-linter: objects expected quiet", check, name not in names)
    if not exact or names & set(record.get("dont_fire_named_objects") or ()):
        wanted = dict(by_kind) or expected
        reason = WAIVERS.get(case, "")
        result.disagreements.append(Disagreement(case, "other findings", wanted, _said(found), reason))


def _kube_score(record: dict[str, Any], folder: Path, result: SuiteResult) -> None:
    if record["check_id"] is None or record["expected_finding"] is None:
        _apart(result, f"kube-score: {ASIDE}")
        return
    check, config = record["check_id"], record["config"] or ""
    case = f"kube-score/{record['test']}"
    options: dict[str, Any] = {}
    for flag, rule in (("MinReplicasDeployment", "too-few-replicas"), ("MinReplicasHPA", "hpa-min-too-low")):
        if match := re.search(rf"{flag}: (\d+)", config):
            options[rule] = {"minimum": int(match[1])}
    flags = (("Cpu", "cpu-limit-missing"), ("Memory", "memory-limit-missing"))
    drop = tuple(rule for word, rule in flags if f"IgnoreContainer{word}LimitRequirement: true" in config)
    release = record["k8s_version"] if check == "stable-version" else RELEASE
    found, _ = findings(folder, record["files"], f"kube-score:{check}", release, options, drop)
    wanted = record["expected_finding"]
    agrees = bool(found) == wanted
    _count(result, f"kube-score: expected {'findings' if wanted else 'quiet'}", check, agrees)
    if not agrees:
        what = f"{check}: {'miss' if wanted else 'false alarm'}"
        result.disagreements.append(Disagreement(case, what, wanted, _said(found), WAIVERS.get(case, "")))


def _other_peer(expected: Expectation, result: SuiteResult) -> None:
    """Compare a record of any peer. Peers count findings or objects: the nearer of the two is held against theirs."""
    names = (f"{expected.peer}:{name}" for check in expected.checks for name in spellings(check))
    alias = next((name for name in names if counterparts(name)), None)
    if alias is None:
        _apart(result, f"{expected.peer}: {NO_COUNTERPART}: {expected.checks[0]}")
        return
    check = alias.partition(":")[2]
    found, objects = findings(expected.root, list(expected.files), alias, RELEASE, {})
    wanted = 1 if expected.count is None else expected.count
    ours = min(found.total(), objects, key=lambda n: abs(n - wanted)) if expected.count is not None else found.total()
    agrees = bool(found) == expected.finds
    if expected.finds:
        for number in range(wanted):
            _count(result, f"{expected.peer}: expected findings", check, number < ours)
        agrees = agrees and ours >= wanted
    else:
        _count(result, f"{expected.peer}: expected quiet", check, not found)
    if expected.passed is not None and expected.finds:
        extra = max(0, min(objects, ours) - wanted)
        for number in range(expected.passed):
            _count(result, f"{expected.peer}: objects expected quiet", check, number >= extra)
        agrees = agrees and not extra
    said = {name for _, name in found}
    for name in expected.quiet:
        _count(result, f"{expected.peer}: objects expected quiet", check, name not in said)
        agrees = agrees and name not in said
    if not agrees:
        what = "miss" if expected.finds and ours < wanted else "false alarm"
        theirs = wanted if expected.finds else "nothing"
        whole = f"{expected.peer}/{check}"
        reason = WAIVERS.get(f"{whole}/{expected.fixture}", WAIVERS.get(whole, ""))
        if reason:
            _apart(result, f"{expected.peer}: disagreements that a waiver gives the reason of")
        result.disagreements.append(Disagreement(expected.case, what, theirs, _said(found), reason))


def _apart(result: SuiteResult, name: str) -> None:
    result.apart[name] = result.apart.get(name, 0) + 1


def _count(result: SuiteResult, figure: str, check: str, agrees: bool) -> None:
    result.count("figures", figure, agrees)
    result.count("figures", result.headline, agrees)
    result.count("by", f"{figure.partition(':')[0]}:{check}", agrees)


def _said(found: Found) -> list[str]:
    return [f"{kind}/{name} x{count}" for (kind, name), count in sorted(found.items())]
