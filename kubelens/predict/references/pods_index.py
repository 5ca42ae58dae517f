"""A bundle's Pods, Services, budgets and autoscalers, each found without walking through all objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary, ref

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.labels_let_in import Given, labels_let_in
from kubelens.kube.pod_labels import selects
from kubelens.kube.reads import Read, Touchable, of_kind
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector, equality_selector, label_selector
from kubelens.kube.workload import WORKLOAD_KINDS, SelectedRead, indexed_requirement, template_labels

_FIRST: Final = ("", "")
_SELECTING: Final = {
    "Service": equality_selector,
    "PodDisruptionBudget": label_selector,
    "NetworkPolicy": label_selector,
}
_SYSTEM: Final = ("kube-system", "kube-public", "kube-node-lease")
_NO_PODS: Final = (
    "ServiceMonitor",
    "PodMonitor",
    "PrometheusRule",
    "Probe",
    "DeploymentConfig",
    "Rollout",
    "ScaledObject",
    "Certificate",
    "VirtualService",
)


class MakersRead(Touchable, frozen=True, tag=True):
    """The custom objects of a namespace that may bring Pods."""

    namespace: str

    def touched_by(self, resource: Resource) -> bool:
        """Whether an object is one of them."""
        return resource.namespace == self.namespace and _makes_pods(resource)


class SelectingRead(Touchable, frozen=True, tag=True):
    """The Services, budgets or policies of a namespace whose selector matches labels."""

    kind: str
    namespace: str
    labels: frozenset[tuple[str, str]]

    def touched_by(self, resource: Resource) -> bool:
        """Whether an object is one of them."""
        if resource.kind != self.kind or resource.namespace != self.namespace:
            return False
        selector = _selector(resource)
        return selector is not None and selector.matches(dict(self.labels))


def _makes_pods(resource: Resource) -> bool:
    group = resource.gvk.group
    return "." in group and not group.endswith("k8s.io") and resource.kind not in _NO_PODS


def _selector(resource: Resource) -> Selector | None:
    """What a Service, budget or policy selects Pods by, None where it selects none."""
    written = resource.spec.get("podSelector" if resource.kind == "NetworkPolicy" else "selector")
    if resource.kind == "NetworkPolicy" and written is None:
        written = {}
    if written is None or (resource.kind == "Service" and not written):
        return None
    return _SELECTING[resource.kind](written)


_Pods = dict[tuple[str, tuple[str, str]], list[tuple[dict[str, str], Resource]]]


class Index:
    """Objects of a bundle by what other objects find them by."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = ref(bundle)
        with bundle.unread():
            self._objects = tuple(bundle)
            self._kinds = {kind: bundle.all(kind) for kind in (*WORKLOAD_KINDS, *_SELECTING, "HorizontalPodAutoscaler")}
        self._pods: _Pods | None = None
        self._open: frozenset[str] = frozenset()

    def _note(self, read: Read) -> None:
        bundle = self._bundle()
        if bundle is not None:
            bundle.note(read)

    def _pods_of(self, bundle: Bundle) -> _Pods:
        """The Pods by namespace and label; what policies give them is looked at each time, so that it is noted."""
        given = labels_let_in(bundle)
        if self._pods is None:
            self._pods = self._by_label(given)
            self._open = frozenset(resource.namespace for resource, one in given.items() if one.open)
        return self._pods

    def _by_label(self, given: Given) -> _Pods:
        found: dict[tuple[str, tuple[str, str]], list[tuple[dict[str, str], Resource]]] = defaultdict(list)
        for kind in WORKLOAD_KINDS:
            for resource in self._kinds[kind]:
                let_in = given.get(resource)
                labels = dict(template_labels(resource) if let_in is None else let_in.labels)
                for pair in (_FIRST, *labels.items()):
                    found[resource.namespace, pair].append((labels, resource))
        return found

    @cached_property
    def _selectors(self) -> dict[tuple[str, str, tuple[str, str]], list[tuple[Selector, Resource]]]:
        found: dict[tuple[str, str, tuple[str, str]], list[tuple[Selector, Resource]]] = defaultdict(list)
        for kind in _SELECTING:
            for resource in self._kinds[kind]:
                selector = _selector(resource)
                if selector is None:
                    continue
                found[kind, resource.namespace, _pair(selector)].append((selector, resource))
        return found

    @cached_property
    def _scalers(self) -> dict[tuple[str, str, str], list[Resource]]:
        found: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
        for resource in self._kinds["HorizontalPodAutoscaler"]:
            target = fields.mapping(resource.spec, "scaleTargetRef")
            kind, name = fields.text(target, "kind"), fields.text(target, "name")
            found[kind, name, resource.namespace].append(resource)
        return found

    @cached_property
    def _makers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for resource in self._objects:
            if _makes_pods(resource):
                found[resource.namespace].add(resource.name)
        return found

    @cached_property
    def _positions(self) -> dict[int, int]:
        return {id(resource): position for position, resource in enumerate(self._objects)}

    def made_elsewhere(self, selector: Selector, namespace: str) -> bool:
        """Whether the Pods may come from no manifest: of the control plane, or of a custom object's controller."""
        self._note(MakersRead(namespace))
        named = {value for one in selector.requirements for value in one.values}
        return namespace in _SYSTEM or bool(named & self._makers[namespace])

    def any_pod(self, selector: Selector, namespace: str) -> bool:
        """Whether a selector matches the Pods of any object of a namespace, or may as a policy may label them."""
        return any(True for _ in self.selected(selector, namespace)) or namespace in self._open

    def selected(self, selector: Selector, namespace: str) -> Iterator[Resource]:
        """The objects of a namespace whose Pods a selector matches."""
        self._note(SelectedRead(namespace, selector))
        bundle = self._bundle()
        pods = self._pods_of(bundle) if bundle is not None else {}
        for labels, resource in pods.get((namespace, _pair(selector)), ()):
            if selects(selector, labels, resource):
                yield resource

    def selecting(self, kind: str, labels: dict[str, str], namespace: str) -> list[Resource]:
        """The Services, budgets or policies whose selector matches labels."""
        self._note(SelectingRead(kind, namespace, frozenset(labels.items())))
        return [
            resource
            for pair in (_FIRST, *labels.items())
            for selector, resource in self._selectors.get((kind, namespace, pair), ())
            if selector.matches(labels)
        ]

    def selecting_any(self, kind: str, labels: Iterable[Mapping[str, str]], namespace: str) -> list[Resource]:
        """The Services, budgets or policies whose selector matches one of some label sets, in the order of the bundle."""
        distinct = {frozenset(one.items()): one for one in labels}
        found = {id(r): r for one in distinct.values() for r in self.selecting(kind, dict(one), namespace)}
        return sorted(found.values(), key=lambda resource: self._positions[id(resource)])

    def scalers(self, kind: str, name: str, namespace: str) -> list[Resource]:
        """The HorizontalPodAutoscalers that name an object as their target, in the order of the bundle."""
        self._note(of_kind("HorizontalPodAutoscaler", namespace, None))
        return self._scalers.get((kind, name, namespace), [])


_INDEXES: Final[WeakKeyDictionary[Bundle, Index]] = WeakKeyDictionary()


def index_of(bundle: Bundle) -> Index:
    """The bundle's index, made once."""
    found = _INDEXES.get(bundle)
    if found is None:
        found = _INDEXES[bundle] = Index(bundle)
    return found


def _pair(selector: Selector) -> tuple[str, str]:
    """A label that everything a selector matches carries; nothing where no single value is asked for."""
    asked = indexed_requirement(selector)
    return (asked.key, asked.values[0]) if asked is not None else _FIRST
