"""What names an object: group, version, kind, namespace and name."""

from __future__ import annotations

from msgspec import Struct


class GroupVersionKind(Struct, frozen=True, order=True):
    """``apps/v1 Deployment``; the core group is ``""``."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """As written in ``apiVersion``: ``v1`` or ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        return f"{self.api_version} {self.kind}"


def read_gvk(api_version: object, kind: object) -> GroupVersionKind | None:
    """The type two header fields name; None where either is absent or not text."""
    if not isinstance(api_version, str) or not isinstance(kind, str) or not api_version or not kind:
        return None
    group, _, version = api_version.rpartition("/")
    return GroupVersionKind(group, version, kind)


class ResourceKey(Struct, frozen=True, order=True):
    """What one object is called; ``namespace`` is ``""`` for cluster-scoped kinds.

    Two versions of one kind name the same object, so equality of ``slot`` decides, not of the key.
    """

    gvk: GroupVersionKind
    namespace: str
    name: str

    @property
    def slot(self) -> tuple[str, str, str, str]:
        """(group, kind, namespace, name): where the API server stores it."""
        return (self.gvk.group, self.gvk.kind, self.namespace, self.name)

    @property
    def path(self) -> str:
        """``namespace/name``, or the bare name for cluster-scoped kinds."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        return f"{self.gvk.kind} {self.path!r}"
