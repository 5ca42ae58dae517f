"""Group, version and kind, and the identity of an object (kyaml ``resid``)."""

from __future__ import annotations

from typing import Final, NamedTuple

CLUSTER: Final = "_non_namespaceable_"
DEFAULT: Final = "default"

_FIRST: Final = (
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
)
_LAST: Final = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
DEFAULT_ORDER: Final = (_FIRST, _LAST)


class Gvk(NamedTuple):
    """Group, version, kind; "" where not told."""

    group: str = ""
    version: str = ""
    kind: str = ""

    def is_selected(self, selector: Gvk) -> bool:
        """Whether each part that the selector tells is the same here."""
        return (
            (not selector.group or self.group == selector.group)
            and (not selector.version or self.version == selector.version)
            and (not selector.kind or self.kind == selector.kind)
        )

    @property
    def api_version(self) -> str:
        """``group/version``, or the version alone."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        return f"{self.kind or '[noKind]'}.{self.version or '[noVer]'}.{self.group or '[noGrp]'}"

    @property
    def sorting_text(self) -> str:
        """The text by which kustomize sorts types that its order does not name."""
        return f"{self.group or '~G'}_{self.version or '~V'}_{self.kind or '~K'}"


class ResId(NamedTuple):
    """What tells objects apart. ``cluster``: the type is known to stand in no namespace."""

    gvk: Gvk
    name: str
    namespace: str
    cluster: bool = False

    @property
    def effective_namespace(self) -> str:
        """The namespace an object without one is in."""
        if self.cluster:
            return CLUSTER
        return self.namespace or DEFAULT

    def equals(self, other: ResId) -> bool:
        """Whether both are of one type, name and namespace."""
        return (
            self.name == other.name and self.gvk == other.gvk and self.effective_namespace == other.effective_namespace
        )

    def __str__(self) -> str:
        return f"{self.gvk}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"

    @property
    def go_syntax(self) -> str:
        """As Go's ``%#v`` prints it."""
        gvk = self.gvk
        return (
            f'resid.ResId{{Gvk:resid.Gvk{{Group:"{gvk.group}", Version:"{gvk.version}", Kind:"{gvk.kind}", '
            f"isClusterScoped:{'true' if self.cluster else 'false'}}}, "
            f'Name:"{self.name}", Namespace:"{self.namespace}"}}'
        )


def parse_api_version(api_version: str) -> tuple[str, str]:
    """(group, version)."""
    group, slash, version = api_version.partition("/")
    return (group, version) if slash else ("", api_version)


def ranks(first: tuple[str, ...], last: tuple[str, ...]) -> dict[str, int]:
    """The rank of each kind that an order names; all others have 0."""
    found = {kind: index - len(first) for index, kind in enumerate(first)}
    found.update({kind: 1 + index for index, kind in enumerate(last)})
    return found


DEFAULT_RANKS: Final = ranks(*DEFAULT_ORDER)
