"""``python -m tests.agreement SUITE [--cases PATH] [--json FILE] [--report FILE]``: held against recorded decisions."""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from tests.agreement.suite import SuiteResult, module_name, rate

SUITES: Final = (
    "admission",
    "podsecurity",
    "scheduler",
    "rollout",
    "endpoints",
    "dns",
    "kube-proxy",
    "hpa",
    "cluster",
    "ingress-nginx",
    "ingress",
    "gateway",
    "policy",
    "manifests",
    "peers",
    "helm",
    "kustomize",
)
SHOWN: Final = 40


def show(result: SuiteResult, limit: int) -> None:
    """Print figures, the areas with misses, and disagreements."""
    print(f"{result.suite}: {result.agree} of {result.records} agree ({rate(result.agree, result.records):.4f})")
    for name, (right, total) in result.figures.items():
        print(f"  {name:<34} {right:>6} of {total:>6}  {rate(right, total):.4f}")
    worst = sorted(((r - t, n, r, t) for n, (r, t) in result.by.items() if r < t))
    for _, name, right, total in worst[:20]:
        print(f"    {name:<32} {right:>6} of {total:>6}  {rate(right, total):.4f}")
    for name, count in result.apart.items():
        print(f"  apart: {name}: {count}")
    for one in result.disagreements[:limit]:
        print(
            f"  - {one.case}\n      {one.what}: expected {one.expected}\n      predicted {one.predicted}"
            + (f"\n      {one.reason}" if one.reason else "")
        )
    if len(result.disagreements) > limit:
        print(f"  ... {len(result.disagreements) - limit} more disagreements (--report FILE lists all)")


def main() -> None:
    """Run suites and print what they say."""
    parser = argparse.ArgumentParser(prog="python -m tests.agreement", description=__doc__)
    parser.add_argument("suite", choices=[*SUITES, "all"])
    parser.add_argument("--cases", type=Path, help="a folder or file of records in place of the recordings")
    parser.add_argument("--json", type=Path, help="write the figures")
    parser.add_argument("--report", type=Path, help="write every disagreement")
    parser.add_argument("--limit", type=int, default=SHOWN, help="disagreements to print")
    options = parser.parse_args()
    names = (
        [n for n in SUITES if (Path(__file__).parent / f"{module_name(n)}.py").is_file()]
        if options.suite == "all"
        else [options.suite]
    )
    figures: dict[str, Any] = {}
    lines: list[str] = []
    for name in names:
        module = import_module(f"tests.agreement.{module_name(name)}")
        cases = options.cases or module.DEFAULT
        if not cases.exists():
            print(f"{name}: skipped, {cases} is not there")
            continue
        result = module.run(cases)
        show(result, options.limit)
        figures[name] = result.as_json()
        lines += [
            f"{name}\t{d.what}\t{d.case}\texpected {d.expected}\tpredicted {d.predicted}\t{d.reason}"
            for d in result.disagreements
        ]
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if options.report:
        options.report.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")
    if not figures:
        sys.exit(2)


if __name__ == "__main__":
    main()
