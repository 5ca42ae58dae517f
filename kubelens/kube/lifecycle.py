"""When API versions were deprecated and removed, and what follows them."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.schema import overlay


class Lifecycle(Struct, frozen=True):
    """The life of one kind in one API version; ``""`` where something has not come or is not there."""

    deprecated: str
    removed: str
    successor: str

    def is_deprecated(self, release: str) -> bool:
        """Whether it was deprecated in a release or before."""
        return bool(self.deprecated) and _number(release) >= _number(self.deprecated)

    def is_removed(self, release: str) -> bool:
        """Whether a release no longer serves it."""
        return bool(self.removed) and _number(release) >= _number(self.removed)


def lifecycle(gvk: GroupVersionKind) -> Lifecycle | None:
    """What is known of an API version's end, None where it is current (or unknown)."""
    found = overlay()["apis"]["lifecycle"].get(f"{gvk.group}/{gvk.version}/{gvk.kind}")
    return Lifecycle(*found) if found else None


def is_off_by_default(gvk: GroupVersionKind) -> bool:
    """Whether a server serves an API version only when told to by ``--runtime-config``.

    Alpha versions are, and beta versions but for those of before 1.24 (kube-apiserver ``DefaultAPIResourceConfigSource``).
    """
    if "alpha" in gvk.version:
        return True
    served = overlay()["apis"]["served"]["beta"]
    return "beta" in gvk.version and not {f"{gvk.group}/{gvk.version}", f"{gvk.group}/{gvk.version}/{gvk.kind}"} & {
        *served
    }


def _number(release: str) -> int:
    return int(release.split(".")[1])
