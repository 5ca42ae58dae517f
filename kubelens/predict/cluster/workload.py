"""A workload with its controller: the same one as when it is asked about alone, here among others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from kubelens.kube.gates import has
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector, label_selector
from kubelens.predict.cluster.claims import make_claims
from kubelens.predict.cluster.quotas import PODS, Quotas
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.templates import PodForm, Templates
from kubelens.predict.cluster.world import World, first_image, key_of
from kubelens.predict.controllers.daemon_nodes import DaemonNode, Taint
from kubelens.predict.controllers.daemonset import DaemonSet
from kubelens.predict.controllers.deployment import DeploymentController
from kubelens.predict.controllers.deployment_spec import read_deployment_spec
from kubelens.predict.controllers.fields import part
from kubelens.predict.controllers.job import Job
from kubelens.predict.controllers.job_policy import Script
from kubelens.predict.controllers.replicaset import ReplicaSet, Revision
from kubelens.predict.controllers.replication import KINDS as REPLICATED
from kubelens.predict.controllers.replication import Replication
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.controllers.template import template_key
from kubelens.predict.controllers.ticks.pace import EVERY, Edit, Pace
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Pod

P = TypeVar("P", bound=Pod)
KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Job", *REPLICATED)
_NAMED: Final = ("Deployment", "StatefulSet", *REPLICATED)
_HASH: Final = "pod-template-hash"


class Standing(Struct, frozen=True):
    """How a workload stood at a time, in seconds.

    ``waits``: its controller may act although nothing changes, since time passes for it or it was refused. ``steady``: not
    so, and it stands so until something of it changes.
    """

    now: int
    waits: bool
    steady: bool
    status: dict[str, Any]
    conditions: tuple[str, ...] = ()


class Workload:
    """One workload: its object, the templates it has had, and its controller."""

    def __init__(self, world: World, resource: Resource, place: int, templates: Templates, quotas: Quotas) -> None:
        self.world = world
        self.resource = resource
        self.key = key_of(resource)
        self.place = place
        self._templates = templates
        self._quotas = quotas
        self._snapshots: dict[str, Resource] = {}
        self._names: dict[str, str] = {}
        self._selectors: tuple[list[str], dict[tuple[str, str, str], Selector]] | None = None
        self._ordinals: dict[str, int] = {}
        self._standing: Standing | None = None
        self._rested: int | None = None
        """When its Deployment or DaemonSet came to rest, None where it has changed since or may be refused less."""
        self._refused = False
        """Whether a Pod was refused when its controller acted last."""
        self.deployment: DeploymentController[ReplicaSet] | None = None
        self.statefulset: StatefulSet | None = None
        self.daemonset: DaemonSet | None = None
        self.job: Job | None = None
        self.replication: Replication | None = None
        self._start()

    # -- the controller

    def _start(self) -> None:
        value = self.resource.value
        clock = self.world.clock
        pace = Pace(tick_seconds=self.world.seconds if clock else None)
        if self.key.kind == "Deployment":
            spec = read_deployment_spec(value, self.label)
            self.deployment = DeploymentController(spec, self._make, clock=clock)
        elif self.key.kind == "StatefulSet":
            several = has("MaxUnavailableStatefulSet", self.world.release)
            self.statefulset = StatefulSet(value, pace, self.label, self, several=several)
        elif self.key.kind == "DaemonSet":
            self.daemonset = DaemonSet(value, pace, self.label, [], self)
            for node in self.world.nodes.values():
                self.see_node(node.node())
        elif self.key.kind == "Job":
            self.job = Job(value, pace, self.label, Script({EVERY: ()}), control=self, clock=clock)
        elif self.key.kind in REPLICATED:
            self.replication = Replication(value, self.label, self, clock=clock)

    @property
    def _applied(self) -> list[StatefulSet | DaemonSet | Job | Replication]:
        """Its controller, where that is one which is told of edits."""
        found = (self.statefulset, self.daemonset, self.job, self.replication)
        return [controller for controller in found if controller is not None]

    def label(self, template: Mapping[str, Any]) -> str:
        """What a template's revision is called."""
        key = template_key(template, as_text=self.key.kind != "Deployment")
        self._snapshots[key] = self.resource
        return self._names.setdefault(key, f"revision-{len(self._names)}")

    def ordinal(self, revision: str) -> int:
        """A revision's number, in order of first use."""
        return self._ordinals.setdefault(revision, len(self._ordinals) + 1)

    def edit(self, resource: Resource) -> None:
        """The object has changed."""
        self.resource = resource
        self.changed()
        if self.deployment is not None:
            self.deployment.spec = read_deployment_spec(resource.value, self.label)
        for controller in self._applied:
            controller.apply(Edit(resource.value), self.world.now)
        self.changed()

    def rest(self) -> None:
        """Let the controller act until it has nothing to do."""
        if self._rested == self.world.now:
            return
        before = self._sizes()
        self._refused = False
        if self.deployment is not None:
            self.deployment.rest(self.world.now)
        for controller in self._applied:
            controller.rest(self.world.now)
        self.changed()
        if self.deployment is not None:
            self._refused = any(rs.refused for rs in self.deployment.sets)
        if (self.deployment is not None or self.daemonset is not None) and not self._refused:
            self._rested = self.world.now
        for stem, size in self._sizes().items():
            if (was := before.get(stem, 0)) != size:
                way = "up" if size > was else "down"
                message = f"Scaled {way} replica set {stem} from {was} to {size}"
                self.world.tell("ScalingReplicaSet", self.key, message)

    def changed(self) -> None:
        """Something has, of it or of its Pods."""
        self._standing = self._rested = None

    def stand(self) -> Standing:
        """How it stands; time alone changes that where its controller waits for something."""
        known, now = self._standing, self.world.now
        if known is None or (known.now != now and not known.steady):
            known = self._standing = self._look(now)
        return known

    def _look(self, now: int) -> Standing:
        if self.deployment is not None:
            controller = self.deployment
            waits = any(rs.refused for rs in controller.sets) or not controller.complete(now)
            return Standing(now, waits, not waits, controller.status(now), controller.conditions(now))
        if self.statefulset is not None:
            status, spec = self.statefulset.status(now), self.statefulset.spec
            waits = status.get("availableReplicas", 0) != spec.replicas
            counted = not spec.min_ready or status.get("replicas", 0) == spec.replicas
            return Standing(now, waits, counted and not waits, status)
        if self.daemonset is not None:
            waits = self._rested is None or self.daemonset.spec.min_ready > 0
            return Standing(now, waits, not waits, self.daemonset.status(now))
        if self.replication is not None:
            waits = not self.replication.complete(now)
            return Standing(now, waits, not waits, self.replication.status(now), self.replication.conditions())
        if self.job is None:  # what brings its Pods is not modelled
            return Standing(now, waits=False, steady=True, status={})
        return Standing(now, waits=True, steady=False, status=self.job.status(), conditions=self.job.conditions())

    def _sizes(self) -> dict[str, int]:
        return {rs.stem: rs.replicas for rs in self.deployment.sets} if self.deployment is not None else {}

    def forget(self, pod: Pod) -> None:
        """A Pod is gone."""
        if self.deployment is not None:
            for rs in (*self.deployment.sets, *self.deployment.forgotten):
                rs.forget(pod)
        for controller in self._applied:
            controller.forget(pod)

    def adopt(self, record: PodRecord) -> bool:
        """Whether a Pod that nobody owns is taken on (``PodControllerRefManager``): by a ReplicaSet that selects it."""
        taken = (
            self.replication is not None
            and record.owner is None
            and record.pod.active
            and record.key.namespace == self.key.namespace
            and self.replication.spec.selector.matches(record.info.labels)
        )
        if taken and self.replication is not None:
            record.owner = self.key
            self.world.store.own(record.key, self.key)
            self.replication.adopt(record.pod)
        return taken

    def see_node(self, node: Node) -> None:
        """A node is there, or has changed."""
        if self.daemonset is not None:
            taints = tuple(Taint(t.key, t.value, t.effect) for t in node.taints)
            self.daemonset.see_node(DaemonNode(node.name, node.labels, taints))

    def _make(self, made: Revision) -> ReplicaSet:
        assert self.deployment is not None
        self.ordinal(made.revision)
        hashed = self._hash(made.template)
        stem = f"{self.key.name}-{hashed}"
        self.world.store.put(ObjectKey("ReplicaSet", self.key.namespace, stem), made, self.key)
        return ReplicaSet(**asdict(made), stem=stem, control=self, related=self.deployment.sets)

    # -- its Pods (PodControl)

    def create(self, pod: Pod) -> bool:
        """Send a new Pod through admission and quotas; False where it is refused."""
        created = self._create(pod)
        self._refused |= not created
        return created

    def _create(self, pod: Pod) -> bool:
        snapshot = self._snapshots.get(pod.template, self.resource)
        form = self._form(snapshot, pod)
        if form is None:
            admitted = self._templates.admitted(snapshot)
            why = admitted.refusal or (admitted.cut.why_not_replaced if admitted.cut is not None else "")
            self.world.tell("FailedCreate", self.key, why, warning=True)
            return False
        if self.world.is_ending(self.key.namespace):
            return False
        if self.statefulset is not None:
            refused = list(make_claims(self.world, self._quotas, self.resource, pod.name))
            for message in refused:
                self.world.tell("FailedCreate", self.key, message, warning=True)
            if refused:
                return False
        refusal = self._quotas.refusal(self.key.namespace, PODS, form.value)
        if refusal:
            self.world.tell("FailedCreate", self.key, f"Error creating: pods is forbidden: {refusal}", warning=True)
            return False
        name = pod.name if self.key.kind in _NAMED else f"{self.key.name}-{pod.created}"
        info = form.named(name)
        if self.deployment is not None:
            info = replace(info, owner=("ReplicaSet", f"{self.key.name}-{self._hash(pod.template)}"))
        key = ObjectKey("Pod", self.key.namespace, name)
        record = PodRecord(pod, key, self.key, self.place, info, first_image(form.value), form.usage)
        if form.info.node_name:
            pod.node, pod.bound, record.named = form.info.node_name, True, True
        record.revision = self.ordinal(pod.revision)
        self.world.add_pod(record, self._owner(pod))
        return True

    def delete(self, pod: Pod) -> bool:
        """Ask for a Pod's deletion; True where it is gone at once."""
        return self.world.delete_pod(pod)

    def pick(self, pods: Sequence[P], count: int) -> list[P]:
        """Which of Pods that are alike: by lot."""
        if count <= 0 or len(pods) <= count:
            return list(pods[: max(0, count)])
        return self.world.lots.pods(self.key, pods, count)

    def order(self, numbers: Sequence[int]) -> list[int]:
        """In which order requests come that are sent at one time: by lot."""
        return list(numbers) if len(numbers) < 2 else self.world.lots.order(self.key, numbers)

    def _owner(self, pod: Pod) -> ObjectKey:
        if self.deployment is None:
            return self.key
        return ObjectKey("ReplicaSet", self.key.namespace, f"{self.key.name}-{self._hash(pod.template)}")

    def _hash(self, template: str) -> str:
        """The label by which the Pods of a template are told apart."""
        form = self._form(self._snapshots[template], None)
        return form.info.labels.get(_HASH, "") if form is not None else f"refused-{len(self._names)}"

    def _form(self, snapshot: Resource, pod: Pod | None) -> PodForm | None:
        if pod is not None and self.statefulset is not None:
            return self._templates.form(snapshot, int(pod.name.rpartition("-")[2]))
        if pod is not None and self.daemonset is not None:
            return self._templates.form(snapshot, node=self.world.nodes[pod.node].node())
        return self._templates.form(snapshot, pod.index if pod is not None else None)

    # -- what is seen

    @property
    def scale(self) -> int | None:
        """``spec.replicas``, None where the kind has none."""
        if self.deployment is not None:
            return self.deployment.spec.replicas
        if self.replication is not None:
            return self.replication.spec.replicas
        return self.statefulset.spec.replicas if self.statefulset is not None else None

    def status(self) -> dict[str, Any]:
        """The object's counters, zeros left out."""
        return self.stand().status

    def conditions(self) -> tuple[str, ...]:
        """``Type=Status:Reason`` of the object's conditions."""
        return self.stand().conditions

    def selectors(self) -> dict[tuple[str, str, str], Selector]:
        """By what the scheduler spreads its Pods: the selectors of ReplicaSets, or its own (helper.DefaultSelector)."""
        stems = [rs.stem for rs in self.deployment.sets] if self.deployment is not None else []
        if self._selectors is None or self._selectors[0] != stems:
            self._selectors = (stems, dict(self._read_selectors(stems)))
        return self._selectors[1]

    def _read_selectors(self, stems: Sequence[str]) -> Iterator[tuple[tuple[str, str, str], Selector]]:
        selector = part(self.resource.value, "spec", "selector")
        for stem in stems:
            own = {**selector, "matchLabels": {**part(selector, "matchLabels"), _HASH: stem.rpartition("-")[2]}}
            yield ("ReplicaSet", self.key.namespace, stem), label_selector(own)
        if self.statefulset is not None:
            yield ("StatefulSet", self.key.namespace, self.key.name), label_selector(selector)
        elif self.replication is not None:
            yield (self.key.kind, self.key.namespace, self.key.name), self.replication.spec.selector

    def template(self, key: str) -> Mapping[str, Any]:
        """The template that controllers know by a key."""
        return part(self._snapshots[key].value, "spec", "template")

    def template_of_revision_before(self) -> Mapping[str, Any] | None:
        """The template of the ReplicaSet with the second highest revision number, None where there is one alone."""
        sets = sorted(self.deployment.sets, key=lambda rs: rs.number) if self.deployment is not None else []
        return self.template(sets[-2].template) if len(sets) > 1 else None
