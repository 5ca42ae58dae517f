"""``kubelens predict route``: where a request ends."""

from __future__ import annotations

from collections.abc import Sequence

import click
from msgspec import to_builtins
from msgspec.structs import replace

from kubelens.cli.difference import diff_option, tell_difference
from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_snapshot
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.refusals import taken_in, tell
from kubelens.predict.api import Oracle
from kubelens.predict.network.destination import Destination, Route, find_service
from kubelens.predict.network.gateway import GatewayRoutesOf
from kubelens.predict.network.ingress import SPECIFICATION, IngressRoutesOf
from kubelens.predict.network.ingress_controllers.known import controller_names
from kubelens.predict.network.other_routes import OtherRoutes
from kubelens.predict.network.path_forms import taken_as_written
from kubelens.predict.network.request import Request, read_request
from kubelens.predict.network.unreached import WhyUnreachedOf
from kubelens.report.route import route_json, route_lines

_ON_THE_WAY = ("Ingress", "IngressClass", "Gateway", "HTTPRoute", "ReferenceGrant", "NetworkPolicy")


@click.command()
@click.argument("url", required=False)
@click.argument("paths", nargs=-1)
@click.option(
    "--controller",
    default="",
    help=f"The ingress controller: {', '.join(controller_names())}, or {SPECIFICATION} for the API's own text.  "
    "[default: as the IngressClass or the annotations show]",
)
@click.option("--method", default="GET", show_default=True, help="Method of the request.")
@click.option("-H", "--header", "headers", multiple=True, help="A header as NAME: VALUE, more than once.")
@click.option("--passed", is_flag=True, help="Show every rule passed over.")
@diff_option
@format_option("text", "json")
@input_options()
def command(
    url: str | None,
    paths: Sequence[str],
    controller: str,
    method: str,
    headers: Sequence[str],
    passed: bool,
    diff: str | None,
    form: str,
    inputs: InputChoices,
) -> None:
    """Say which Ingress or HTTPRoute, rule, Service and Pods a URL ends at, and why no other rule answers.

    URL may be a whole URL, HOST/PATH or /PATH. With --diff there is none: every host and path is asked. Ends with 1
    where nothing answers, or a Service that is known to have no Pods (the cluster may hold what the files do not), or a
    redirect to the very URL.
    """
    if diff is not None:
        from kubelens.plan.consequences.routes import routes as differing  # noqa: PLC0415 - only for a difference

        tell_difference(diff, (*([url] if url else ()), *paths), inputs, form, (differing,))
    if url is None:
        raise click.UsageError("give a URL, or --diff")
    known = (*controller_names(), SPECIFICATION)
    if controller and controller not in known:
        raise click.UsageError(f"no controller {controller!r} is known; there are: {', '.join(known)}")
    try:
        pairs = [h.partition(":")[::2] for h in headers]
        request = read_request(url, method, {name.strip(): value.strip() for name, value in pairs})
    except ValueError as error:
        raise click.UsageError(str(error) if repr(url) in str(error) else f"{url!r}: {error}") from error
    snapshot = load_snapshot(paths, inputs)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths)}")
    oracle, refused = taken_in(snapshot.bundle, *_ON_THE_WAY, named=("Service",))
    by_ingress = oracle(IngressRoutesOf(request, controller))
    by_gateway = oracle(GatewayRoutesOf(request))
    routes = tuple(_loop_told(request, route) for route in (*by_ingress.answer, *by_gateway.answer))
    beside = oracle(OtherRoutes()).answer
    written = taken_as_written(request) if beside else ()
    taken = (*by_ingress.assumptions, *by_gateway.assumptions, *beside, *written)
    assumptions = list(dict.fromkeys(a.text for a in taken))
    if form == "json":
        say_json(
            {
                "version": 1,
                "refused": to_builtins(refused),
                "request": str(request),
                "routes": [route_json(r, snapshot) for r in routes],
                "assumptions": assumptions,
            }
        )
    elif not routes:
        tell(refused)
        say_answer(str(request), "  no Ingress and no Gateway among the files listens for this")
        say_answer(*(f"  assuming: {a}" for a in assumptions))
    else:
        tell(refused)
        say_answer(
            str(request),
            *(line for r in routes for line in route_lines(r, request, passed, snapshot)),
            *(f"  assuming: {a}" for a in assumptions),
        )
    end(no=not any(_ends_somewhere(oracle, request, route) for route in routes))


def _loop_told(request: Request, route: Route) -> Route:
    if route.redirect is None or not route.redirect.leads_back(request):
        return route
    return replace(route, notes=(*route.notes, "that is the URL itself: a client goes round until it gives up"))


def _ends_somewhere(oracle: Oracle, request: Request, route: Route) -> bool:
    if route.redirect is not None:
        return not route.redirect.leads_back(request)
    return route.unknown or any(not _leads_nowhere(oracle, destination) for destination in route.destinations)


def _leads_nowhere(oracle: Oracle, destination: Destination) -> bool:
    """Whether the proxy answers itself, or the Service is known to have no Pods."""
    if destination.status is not None:
        return True
    service = find_service(oracle.bundle, destination.namespace, destination.service)
    if destination.pods or service is None:
        return False
    port = next((p for p in service.ports if str(p.number) == destination.port), None)
    return port is not None and oracle(WhyUnreachedOf(service, port)).answer.known
