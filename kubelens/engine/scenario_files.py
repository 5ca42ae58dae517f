"""Scenario files: what is to happen, and what has to hold, as YAML. The JSON schema comes from the same types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from kubelens.cel.evaluate import program
from kubelens.cel.parse import CelSyntaxError
from kubelens.cel.values import Unmodelled
from kubelens.engine.config_reach import reach_of
from kubelens.engine.regular_files import read_regular, reason
from kubelens.engine.scenario_form import EventFile, ImageChange, PaceFile, PromiseFile, ScenarioDocument
from kubelens.kube.node import ZONE, Taint, read_node
from kubelens.kube.reading import read_value
from kubelens.kube.resource import Resource, read_resources
from kubelens.predict.cluster import actions
from kubelens.predict.cluster.actions import Action
from kubelens.predict.cluster.pace import NEVER, ImageTimes, Times
from kubelens.predict.cluster.promises import (
    Completes,
    FinishesWithin,
    Fits,
    Holds,
    MaxPods,
    MinReady,
    NeverPending,
    NoDisruption,
    Promise,
    When,
)
from kubelens.predict.cluster.reach import Connects, RouteAnswers
from kubelens.predict.cluster.ready_made import READY_MADE, ROLLED, ready_made
from kubelens.predict.cluster.scenario import DRAINED, MONDAY, SETTLED, Scenario, Step
from kubelens.predict.cluster.workload import KINDS
from kubelens.predict.cluster.world import key_of
from kubelens.predict.controllers.fields import part
from kubelens.predict.network.request import read_request
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import ObjectKey
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

Nodes = Sequence[Mapping[str, Any]]
CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"


class ScenarioError(ValueError):
    """A scenario file that cannot be read, or names what is not there."""


class ScenarioFile(Struct, frozen=True):
    """What a file says, and the manifests that it holds itself, as further documents."""

    written: ScenarioDocument
    manifests: tuple[Resource, ...] = ()

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes it describes: ``3x4cpu,16Gi``."""
        return tuple(self.written.cluster.nodes)

    def control_plane(self) -> list[dict[str, Any]]:
        """The control plane's own nodes, where it describes some: labelled and tainted as kubeadm does.

        Raises:
            NoCluster: the description cannot be read.
        """
        described = self.written.cluster.control_plane
        made = made_up_nodes([described], self.zones, prefix="control") if described else []
        for node in made:
            node["metadata"]["labels"][CONTROL_PLANE] = ""
            node["spec"]["taints"] = [{"key": CONTROL_PLANE, "effect": "NoSchedule"}]
        return made

    @property
    def zones(self) -> str:
        """Their zones, with commas."""
        return ",".join(self.written.cluster.zones)

    def paths(self, file: Path) -> tuple[str, ...]:
        """Where its manifests are that it does not hold: ``world``, from the file's folder, or else beside it.

        Raises:
            ScenarioError: one leads out of the repository.
        """
        if not self.written.world:
            return () if self.manifests else (str(file.parent),)
        reach = reach_of(file)
        for name in self.written.world:
            if fault := reach.fault_of_input(file.parent / name, folders=True):
                raise ScenarioError(f"{file}: world: {name!r} {fault}")
        return tuple(str(file.parent / name) for name in self.written.world)

    def promises(self, objects: Sequence[Resource]) -> list[list[Promise]]:
        """What each item of ``promises`` comes to.

        Raises:
            ScenarioError: one cannot be read, or names an object that is not there.
        """
        return [list(promises_of(one, objects)) for one in self.written.promises]

    def as_scenario(self, objects: Sequence[Resource], nodes: Nodes) -> Scenario:
        """What is played: a ready-made scenario where it names one (``play``), and its own events after it.

        Raises:
            ScenarioError: it names an object, a node or a scenario that is not there.
        """
        if self.written.play and self.written.play not in READY_MADE:
            raise ScenarioError(f"play: {self.written.play!r} is none of {', '.join(READY_MADE)}")
        begun = ready_made(self.written.play, objects, nodes).steps if self.written.play else ()
        limit = max(self.written.limit, 1200 * len(nodes)) if self.written.play else self.written.limit
        limit = max(limit, self.written.lasts)
        steps = tuple(_steps(self.written.events, objects, _joined(begun, nodes), limit))
        promises = tuple(promise for some in self.promises(objects) for promise in some)
        start = self.written.start or MONDAY
        return Scenario(
            self.written.scenario,
            (*begun, *steps),
            promises,
            self.written.says,
            self.written.tick,
            limit,
            self.written.lasts,
            start if start.tzinfo is not None else start.replace(tzinfo=UTC),
            _times(self.written.pace),
            cloud=self.written.cluster.cloud,
        )


