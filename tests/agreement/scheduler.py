"""Scheduling: feasible nodes, scores, the node chosen, Kubernetes' own message, and preemption's victims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube.persistent_volume import ClaimReference, read_persistent_volume
from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.chain.admitted import entering_pod
from kubelens.predict.scheduler.cycle import Decision, schedule
from kubelens.predict.scheduler.default_preemption import Preemption, preempt
from kubelens.predict.scheduler.message import GATED, failure_message
from kubelens.predict.scheduler.plugins.dynamic_resources import release, reserve
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.state import ClusterState, NodeInfo, cluster_state
from tests.agreement.scheduling_in_cluster import can_decide, decided
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "scheduler"
SECOND: Final = RECORDINGS / "scheduler-second"


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Replay every scenario of a folder or file; by default of both recordings."""
    result = SuiteResult("scheduler", headline="steps")
    for folder in (DEFAULT, SECOND) if cases == DEFAULT else (cases,):
        for _, record in read_records(folder):
            _Replay(record, result).run()
            objects = objects_of(record["objects"])
            if can_decide(objects):
                theirs, mine = decided(record, objects)
                result.count("figures", "scenarios in the virtual cluster", theirs == mine)
                if theirs != mine:
                    result.disagreements.append(Disagreement(record["id"], "in the virtual cluster", theirs, mine))
    return result


def objects_of(text: str) -> list[dict[str, Any]]:
    """The decoded objects of a YAML text."""
    from ruamel.yaml import YAML  # a plain YAML 1.2 reader: the records were written by one, labels like y are text

    return [value for value in YAML(typ="safe").load_all(text) if isinstance(value, dict)]


def classes_among(objects: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What the admission plugins look up: the scheduler's recordings hold classes and no ranges or quotas."""
    return [o for o in objects if o.get("kind") in ("PriorityClass", "RuntimeClass")]


def admitted_pod(pod: Mapping[str, Any], classes: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """A Pod as the server stored it before the scheduler saw it."""
    return entering_pod(pod, Admission(tuple(classes), "1.36", complete=False))[0]


class _Replay:
    def __init__(self, record: dict[str, Any], result: SuiteResult) -> None:
        self.record = record
        self.result = result
        objects = objects_of(record["objects"])
        self.classes = classes_among(objects)
        self.state: ClusterState = cluster_state(self._admitted(o) for o in objects)
        self.ok = True

    def _admitted(self, obj: dict[str, Any]) -> dict[str, Any]:
        return admitted_pod(obj, self.classes) if obj.get("kind") == "Pod" else obj

    def run(self) -> None:
        for number, step in enumerate(self.record["steps"]):
            for obj in objects_of(step["context"]) if step.get("context") else []:
                self.classes.append(obj)
                self.state.take(self._admitted(obj))
            self._step(number, step)

    def _step(self, number: int, step: dict[str, Any]) -> None:
        case = f"{self.record['id']}#{number}"
        if step.get("rejected"):
            return
        pod = read_pod(admitted_pod(objects_of(step["pod"])[0], self.classes))
        if step.get("direct"):
            if pod.node_name in self.state.nodes:
                self.state.nodes[pod.node_name].add(read_pod(pod.value, placed=True))
            return
        if step.get("gated"):
            self._compare(case, "gated", True, bool(pod.gates))
            self._compare(case, "message", step["message"], GATED if pod.gates else "")
            return
        decision = schedule(pod, self.state)
        preemption = None
        if not decision.feasible and not decision.error and decision.refusal is None and decision.nodes:
            preemption = preempt(decision, self.state)
        right = self._judge(case, step, decision, preemption)
        self.result.count("figures", "steps", right)
        self.result.count("by", self.record["feature"], right)
        self._go_on(step, pod, preemption)

    def _judge(self, case: str, step: dict[str, Any], decision: Decision, preemption: Preemption | None) -> bool:
        right = True
        if step["feasible"] is not None:
            right &= self._compare(case, "feasible nodes", step["feasible"], sorted(decision.feasible))
        if step["scores"] is not None:
            right &= self._compare(case, "scores", step["scores"], dict(decision.scores or {}))
            wanted = {n: dict(p) for n, p in step["plugin_scores"].items()}
            found = {n: dict(p) for n, p in (decision.plugin_scores or {}).items()}
            right &= self._compare(case, "plugin scores", wanted, found)
            right &= self._compare(case, "best nodes", sorted(step["top"]), sorted(decision.best))
        if step["chosen"] is not None:
            chosen = step["chosen"] in decision.best
            self.result.count("figures", "chosen node", chosen)
            right &= chosen
        elif not step.get("nominated"):
            right &= self._compare(case, "does not fit", (), decision.best)
        if step.get("message"):
            right &= self._compare(case, "message", step["message"], failure_message(decision, preemption))
        if step.get("nominated"):
            candidates = {c.node: c for c in preemption.candidates} if preemption is not None else {}
            candidate = candidates.get(step["nominated"])
            right &= self._compare(case, "nominated node", True, candidate is not None)
            if candidate is not None:
                right &= self._compare(case, "victims", step["victims"], sorted(v.key for v in candidate.sent_away))
        return right

    def _mark_terminating(self, names: set[str]) -> None:
        for name, info in self.state.nodes.items():
            pods = [replace(p, terminating=True) if p.key in names else p for p in info.pods]
            self.state.nodes[name] = NodeInfo(info.node, pods)

    def _compare(self, case: str, what: str, wanted: Any, found: Any) -> bool:
        agrees = bool(wanted == found)
        self.result.count("figures", what, agrees)
        if not agrees:
            self.result.disagreements.append(Disagreement(case, what, wanted, found))
        return agrees

    def _go_on(self, step: dict[str, Any], pod: PodInfo, preemption: Preemption | None) -> None:
        node = step["chosen"]
        if step.get("nominated"):
            if step.get("victims_left_terminating"):
                self.state.nominated.setdefault(step["nominated"], []).append(pod)
                self._mark_terminating(set(step["victims"]))
                return
            gone = set(step.get("victims") or ())
            for name, info in list(self.state.nodes.items()):
                leaving = [p for p in info.pods if p.key in gone]
                if leaving:
                    self.state.nodes[name] = info.without(leaving)
                for one in leaving:
                    release(one, self.state)
            node = (step.get("after") or {}).get("chosen")
        del preemption
        if node is None:
            return
        reserve(pod, self.state.nodes[node], self.state)
        self.state.nodes[node].add(read_pod(pod.value, placed=True))
        for claim, volume in (step.get("volumes") or {}).items():
            _bind(self.state, pod.namespace, claim, volume)


def _bind(state: ClusterState, namespace: str, claim: str, volume: str) -> None:
    """Bind a claim as the volume controller would."""
    namespace, _, name = claim.rpartition("/") if "/" in claim else (namespace, "", claim)
    held = state.claims.get((namespace, name))
    if held is None:
        return
    if volume == "<provisioned>":
        volume = f"pvc-{namespace}-{name}"
        driver = state.storage_classes[held.class_name].provisioner if held.class_name in state.storage_classes else ""
        state.volumes[volume] = read_persistent_volume(
            {
                "metadata": {"name": volume},
                "spec": {
                    "storageClassName": held.class_name,
                    "csi": {"driver": driver, "volumeHandle": volume},
                },
            }
        )
    state.claims[namespace, name] = replace(held, volume_name=volume, bound=True)
    bound = state.volumes.get(volume)
    if bound is not None:
        state.volumes[volume] = replace(bound, claim=ClaimReference(namespace, name))
