"""CronJobs with their controller (``pkg/controller/cronjob``), and finished Jobs that go of themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kubelens.kube import fields
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.workload import Workload
from kubelens.predict.cluster.workloads import Workloads
from kubelens.predict.cluster.world import World, key_of
from kubelens.predict.controllers.cron_times import ScheduleError
from kubelens.predict.controllers.cronjob import due_run
from kubelens.predict.controllers.fields import count, part
from kubelens.predict.controllers.ttlafterfinished import is_expired
from kubelens.predict.store.objects import FOREGROUND, ObjectKey

KIND: Final = "CronJob"
_JOB: Final = GroupVersionKind("batch", "v1", "Job")
Create = Callable[[Resource, ObjectKey], None]


class CronJobs:
    """Every CronJob's last run and its Jobs. Nothing runs before :meth:`begin`: until then the cluster comes to rest."""

    def __init__(self, world: World, workloads: Workloads, create: Create) -> None:
        self._world = world
        self._workloads = workloads
        self._create = create
        self._start: datetime | None = None
        self._origin = 0
        self._last: dict[ObjectKey, datetime] = {}
        self._active: dict[ObjectKey, list[ObjectKey]] = {}
        self._told: set[tuple[ObjectKey, datetime]] = set()

    def begin(self, start: datetime) -> None:
        """It is ``start`` now, and schedules count."""
        self._start, self._origin = start, self._world.now

    def sync(self) -> None:
        """A look of both controllers at everything they have."""
        for workload in list(self._workloads):
            if workload.job is not None and is_expired(workload.resource, workload.job.clock.finished, self._world.now):
                self._world.delete(workload.key, FOREGROUND)
        if self._start is not None:
            now = self._start + timedelta(seconds=self._world.now - self._origin)
            for resource in list(self._world.resources(KIND)):
                self._sync(resource, now)

    def owns(self, workload: ObjectKey | None) -> bool:
        """Whether a workload is a run of a CronJob."""
        owner = self._world.owner_of(workload) if workload is not None and workload.kind == "Job" else None
        return owner is not None and owner.kind == KIND

    def _sync(self, cronjob: Resource, now: datetime) -> None:
        """(cronjob, syncCronJob)."""
        key = key_of(cronjob)
        since = self._last.setdefault(key, now)
        self._clean_up(cronjob, key)
        stored = self._world.store.get(key)
        if stored is None or stored.deleting:
            return
        try:
            run = due_run(cronjob.spec, since, now)
        except ScheduleError as error:
            self._world.tell("UnparseableSchedule", key, str(error), warning=True)
            return
        if run is None or run <= since:
            return
        policy = fields.text(cronjob.spec, "concurrencyPolicy") or "Allow"
        active = self._active.setdefault(key, [])
        if policy == "Forbid" and active:
            if (key, run) not in self._told:
                self._told.add((key, run))
                self._world.tell(
                    "JobAlreadyActive",
                    key,
                    "Not starting job because prior execution is running and concurrency policy is Forbid",
                )
            return
        if policy == "Replace":
            for job in active:
                self._world.delete(job)
                self._world.tell("SuccessfulDelete", key, f"Deleted job {job.name}")
            active.clear()
        made = _job(cronjob, run)
        self._create(made, key)
        if key_of(made) in self._world.store:
            self._last[key] = run
            active.append(key_of(made))
            self._world.tell("SuccessfulCreate", key, f"Created job {made.name}")

    def _clean_up(self, cronjob: Resource, key: ObjectKey) -> None:
        """Forget Jobs that have ended, and delete the oldest beyond the limits of the history (cleanupFinishedJobs)."""
        active = self._active.get(key, [])
        for job in list(active):
            workload = self._workloads.get(job)
            if workload is None or workload.job is None:
                active.remove(job)
            elif workload.job.clock.finished is not None:
                active.remove(job)
                ended = "Complete" if _is_complete(workload) else "Failed"
                self._world.tell("SawCompletedJob", key, f"Saw completed job: {job.name}, condition: {ended}")
        own = [
            w for w in self._workloads if w.job is not None and w.job.clock.finished is not None and self._is_of(w, key)
        ]
        for complete, limit in (
            (True, count(cronjob.spec, "successfulJobsHistoryLimit", 3)),
            (False, count(cronjob.spec, "failedJobsHistoryLimit", 1)),
        ):
            ended_so = [w for w in own if _is_complete(w) is complete]
            for workload in ended_so[: max(0, len(ended_so) - limit)]:
                self._world.delete(workload.key)
                self._world.tell("SuccessfulDelete", key, f"Deleted job {workload.key.name}")

    def _is_of(self, workload: Workload, key: ObjectKey) -> bool:
        stored = self._world.store.get(workload.key)
        return stored is not None and stored.owner == key and not stored.deleting


def _is_complete(workload: Workload) -> bool:
    return any(condition.startswith("Complete=True") for condition in workload.conditions())


def _job(cronjob: Resource, run: datetime) -> Resource:
    """The Job of one run (cronjob, getJobFromTemplate2)."""
    template = part(cronjob.spec, "jobTemplate")
    written = part(template, "metadata")
    name = f"{cronjob.name}-{int(run.timestamp()) // 60}"
    metadata = {
        **{kept: written[kept] for kept in ("labels", "annotations") if kept in written},
        "name": name,
        "namespace": cronjob.namespace,
        "ownerReferences": [
            {"apiVersion": "batch/v1", "kind": KIND, "name": cronjob.name, "uid": "-", "controller": True}
        ],
    }
    value = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": dict(part(template, "spec"))}
    return Resource(ResourceKey(_JOB, cronjob.namespace, name), value, cronjob.place.at("spec", "jobTemplate"))
