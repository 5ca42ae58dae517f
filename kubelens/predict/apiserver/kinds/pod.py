"""Pods, after core ``ValidatePod``, its update, and ``registry/core/pod``; what templates share is in ``apiserver/pod``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.affinity import validate_tolerations
from kubelens.predict.apiserver.pod.annotations import (
    APP_ARMOR,
    MIRROR,
    validate_app_armor_agreement,
    validate_pod_annotations,
    validate_seccomp_agreement,
)
from kubelens.predict.apiserver.pod.defaults import default_pod_spec, pull_policy, requests_from_limits
from kubelens.predict.apiserver.pod.spec import validate_pod_spec, validate_tokens
from kubelens.predict.apiserver.pod.warnings import Pair, name_warnings, template_pairs
from kubelens.predict.apiserver.strategy import Strategy

_INT32_MAX: Final = 2**31 - 1
_SPEC: Final[Path] = ("spec",)
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"


def default_pod(pod: dict[str, Any]) -> None:
    """A Pod: its spec, requests from limits, and host ports on the host's network."""
    spec = pod.setdefault("spec", {})
    for name in ("initContainers", "containers"):
        for container in spec.get(name, []):
            requests_from_limits(container)
    if spec.get("resources", {}).get("limits"):
        _pod_requests(spec)
    default_pod_spec(spec)
    spec.setdefault("enableServiceLinks", True)
    if spec["terminationGracePeriodSeconds"] < 0:
        spec["terminationGracePeriodSeconds"] = 1
    if spec.get("hostNetwork"):
        for name in ("initContainers", "containers"):
            for container in spec.get(name, []):
                for port in container.get("ports", []):
                    if not port.get("hostPort"):
                        port["hostPort"] = port.get("containerPort", 0)


def _pod_requests(spec: dict[str, Any]) -> None:
    """Requests of a Pod with limits of its own: what its containers ask for, else the limits (``defaultPodRequests``)."""
    from kubelens.kube.quantity import Quantity  # noqa: PLC0415 - few Pods have resources of their own
    from kubelens.predict.apiserver.pod.resources import container_requests  # noqa: PLC0415

    resources = spec["resources"]
    requests = dict(resources.get("requests", {}))
    for name, nanos in container_requests(spec).items():
        if name in ("cpu", "memory") and name not in requests:
            requests[name] = str(Quantity(nanos, "BinarySI" if name == "memory" else "DecimalSI"))
    for name, value in resources["limits"].items():
        if name in ("cpu", "memory") or name.startswith("hugepages-"):
            requests.setdefault(name, value)
    if requests:
        resources["requests"] = requests


