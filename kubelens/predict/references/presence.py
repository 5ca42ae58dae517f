"""Whether the object a reference names will be there, as far as a run can tell.

A run seldom holds a whole cluster, so that nothing of a name is found proves little. What proves something is a
near miss: a name one slip of the hand away in the same namespace, or a dash that only one of both has. The same name in
another namespace proves nothing: many a folder holds one namespace of several that are alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.references.graph import ReferrersOf


class Presence(Enum):
    """What is known of an object by name."""

    PRESENT = "present"
    MADE = "made by the cluster or by a controller"
    NEAR_MISS = "missing beside one that is meant"
    UNKNOWN = "not among the manifests"


class Found(Struct, frozen=True):
    """``objects``: those of that name, or the near miss that is meant."""

    presence: Presence
    objects: tuple[Resource, ...] = ()
    makers: tuple[Resource, ...] = ()


_BUILT_IN: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("ServiceAccount", "default"),
        ("AppProject", "default"),
        ("Gateway", "mesh"),
        ("ConfigMap", "kube-root-ca.crt"),
        ("ConfigMap", "openshift-service-ca.crt"),
        ("PriorityClass", "system-cluster-critical"),
        ("PriorityClass", "system-node-critical"),
        ("Service", "kubernetes"),
    }
)
_BUILT_IN_PREFIXES: Final = (
    ("ClusterRole", "system:"),
    ("Role", "system:"),
    ("Role", "extension-apiserver-authentication-reader"),
)
_BUILT_IN_ROLES: Final = frozenset({"cluster-admin", "admin", "edit", "view"})

_MAKERS: Final[Mapping[str, tuple[tuple[str, tuple[str, ...], str], ...]]] = {
    "Secret": (
        ("ExternalSecret", ("spec.target.name", "metadata.name"), ""),
        ("SealedSecret", ("spec.template.metadata.name", "metadata.name"), ""),
        ("Certificate", ("spec.secretName",), ""),
        ("VaultStaticSecret", ("spec.destination.name",), ""),
        ("VaultDynamicSecret", ("spec.destination.name",), ""),
        ("VaultPKISecret", ("spec.destination.name",), ""),
        ("OnePasswordItem", ("metadata.name",), ""),
        ("SopsSecret", ("spec.secretTemplates[].name",), ""),
        ("InfisicalSecret", ("spec.managedSecretReference.secretName",), ""),
        ("DopplerSecret", ("spec.managedSecret.name",), ""),
        ("Issuer", ("spec.acme.privateKeySecretRef.name",), ""),
        ("ClusterIssuer", ("spec.acme.privateKeySecretRef.name",), ""),
        ("Ingress", ("spec.tls[].secretName",), "cert-manager.io/"),
        ("Gateway", ("spec.listeners[].tls.certificateRefs[].name",), "cert-manager.io/"),
        ("SecretProviderClass", ("spec.secretObjects[].secretName",), ""),
        ("ServiceBinding", ("spec.secretName", "metadata.name"), ""),
    ),
    "ConfigMap": (
        ("Bundle", ("metadata.name",), ""),
        ("ExternalSecret", ("spec.target.name", "metadata.name"), ""),
    ),
}
"""Target kind to (kind of the maker, paths of the name it gives, prefix an annotation of it needs)."""
_MADE_BEHIND: Final[Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "Service": (("InferenceService", ("", "-predictor", "-transformer", "-explainer")),),
}
"""Target kind to (kind of the maker, what it puts behind its own name): KServe's ``constants.DefaultPredictorServiceName``."""


