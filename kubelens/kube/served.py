"""Whether a server of a release serves a kind in an API version: one answer for rules and predictions."""

from __future__ import annotations

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.lifecycle import is_off_by_default, lifecycle
from kubelens.kube.placeholder import has_variable
from kubelens.kube.relatives import OPENSHIFT_FIRST
from kubelens.kube.schema import known_groups, schemas


def why_not_served(gvk: GroupVersionKind, release: str) -> str:
    """Why a server of a release answers 404 for a kind of Kubernetes's own groups; ``""`` where it serves it, or nobody knows.

    What no group of Kubernetes holds may be a custom resource, and a version with a variable is still to be filled in.
    """
    if gvk.group not in known_groups() or not gvk.kind or not gvk.version or has_variable(gvk.api_version):
        return ""
    if schemas(release).kind(gvk) is not None:
        return why_off(gvk, release) if is_off_by_default(gvk) else ""
    life = lifecycle(gvk)
    if life is not None and life.is_removed(release):
        return f"{gvk.api_version} {gvk.kind} is gone since Kubernetes {life.removed}"
    if gvk.kind.endswith("List") or (gvk.api_version == "v1" and gvk.kind in OPENSHIFT_FIRST):
        return ""
    others = [one for one in schemas(release).kinds() if one.kind == gvk.kind]
    if not others and not gvk.group:
        return ""  # a file of another tool, or a word that is no kind
    return f"{gvk.api_version} has no kind {gvk.kind!r} in Kubernetes {release}"


def why_off(gvk: GroupVersionKind, release: str) -> str:
    """What a server says that was not told to serve a version (``--runtime-config``)."""
    return f"{gvk.api_version} is off by default in Kubernetes {release}, whose API server answers 404 for it"
