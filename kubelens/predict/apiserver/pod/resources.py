"""Quantities, requests and limits, after core ``ValidateContainerResourceRequirements``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kubelens.kube.quantity import Quantity, read_quantity
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, at_key, field_notation, shown
from kubelens.predict.apiserver.formats import is_dns1123_label, is_qualified_name

STANDARD: Final = frozenset({"cpu", "memory", "ephemeral-storage"})
ValidateName = Callable[[str, Report, Path], None]
_QUOTA: Final = frozenset(
    [
        "requests.cpu",
        "requests.memory",
        "requests.ephemeral-storage",
        "requests.storage",
        "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage",
        "pods",
        "resourcequotas",
        "services",
        "replicationcontrollers",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "storage",
        "services.nodeports",
        "services.loadbalancers",
    ]
)
_NATIVE_DOMAIN: Final = "kubernetes.io/"
_WHOLE_ONLY: Final = frozenset(
    {
        "persistentvolumeclaims",
        "pods",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "services",
        "configmaps",
        "services.nodeports",
        "services.loadbalancers",
    }
)


def quantity(value: Any) -> Quantity:
    """A decoded quantity; unreadable ones were refused by decoding."""
    found = read_quantity(value)
    assert found is not None
    return found


def is_huge_page(name: str) -> bool:
    """``hugepages-2Mi`` and the like."""
    return name.startswith("hugepages-")


def is_native(name: str) -> bool:
    """A resource of Kubernetes' own: no domain, or a kubernetes.io domain."""
    return "/" not in name or _NATIVE_DOMAIN in name


def is_extended(name: str) -> bool:
    """A resource that a device plugin or an administrator adds."""
    if is_native(name) or name.startswith("requests."):
        return False
    return not is_qualified_name(f"requests.{name}")


def validate_nonnegative(value: Any, report: Report, path: Path) -> bool:
    """A quantity of zero or more; whether it is."""
    if quantity(value).nanos < 0:
        report.invalid(path, str(value), "must be at least 0")
        return False
    return True


def validate_quantity(name: str, value: Any, report: Report, path: Path) -> None:
    """A resource's quantity: not negative, and whole where halves make no sense."""
    validate_nonnegative(value, report, path)
    if (is_extended(name) or is_huge_page(name) or name in _WHOLE_ONLY) and quantity(value).nanos % 1_000_000_000:
        report.invalid(path, str(value), "must be a whole number")


def validate_container_resource_name(name: str, report: Report, path: Path) -> None:
    """A resource that a container may ask for: a key of an amount, or the value of a field."""
    at = at_key(path) if isinstance(path[-1], MapKey) else path
    for problem in is_qualified_name(name):
        report.invalid(at, name, problem)
    if "/" not in name:
        if name not in STANDARD and not is_huge_page(name):
            report.invalid(at, name, "must be cpu, memory, ephemeral-storage or hugepages-SIZE")
    elif not is_native(name) and not is_extended(name):
        report.invalid(at, name, "must be the name of an extended resource: a domain, '/' and a name")


def validate_pod_resource_name(name: str, report: Report, path: Path) -> None:
    """A resource that a Pod as a whole may ask for."""
    problems = is_qualified_name(name)
    for problem in problems:
        report.invalid(at_key(path), name, problem)
    if problems:
        return
    if (
        "/" not in name
        and name not in STANDARD
        and name not in _QUOTA
        and not name.startswith(("hugepages-", "requests.hugepages-"))
    ):
        report.invalid(
            path,
            name,
            "must be cpu, memory, ephemeral-storage or hugepages-SIZE, or have a domain before it, as in example.com/gpu",
        )
    elif name not in ("cpu", "memory") and not is_huge_page(name):
        report.not_supported(at_key(path), name, ("cpu", "hugepages-", "memory"))


def validate_requirements(
    resources: dict[str, Any],
    report: Report,
    path: Path,
    claims: frozenset[str] = frozenset(),
    validate_name: ValidateName = validate_container_resource_name,
) -> None:
    """Requests and limits, and the claims a container names."""
    limits: dict[str, Any] = resources.get("limits", {})
    requests: dict[str, Any] = resources.get("requests", {})
    huge = False
    plain = False
    for name, value in limits.items():
        here = (*path, "limits", MapKey(name))
        validate_name(name, report, here)
        validate_quantity(name, value, report, here)
        if is_huge_page(name):
            huge = True
            _whole_pages(name, value, report, here)
        elif name in ("cpu", "memory"):
            plain = True
    for name, value in requests.items():
        here = (*path, "requests", MapKey(name))
        validate_name(name, report, here)
        validate_quantity(name, value, report, here)
        if name in limits:
            limit = quantity(limits[name])
            amount = quantity(value)
            if amount.nanos != limit.nanos and not _overcommits(name):
                _refuse_request(name, value, f"must be its limit of {limits[name]}", report, path)
            elif amount.nanos > limit.nanos:
                _refuse_request(name, value, f"must be at most its limit of {limits[name]}", report, path)
        elif not _overcommits(name):
            report.required(
                (*path, "limits"),
                f"must hold {name}, does not: nobody can use more of it than was asked for; write {name}: {shown(value)}",
            )
        if is_huge_page(name):
            huge = True
            _whole_pages(name, value, report, here)
        elif name in ("cpu", "memory"):
            plain = True
    if huge and not plain:
        report.forbidden(path, "must have a request for cpu or memory beside huge pages")
    _validate_claims(resources.get("claims", []), report, (*path, "claims"), claims)


