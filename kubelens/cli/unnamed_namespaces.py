"""Objects that name no namespace beside what a cluster holds: where they land is a matter of kubectl's context."""

from __future__ import annotations

from kubelens.engine.config import Config
from kubelens.engine.workspace import Snapshot
from kubelens.kube.resource import DEFAULT_NAMESPACE
from kubelens.predict.first_names import first_names

_MOST_NAMED = 4


def unnamed_namespaces(snapshot: Snapshot, config: Config) -> str:
    """That they are taken for the namespace default, where the cluster holds others; ``""`` where nothing is to be said."""
    if not config.running or config.namespace != DEFAULT_NAMESPACE:
        return ""
    asked = snapshot.objects
    unnamed = [r for r in asked if r.namespace == DEFAULT_NAMESPACE and not r.metadata.get("namespace")]
    about = {id(r) for r in asked}
    running = [r for r in snapshot.bundle if id(r) not in about]
    held = {r.name if r.kind == "Namespace" else r.namespace for r in running} - {"", DEFAULT_NAMESPACE}
    others = sorted(name for name in held if not name.startswith("kube-"))
    if not unnamed or not others:
        return ""
    first = first_names([str(r.key) for r in unnamed], _MOST_NAMED)
    listed = ", ".join(others[:_MOST_NAMED]) + (", ..." if len(others) > _MOST_NAMED else "")
    return (
        f"{first}: no namespace is written, {DEFAULT_NAMESPACE!r} is taken; kubectl takes its context's "
        f"(--namespace; the cluster holds {listed})"
    )