class PresenceOf(Struct, frozen=True):
    """Whether an object will be there; ``group`` None: of any group; ``namespace`` ``""`` for cluster-scoped ones."""

    kind: str
    namespace: str
    name: str
    group: str | None = None

    def answer(self, ask: Ask) -> Prediction[Found]:
        """PRESENT counts partial objects too."""
        bundle = ask.bundle
        same = tuple(
            r
            for r in bundle.named(self.kind, self.name, self.namespace or None)
            if self.group is None or r.gvk.group == self.group
        )
        makers = ask(MadeNames(self.kind, self.namespace)).answer.get(self.name, ())
        if same:
            return Prediction(Found(Presence.PRESENT, same, makers))
        if self._built_in() or makers:
            return Prediction(Found(Presence.MADE, (), makers))
        meant = self._meant(bundle) or self._without_dash(ask)
        if meant is None:
            return Prediction(Found(Presence.UNKNOWN))
        reason = Reason(f"{meant.key} is there", meant.place.at("metadata", "name"))
        return Prediction(Found(Presence.NEAR_MISS, (meant,)), (reason,))

    def _built_in(self) -> bool:
        if (self.kind, self.name) in _BUILT_IN or (self.kind == "ClusterRole" and self.name in _BUILT_IN_ROLES):
            return True
        return any(self.kind == kind and self.name.startswith(prefix) for kind, prefix in _BUILT_IN_PREFIXES)

    def _meant(self, bundle: Bundle) -> Resource | None:
        """The one object of the kind that is one slip away in the same namespace."""
        near = [r for r in self._alike(bundle) if one_slip(self.name, r.name)]
        return near[0] if len({r.name for r in near}) == 1 else None

    def _without_dash(self, ask: Ask) -> Resource | None:
        """The one object of the kind whose name differs by dashes alone, where nothing refers to it by that name."""
        letters = self.name.replace("-", "")
        near = [r for r in self._alike(ask.bundle) if r.name.replace("-", "") == letters]
        if len(letters) < 5 or len({r.name for r in near}) != 1:
            return None
        return None if ask(ReferrersOf(self.kind, self.namespace, near[0].name)).answer else near[0]

    def _alike(self, bundle: Bundle) -> Iterator[Resource]:
        """The whole objects of the kind and group in the namespace."""
        for r in bundle.all(self.kind, self.namespace or None):
            if not r.partial and r.name and (self.group is None or r.gvk.group == self.group):
                yield r


class MadeNames(Struct, frozen=True):
    """Which objects of a namespace (``""``: of all) will other objects make, of one kind?"""

    kind: str
    namespace: str

    def answer(self, ask: Ask) -> Prediction[Mapping[str, tuple[Resource, ...]]]:
        """By name: the objects that make it."""
        found: dict[str, list[Resource]] = {}
        for kind, paths, annotation in _MAKERS.get(self.kind, ()):
            for maker in ask.bundle.all(kind, self.namespace or None):
                if annotation and not any(key.startswith(annotation) for key in maker.annotations):
                    continue
                given = (_names(maker.value, path.split(".")) for path in paths)
                for name in dict.fromkeys(next(filter(None, given), ())):
                    found.setdefault(name, []).append(maker)
        for kind, ends in _MADE_BEHIND.get(self.kind, ()):
            for maker in ask.bundle.all(kind, self.namespace or None):
                for end in ends:
                    found.setdefault(f"{maker.name}{end}", []).append(maker)
        return Prediction({name: tuple(makers) for name, makers in found.items()})


def one_slip(left: str, right: str) -> bool:
    """Whether two names differ by one letter that is wrong, missing or doubled, or by two neighbours swapped.

    Digits do not count as slips (``web-1`` and ``web-2`` are two things). In short names a swap or a doubled letter does,
    and nothing in those of two letters.
    """
    shortest = min(len(left), len(right))
    if left == right or shortest < 3 or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    a, b = left[start:], right[start:]
    changed = a[:1] + b[:1]
    if any(c.isdigit() for c in changed):
        return False
    if shortest < 5:
        return _is_swapped(a, b) or _is_doubled(left[:start], a, b)
    if len(a) == len(b):
        return a[1:] == b[1:] or _is_swapped(a, b)
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    # A plural is a name of its own, as is one that goes on after a dash.
    return longer[1:] == shorter and longer[0] not in "-." and longer != "s"


def _is_swapped(a: str, b: str) -> bool:
    return len(a) == len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]


def _is_doubled(before: str, a: str, b: str) -> bool:
    """Whether one of two rests is the other with the last common letter once more; ``s`` may be a plural."""
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[1:] == shorter and longer[0] == before[-1:] and longer[0] not in "s-."


def _names(value: object, steps: list[str]) -> list[str]:
    if not steps:
        return [value] if isinstance(value, str) else []
    if not isinstance(value, dict):
        return []
    step, rest = steps[0], steps[1:]
    if step.endswith("[]"):
        return [name for _, item in fields.items(value, step[:-2]) for name in _names(item, rest)]
    return _names(value.get(step), rest)


def keys_of(resource: Resource) -> frozenset[str]:
    """The keys a ConfigMap or Secret holds."""
    return frozenset(k for f in ("data", "binaryData", "stringData") for k in fields.mapping(resource.value, f))
