"""What code lenses show, as text."""

from __future__ import annotations

from kubelens.kube.network import read_ingress
from kubelens.kube.references import references_of
from kubelens_lsp.session import View


def rollout_text(view: View, key: str, kind: str, name: str) -> str:
    """The rollout of a workload of one file, ``""`` where it is gone."""
    from kubelens.predict.rollout.rollout import RolloutOf  # noqa: PLC0415 - only when asked
    from kubelens.report.rollout import as_text  # noqa: PLC0415

    for resource in view.snapshot.bundle.all(kind):
        if resource.name == name and resource.place.uri == key:
            return str(as_text(view.oracle(RolloutOf(resource))))
    return ""


def rollout_page(view: View, key: str, kind: str, name: str) -> str:
    """The same as a page with the chart (HTML that stands alone, without scripts), ``""`` where it is gone."""
    from kubelens.predict.rollout.rollout import RolloutOf  # noqa: PLC0415 - only when asked
    from kubelens.report.rollout_html import as_html  # noqa: PLC0415

    for resource in view.snapshot.bundle.all(kind):
        if resource.name == name and resource.place.uri == key:
            return as_html([view.oracle(RolloutOf(resource))])
    return ""


def topology_page(view: View, folder: str) -> str:
    """The graph of the objects below a folder (``""``: of all) as a page that stands alone, without scripts."""
    from kubelens.kube.bundle import Bundle  # noqa: PLC0415 - only when asked
    from kubelens.predict.api import Oracle  # noqa: PLC0415
    from kubelens.predict.network.topology import Topology  # noqa: PLC0415
    from kubelens.report.topology import html  # noqa: PLC0415

    below = f"{folder.rstrip('/')}/" if folder else ""
    chosen = Bundle((r for r in view.snapshot.bundle if r.place.uri.startswith(below)), view.release)
    return html(Oracle(chosen)(Topology("")).answer) if len(chosen) else ""


def route_text(view: View, key: str, name: str) -> str:
    """Where a request to each host and path of an Ingress ends, ``""`` where it is gone."""
    from kubelens.predict.network.ingress import IngressRoutesOf, class_of  # noqa: PLC0415 - only when asked
    from kubelens.predict.network.request import Request  # noqa: PLC0415
    from kubelens.report.route import route_lines  # noqa: PLC0415

    lines: list[str] = []
    for resource in view.snapshot.bundle.all("Ingress"):
        ingress = read_ingress(resource)
        if ingress is None or resource.name != name or resource.place.uri != key:
            continue
        own = class_of(view.snapshot.bundle, ingress)
        for rule in ingress.rules:
            host = rule.host.replace("*", "any")
            for path in rule.paths:
                request = Request(host=host, path=path.path or "/")
                routes = view.oracle(IngressRoutesOf(request)).answer
                lines.append(str(request))
                lines += [
                    line for r in routes if not own or own in r.entry for line in route_lines(r, False, view.snapshot)
                ]
    return "\n".join(lines)


def references_text(view: View, key: str, name: str) -> str:
    """What refers to an object (``name`` is its key), a line each with the place."""
    from kubelens.report.route import shown_place  # noqa: PLC0415 - only when asked

    target = next((r for r in view.snapshot.bundle if str(r.key) == name and r.place.uri == key), None)
    if target is None:
        return ""
    wanted = (target.kind, target.namespace, target.name)
    return "\n".join(
        f"{resource.kind} {resource.namespace}/{resource.name}  {shown_place(view.snapshot, resource.place.at(*reference.path))}"
        for resource in view.snapshot.bundle
        for reference in references_of(resource)
        if (reference.kind, reference.namespace, reference.name) == wanted
    )
