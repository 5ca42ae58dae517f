"""The object that a reference means but cannot reach: one of its name in another namespace, or of a sibling kind.

Asked only where nothing of the name is where the reference looks. A namesake elsewhere counts where both ends write
their namespaces and nothing copies the object over; a sibling kind (Issuer and ClusterIssuer) where it could be named
from there.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.references.reference import Reference

SIBLINGS: Final = {
    "Issuer": "ClusterIssuer",
    "ClusterIssuer": "Issuer",
    "Role": "ClusterRole",
    "ClusterRole": "Role",
    "SecretStore": "ClusterSecretStore",
    "ClusterSecretStore": "SecretStore",
    "TriggerAuthentication": "ClusterTriggerAuthentication",
    "ClusterTriggerAuthentication": "TriggerAuthentication",
}
"""Kinds that hold the same thing for one namespace, and for the whole cluster."""
_COPIERS: Final = (
    "reflector.v1.k8s.emberstack.com/",
    "replicator.v1.mittwald.de/",
    "kubed.appscode.com/sync",
    "kubernetes-secret-generator.v1.mittwald.de/",
    "sealedsecrets.bitnami.com/",
    "synator/",
    "cluster-secret.io/",
)
"""Prefixes of annotations by which controllers copy an object into other namespaces."""


class NamesakeOf(Struct, frozen=True):
    """What a reference means, where its own target is not there; None where nothing tells."""

    reference: Reference

    def answer(self, ask: Ask) -> Prediction[Resource | None]:
        """A sibling kind first, then the one namespace that has an object of the kind and name."""
        found = self._sibling(ask.bundle) or self._elsewhere(ask.bundle)
        if found is None:
            return Prediction(None)
        return Prediction(found, (Reason(f"{found.key} is there", found.place.at("metadata", "name")),))

    def _sibling(self, bundle: Bundle) -> Resource | None:
        wanted = self.reference
        sibling = SIBLINGS.get(wanted.kind)
        if sibling is None:
            return None
        local = not sibling.startswith("Cluster")
        return next(
            (
                r
                for r in bundle.named(sibling, wanted.name)
                if not r.partial
                and (wanted.group is None or r.gvk.group == wanted.group)
                and (not local or r.namespace == wanted.source.namespace)
            ),
            None,
        )

    def _elsewhere(self, bundle: Bundle) -> Resource | None:
        wanted = self.reference
        source = wanted.source
        if not wanted.namespace or source.partial or source.transformed:
            return None
        if wanted.namespace == source.namespace and not _says_namespace(source):
            return None
        found = bundle.named(wanted.kind, wanted.name)
        if any(r.partial or r.transformed or not _says_namespace(r) or _is_copied(r) for r in found):
            return None
        found = [r for r in found if wanted.group is None or r.gvk.group == wanted.group]
        spaces = {r.namespace for r in found}
        if bundle.assumed_namespace in {wanted.namespace, *spaces}:
            return None  # a chart whose release may go into the other namespace
        return found[0] if len(spaces) == 1 else None


def _says_namespace(resource: Resource) -> bool:
    return isinstance(resource.metadata.get("namespace"), str)


def _is_copied(resource: Resource) -> bool:
    return any(key.startswith(_COPIERS) for key in resource.annotations)