def validate_pod(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A new Pod."""
    spec = obj.get("spec", {})
    metadata = obj.get("metadata", {})
    annotations = metadata.get("annotations", {})
    validate_pod_annotations(annotations, spec, report, ("metadata", "annotations"))
    validate_pod_spec(spec, metadata, report, ("spec",), options)
    validate_tokens(spec, report)
    if spec.get("ephemeralContainers"):
        report.forbidden(("spec", "ephemeralContainers"), "must not be set when a Pod is made")
    if spec.get("schedulingGates") and spec.get("nodeName"):
        report.forbidden(("spec", "nodeName"), "must not be set until all schedulingGates are gone")
    validate_seccomp_agreement(annotations, spec, report, ("spec",))
    validate_app_armor_agreement(annotations, spec, report, ("spec",))


def validate_pod_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """A new version of a Pod."""
    spec, before = new.get("spec", {}), old.get("spec", {})
    metadata = new.get("metadata", {})
    validate_pod_annotations(metadata.get("annotations", {}), spec, report, ("metadata", "annotations"))
    validate_pod_spec(spec, metadata, report, _SPEC, options)
    validate_tokens(spec, report)
    _annotations(metadata.get("annotations", {}), old.get("metadata", {}).get("annotations", {}), report)
    for field in ("containers", "initContainers"):
        if len(spec.get(field, [])) != len(before.get(field, [])):
            report.forbidden((*_SPEC, field), "containers cannot be added to a Pod or taken away")
            return
    if not _deadline(spec, before, report):
        return
    _tolerations(spec.get("tolerations", []), before.get("tolerations", []), report)
    _gates(spec.get("schedulingGates", []), before.get("schedulingGates", []), report)
    if spec != before and _frozen(spec, before, report) != before:
        report.forbidden(
            _SPEC,
            "only images, activeDeadlineSeconds, more tolerations and fewer schedulingGates can change in a Pod: "
            "delete it and make it anew",
        )


def _annotations(annotations: dict[str, str], before: dict[str, str], report: Report) -> None:
    for key in {*annotations, *before}:
        if annotations.get(key) != before.get(key) and (key.startswith(APP_ARMOR) or key == MIRROR):
            report.forbidden(("metadata", "annotations", MapKey(key)), "cannot be added, changed or taken away")


def _deadline(spec: dict[str, Any], before: dict[str, Any], report: Report) -> bool:
    """Checks the deadline; whether checking goes on."""
    path = (*_SPEC, "activeDeadlineSeconds")
    deadline, previous = spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if deadline is None:
        if previous is not None:
            report.invalid(path, None, "cannot be taken away once it is set")
        return True
    if not 0 <= deadline <= _INT32_MAX:
        report.invalid(path, deadline, f"must be between 0 and {_INT32_MAX}")
        return False
    if previous is not None and previous < deadline:
        report.invalid(path, deadline, f"is above {previous}: it can only become shorter")
        return False
    return True


def _tolerations(tolerations: list[dict[str, Any]], before: list[dict[str, Any]], report: Report) -> None:
    path = (*_SPEC, "tolerations")
    bare = [{k: v for k, v in one.items() if k != "tolerationSeconds"} for one in tolerations]
    for one in before:
        if {k: v for k, v in one.items() if k != "tolerationSeconds"} not in bare:
            report.forbidden(path, "must keep its tolerations: only their tolerationSeconds can change")
            return
    validate_tolerations(tolerations, report, path)


def _gates(gates: list[dict[str, Any]], before: list[dict[str, Any]], report: Report) -> None:
    names = {gate.get("name", "") for gate in before}
    added = {gate.get("name", ""): index for index, gate in enumerate(gates) if gate.get("name", "") not in names}
    for name, index in added.items():
        report.forbidden(
            (*_SPEC, "schedulingGates", index, "name"), f"the gate {name!r} is new, gates can only be taken away"
        )


def _frozen(spec: dict[str, Any], before: dict[str, Any], report: Report) -> dict[str, Any]:
    """The new spec with what may change put back; what a gated Pod may change is checked on the way."""
    frozen = dict(spec)
    for field in ("containers", "initContainers"):
        if field in spec:
            frozen[field] = [
                _same_image(one, other) for one, other in zip(spec[field], before.get(field, []), strict=True)
            ]
    for field in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        frozen = _with(frozen, field, before)
    if (before.get("terminationGracePeriodSeconds") or 0) < 0 and spec.get("terminationGracePeriodSeconds") == 1:
        frozen = _with(frozen, "terminationGracePeriodSeconds", before)
    if before.get("schedulingGates"):
        frozen = _gated(frozen, before, report)
    return frozen


def _same_image(container: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The container with the image it had, and the pull policy where that only follows from the image.

    An apply leaves a pull policy alone that the server filled in.
    """
    frozen = _with(container, "image", before)
    if all(one.get("imagePullPolicy") == pull_policy(one.get("image", "")) for one in (container, before)):
        frozen = _with(frozen, "imagePullPolicy", before)
    return frozen


def _with(value: dict[str, Any], field: str, other: dict[str, Any]) -> dict[str, Any]:
    out = {key: item for key, item in value.items() if key != field}
    if field in other:
        out[field] = other[field]
    return out


def _gated(spec: dict[str, Any], before: dict[str, Any], report: Report) -> dict[str, Any]:
    selector, previous = spec.get("nodeSelector", {}), before.get("nodeSelector", {})
    if selector != previous:
        if any(selector.get(key) != value for key, value in previous.items()):
            report.invalid(
                (*_SPEC, "nodeSelector"),
                selector,
                "must keep its entries: the nodeSelector of a gated Pod can only grow",
            )
        spec = _with(spec, "nodeSelector", before)
    affinity, old = spec.get("affinity"), before.get("affinity")
    mine, theirs = (affinity or {}).get("nodeAffinity"), (old or {}).get("nodeAffinity")
    if mine == theirs:
        return spec
    _node_affinity(mine or {}, theirs or {}, report, (*_SPEC, "affinity", "nodeAffinity"))
    if affinity is None:
        return {**spec, "affinity": {"nodeAffinity": theirs}}
    if old is None and "podAffinity" not in affinity and "podAntiAffinity" not in affinity:
        return {key: value for key, value in spec.items() if key != "affinity"}
    return {**spec, "affinity": _with(affinity, "nodeAffinity", old or {})}


def _node_affinity(new: dict[str, Any], old: dict[str, Any], report: Report, path: Path) -> None:
    if _REQUIRED not in old:
        return
    before = old[_REQUIRED].get("nodeSelectorTerms", [])
    terms = new.get(_REQUIRED, {}).get("nodeSelectorTerms", [])
    here = (*path, _REQUIRED, "nodeSelectorTerms")
    if before and len(before) != len(terms):
        report.invalid(here, terms, "terms cannot be added or taken away")
        return
    for index, (term, previous) in enumerate(zip(terms, before, strict=False)):
        if not _only_grows(term, previous):
            report.invalid((*here, index), term, "must keep its entries: a term of a gated Pod can only grow")


def _only_grows(term: dict[str, Any], before: dict[str, Any]) -> bool:
    empty = not before.get("matchExpressions") and not before.get("matchFields")
    if empty and (term.get("matchExpressions") or term.get("matchFields")):
        return False
    for field in ("matchExpressions", "matchFields"):
        previous = before.get(field, [])
        if term.get(field, [])[: len(previous)] != previous:
            return False
    return True


def pod_warnings(pod: dict[str, Any]) -> list[Pair]:
    """A Pod."""
    metadata = pod.get("metadata", {})
    return [*name_warnings(metadata), *template_pairs({"metadata": metadata, "spec": pod.get("spec", {})}, ())]


STRATEGIES: Final = (
    Strategy(
        "",
        "Pod",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_pod,
        validate=validate_pod,
        update=validate_pod_update,
        warn=pod_warnings,
    ),
)
