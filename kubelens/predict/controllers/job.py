"""The Job controller, after ``pkg/controller/job``. Back-off takes no ticks, unless told how long a tick can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, repeat
from typing import Any, Final

from kubelens.predict.controllers.fields import Label, changed_pace, part, word
from kubelens.predict.controllers.job_clock import JobClock, back_off
from kubelens.predict.controllers.job_policy import Action as FailureAction
from kubelens.predict.controllers.job_policy import Ending, Script, failure_action, success_met, write_indexes
from kubelens.predict.controllers.job_spec import read_job_spec
from kubelens.predict.controllers.pod_control import ALONE, PodControl
from kubelens.predict.controllers.ticks.pace import (
    Action,
    ChangePace,
    DeleteObject,
    DeletePods,
    Edit,
    FailPods,
    Pace,
    PickedPods,
)
from kubelens.predict.controllers.ticks.pods import step_pod
from kubelens.predict.controllers.ticks.timeline import Counts, End, State
from kubelens.predict.store.pod import Phase, Pod

_REST_LIMIT: Final = 10_000


class JobPod(Pod):
    """A Pod of a Job: ``failures`` of its index before it, how it will end, and whether its end is counted yet."""

    failures: int = 0
    ending: Ending | None = None
    counted: bool = False


class Job:
    """A Job in the tick model. ``longest_tick``: seconds of back-off that pass within one tick (None: any number).

    ``clock``: whether deadline and back-off count in seconds.
    """

    def __init__(
        self,
        value: Mapping[str, Any],
        pace: Pace,
        label: Label,
        script: Script | None = None,
        longest_tick: int | None = None,
        control: PodControl = ALONE,
        *,
        clock: bool = False,
    ) -> None:
        self._label = label
        self._control = control
        self.clock = JobClock(runs=clock)
        self._longest_tick = longest_tick
        self._in_a_row = 0
        self._idle = 0
        self.name = word(part(value, "metadata"), "name", "")
        self.spec = read_job_spec(value, label)
        self.pace = pace
        self.script = script or Script()
        self._pods: list[JobPod] = []
        self._uncounted: list[JobPod] = []
        self._born = 0
        self._attempts: dict[int, int] = {}
        self._index_failures: dict[int, int] = {}
        self._index_failed: set[int] = set()
        self._succeeded = 0
        self._failed = 0
        self._done_indexes: set[int] = set()
        self._target: tuple[str, str] | None = None
        self._terminal = False
        self._was_suspended = False
        self._suspended_seen = False
        self._deleted = False

    def standing(self) -> int:
        """How many Pods there are that have not ended."""
        return sum(not pod.finished for pod in self._pods)

    def apply(self, action: Action, now: int) -> None:
        """Edit, change of pace, Pods deleted or failed by hand, or the object deleted."""
        if isinstance(action, Edit):
            self.spec = read_job_spec(action.value, self._label)
        elif isinstance(action, ChangePace):
            self.pace = changed_pace(self.pace, action)
        elif isinstance(action, DeletePods):
            for pod in self._picked(action.pods):
                self._remove(pod)
        elif isinstance(action, FailPods):
            for pod in self._picked(action.pods):
                pod.end(Phase.FAILED)
                pod.ending = Ending(137, disrupted=True)
        elif isinstance(action, DeleteObject):
            self._deleted = True
            if action.policy != "Orphan":
                for pod in list(self._pods):
                    self._delete(pod)

    def _picked(self, picked: PickedPods) -> list[JobPod]:
        found = [p for p in self._pods if p.active and picked.revision in (None, p.revision)]
        found.sort(key=lambda p: (not p.ready, p.created))
        return found[: len(picked.names) if picked.names else picked.count]

    def _delete(self, pod: JobPod) -> None:
        pod.counted = True
        self._remove(pod)

    def _remove(self, pod: JobPod) -> None:
        if self._control.delete(pod):
            self.forget(pod)

    def forget(self, pod: Pod) -> None:
        """A Pod is gone; its finalizer has held it until it was counted."""
        self._uncounted += [p for p in self._pods if p is pod and not p.counted]
        self._pods = [p for p in self._pods if p is not pod]

    def step(self, now: int) -> None:
        """One tick of the kubelets."""
        self._idle = max(0, self._idle - 1)
        room = self._room()
        for pod in list(self._pods):
            if not pod.bound and not pod.terminating:
                room -= 1
                if room < 0:
                    continue
            if not step_pod(pod, self.pace, now):
                self.forget(pod)
            elif pod.active and pod.ending is not None and pod.age >= self.script.after:
                pod.end(Phase.FAILED if pod.ending.exit_code else Phase.SUCCEEDED)

    def _room(self) -> int:
        """How many more Pods find a node."""
        if self.pace.room is None:
            return len(self._pods)
        return self.pace.room - sum(p.bound and not p.finished for p in self._pods)

    def rest(self, now: int) -> None:
        """Let the controller act until it has nothing to do."""
        self.clock.see(now, suspended=self.spec.suspended, terminal=self._terminal)
        for _ in range(_REST_LIMIT):
            if self._deleted or self._terminal or not self._sync(now):
                break
        self.clock.see(now, suspended=self.spec.suspended, terminal=self._terminal)

    def _active(self) -> list[JobPod]:
        return [p for p in self._pods if p.active]

    @property
    def _terminating(self) -> int:
        return sum(p.deleting is not None for p in self._pods)

    def _sync(self, now: int) -> bool:
        """One pass (job, syncJob); whether it changed anything."""
        spec = self.spec
        fail_job = self._count_finished(now)
        if self._target is None:
            if fail_job:
                self._target = ("FailureTarget", "PodFailurePolicy")
            elif self._failed > spec.back_off:
                self._target = ("FailureTarget", "BackoffLimitExceeded")
            elif self.clock.is_late(now, spec.deadline):
                self._target = ("FailureTarget", "DeadlineExceeded")
            else:
                self._judge_indexes()
        if self._target is not None:
            active = self._active()
            for pod in active:
                self._failed += self._counts_as_failed(pod)
                pod.counted = True
                self._delete(pod)
            self._settle_terminal()
            return bool(active)
        changed = self._manage(now)
        active_count = len(self._active())
        if spec.completions is None:
            complete = self._succeeded > 0 and active_count == 0
        else:
            complete = self._succeeded >= spec.completions and active_count == 0
        if complete and not changed:
            self._target = ("SuccessCriteriaMet", "CompletionsReached")
            self._settle_terminal()
        else:
            self._suspended_seen |= spec.suspended
            self._was_suspended = spec.suspended
        return changed

    def _counts_as_failed(self, pod: JobPod) -> bool:
        """Whether a Pod that goes because the Job failed is among the failed ones (job, trackJobStatus...)."""
        spec = self.spec
        outside = spec.indexed and spec.completions is not None and (pod.index or 0) >= spec.completions
        return self._target is not None and self._target[0] == "FailureTarget" and not outside

    def _settle_terminal(self) -> None:
        self._terminal = self._terminating == 0

    def _count_finished(self, now: int) -> bool:
        """Count Pods that ended since; True where one of them fails the Job."""
        spec = self.spec
        fail_job = False
        failed_before = self._failed
        gone, self._uncounted = self._uncounted, []
        for pod in (*self._pods, *gone):
            if pod.counted or not (pod.finished or self._is_lost(pod)):
                continue
            pod.counted = True
            if pod.phase is Phase.SUCCEEDED:
                self._in_a_row = 0
                if pod.index is None:
                    self._succeeded += 1
                elif spec.completions is None or pod.index < spec.completions:
                    self._done_indexes.add(pod.index)
                continue
            action = None
            if spec.failure_policy is not None and pod.ending is not None:
                action = failure_action(spec.failure_policy, pod.ending, spec.containers)
            if action is FailureAction.FAIL_JOB:
                fail_job = True
            if action is not FailureAction.IGNORE:
                self._failed += 1
                self._in_a_row += 1
            if pod.index is not None and spec.per_index is not None:
                spent = action is FailureAction.FAIL_INDEX or pod.failures >= spec.per_index
                if spent and action is not FailureAction.IGNORE:
                    self._index_failed.add(pod.index)
                self._index_failures[pod.index] = pod.failures + (action is not FailureAction.IGNORE)
        if self._failed > failed_before and self._in_a_row and spec.per_index is None:
            self._idle = back_off(self._in_a_row) // self._longest_tick if self._longest_tick else 0
            self.clock.failed(now, self._in_a_row)
        if spec.indexed:
            self._done_indexes = {i for i in self._done_indexes if spec.completions is None or i < spec.completions}
            self._index_failed -= self._done_indexes
            self._succeeded = len(self._done_indexes)
        return fail_job

    def _is_lost(self, pod: JobPod) -> bool:
        """Whether a Pod that somebody deletes counts as failed before it has ended (job, isPodFailed)."""
        return pod.terminating and not self.spec.replace_failed_only

    def _judge_indexes(self) -> None:
        spec = self.spec
        if not spec.indexed:
            return
        if spec.per_index is not None:
            failed = len(self._index_failed)
            if spec.max_failed is not None and failed > spec.max_failed:
                self._target = ("FailureTarget", "MaxFailedIndexesExceeded")
            elif failed and failed + self._succeeded >= (spec.completions or 0):
                self._target = ("FailureTarget", "FailedIndexes")
        if (
            self._target is None
            and spec.success_policy is not None
            and success_met(spec.success_policy, self._done_indexes)
        ):
            self._target = ("SuccessCriteriaMet", "SuccessPolicy")

    def _manage(self, now: int) -> bool:
        """(job, manageJob): as many active Pods as there are completions left, at most ``parallelism``.

        They are made in batches that double; one of which the API server refuses a Pod is the last.
        """
        spec = self.spec
        active = self._active()
        if spec.suspended:
            for pod in active:
                self._delete(pod)
            return bool(active)
        if spec.completions is None:
            wanted = len(active) if self._succeeded else spec.parallelism
        else:
            wanted = max(0, min(spec.completions - self._succeeded, spec.parallelism))
        going = self._to_remove(active, max(0, len(active) - wanted))
        if going:
            for pod in going:
                self._delete(pod)
            return True
        missing = wanted - len(active) - (self._terminating if spec.replace_failed_only else 0)
        if missing <= 0 or self._idle or self.clock.is_idle(now) or not self.pace.lets_in(spec.revision):
            return False
        indexes: Iterator[int | None] = islice(self._pending_indexes() if spec.indexed else repeat(None), missing)
        made, batch = 0, 1
        while tried := [self._create(index) for index in islice(indexes, batch)]:
            made += sum(tried)
            if not all(tried):
                break
            batch *= 2
        return made > 0

    def _to_remove(self, active: list[JobPod], at_least: int) -> list[JobPod]:
        """(job, activePodsForRemoval): second Pods of an index and indexes past the end, then the least advanced."""
        going: list[JobPod] = []
        left = active
        if self.spec.indexed:
            left, seen = [], set()
            for pod in sorted(active, key=lambda p: (p.index or 0, -p.age)):
                past = self.spec.completions is not None and (pod.index or 0) >= self.spec.completions
                (going if past or pod.index in seen else left).append(pod)
                seen.add(pod.index)
        left = sorted(left, key=lambda p: (p.bound, p.phase is Phase.RUNNING, p.ready, p.age, p.created))
        return [*going, *left[: max(0, at_least - len(going))]]

    def _pending_indexes(self) -> Iterator[int]:
        """(job, firstPendingIndexes): from the lowest, those that have neither succeeded, nor failed for good, nor a Pod."""
        taken = self._done_indexes | self._index_failed
        taken |= {p.index for p in self._active() if p.index is not None}
        if self.spec.replace_failed_only:
            taken |= {p.index for p in self._pods if p.deleting is not None and p.index is not None}
        return (i for i in range(self.spec.completions or 0) if i not in taken)

    def _create(self, index: int | None) -> bool:
        """A new Pod; False where the API server refuses it."""
        number = self._attempts.get(index, 0) if index is not None else self._born
        failures = self._index_failures.get(index, 0) if index is not None else 0
        name = f"{self.name}-{self._born if index is None else index}"
        pod = JobPod(name, self.spec.revision, "", self._born, index=index, failures=failures)
        pod.ending = self.script.ending(index, number)
        if not self._control.create(pod):
            return False
        if index is not None:
            self._attempts[index] = number + 1
        self._born += 1
        self._pods.append(pod)
        return True

    def status(self) -> dict[str, Any]:
        """The Job's counters, zeros and empty texts left out."""
        if self._deleted:
            return {}
        found: dict[str, Any] = {
            "active": len(self._active()),
            "ready": sum(p.ready for p in self._active()),
            "succeeded": self._succeeded,
            "failed": self._failed,
            "terminating": self._terminating,
        }
        if self.spec.indexed:
            found["completedIndexes"] = write_indexes(self._done_indexes)
            if self.spec.per_index is not None:
                found["failedIndexes"] = write_indexes(self._index_failed)
        return {name: value for name, value in found.items() if value}

    def conditions(self) -> tuple[str, ...]:
        """``Type=Status:Reason`` of the Job's conditions."""
        found = []
        if self._target is not None:
            kind, reason = self._target
            found.append(f"{kind}=True:{reason}")
            if self._terminal:
                found.append(f"{'Failed' if kind == 'FailureTarget' else 'Complete'}=True:{reason}")
        if self._suspended_seen:
            found.append("Suspended=True:JobSuspended" if self._was_suspended else "Suspended=False:JobResumed")
        return tuple(sorted(found))

    def state(self, tick: int, now: int) -> State:
        """The Pods by revision and by phase, and the status."""
        revisions: dict[str, Counts] = {}
        phases: dict[str, int] = {}
        for pod in self._pods:
            going = pod.deleting is not None
            name = "Terminating" if going else pod.phase
            phases[name] = phases.get(name, 0) + 1
            seen = revisions.get(pod.revision, Counts())
            revisions[pod.revision] = Counts(
                seen.pods + (not going), seen.ready + (pod.ready and not going), seen.terminating + going
            )
        return State(tick, revisions, self.status(), conditions=self.conditions(), phases=phases)

    def settled(self, now: int) -> bool:
        """Whether no step changes anything any more."""
        return not self._idle and all(self._quiet(p) for p in self._pods)

    def _quiet(self, pod: JobPod) -> bool:
        if pod.deleting is not None:
            return self.pace.gone(pod.revision) is None
        if pod.finished:
            return True
        if not pod.bound and self._room() <= 0 and not any(p.bound and not self._quiet(p) for p in self._pods):
            return True
        if not pod.bound or pod.ending is not None:
            return False
        wanted = self.pace.ready(pod.revision)
        return pod.ready if wanted is not None else True

    def end(self, now: int) -> End:
        """Done once it is complete or has failed; paused while suspended."""
        if self._terminal or self._deleted:
            return End.DONE
        return End.PAUSED if self.spec.suspended else End.STUCK
