"""``python -m tests.fuzz wrong-types|texts|bundles|charts|editor``: what stands up to what was made wrong on purpose.

Every rule and every ``predict`` command looks at each batch of wrong types, texts or bundles; plans go there from what was
before and back; rollouts and drains are simulated. What fails is listed with the place in kubelens and the text that does
it, and so is what takes over 2 s of CPU; the exit code is 1 then. Hostile charts are judged in processes of their
own: none may take more than 5 s of CPU or 500 MB, or look at what lies outside. Edits as an editor sends them, in all
encodings, leave the editor's text and the diagnostics of a fresh check.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from tests.fuzz.everything import failures_of
from tests.fuzz.mutations import Change, mutated, mutated_bundle
from tests.fuzz.wrong_types import cases

_SLOW_SECONDS = 2.0
_COLLECTED = 5
"""Batches until what is left over is collected; what the first of them read is there for good."""
_TOLD = 5_000


def _made(kind: str, seed: int) -> Iterator[Change]:
    random = Random(seed)
    make = mutated_bundle if kind == "bundles" else mutated
    while True:
        yield make(random)


def _wrong_types(seed: int, share: float) -> Iterator[Change]:
    random = Random(seed)
    chosen = [text for _, _, text in cases() if random.random() < share]
    random.shuffle(chosen)
    return (Change("", text) for text in chosen)


def _alone(batch: Sequence[Change], where: str, error: str) -> str:
    """The one text that fails so by itself, else all of them."""
    for change in batch:
        if any((f.where, f.error) == (where, error) for f in failures_of([change])):
            return _shown([change])
    return _shown(batch)


def _shown(batch: Sequence[Change]) -> str:
    texts = "\n---\n".join(one.after for one in batch)
    return f"{texts}\n# before:\n" + "\n---\n".join(one.before for one in batch)


def _slow(batch: Sequence[Change]) -> Iterator[str]:
    """Those that take too long by themselves, one line for each."""
    for change in batch:
        start = time.process_time()
        failures_of([change])
        if (spent := time.process_time() - start) > _SLOW_SECONDS:
            yield f"slow: {spent:.1f} s\n{_shown([change])}"


def _charts(seed: int, count: int) -> int:
    """Judge hostile charts, and tell what is wrong and what each kind took at most."""
    from tests.fuzz.charts import Seen, judged  # noqa: PLC0415 - only for charts

    worst: dict[str, Seen] = {}
    faults = 0
    for number, seen in judged(seed, range(count)):
        before = worst.setdefault(seen.kind, Seen(seen.kind))
        before.seconds = max(before.seconds, seen.seconds)
        before.megabytes = max(before.megabytes, seen.megabytes)
        if seen.fault:
            faults += 1
            print(f"{seen.kind} {number} of seed {seed}: {seen.fault}", flush=True)
    for kind, seen in worst.items():
        print(f"{kind}: at most {seen.seconds:.1f} s of CPU, {seen.megabytes:.0f} MB")
    print(f"{count} charts, {faults} faults")
    return 1 if faults else 0


def _editor(seed: int, count: int) -> int:
    """Edit, and tell what differs."""
    from tests.fuzz.editor import ENCODINGS, faults  # noqa: PLC0415 - only for edits

    found = [fault for encoding in ENCODINGS for fault in faults(seed, count, encoding)]
    for fault in found:
        print(fault, flush=True)
    print(f"{count} edits in each of {', '.join(ENCODINGS)}, {len(found)} faults")
    return 1 if found else 0


def main() -> int:
    """Run until the texts or the seconds of CPU are used up."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kind", choices=("wrong-types", "texts", "bundles", "charts", "editor"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=float, default=1.0, help="how much of the wrong types")
    parser.add_argument("--seconds", type=float, default=3600, help="of CPU")
    parser.add_argument("--batch", type=int, default=20, help="texts that are looked at together; a bundle is one")
    parser.add_argument("--most", type=int, help="texts or bundles, and no more")
    parser.add_argument("--rules-only", action="store_true")
    told = parser.parse_args()
    if told.kind == "charts":
        return _charts(told.seed, told.most or 500)
    if told.kind == "editor":
        return _editor(told.seed, told.most or 20_000)
    if told.kind == "bundles":
        told.batch = 1
    every = _wrong_types(told.seed, told.share) if told.kind == "wrong-types" else _made(told.kind, told.seed)
    every = islice(every, told.most)
    found: dict[tuple[str, str], str] = {}
    done, slow, start = 0, 0, time.process_time()
    gc.disable()
    while (now := time.process_time()) - start < told.seconds and (batch := list(islice(every, told.batch))):
        for failure in failures_of(batch, predictions=not told.rules_only):
            if (failure.where, failure.error) not in found:
                found[failure.where, failure.error] = _alone(batch, failure.where, failure.error)
                print(f"{failure.where}: {failure.error} ({failure.who})", flush=True)
                if failure.error == "Stuck":
                    print(found[failure.where, failure.error], flush=True)
        done += len(batch)
        if time.process_time() - now > _SLOW_SECONDS:
            for line in _slow(batch):
                slow += 1
                print(line, flush=True)
        if done % (_COLLECTED * len(batch)) == 0:
            gc.collect()
            if done == _COLLECTED * len(batch):
                gc.freeze()
        if done // _TOLD > (done - len(batch)) // _TOLD:
            print(f"{done} so far, {time.process_time() - start:.0f} s of CPU", flush=True)
    for (where, error), text in found.items():
        print(f"\n# {where}: {error}\n{text[:2000]}")
    unit = "bundles" if told.kind == "bundles" else "texts"
    spent = time.process_time() - start
    print(f"\n{done} {unit}, {spent:.0f} s of CPU, {len(found)} failures, {slow} slow")
    return 1 if found or slow else 0


if __name__ == "__main__":
    sys.exit(main())
