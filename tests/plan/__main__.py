"""``python -m tests.plan``: of each kind of consequence in how many changes it is due, precision and recall, and without it.

Ends with 1 where a kind is below 97 % in either, or is due in fewer than three changes, or absent from fewer than it is due.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from kubelens.plan.consequence import kinds
from kubelens.plan.plan import BACK, QUESTIONS, plan_of
from tests.cli.test_plan_files import CASES as FOLDERS
from tests.cli.test_plan_files import told_of
from tests.plan.test_changes import CASES, WORLD, bundle, changed

LEAST = 0.97
TOLD_ELSEWHERE = frozenset(
    {
        "finding-new",
        "finding-fixed",
        "moved",
        "promise-broken",
        "promise-holds-again",
        "promises-unasked",
    }
)
"""Of several sets, and of rules: tests/cli/test_plan.py."""


def main() -> int:
    due: Counter[str] = Counter()
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    for _, case in CASES:
        before = changed(WORLD, case.get("before"))
        questions = BACK if case.get("back") else QUESTIONS
        plan = plan_of("shop", bundle(before), bundle(changed(before, case.get("after"))), questions=questions)
        expected = Counter((kind, about) for kind, abouts in case["expect"].items() for about in abouts)
        found = Counter((one.kind.name, one.about) for one in plan.consequences)
        for counted, pairs in ((due, expected), (told, found), (right, expected & found)):
            for (kind, _about), number in pairs.items():
                counted[kind] += number
        cases.update({kind for kind, _ in expected})
    for case in FOLDERS:
        with TemporaryDirectory() as folder:
            found = {kind: Counter(abouts) for kind, abouts in told_of(case, Path(folder)).items()}
        wanted = {kind: Counter(abouts) for kind, abouts in case["expect"].items()}
        for kind in {*found, *wanted}:
            due[kind] += wanted.get(kind, Counter()).total()
            told[kind] += found.get(kind, Counter()).total()
            right[kind] += (found.get(kind, Counter()) & wanted.get(kind, Counter())).total()
            cases[kind] += kind in wanted
    low = []
    print(f"{'kind':<26}{'changes with':>13}{'without':>9}{'precision':>11}{'recall':>8}")
    for kind in sorted({*kinds(), *told} - TOLD_ELSEWHERE):
        precision = right[kind] / told[kind] if told[kind] else 1.0
        recall = right[kind] / due[kind] if due[kind] else 1.0
        print(
            f"{kind:<26}{cases[kind]:>13}{len(CASES) + len(FOLDERS) - cases[kind]:>9}{precision:>11.1%}{recall:>8.1%}"
        )
        if min(precision, recall) < LEAST or cases[kind] < 3 or len(CASES) + len(FOLDERS) - cases[kind] < cases[kind]:
            low.append(kind)
    print(
        f"\n{len(CASES) + len(FOLDERS)} changes; {sum(right.values())} consequences of {sum(due.values())} told, {sum(told.values())} told in all"
    )
    if low:
        print(f"too low: {', '.join(low)}")
    return int(bool(low))


if __name__ == "__main__":
    sys.exit(main())
