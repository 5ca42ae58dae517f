"""Requests as nginx answers them, configured from Ingresses as ingress-nginx configures it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kubelens.predict.api import Oracle
from kubelens.predict.network.destination import Route
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.request import Request, read_request
from tests.agreement.ingress import bundle_of
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "ingress-nginx"


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every request."""
    result = SuiteResult("ingress-nginx", headline="requests")
    for _, record in read_records(cases):
        oracle = Oracle(bundle_of(record["ingresses"]))
        for one in record["requests"]:
            request = read_request(one["url"], headers=one.get("headers"))
            prediction = oracle(IngressRoutesOf(request, "nginx"))
            found = prediction.answer
            expected = _expected(one["nginx"], request)
            predicted = _predicted(found, request)
            agrees = expected == predicted
            result.count("figures", "requests", agrees)
            result.count("by", str(expected[0]), agrees)
            if not agrees:
                told = "; ".join(a.text for a in prediction.assumptions)
                result.disagreements.append(
                    Disagreement(f"{record['id']} {one['url']}", "request", expected, predicted, told)
                )
    return result


def _expected(answer: list[Any], request: Request) -> tuple[Any, ...]:
    """The recorded nginx hears https as http, and so says http where it repeats the scheme."""
    kind, *rest = answer
    if kind == "redirect":
        repeated = rest[0] != 308 and rest[1].startswith(f"http://{request.host}")
        target = f"{request.scheme}{rest[1].removeprefix('http')}" if repeated else rest[1]
        return kind, rest[0], _without_slash(target)
    return kind, rest[0], *(_one_slash(path) for path in rest[1:])


def _without_slash(url: str) -> str:
    """The recordings keep a slash at the end of what is sent to https; the controller's Lua takes it away."""
    return url.rstrip("/")


def _one_slash(path: str) -> str:
    """The server that wrote down what backends see makes one slash of several at the beginning."""
    return "/" + path.lstrip("/")


def _predicted(routes: tuple[Route, ...], request: Request) -> tuple[Any, ...]:
    if len(routes) != 1:
        return "status", 404
    (route,) = routes
    if route.redirect is not None:
        redirect = route.redirect
        path = request.path if redirect.path is None else redirect.path
        target = redirect.url or f"{redirect.scheme or request.scheme}://{redirect.host or request.host}{path}"
        return "redirect", redirect.status, _without_slash(target)
    if not route.destinations:
        return "status", route.status
    ends = route.destinations[0]
    return "svc", ends.service, _one_slash(request.path if ends.path is None else ends.path)
