"""Scenarios as a test runner shows them: lines for people, JUnit and JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree as Xml

from msgspec import Struct

from kubelens.predict.cluster.simulation import Simulation
from kubelens.report.printable import printable_line
from kubelens.report.simulation import already_by, as_data, clock
from kubelens.report.summary import plural


class Tested(Struct, frozen=True):
    """A scenario file and how it went; ``fault``: why it could not be played; ``took``: seconds that it took to play."""

    file: str
    name: str
    simulation: Simulation | None = None
    fault: str = ""
    took: float = 0.0

    def enough_for(self, promise: str) -> str:
        """The events that are enough to break a promise: told of the one broken soonest, ``""`` where all are needed."""
        if self.simulation is None or promise != self.simulation.shown.first_broken:
            return ""
        return already_by(self.simulation)

    @property
    def failures(self) -> tuple[tuple[str, str], ...]:
        """(promise, why) of those that are broken, in the run to look at."""
        if self.simulation is None:
            return (("can be played", self.fault),)
        run = self.simulation.shown
        return tuple(
            (v.promise, f"at {clock(v.broken.second)}, seed {run.seed}: {v.broken.why}")
            for v in run.verdicts
            if v.broken is not None
        )

    @property
    def untaken(self) -> tuple[str, ...]:
        """What did not happen as written in the run to look at: events that never came, requests that were refused."""
        if self.simulation is None:
            return ()
        run = self.simulation.shown
        return (
            *(f"never happened: {title}" for title in run.left),
            *(f"refused: {key}: {why}" for key, why in run.refused),
        )


def lines(tested: Sequence[Tested]) -> Iterator[str]:
    """One line a scenario, and below it what is broken."""
    for one in tested:
        failures = one.failures
        played = f" ({clock(one.simulation.shown.states[-1].second)} played)" if one.simulation is not None else ""
        yield printable_line(f"{'FAILED' if failures else 'ok':6}  {one.name}{played}  {one.file}  {one.took:.1f}s")
        for promise, why in failures:
            yield printable_line(f"        {promise}: {why}")
            if enough := one.enough_for(promise):
                yield printable_line(f"          {enough}")
        yield from (printable_line(f"        {told}") for told in one.untaken)
    failed = sum(bool(one.failures) for one in tested)
    yield f"{plural(len(tested), 'scenario')}, {failed} failed, {sum(one.took for one in tested):.1f}s"


def as_json(tested: Sequence[Tested]) -> dict[str, Any]:
    """Every scenario with its runs and promises."""
    return {
        "version": 1,
        "scenarios": [
            {
                "file": one.file,
                "name": one.name,
                "holds": not one.failures,
                "fault": one.fault,
                "took": round(one.took, 3),
                **({"simulation": as_data(one.simulation, states=False)} if one.simulation is not None else {}),
            }
            for one in tested
        ],
    }


def junit(tested: Sequence[Tested]) -> str:
    """XML as test report viewers read it: a suite for each scenario, a case for each promise."""
    root = Xml.Element("testsuites", name="kubelens test")
    for one in tested:
        failures = dict(one.failures)
        names = [v.promise for v in one.simulation.shown.verdicts] if one.simulation is not None else list(failures)
        suite = Xml.SubElement(
            root,
            "testsuite",
            name=printable_line(one.name),
            file=printable_line(one.file),
            tests=str(len(names)),
            failures=str(len(failures)),
            time=f"{one.took:.3f}",
        )
        for name in names:
            case = Xml.SubElement(suite, "testcase", name=printable_line(name), classname=printable_line(one.file))
            if name in failures:
                failure = Xml.SubElement(case, "failure", message=printable_line(failures[name]))
                failure.text = printable_line(one.enough_for(name)) or None
        if one.untaken:
            Xml.SubElement(suite, "system-out").text = "\n".join(map(printable_line, one.untaken))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"
