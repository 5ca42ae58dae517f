"""Jobs that run once more, CronJobs that run at other times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.hooks import Moment, hook_moments, hook_words
from kubelens.predict.chain.updated import is_made_anew


def runs(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Job that the change starts or suspends, and each CronJob that comes, goes, or has other times."""
    for change in changes:
        resource = change.resource
        if resource.partial or resource.gvk.group != "batch":
            continue
        if resource.kind == "Job" and change.new is not None:
            if sides.new.ask(Admitted(change.new)).answer.denial is None:
                yield from _job(change, change.new)
        elif resource.kind == "CronJob":
            yield from _cron_job(change)
    if changes:
        yield from _hooks(sides, changes)


def _job(change: ObjectChange, new: Resource) -> Iterator[Consequence]:
    old, suspended = change.old, new.spec.get("suspend") is True
    if hook_words(new):
        moments = hook_moments(new)
        if Moment.UPGRADE in moments or (old is None and Moment.INSTALL in moments):
            yield consequence("job-runs-again", new, f"runs with this release ({', '.join(hook_words(new))})")
        return
    if suspended:
        if old is not None and old.spec.get("suspend") is not True:
            yield consequence("runs-change", new, "is suspended: Pods of it that run are deleted, and no more are made")
    elif change.action is Action.ADD:
        yield consequence("job-runs-again", new, "runs once it is applied")
    elif change.action is Action.REPLACE or is_made_anew(new):
        yield consequence("job-runs-again", new, "is deleted and made anew, and runs again")
    elif old is not None and old.spec.get("suspend") is True:
        yield consequence("job-runs-again", new, "runs from now on: it was suspended")


def _cron_job(change: ObjectChange) -> Iterator[Consequence]:
    before = _times(change.old) if change.old is not None else ""
    after = _times(change.new) if change.new is not None else ""
    if not before:
        yield consequence("runs-change", change.resource, f"runs {after} from now on")
    elif not after:
        yield consequence("runs-change", change.resource, f"runs no more; it ran {before}")
    elif before != after:
        yield consequence("runs-change", change.resource, f"runs {after} instead of {before}")


def _hooks(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """Jobs that do not change and that every upgrade makes anew.

    Of folders of files nobody says what is released together: hooks count that lie beside an object of the change.
    """
    told = {id(change.new) for change in changes}
    folders = {change.resource.place.folder for change in changes}
    for job in sides.after.bundle.all("Job", group="batch"):
        if not sides.new.bundle.applied_together and job.place.folder not in folders:
            continue
        if id(job) not in told and not job.partial and Moment.UPGRADE in hook_moments(job) and sides.after.stands(job):
            yield consequence("job-runs-again", job, f"runs with this release ({', '.join(hook_words(job))})")


def _times(job: Resource) -> str:
    zone = fields.text(job.spec, "timeZone")
    if job.spec.get("suspend") is True:
        return "never (suspended)"
    return f"at '{fields.text(job.spec, 'schedule')}'{f' {zone}' if zone else ''}"
