"""Jobs that run once more, CronJobs that run at other times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.updated import is_made_anew


def runs(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Job that the change starts, and each CronJob with other times."""
    for change in changes:
        new = change.new
        if new is None or new.partial or new.gvk.group != "batch":
            continue
        if new.kind == "Job" and sides.new.ask(Admitted(new)).answer.denial is None:
            if change.action is Action.ADD:
                yield consequence("job-runs-again", new, "runs once it is applied")
            elif change.action is Action.REPLACE or (change.old is not None and is_made_anew(new)):
                yield consequence("job-runs-again", new, "is deleted and made anew, and runs again")
            elif change.old is not None and change.old.spec.get("suspend") is True and not new.spec.get("suspend"):
                yield consequence("job-runs-again", new, "runs from now on: it was suspended")
        elif (
            new.kind == "CronJob"
            and change.old is not None
            and (before := _times(change.old)) != (after := _times(new))
        ):
            yield consequence("runs-change", new, f"runs {after} instead of {before}")


def _times(job: Resource) -> str:
    zone = fields.text(job.spec, "timeZone")
    if job.spec.get("suspend") is True:
        return "never (suspended)"
    return f"at '{fields.text(job.spec, 'schedule')}'{f' {zone}' if zone else ''}"
