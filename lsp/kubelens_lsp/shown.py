"""What code lenses show, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.kube.network import Ingress, read_ingress
from kubelens.kube.resource import Resource
from kubelens.syntax.place import Step
from kubelens_lsp.convert import uri_of
from kubelens_lsp.names import occurrences
from kubelens_lsp.occurrence import Symbol
from kubelens_lsp.since_git import Committed, rollout_since
from kubelens_lsp.view import View


def rollout_text(view: View, committed: Committed, namespace: str, key: str, kind: str, name: str) -> str:
    """How a workload's change since the last commit rolls out, ``""`` where it is gone."""
    from kubelens.report.rollout import as_text  # noqa: PLC0415 - only when asked

    for resource in view.snapshot.bundle.all(kind):
        if resource.name == name and resource.place.uri == key:
            return str(as_text(rollout_since(view, committed, resource, namespace)))
    return ""


def rollout_page(view: View, committed: Committed, namespace: str, key: str, kind: str, name: str) -> str:
    """The same as a page with the chart (HTML that stands alone, without scripts), ``""`` where it is gone."""
    from kubelens.report.rollout import NOWHERE  # noqa: PLC0415 - only when asked
    from kubelens.report.rollout_html import as_html  # noqa: PLC0415

    for resource in view.snapshot.bundle.all(kind):
        if resource.name == name and resource.place.uri == key:
            return as_html([(rollout_since(view, committed, resource, namespace), NOWHERE)])
    return ""


def topology_page(view: View, folder: str) -> str:
    """The graph of the objects below a folder (``""``: of all) as a page that stands alone, to search and to zoom."""
    from kubelens.kube.bundle import Bundle  # noqa: PLC0415 - only when asked
    from kubelens.predict.api import Oracle  # noqa: PLC0415
    from kubelens.predict.network.topology import Topology  # noqa: PLC0415
    from kubelens.report.topology_html import topology_html  # noqa: PLC0415

    below = f"{folder.rstrip('/')}/" if folder else ""
    chosen = Bundle((r for r in view.snapshot.bundle if r.place.uri.startswith(below)), view.release)
    if not len(chosen):
        return ""
    graph = Oracle(chosen)(Topology("")).answer
    standing = {(r.kind, r.namespace, r.name): r for r in chosen}
    known = ((node, standing.get((node.kind, node.namespace, node.name))) for node in graph.nodes)
    return topology_html(graph, {node: _address(view, resource) for node, resource in known if resource is not None})


def _address(view: View, resource: Resource) -> str:
    """Where an object is, as editors open it: the file, and its line counted from 1."""
    source = view.source(resource.place.uri)
    line = source.position(view.snapshot.locate(resource.place).start).line + 1 if source is not None else 1
    return f"{uri_of(resource.place.uri)}#L{line}"


def route_text(view: View, key: str, name: str) -> str:
    """Where a request to each host and path of an Ingress ends, ``""`` where it is gone."""
    for resource in view.snapshot.bundle.all("Ingress"):
        ingress = read_ingress(resource)
        if ingress is not None and resource.name == name and resource.place.uri == key:
            return "\n".join(_routes(view, ingress, (path.at for rule in ingress.rules for path in rule.paths)))
    return ""


def path_lines(view: View, resource: Resource, at: tuple[Step, ...]) -> str:
    """Where a request to the path of an Ingress ends in which a place lies, ``""`` where it lies in none."""
    ingress = read_ingress(resource)
    if ingress is None:
        return ""
    wanted = [path.at for rule in ingress.rules for path in rule.paths if at[: len(path.at)] == path.at]
    return "\n".join(_routes(view, ingress, wanted))


def _routes(view: View, ingress: Ingress, wanted: Iterable[tuple[Step, ...]]) -> Iterator[str]:
    from kubelens.predict.network.ingress import IngressRoutesOf  # noqa: PLC0415 - only when asked
    from kubelens.predict.network.ingress_classes import class_of  # noqa: PLC0415
    from kubelens.predict.network.request import Request  # noqa: PLC0415
    from kubelens.report.places import shown_place  # noqa: PLC0415
    from kubelens.report.route import route_lines  # noqa: PLC0415

    own, chosen = class_of(view.snapshot.bundle, ingress), set(wanted)
    for rule in ingress.rules:
        for path in rule.paths:
            if path.at in chosen:
                request = Request(host=rule.host.replace("*", "any"), path=path.path or "/")
                yield str(request)
                found = view.oracle(IngressRoutesOf(request))
                for route in found.answer:
                    if not own or own in route.entry:
                        written = shown_place(view.snapshot, route.place) or ""
                        for line in route_lines(route, request, False, view.snapshot):
                            yield line.replace(written, f"/{written}") if written else line
                yield from (f"  assuming: {assumption.text}" for assumption in found.assumptions)


def references_text(view: View, key: str, name: str) -> str:
    """What refers to an object (``name`` is its key), a line each with the place."""
    from kubelens.report.places import shown_place  # noqa: PLC0415 - only when asked

    target = next((r for r in view.snapshot.bundle if str(r.key) == name and r.place.uri == key), None)
    if target is None:
        return ""
    symbol = Symbol(target.kind, target.namespace, target.name)
    lines: dict[str, None] = {}
    for one in occurrences(view, [symbol]):
        if not one.defines:
            owner = view.snapshot.object_at(one.place)
            whose = f"{owner.kind} {owner.namespace or '-'}/{owner.name}  " if owner is not None else ""
            lines[f"{whose}/{shown_place(view.snapshot, one.place)}"] = None
    return "\n".join(lines)