def read_scenario_file(path: Path) -> ScenarioFile:
    """A scenario file.

    Raises:
        ScenarioError: it cannot be read, is no YAML, or holds something unknown.
    """
    try:
        text = read_regular(path).decode()
    except OSError as error:
        raise ScenarioError(f"{path} {reason(error)}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path} is not UTF-8") from None
    return read_scenario(Source(str(path), text))


def read_scenario(source: Source) -> ScenarioFile:
    """The text of a scenario file.

    Raises:
        ScenarioError: it is no YAML, or holds something unknown.
    """
    documents, problems = parse_source(source)
    if problems or not documents:
        raise ScenarioError(f"{source.uri}: {problems[0].message if problems else 'it is empty'}")
    try:
        found = msgspec.convert(read_value(documents[0].root).value, ScenarioDocument)
    except msgspec.ValidationError as error:
        raise ScenarioError(f"{source.uri}: {error}") from None
    manifests = [r for document in documents[1:] for r in read_resources(document)]
    return ScenarioFile(found, tuple(manifests))


def _times(written: PaceFile) -> Times:
    images = tuple(
        ImageTimes(
            one.image,
            _seconds(one.ready),
            _seconds(one.gone),
            _seconds(one.succeeds if one.fails is None else one.fails),
            one.fails is not None,
        )
        for one in written.images
    )
    return Times(written.startup, written.job, images)


def _seconds(written: int | str | None) -> int | None:
    return NEVER if isinstance(written, str) else written


def _key(target: str, objects: Sequence[Resource]) -> ObjectKey:
    kind, _, rest = target.partition(" ")
    namespace, _, name = rest.strip().rpartition("/")
    meant = [r for r in objects if (r.kind, r.name) == (kind, name) and namespace in ("", r.namespace)]
    if len(found := dict.fromkeys(map(key_of, meant))) == 1:
        return next(iter(found))
    if found:
        raise ScenarioError(
            f"{target!r} may be any of {', '.join(map(str, found))}: name one, as in {kind} shop/{name}"
        )
    there = ", ".join(f"{r.kind} {r.namespace}/{r.name}" for r in objects if r.kind == kind) or f"no {kind}"
    raise ScenarioError(f"{target!r} is not among the manifests: there is {there}")


def _restarted(number: int) -> dict[str, Any]:
    """What ``kubectl rollout restart`` changes, as the event of a number."""
    return {
        "spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": f"event {number}"}}}}
    }


def _of_kinds(event: str, target: str, objects: Sequence[Resource], kinds: Sequence[str]) -> ObjectKey:
    key = _key(target, objects)
    if key.kind not in kinds:
        raise ScenarioError(f"{event}: {target!r} is to be a {' or '.join(kinds)}: kubelens plays no {event} of others")
    return key


def _workload(target: str, objects: Sequence[Resource]) -> ObjectKey:
    key = _key(target, objects)
    if key.kind not in KINDS:
        raise ScenarioError(f"{target!r} has no Pods of its own: name one of {', '.join(KINDS)}")
    return key


def _loaded(target: str, objects: Sequence[Resource]) -> ObjectKey:
    """The workload that a load is on: ``Deployment shop/web``, or its name alone."""
    if " " in target:
        return _workload(target, objects)
    found = [key for r in objects if r.kind in KINDS and r.name == target for key in [key_of(r)]]
    if len(found) == 1:
        return found[0]
    there = ", ".join(map(str, found)) or "none of that name"
    raise ScenarioError(f"load: {target!r} is to be one workload, as in Deployment shop/web: there is {there}")


