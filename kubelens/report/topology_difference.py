"""What comes and goes in the graph of what leads to what, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.plan.plan import SetPlan
from kubelens.predict.network.topology import Edge, Graph, Node


def difference_lines(plans: Sequence[SetPlan]) -> list[str]:
    """The sets whose graphs differ, each with the objects and links that are gone (``-``) and new (``+``)."""
    found = []
    for plan in plans:
        if plan.pictures is not None and (lines := list(_lines(plan.pictures.before, plan.pictures.after))):
            found += [plan.name, *lines]
    return found


def _lines(before: Graph, after: Graph) -> Iterator[str]:
    for sign, these, those in (("-", before, after), ("+", after, before)):
        nodes, edges = set(those.nodes), set(those.edges)
        yield from (f"  {sign} {_node(one)}" for one in these.nodes if one not in nodes)
        yield from (f"  {sign} {_edge(one)}" for one in these.edges if one not in edges)


def _node(node: Node) -> str:
    where = f"{node.namespace}/" if node.namespace else ""
    return f"{node.kind} {where}{node.name}{'' if node.present else ' (not among the manifests)'}"


def _edge(edge: Edge) -> str:
    label = f" ({edge.label})" if edge.label else ""
    return f"{_node(edge.source)} -> {_node(edge.target)}{label}"