def _whole_pages(name: str, value: Any, report: Report, path: Path) -> None:
    size = read_quantity(name.removeprefix("hugepages-"))
    whole = size is not None and size.nanos > 0 and size.nanos % 1_000_000_000 == 0
    if size is None or not whole or quantity(value).value % size.value:
        report.invalid(path, str(value), f"must be a multiple of {name.removeprefix('hugepages-')}")


def _overcommits(name: str) -> bool:
    return is_native(name) and not is_huge_page(name)


def _refuse_request(name: str, value: Any, message: str, report: Report, path: Path) -> None:
    """Blame one request; the server names all of them."""
    said = f"the request for {name} {message}, is {value}"
    report.add((*path, "requests", MapKey(name)), CauseReason.INVALID, said, field_notation((*path, "requests")))


def _validate_claims(claims: list[dict[str, Any]], report: Report, path: Path, known: frozenset[str]) -> None:
    seen: set[tuple[str, str]] = set()
    for index, claim in enumerate(claims):
        name = claim.get("name", "")
        request = claim.get("request", "")
        if not name:
            report.required((*path, index))
            continue
        key = (name, request)
        if key in seen or (name, "") in seen or (not request and any(n == name for n, _ in seen)):
            report.duplicate((*path, index), f"{name}/{request}" if request else name)
        if request and (name, "") not in seen:
            for problem in is_dns1123_label(request):
                report.invalid((*path, index, "request"), request, problem)
        seen.add(key)
        if name not in known:
            report.not_found((*path, index), "resource claim of the Pod", name, sorted(known))


def validate_pod_resources(spec: dict[str, Any], report: Report, path: Path) -> None:
    """Pod-level requests and limits, after ``validatePodResources``."""
    resources = spec.get("resources")
    if not resources:
        return
    here = (*path, "resources")
    if resources.get("claims"):
        report.forbidden((*here, "claims"), "must not be set here: containers name claims")
    validate_requirements(
        {k: v for k, v in resources.items() if k != "claims"}, report, here, validate_name=validate_pod_resource_name
    )
    _against_containers(spec, resources, report, path)


def _against_containers(spec: dict[str, Any], resources: dict[str, Any], report: Report, path: Path) -> None:
    totals = container_requests(spec)
    for name, value in resources.get("requests", {}).items():
        if totals.get(name, 0) > quantity(value).nanos:
            report.invalid(
                (*path, "resources", "requests", MapKey(name)),
                str(value),
                f"the containers together ask for more {name}",
            )
    for number, container in enumerate(spec.get("containers", [])):
        for name, value in container.get("resources", {}).get("limits", {}).items():
            limit = resources.get("limits", {}).get(name)
            if limit is not None and quantity(value).nanos > quantity(limit).nanos:
                here = (*path, "containers", number, "resources", "limits", MapKey(name))
                field = field_notation((*path, "resources", "containers", number, MapKey(name), "limits"))
                report.add(here, CauseReason.INVALID, f"must be at most the Pod's limit of {limit}, is {value}", field)


def container_requests(spec: dict[str, Any]) -> dict[str, int]:
    """What the containers ask for together in nano units, as ``AggregateContainerRequests`` adds it up."""
    totals: dict[str, int] = {}
    for container in spec.get("containers", []):
        _add(totals, container)
    sidecars: dict[str, int] = {}
    highest: dict[str, int] = {}
    for container in spec.get("initContainers", []):
        if container.get("restartPolicy") == "Always":
            _add(totals, container)
            _add(sidecars, container)
            needed = sidecars
        else:
            needed = dict(sidecars)
            _add(needed, container)
        for name, nanos in needed.items():
            highest[name] = max(highest.get(name, 0), nanos)
    return {name: max(totals.get(name, 0), highest.get(name, 0)) for name in {*totals, *highest}}


def _add(totals: dict[str, int], container: dict[str, Any]) -> None:
    for name, value in container.get("resources", {}).get("requests", {}).items():
        totals[name] = totals.get(name, 0) + quantity(value).nanos