def _steps(events: Sequence[EventFile], objects: Sequence[Resource], nodes: Nodes, limit: int) -> Iterator[Step]:
    """The steps of events. Each sees the nodes that those before it have added; no two rollouts leave the same template."""
    for number, event in enumerate(events, 1):
        if event.at is not None and event.at >= limit:
            raise ScenarioError(f"events: {event.at} s is never reached: the scenario is cut after {limit} s (limit)")
        step = _step(event, objects, nodes, number)
        nodes = _joined([step], nodes)
        yield step


def _joined(steps: Sequence[Step], nodes: Nodes) -> Nodes:
    """The nodes, and those that join in some steps."""
    return [*nodes, *(a.value for step in steps for a in step.actions if isinstance(a, actions.AddNode))]


def _step(event: EventFile, objects: Sequence[Resource], nodes: Nodes, number: int) -> Step:
    if event.at is not None and event.when:
        raise ScenarioError(f"events: an event happens at a second or when a condition holds, not both: {event.when!r}")
    found = list(_actions(event, objects, nodes, number))
    if not found:
        raise ScenarioError("events: an event says what happens: drain, rollout, scale, lose-node ...")
    if event.when not in ("", SETTLED, DRAINED):
        _checked(event.when)
    title = ", ".join(dict.fromkeys(text for text, _ in found))
    return Step(title, tuple(action for _, action in found), event.at, event.when)


def _actions(event: EventFile, objects: Sequence[Resource], nodes: Nodes, number: int) -> Iterator[tuple[str, Action]]:
    if event.rollout:
        yield (
            f"rollout of {event.rollout}",
            actions.Patch(_of_kinds("rollout", event.rollout, objects, ROLLED), _restarted(number)),
        )
    if event.image is not None:
        key = _key(event.image.target, objects)
        yield f"{event.image.target} gets {event.image.image}", _new_image(key, event.image, objects)
    if event.scale is not None:
        key = _key(event.scale.target, objects)
        yield f"{event.scale.target} to {event.scale.replicas}", actions.Scale(key, event.scale.replicas)
    if event.patch is not None:
        yield f"patch of {event.patch.target}", actions.Patch(_key(event.patch.target, objects), event.patch.patch)
    if event.rollback:
        yield (
            f"rollback of {event.rollback}",
            actions.Rollback(_of_kinds("rollback", event.rollback, objects, ("Deployment",))),
        )
    if event.delete:
        yield f"{event.delete} is deleted", actions.Delete(_key(event.delete, objects))
    yield from _on_nodes(event, nodes)
    if event.load is not None:
        key = _loaded(event.load.workload, objects)
        yield f"load of {event.load.cpu}m on {event.load.workload}", actions.Load(str(key), event.load.cpu)


def _on_nodes(event: EventFile, nodes: Nodes) -> Iterator[tuple[str, Action]]:
    for name, verb, action in (
        (event.drain, "drain", actions.Drain),
        (event.cordon, "cordon", actions.Cordon),
        (event.uncordon, "uncordon", actions.Uncordon),
        (event.lose_node, "lose", actions.LoseNode),
        (event.find_node, "find", actions.FindNode),
        (event.remove_node, "remove", actions.RemoveNode),
    ):
        if name:
            yield f"{verb} {name}", action(_node(name, nodes))
    if event.end_machine:
        name = _node(event.end_machine, nodes)
        yield f"the machine of {name} is deleted", actions.LoseNode(name, ended=True)
    for zone, verb, way in (
        (event.lose_zone, "lost", actions.LoseNode),
        (event.find_zone, "back", actions.FindNode),
    ):
        if zone:
            yield from ((f"zone {zone} is {verb}", way(name)) for name in _zone(zone, nodes))
    if event.add_nodes:
        first = sum(read_node(node).name.startswith("added-") for node in nodes)
        for node in made_up_nodes([event.add_nodes], prefix="added", first=first):
            yield f"add {event.add_nodes}", actions.AddNode(node)
    if event.taint is not None:
        taint = Taint(event.taint.key, event.taint.value, event.taint.effect)
        yield f"taint {event.taint.node}", actions.TaintNode(_node(event.taint.node, nodes), taint)
    if event.label is not None:
        yield f"label {event.label.node}", actions.LabelNode(_node(event.label.node, nodes), event.label.labels)
    if event.untaint is not None:
        yield f"untaint {event.untaint.node}", actions.UntaintNode(_node(event.untaint.node, nodes), event.untaint.key)


