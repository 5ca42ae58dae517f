"""A Pod's life as a time line, and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import to_builtins

from kubelens.kube.workload import Workload
from kubelens.predict.api import Prediction
from kubelens.predict.kubelet.lifecycle import ContainerRestarts, GivenUp, Lifecycle
from kubelens.predict.kubelet.moment import Moment
from kubelens.predict.kubelet.probes import Probing
from kubelens.predict.kubelet.restarts import LONGEST_WAIT, RESET_AFTER, ExitRule, JobRetries, Policy, Restarting
from kubelens.report.places import Places

_NAMES = {
    Probing.STARTUP: "startup probe",
    Probing.LIVENESS: "liveness probe",
    Probing.READINESS: "readiness probe",
}
_ROLES = {"init": "init ", "sidecar": "sidecar ", "app": ""}


def lines(workload: Workload, prediction: Prediction[Lifecycle], places: Places) -> Iterator[str]:
    """The time line, what happens when things go wrong, what contradicts itself, what is taken for granted."""
    life = prediction.answer
    key, top = workload.resource.key, workload.resource.place
    head = f"Pod of {key}   restartPolicy {life.restart_policy}, {life.stop.grace} s to stop"
    yield places.after(head, top.at(*workload.pod.path))
    yield ""
    yield f"start, from when it has a node: {f'ready after {life.ready}' if life.ready is not None else 'never ready'}"
    yield from _table(life.start)
    if life.given_up:
        yield ""
        yield "if a container never answers, from its start"
        yield from (places.after(f"  {_given_up(one)}", top.at(*one.path)) for one in life.given_up)
    yield ""
    yield "when a container ends"
    yield from (f"  {line}" for one in life.restarts for line in _restarts(one))
    sidecars = [one.container for one in life.restarts if one.role == "sidecar"]
    if sidecars and life.restart_policy is not Policy.ALWAYS:
        yield f"  once the app containers have ended for good, {', '.join(sidecars)} {'is' if len(sidecars) == 1 else 'are'} stopped, and the Pod has ended"
    if starts := next((one.starts for one in life.restarts if one.starts), None):
        told = ", ".join(map(str, starts))
        yield (
            f"  one that ends at once is started again after {told} s, then every {LONGEST_WAIT} s (CrashLoopBackOff); "
            f"once it has run for {RESET_AFTER} s its waits begin anew"
        )
    if life.job is not None:
        yield f"  {_tries(life.job)}"
        if life.job.deadline is not None:
            yield f"  the Job fails {life.job.deadline} s after its start in any case (activeDeadlineSeconds)"
    yield ""
    yield "stop, from its deletion"
    yield from _table(life.stop.moments)
    if life.contradictions:
        yield ""
    for one in life.contradictions:
        whose = f"{one.container}: " if one.container else ""
        told = f"{'contradiction' if one.sure else 'may contradict'}: {whose}{one.text}"
        yield places.after(told, top.at(*one.path))
    yield from (f"assuming: {assumption.text}" for assumption in prediction.assumptions)


def _table(moments: Iterable[Moment]) -> Iterator[str]:
    rows = [(str(m.at), f"{_ROLES.get(m.role, '')}{m.container}", str(m.what), m.note) for m in moments]
    widths = [max((len(row[n]) for row in rows), default=0) for n in (0, 1)]
    for at, container, what, note in rows:
        yield f"  {at:>{widths[0]}}  {container:<{widths[1]}}  {what}{f' ({note})' if note else ''}".rstrip()


def _given_up(one: GivenUp) -> str:
    return f"{one.container}: its {_NAMES[one.probe]} stops it after {one.at}, with {one.grace} s to stop"


def _restarts(one: ContainerRestarts) -> Iterator[str]:
    name = f"{_ROLES.get(one.role, '')}{one.container}"
    yield f"{name}: {_policy(one.restarting, one.role)}"
    for rule in one.restarting.rules:
        yield f"{name}: {_rule(rule)}"


def _policy(restarting: Restarting, role: str) -> str:
    if role == "init" and restarting.policy is not Policy.NEVER:
        return "tried again until it succeeds"
    if role == "init":
        return "a failure fails the Pod"
    told = {
        Policy.ALWAYS: "started again, whatever the exit code",
        Policy.ON_FAILURE: "started again after an exit code other than 0",
        Policy.NEVER: "not started again: the Pod has succeeded or failed once all have ended",
    }[restarting.policy]
    return f"{told} (its own restartPolicy)" if restarting.own and role == "app" else told


def _tries(job: JobRetries) -> str:
    if job.in_place:
        times = "once" if len(job.waits) == 1 else f"{max(job.limit, 1)} times"
        return f"the Job fails when containers have been started again {times} (backoffLimit {job.limit}): after {sum(job.waits)} s at the earliest"
    waits = ", ".join(map(str, job.waits))
    if job.per_index:
        tries = f"an index has {job.limit} more {'try' if job.limit == 1 else 'tries'}, {waits} s after the failure before; then it"
        in_all = (
            f"; with more than {job.in_all} failures of all together it fails at once" if job.in_all is not None else ""
        )
        return f"{tries if waits else 'an index'} fails, and the Job once the others have ended{in_all}"
    if not job.waits:
        return "the Job fails with the first Pod that fails (backoffLimit 0)"
    return f"the Job makes {job.limit} more tries, {waits} s after the failure before; then it fails"


def _rule(rule: ExitRule) -> str:
    codes = f"exit code {'' if rule.among else 'not '}{' or '.join(map(str, rule.codes))}"
    all_ = "all containers of the Pod are started again" if rule.action == "RestartAllContainers" else "started again"
    return f"{codes}: {all_}"


def as_data(workload: Workload, prediction: Prediction[Lifecycle], places: Places) -> dict[str, Any]:
    """The answer as plain values."""
    life = prediction.answer
    top = workload.resource.place
    return {
        "place": places.line(top.at(*workload.pod.path)),
        "restartPolicy": str(life.restart_policy),
        "start": to_builtins(life.start),
        "ready": to_builtins(life.ready),
        "givenUp": [
            {
                "container": one.container,
                "probe": str(one.probe),
                "at": to_builtins(one.at),
                "grace": one.grace,
                "place": places.line(top.at(*one.path)),
            }
            for one in life.given_up
        ],
        "restarts": [
            {
                "container": one.container,
                "role": one.role,
                "policy": str(one.restarting.policy),
                "rules": to_builtins(one.restarting.rules),
                "starts": list(one.starts),
            }
            for one in life.restarts
        ],
        "job": to_builtins(life.job),
        "stop": to_builtins(life.stop),
        "contradictions": [
            {
                "container": one.container,
                "text": one.text,
                "path": list(one.path),
                "place": places.line(top.at(*one.path)),
                "sure": one.sure,
            }
            for one in life.contradictions
        ],
        "assumptions": [assumption.text for assumption in prediction.assumptions],
    }
