"""What is asked of the cluster from outside, carried out by its API server and on its nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.node import Taint
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.answer import Stage
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.named_nodes import waits_for_a_kubelet
from kubelens.predict.chain.stored import Stored
from kubelens.predict.cluster import actions
from kubelens.predict.cluster.autoscalers import Autoscalers
from kubelens.predict.cluster.claims import CLAIM, PROTECTION
from kubelens.predict.cluster.control_plane import ControlPlane
from kubelens.predict.cluster.evictions import Drains
from kubelens.predict.cluster.nodes import find_again, lose
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.cluster.quotas import PODS, Quotas
from kubelens.predict.cluster.records import PodRecord, node_record
from kubelens.predict.cluster.templates import Templates
from kubelens.predict.cluster.workload import KINDS
from kubelens.predict.cluster.workloads import Workloads
from kubelens.predict.cluster.world import World, first_image, key_of
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.nodelifecycle import UNSCHEDULABLE
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Phase, Pod

_ENDED: Final = {"Succeeded": Phase.SUCCEEDED, "Failed": Phase.FAILED}
_NOT_FOUND: Final = "not found"
_TEMPLATES: Final = ("template", "volumeClaimTemplates")
_BESIDE: Final = ("Namespace", "LimitRange", "ResourceQuota", "PriorityClass", "RuntimeClass", "StorageClass")


class Requests:
    """Requests to the API server, and what is done to nodes. ``refused``: (object, why) of those it refuses."""

    def __init__(
        self,
        world: World,
        workloads: Workloads,
        drains: Drains,
        autoscalers: Autoscalers,
        templates: Templates,
        quotas: Quotas,
        control_plane: ControlPlane,
    ) -> None:
        self._world = world
        self._workloads = workloads
        self._drains = drains
        self._autoscalers = autoscalers
        self._templates = templates
        self._quotas = quotas
        self._control_plane = control_plane
        self.refused: list[tuple[ObjectKey, str]] = []

    def do(self, action: actions.Action) -> None:
        """Carry an action out; one about a node that is not there is refused."""
        node = getattr(action, "node", None)
        if node is None or node in self._world.nodes:
            self._do(action)
        else:
            self._refuse(ObjectKey("Node", "", node), _NOT_FOUND)

    def _do(self, action: actions.Action) -> None:  # noqa: C901, PLR0912 - one line each
        match action:
            case actions.Apply():
                self.apply(action.resource)
            case actions.Patch():
                self._patch(action.key, action.patch)
            case actions.SetImage():
                self._set_image(action)
            case actions.Scale():
                self.scale(action.key, action.replicas)
            case actions.Rollback():
                self._roll_back(action.key)
            case actions.Delete():
                self._delete(action)
            case actions.DeletePod():
                self._delete_pod(action)
            case actions.Cordon():
                self._cordon(action.node)
            case actions.Uncordon():
                self._uncordon(action.node)
            case actions.Drain():
                self._drain(action)
            case actions.LoseNode():
                lose(self._world, action.node, ended=action.ended)
            case actions.FindNode():
                find_again(self._world, action.node)
            case actions.AddNode():
                self.add_node(action.value)
            case actions.RemoveNode():
                self.remove_node(action.node)
            case actions.TaintNode():
                self._taint(action.node, action.taint)
            case actions.UntaintNode():
                self._untaint(action.node, action.taint)
            case actions.LabelNode():
                self._label(action.node, action.labels)
            case actions.ChangePace():
                self._change_pace(action)
            case actions.Load():
                self._autoscalers.load(action.workload, action.cpu)

    def unanswered(self, action: actions.Action, fault: str) -> None:
        """A request that nobody answers."""
        key = getattr(action, "key", None) or ObjectKey("Node", "", getattr(action, "node", ""))
        self._refuse(key, f"the API server does not answer: {fault}")

    # -- the API server

    def apply(self, resource: Resource, owner: ObjectKey | None = None) -> None:
        """Create an object, or make it what is applied; ``owner``: the controller that creates it."""
        if resource.kind == "Node":
            self.add_node(resource.value)
            return
        key = key_of(resource)
        known = self._world.manifest(key)
        refusal = self._refusal(resource, known)
        if refusal:
            self._refuse(key, refusal)
        elif resource.kind == "Pod":
            self._create_pod(resource)
        else:
            self._store(resource, owner)

    def _refuse(self, key: ObjectKey, why: str) -> None:
        if (key, why) not in self.refused:
            self.refused.append((key, why))

    def _store(self, resource: Resource, owner: ObjectKey | None) -> None:
        kept = {name for name in fields.texts(resource.metadata, "finalizers") if name}
        if resource.kind == CLAIM:
            kept.add(PROTECTION)
        self._world.put(resource, owner, frozenset(kept))
        if resource.kind in KINDS:
            self._workloads.apply(resource)

    def _refusal(self, resource: Resource, known: Resource | None) -> str:
        if known is None and self._world.is_ending(resource.namespace):
            verb = "because it is being terminated"
            return f"forbidden: unable to create new content in namespace {resource.namespace} {verb}"
        beside = [
            replace(r, value=self._quotas.with_status(r)) if r.kind == "ResourceQuota" else r
            for r in self._world.resources(*_BESIDE)
        ]
        oracle = Oracle(Bundle([*beside, resource], self._world.release))
        if known is None:
            denial = oracle(Stored(resource)).answer.denial
            return denial.sentence if denial is not None else ""
        judged = oracle(AdmissionOf(resource, known, self._world.release)).answer
        if judged is None or judged.stage is Stage.ACCEPTED:
            return ""
        return "; ".join(f"{c.field}: {c.message}" for c in judged.causes)

    def _create_pod(self, resource: Resource) -> None:
        key = key_of(resource)
        if key in self._world.store:
            self._refuse(key, "a Pod that is there is not changed in a simulation")
            return
        form = self._templates.form(resource)
        refusal = (
            self._quotas.refusal(key.namespace, PODS, form.value)
            if form is not None
            else self._templates.admitted(resource).refusal
        )
        if form is None or refusal:
            self._refuse(key, refusal)
            return
        self._world.applied += 1
        place, info, there = self._world.applied, form.info, exists_already(resource.value)
        if there:
            info = read_pod({**form.value, "status": part(resource.value, "status")}, placed=True)
        pod = Pod(resource.name, "", "", place, info.node_name, bound=bool(info.node_name))
        record = PodRecord(pod, key, None, place, info, first_image(form.value), form.usage)
        record.named = pod.bound and waits_for_a_kubelet(resource)
        self._world.add_pod(record, None)
        if there and (ended := _ENDED.get(fields.text(part(resource.value, "status"), "phase"))):
            self._world.end_pod(record, ended)

    def _patch(self, key: ObjectKey, patch: Mapping[str, Any]) -> None:
        known = self._world.manifest(key)
        if known is None:
            self._refuse(key, _NOT_FOUND)
        elif renamed := _renames(known, patch):
            self._refuse(
                key, f"{renamed} of the object does not match that of the request: an object cannot get another"
            )
        else:
            self.apply(replace(known, value=merged(self._with_defaults(known), patch)))

    def _with_defaults(self, known: Resource) -> Mapping[str, Any]:
        """A workload as a patch finds it: defaults are stored with it. Templates stay as written: revisions go by them."""
        if known.kind not in KINDS:
            return known.value
        judged = Oracle(Bundle([known], self._world.release))(AdmissionOf(known, None, self._world.release)).answer
        if judged is None or judged.stored is None:
            return known.value
        written = {name: known.spec[name] for name in _TEMPLATES if name in known.spec}
        return {**known.value, "spec": {**part(judged.stored, "spec"), **written}}

    def _set_image(self, action: actions.SetImage) -> None:
        known = self._world.manifest(action.key)
        containers = part(known.spec, "template", "spec").get("containers") if known is not None else None
        changed = [{**c, "image": action.image} if c.get("name") == action.container else c for c in containers or ()]
        self._patch(action.key, {"spec": {"template": {"spec": {"containers": changed}}}})

    def _delete(self, action: actions.Delete) -> None:
        if action.key in self._world.store:
            self._world.delete(action.key, action.policy)
        else:
            self._refuse(action.key, _NOT_FOUND)

    def scale(self, key: ObjectKey, replicas: int) -> None:
        """Change ``spec.replicas``."""
        self._patch(key, {"spec": {"replicas": replicas}})

    def _roll_back(self, key: ObjectKey) -> None:
        workload, known = self._workloads.get(key), self._world.manifest(key)
        template = workload.template_of_revision_before() if workload is not None else None
        if known is None:
            self._refuse(key, _NOT_FOUND)
        elif template is None:
            self._refuse(
                key, "no revision before this one to go back to (kubectl rollout undo: no rollout history found)"
            )
        else:
            self.apply(
                replace(known, value={**known.value, "spec": {**part(known.value, "spec"), "template": template}})
            )

    def _delete_pod(self, action: actions.DeletePod) -> None:
        stored = self._world.store.get(ObjectKey("Pod", action.namespace, action.name))
        if stored is not None and isinstance(stored.content, Pod):
            self._world.delete_pod(stored.content, force=action.force)

    # -- nodes

    def add_node(self, value: Mapping[str, Any]) -> None:
        """A node joins; Pods bound to one of its name that is gone are on it again."""
        record = node_record(dict(value))
        self._world.nodes[record.name] = record
        self._control_plane.joined(record.name)
        self._world.node_changed(record.name)

    def remove_node(self, name: str) -> None:
        """A Node object is deleted."""
        del self._world.nodes[name]
        self._drains.stop(name)
        self._world.node_changed(name)

    def _cordon(self, name: str) -> None:
        record = self._world.nodes[name]
        record.unschedulable = True
        record.taint(Taint(UNSCHEDULABLE, "", "NoSchedule"))
        self._world.node_changed(name)

    def _uncordon(self, name: str) -> None:
        record = self._world.nodes[name]
        record.unschedulable = False
        record.untaint(UNSCHEDULABLE)
        self._drains.stop(name)
        self._world.node_changed(name)

    def _drain(self, action: actions.Drain) -> None:
        self._cordon(action.node)
        self._drains.start(action.node)

    def _taint(self, name: str, taint: Taint) -> None:
        self._world.nodes[name].taint(taint)
        self._world.node_changed(name)

    def _untaint(self, name: str, key: str) -> None:
        self._world.nodes[name].untaint(key)
        self._world.node_changed(name)

    def _label(self, name: str, labels: Mapping[str, str | None]) -> None:
        record = self._world.nodes[name]
        record.labels = {k: v for k, v in {**record.labels, **labels}.items() if v is not None}
        self._world.node_changed(name)

    def _change_pace(self, action: actions.ChangePace) -> None:
        if isinstance(self._world.pace, KubeletPace):
            self._world.pace = self._world.pace.changed(action.pace)
            self._world.on_nodes.wake()


def _renames(known: Resource, patch: Mapping[str, Any]) -> str:
    """The part of an object's identity that a patch would change, ``""`` where it keeps all."""
    value = merged(known.value, patch)
    was, now = part(known.value, "metadata"), part(value, "metadata")
    if (now.get("namespace") or known.namespace) != known.namespace:
        return "metadata.namespace"
    if now.get("name") != was.get("name"):
        return "metadata.name"
    return next((name for name in ("apiVersion", "kind") if value.get(name) != known.value.get(name)), "")


def merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7386)."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