def _node(name: str, nodes: Nodes) -> str:
    there = [read_node(node).name for node in nodes]
    if name not in there:
        raise ScenarioError(f"node {name!r} is not there: there are {', '.join(there[:8])}")
    return name


def _zone(zone: str, nodes: Nodes) -> list[str]:
    if found := [read_node(node).name for node in nodes if part(node, "metadata", "labels").get(ZONE) == zone]:
        return found
    raise ScenarioError(f"zone {zone!r} has no nodes")


def _new_image(key: ObjectKey, change: ImageChange, objects: Sequence[Resource]) -> Action:
    resource = next(r for r in objects if key_of(r) == key)
    containers = part(resource.spec, "template", "spec").get("containers") or []
    names = [str(c.get("name", "")) for c in containers]
    if not names or (change.container and change.container not in names):
        asked = f"container {change.container!r}" if change.container else "a container"
        raise ScenarioError(f"image: {change.target} has not {asked}: there is {', '.join(names) or 'none'}")
    return actions.SetImage(key, change.container or names[0], change.image)


def promises_of(one: PromiseFile, objects: Sequence[Resource] | None = None) -> Iterator[Promise]:
    """The promises of one entry; without ``objects`` those that it names are taken to be there, in ``default`` where none is said.

    Raises:
        ScenarioError: it promises nothing, a condition or request cannot be read, or it is about an object that is not there.
    """
    if msgspec.structs.replace(one, name="") == PromiseFile():
        raise ScenarioError("promises: an item says what has to hold: min-ready, fits, always ...")
    if one.min_ready is not None:
        key = _asked(f"Service {one.min_ready.service}", objects)
        service = f"{key.namespace}/{key.name}"
        title = one.name or f"{service} has at least {one.min_ready.count} ready endpoints"
        yield MinReady(title, service, one.min_ready.count)
    if one.max_pods is not None:
        target = _asked(one.max_pods.target, objects, of_pods=True)
        title = one.name or f"{one.max_pods.target} has at most {one.max_pods.count} Pods"
        yield MaxPods(title, str(target), one.max_pods.count)
    if one.never_pending:
        yield NeverPending(one.name or "never-pending")
    if one.fits:
        yield Fits(one.name or "fits")
    if one.no_disruption:
        yield NoDisruption(one.name or "no-disruption")
    if one.route_answers:
        try:
            request = read_request(one.route_answers)
        except ValueError as error:
            raise ScenarioError(f"route-answers: {error}") from None
        yield RouteAnswers(one.name or f"{one.route_answers} is answered", request)
    if one.connects is not None:
        title = one.name or f"{one.connects.source} reaches {one.connects.to}"
        yield Connects(title, one.connects.source, one.connects.to)
    if one.completes:
        yield Completes(one.name or "completes")
    if one.finishes_within is not None:
        yield FinishesWithin(one.name or f"finishes within {one.finishes_within} s", one.finishes_within)
    for expression, when in (
        (one.always, When.ALWAYS),
        (one.in_the_end, When.IN_THE_END),
        (one.at_some_time, When.AT_SOME_TIME),
    ):
        if expression:
            _checked(expression)
            yield Holds(one.name or expression, expression, when)


def _asked(target: str, objects: Sequence[Resource] | None, *, of_pods: bool = False) -> ObjectKey:
    if objects is not None:
        return (_workload if of_pods else _key)(target, objects)
    kind, _, rest = target.partition(" ")
    namespace, _, name = rest.strip().rpartition("/")
    return ObjectKey(kind, namespace or "default", name)


def _checked(expression: str) -> None:
    try:
        program(expression)
    except (CelSyntaxError, Unmodelled) as error:
        raise ScenarioError(f"{expression!r} is no condition: {error}") from None
