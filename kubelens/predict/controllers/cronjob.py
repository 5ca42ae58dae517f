"""The CronJob controller: which run is due, and the next ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import WhyNoneRuns
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.cron_times import Schedule, ScheduleError, read_schedule
from kubelens.predict.kubelet.restarts import read_job_retries
from kubelens.syntax.place import Place

MAX_RUNS: Final = 1000
NO_TIME: Final = "no time of the schedule exists within five years"


class NeverRunsError(ValueError):
    """A schedule whose times do not exist: ``59 23 31 2 *``."""


def most_recent(schedule: Schedule, since: datetime, now: datetime, deadline: int | None) -> datetime | None:
    """The most recent run that was missed since a time; None where none was found (cronjob, mostRecentScheduleTime).

    The controller estimates from the distance of the first two missed runs, so with uneven distances it can
    find none although one was due.

    Raises:
        NeverRunsError: the schedule has no times.
    """
    earliest = since
    if deadline is not None:
        earliest = max(earliest, now - timedelta(seconds=deadline))
    first = schedule.next(earliest)
    if first is None:
        raise NeverRunsError(NO_TIME)
    second = schedule.next(first)
    if now < first:
        return None
    if second is None:
        raise NeverRunsError("no second time of the schedule exists within five years")
    if now < second:
        return first
    apart = round((second - first).total_seconds())
    if apart < 1:
        raise NeverRunsError("two runs are less than a second apart")
    missed = int((now - first).total_seconds()) // apart + 1
    found: datetime | None = None
    run = schedule.next(first + timedelta(seconds=(missed - 2) * apart))
    while run is not None and run <= now:
        found = run
        run = schedule.next(run)
    return found


def due_run(spec: Mapping[str, Any], since: datetime, now: datetime) -> datetime | None:
    """The run the controller makes good at ``now``, None for none (cronjob, syncCronJob).

    ``since``: lastScheduleTime, or the CronJob's creation.

    Raises:
        ScheduleError: schedule or time zone cannot be read.
    """
    if spec.get("suspend") is True:
        return None
    schedule = read_schedule(_text(spec, "schedule"), _text(spec, "timeZone") or None)
    deadline = spec.get("startingDeadlineSeconds")
    deadline = deadline if isinstance(deadline, int) else None
    try:
        found = most_recent(schedule, since, now, deadline)
    except NeverRunsError:
        return None
    if found is not None and deadline is not None and found + timedelta(seconds=deadline) < now:
        return None
    return found


def _text(spec: Mapping[str, Any], name: str) -> str:
    value = spec.get(name)
    return value if isinstance(value, str) else ""


class Runs(Struct, frozen=True):
    """The next runs, each with the name of its Job; ``problem`` says why there are none.

    ``without_pods``: why the Jobs bring no Pods that run, ``""`` where they do; ``refused``: these are not let in.
    """

    times: tuple[datetime, ...] = ()
    jobs: tuple[str, ...] = ()
    problem: str = ""
    without_pods: str = ""
    refused: bool = False


class NextRuns(Struct, frozen=True):
    """When does a CronJob run next?"""

    cronjob: Resource
    count: int
    now: datetime

    def answer(self, ask: Ask) -> Prediction[Runs]:
        """The next ``count`` runs in the CronJob's time zone, up to MAX_RUNS."""
        spec = self.cronjob.spec
        place = self.cronjob.place.at("spec", "schedule")
        zone = _text(spec, "timeZone")
        denial = ask(Stored(self.cronjob)).answer.denial
        if denial is not None:
            return _none(f"the API server refuses it: {denial.sentence}", self.cronjob.place)
        try:
            schedule = read_schedule(_text(spec, "schedule"), zone or None)
        except ScheduleError as error:
            return _none(str(error), place)
        if spec.get("suspend") is True:
            told = Reason("spec.suspend is true", self.cronjob.place.at("spec", "suspend"))
            return Prediction(Runs(problem="the CronJob is suspended"), (told,))
        times: list[datetime] = []
        run = schedule.next(self.now)
        while run is not None and len(times) < min(self.count, MAX_RUNS):
            times.append(run)
            run = schedule.next(run)
        if not times:
            return _none(NO_TIME, place)
        jobs = tuple(f"{self.cronjob.name}-{int(time.timestamp()) // 60}" for time in times)
        refusal = ask(Admitted(self.cronjob)).answer.refusal
        why = refusal or ask(WhyNoneRuns(self.cronjob)).answer
        jobs_from = Reason(_policy(spec, times), self.cronjob.place.at("spec", "concurrencyPolicy"))
        reasons = (*((Reason(why, self.cronjob.place.at("spec", "jobTemplate")),) if why else ()), jobs_from)
        utc = () if zone or "TZ=" in spec["schedule"] else (Assumption("the controller manager runs in UTC"),)
        assumptions = (*utc, *taken_to_let_in(ask, [self.cronjob]))
        return Prediction(Runs(tuple(times), jobs, "", why, bool(refusal)), reasons, assumptions)


def _none(problem: str, place: Place) -> Prediction[Runs]:
    return Prediction(Runs(problem=problem), (Reason(problem, place),))


def _policy(spec: Mapping[str, Any], times: Sequence[datetime]) -> str:
    policy = _text(spec, "concurrencyPolicy") or "Allow"
    if policy in _NOT_BESIDE:
        return _NOT_BESIDE[policy]
    apart = min((round((b - a).total_seconds()) for a, b in pairwise(times)), default=None)
    job = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
    failing = read_job_retries(job).least
    if apart is None or "podFailurePolicy" in job or failing <= apart:
        return "runs may overlap"
    return (
        f"runs may overlap: a Job whose tries all fail goes on for {failing} s at least, and the next run comes after "
        f"{apart} s, so failing ones pile up (concurrencyPolicy: Forbid keeps them apart, activeDeadlineSeconds ends them)"
    )


_NOT_BESIDE: Final = {
    "Forbid": "a run is skipped while the Job of an earlier one is active",
    "Replace": "a run replaces the Job of an earlier one that is still active",
}
