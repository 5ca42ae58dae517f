"""Completion in scenario files: fields by their form, and the workloads, Services and nodes that they may name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.predict.cluster.ready_made import READY_MADE
from kubelens.predict.cluster.scenario import DRAINED, SETTLED
from kubelens.predict.scheduler.made_up import NoCluster, made_up_nodes
from kubelens_lsp.cursor import Cursor, Role, items_in, value_in
from kubelens_lsp.form import Form, SchemaForm

_TARGETS: Final = frozenset({"rollout", "rollback", "delete", "target", "workload"})
_NODES: Final = frozenset(
    {"drain", "cordon", "uncordon", "lose-node", "find-node", "end-machine", "remove-node", "node"}
)
_ZONES: Final = frozenset({"lose-zone", "find-zone"})
_WORKLOADS: Final = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


def is_scenario_here(cursor: Cursor) -> bool:
    """Whether the document is a scenario: it says so, and names no kind."""
    return value_in(cursor.root, "scenario") is not None and value_in(cursor.root, "kind") is None


@cache
def scenario_form() -> Form:
    """The form of a scenario file."""
    from kubelens.engine.scenario_form import scenario_schema  # noqa: PLC0415 - few files are scenarios

    whole = scenario_schema()
    named = whole["$defs"]
    return SchemaForm(named[whole["$ref"].rpartition("/")[2]], named)


def scenario_values(cursor: Cursor, bundle: Bundle) -> Iterator[str]:
    """What may stand at a key whose text names something."""
    key = cursor.key
    if cursor.role is Role.KEY:
        return
    if key == "play":
        yield from READY_MADE
    elif key in _TARGETS:
        for kind in _WORKLOADS:
            yield from (f"{one.kind} {one.namespace}/{one.name}" for one in bundle.all(kind) if one.name)
    elif key == "service":
        yield from (f"{one.namespace}/{one.name}" for one in bundle.all("Service") if one.name)
    elif key in _NODES:
        yield from (one.name for one in bundle.all("Node"))
        cluster = value_in(cursor.root, "cluster")
        try:
            made = made_up_nodes(items_in(cluster, "nodes")[:8])
        except NoCluster:
            made = []
        yield from (str(node["metadata"]["name"]) for node in made[:50])
    elif key in _ZONES:
        yield from items_in(value_in(cursor.root, "cluster"), "zones")
    elif key == "when":
        yield from (SETTLED, DRAINED)
