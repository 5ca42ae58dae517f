"""Which keys Pods need that the ConfigMaps and Secrets of the manifests do not hold.

The kubelet starts no container whose environment needs such a key (``kubelet_pods.go`` makeEnvironmentVariables:
CreateContainerConfigError), and mounts no volume whose ``items`` name one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.authorizer import AccessOf, Request, Subject
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import PresenceOf, keys_of
from kubelens.predict.references.reference import Reference


class MissingKey(Struct, frozen=True, eq=False):
    """A reference to a key, and the objects of its name, none of which holds it."""

    reference: Reference
    objects: tuple[Resource, ...]


class MissingKeys(Struct, frozen=True):
    """Which keys does a workload need that are not there?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[MissingKey, ...]]:
        """In the order of the references. Objects without any data are taken to be filled in by somebody else."""
        return Prediction(tuple(self._missing(ask)))

    def _missing(self, ask: Ask) -> Iterator[MissingKey]:
        for reference in ask(ReferencesOf(self.workload)).answer:
            if reference.key is None or reference.key_place is None or reference.optional:
                continue
            found = ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
            if not found.objects or found.makers or any(o.partial or not keys_of(o) for o in found.objects):
                continue
            if any(reference.key in keys_of(o) for o in found.objects):
                continue
            if any(o.value.get("type") == "kubernetes.io/service-account-token" for o in found.objects):
                continue
            if any(_is_filled_in(one, ask) for one in found.objects):
                continue
            yield MissingKey(reference, found.objects)


_RESOURCES: Final = {"ConfigMap": "configmaps", "Secret": "secrets"}
_ONCE: Final = ("Job", "CronJob")


def _is_filled_in(held: Resource, ask: Ask) -> bool:
    """Whether a Job may write the object: it is there to make an account, a tree or a key and to note it down, and Pods wait."""
    resource = _RESOURCES.get(held.kind)
    if resource is None:
        return False
    accounts: dict[str, None] = {}
    for kind in _ONCE:
        for one in ask.bundle.all(kind, held.namespace):
            workload = read_workload(one)
            if workload is not None:
                accounts[workload.pod.service_account] = None
    return any(
        ask(
            AccessOf(
                Subject("ServiceAccount", name, held.namespace), Request(verb, "", resource, held.namespace, held.name)
            )
        ).answer.allowed
        for name in filter(None, accounts)
        for verb in ("patch", "update")
    )
