"""All objects of one run, indexed: the whole run is one set, whatever files it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Final

from kubelens.kube.reads import EVERYTHING, NAMESPACES, Read, of_kind, of_name
from kubelens.kube.resource import Resource

NEWEST: Final = "1.37"


class Bundle:
    """Resources in the order they were read, with indexes by kind and by key.

    ``release`` is the Kubernetes release the answers are for, as text: ``"1.37"``.
    ``pod_security`` is the level a cluster enforces where a namespace asks for none, ``""`` where nobody says.
    ``assumed_release`` is the name that a chart was rendered for as nobody gives one, ``""`` elsewhere.
    ``open_values`` says that the values of the chart it was rendered from hang on others that nobody gives here.
    ``applied_together`` says that all of it goes to one cluster at once: a release, an overlay; not a folder of files.
    ``base`` says that it may be meant for others to be completed: a kustomization that nobody applies as it is.
    ``by_release`` says that what a server of the release does not serve is refused; else one is meant that serves it.
    ``complete`` is False where the caller knows that objects are missing (a single file, a patch).
    ``reads`` takes in what is looked at, where somebody set it; see :mod:`kubelens.kube.reads`.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        release: str = NEWEST,
        *,
        complete: bool = True,
        pod_security: str = "",
        assumed_namespace: str | None = None,
    ) -> None:
        self.release = release
        self.pod_security = pod_security
        self.assumed_namespace = assumed_namespace
        self.assumed_release = ""
        self.open_values = False
        self.applied_together = False
        self.base = False
        self.by_release = False
        self.complete = complete
        self.reads: set[Read] | None = None
        self._resources = tuple(resources)
        self._by_kind: dict[str, list[Resource]] = {}
        self._by_slot: dict[tuple[str, str, str, str], list[Resource]] = {}
        for resource in self._resources:
            self._by_kind.setdefault(resource.kind, []).append(resource)
            self._by_slot.setdefault(resource.key.slot, []).append(resource)

    def holding(self, resources: Iterable[Resource]) -> Bundle:
        """Other objects, asked about in the same way."""
        found = Bundle(resources, self.release, pod_security=self.pod_security)
        found.by_release = self.by_release
        return found

    def is_too_long_by_assumption(self, name: str, longest: int) -> bool:
        """Whether a name is longer than may be for the assumed name of a release alone: a short one would do."""
        assumed = self.assumed_release
        return bool(assumed) and assumed in name and len(name) - len(assumed) < longest < len(name)

    def note(self, read: Read) -> None:
        """Say that something is read, for readers with an index of their own."""
        if self.reads is not None:
            self.reads.add(read)

    def __iter__(self) -> Iterator[Resource]:
        self.note(EVERYTHING)
        return iter(self._resources)

    def __len__(self) -> int:
        self.note(EVERYTHING)
        return len(self._resources)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds there are, in order of first appearance."""
        self.note(EVERYTHING)
        return tuple(self._by_kind)

    def all(self, kind: str, namespace: str | None = None, *, group: str | None = None) -> list[Resource]:
        """Objects of a kind, of one namespace and API group where given; partial objects included."""
        self.note(of_kind(kind, namespace, group))
        found = self._by_kind.get(kind, []) if namespace is None else self._by_space.get((kind, namespace), [])
        if group is None:
            return list(found)
        return [r for r in found if r.gvk.group == group] if found else []

    def has(self, kind: str, namespace: str | None = None, *, group: str | None = None) -> bool:
        """Whether there is an object of a kind, of one namespace and API group where given."""
        self.note(of_kind(kind, namespace, group))
        return (kind, namespace, group) in self._present

    def get(self, kind: str, namespace: str, name: str, *, group: str | None = None) -> Resource | None:
        """The first object of that name; ``namespace`` is ``""`` for cluster-scoped kinds."""
        self.note(of_name(kind, namespace, name))
        for resource in self._by_name.get((kind, namespace, name), ()):
            if group is None or resource.gvk.group == group:
                return resource
        return None

    def named(self, kind: str, name: str, namespace: str | None = None) -> list[Resource]:
        """Objects of a kind and name, of one namespace where given, partial ones included."""
        if namespace is None:
            self.note(of_kind(kind, None, None))
            return list(self._by_kind_and_name.get((kind, name), ()))
        self.note(of_name(kind, namespace, name))
        return list(self._by_name.get((kind, namespace, name), ()))

    def is_patched(self, resource: Resource) -> bool:
        """Whether a partial object (a patch) of its kind and name may change an object."""
        self.note(of_kind(resource.kind, None, None))
        return any(r.name == resource.name and r is not resource for r in self._partial.get(resource.kind, ()))

    def duplicates(self) -> Iterator[list[Resource]]:
        """Objects that name the same slot, two or more at a time."""
        self.note(EVERYTHING)
        return (same for slot, same in self._by_slot.items() if len(same) > 1 and slot[3])

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Every namespace that is declared or used."""
        self.note(NAMESPACES)
        return self._namespaces

    @cached_property
    def _namespaces(self) -> tuple[str, ...]:
        seen = dict.fromkeys(r.name for r in self._by_kind.get("Namespace", ()))
        seen.update(dict.fromkeys(r.namespace for r in self._resources if r.namespace))
        return tuple(seen)

    @contextmanager
    def unread(self) -> Iterator[None]:
        """For building an index: what is looked at meanwhile is not noted."""
        reads, self.reads = self.reads, None
        try:
            yield
        finally:
            self.reads = reads

    def namespace_near(self, namespace: str, beside: Resource | None = None) -> Resource | None:
        """The Namespace of a name: of several copies the nearest in or above the folder of an object, else the first."""
        found = [one for one in self.named("Namespace", namespace, "") if not one.gvk.group]
        if beside is None or len(found) < 2:
            return found[0] if found else None
        folder = beside.place.folder
        above = [one for one in found if f"{folder}/".startswith(f"{one.place.folder}/") or not one.place.folder]
        return max(above, key=lambda one: len(one.place.folder)) if above else found[0]

    def namespace_labels(self, namespace: str, beside: Resource | None = None) -> dict[str, str]:
        """The labels of a namespace, the one every namespace gets included; ``beside``: see :meth:`namespace_near`."""
        declared = self.namespace_near(namespace, beside)
        return {**(declared.labels if declared else {}), "kubernetes.io/metadata.name": namespace}

    @cached_property
    def _by_space(self) -> dict[tuple[str, str], list[Resource]]:
        index: dict[tuple[str, str], list[Resource]] = {}
        for resource in self._resources:
            index.setdefault((resource.kind, resource.namespace), []).append(resource)
        return index

    @cached_property
    def _present(self) -> set[tuple[str, str | None, str | None]]:
        return {
            (resource.kind, namespace, group)
            for resource in self._resources
            for namespace in (None, resource.namespace)
            for group in (None, resource.gvk.group)
        }

    @cached_property
    def _partial(self) -> dict[str, list[Resource]]:
        index: dict[str, list[Resource]] = {}
        for resource in self._resources:
            if resource.partial:
                index.setdefault(resource.kind, []).append(resource)
        return index

    @cached_property
    def _by_kind_and_name(self) -> dict[tuple[str, str], list[Resource]]:
        index: dict[tuple[str, str], list[Resource]] = {}
        for resource in self._resources:
            index.setdefault((resource.kind, resource.name), []).append(resource)
        return index

    @cached_property
    def _by_name(self) -> dict[tuple[str, str, str], list[Resource]]:
        index: dict[tuple[str, str, str], list[Resource]] = {}
        for resource in self._resources:
            index.setdefault((resource.kind, resource.namespace, resource.name), []).append(resource)
        return index
