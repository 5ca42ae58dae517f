"""Why a port of a Service has no Pods: a name none declares, a label that keeps them away, or Pods from elsewhere."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.network import PortByName, Service, ServicePort
from kubelens.kube.pod_labels import labels_of_number, numbered_pods
from kubelens.kube.schema import known_groups
from kubelens.kube.selector import Operator, Requirement, Selector
from kubelens.kube.workload import Workload, selected_workloads, workloads
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import WhyNoneRuns
from kubelens.predict.controllers.podautoscaler.questions import Scaler
from kubelens.predict.network.own_status import states
from kubelens.predict.network.written import why_written_are_unused
from kubelens.predict.references.near_miss import NearMissOf
from kubelens.predict.references.presence import one_slip
from kubelens.syntax.place import Place


class Unreached(Struct, frozen=True):
    """``known``: the manifests hold the Pods that are meant, and the Service does not reach them.

    Where it is False the Pods may come from elsewhere, and nothing is said to be wrong.
    """

    known: bool


class WhyUnreachedOf(Struct, frozen=True):
    """Why nothing among the files stands behind a port of a Service."""

    service: Service
    port: ServicePort

    def answer(self, ask: Ask) -> Prediction[Unreached]:
        """One reason for each workload that is close, else what may bring the Pods."""
        selector = self.service.selector
        written = why_written_are_unused(ask, self.service, self.port)
        if selector is None:
            text = "it has no selector, and no EndpointSlice or Endpoints among the files is its"
            return Prediction(Unreached(bool(written)), written or (Reason(text),))
        found = self._by_selector(ask, selector)
        return Prediction(found.answer, (*found.reasons, *written))

    def _by_selector(self, ask: Ask, selector: Selector) -> Prediction[Unreached]:
        here = [w for w in workloads(ask.bundle, self.service.namespace) if w.kind not in ("Job", "CronJob")]
        namespace = self.service.namespace
        selected = list(selected_workloads(ask.bundle, selector, namespace))
        without = [why for w in selected if (why := _without_pods(ask, w) or _all_unready(ask, self.service, w))]
        if without and len(without) == len(selected):
            return Prediction(Unreached(all(sure for _, sure in without)), tuple(reason for reason, _ in without))
        selected = [w for w in selected if w.kind not in ("Job", "CronJob")]
        if selected and isinstance(self.port.target, PortByName):
            name = f"{self.port.protocol} port named '{self.port.target.name}'"
            return Prediction(
                Unreached(True), tuple(Reason(f"{w.kind} {w.name} declares no {name}", _labels(w)) for w in selected)
            )
        if not selected and (open_ones := [w for w in here if w.labels_open]):
            told = "a MutatingAdmissionPolicy may give its Pods labels that are not known here"
            return Prediction(
                Unreached(False), tuple(Reason(f"{w.kind} {w.name}: {told}", _labels(w)) for w in open_ones)
            )
        elsewhere = self._elsewhere(ask)
        close = [(w, failing[0]) for w in here if len(failing := selector.failing(w.pod.labels)) == 1]
        close = [(w, f) for w, f in close if len(selector.requirements) > 1 or _one_slip(f, w)]
        if close and elsewhere is None:
            reasons = [Reason(f"{w.kind} {w.name} would match but for {_but_for(f, w)}", _labels(w)) for w, f in close]
            meant = ask(NearMissOf(self.service.resource)).answer is not None
            return Prediction(Unreached(meant or any(_one_slip(f, w) for w, f in close)), tuple(reasons))
        miss = ask(NearMissOf(self.service.resource)).answer if not selected else None
        if miss is not None:
            told = (
                f"{miss.workload.kind} {miss.workload.name} would match but for {_but_for(miss.asked, miss.workload)}"
            )
            return Prediction(Unreached(True), (Reason(told, _labels(miss.workload)),))
        return Prediction(Unreached(False), (Reason(elsewhere or "no Pod among the files has its labels"),))

    def _elsewhere(self, ask: Ask) -> str | None:
        """What else may bring Pods: objects an operator turns into workloads, or the cluster's own Pods."""
        if self.service.namespace == "kube-system":
            return "the cluster's own Pods in kube-system are not among the files"
        operated = [
            r for r in ask.bundle if r.namespace == self.service.namespace and r.gvk.group not in known_groups()
        ]
        named = [r for r in operated if r.name in self.service.name or self.service.name in r.name]
        likely = [r for r in named if "Monitor" not in r.kind and "Rule" not in r.kind]
        return f"{likely[0].kind} {likely[0].name} may bring them" if likely else None


def _without_pods(ask: Ask, workload: Workload) -> tuple[Reason, bool] | None:
    """Why a workload has no Pod that runs, and whether that is so for sure; None where it has one."""
    admitted = ask(Admitted(workload.resource)).answer
    place = workload.resource.place
    if admitted.denial is not None:
        return Reason(admitted.refusal, admitted.owner.place), True
    if why := ask(WhyNoneRuns(workload.resource)).answer:
        scaled = ask(Scaler(workload.resource)).answer is not None
        return Reason(why, place), workload.desired != 0 or not scaled
    return None


def _all_unready(ask: Ask, service: Service, workload: Workload) -> tuple[Reason, bool] | None:
    """Why no Pod of a workload is an endpoint by the status that each has in the files; None where one may be."""
    found = states(ask, service, workload)
    why = [one.why for one in found.values() if one is not None and not one.serves]
    if not found or len(why) < len(found):
        return None
    title = f"{workload.kind} {workload.name}"
    told = (
        why[0]
        if workload.kind == "Pod" or workload.name in found
        else f"none of the Pods of {title} among the files is ready ({len(why)})"
    )
    return Reason(told, workload.resource.place), True


def _one_slip(requirement: Requirement, workload: Workload) -> bool:
    if _is_number(requirement, workload):
        return True
    has = workload.pod.labels.get(requirement.key)
    return has is not None and any(one_slip(value, has) for value in requirement.values)


def _is_number(requirement: Requirement, workload: Workload) -> bool:
    """Whether a label of single Pods is asked for, of which the workload has none with that value."""
    return requirement.key in labels_of_number(workload.resource, 0)


def _labels(workload: Workload) -> Place:
    return workload.resource.place.at(*workload.pod.metadata_path, "labels")


def _but_for(requirement: Requirement, workload: Workload) -> str:
    numbered = numbered_pods(workload.resource)
    if numbered is not None and _is_number(requirement, workload):
        last = numbered.first + numbered.count - 1
        there = f"Pods {numbered.first} to {last}" if numbered.count else "no Pods"
        return f"label {requirement.key} (asked for: {', '.join(requirement.values)}, and it has {there})"
    has = workload.pod.labels.get(requirement.key)
    asked = requirement.values[0] if requirement.operator is Operator.IN and requirement.values else str(requirement)
    return f"label {requirement.key} ({'absent' if has is None else has}, asked for: {asked})"
