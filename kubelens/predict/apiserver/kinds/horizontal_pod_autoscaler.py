"""HorizontalPodAutoscalers, after ``pkg/apis/autoscaling/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.resources import validate_container_resource_name
from kubelens.predict.apiserver.strategy import Strategy

_OTHER_METRICS: Final = "autoscaling.alpha.kubernetes.io/metrics"
_TYPES: Final = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
_MAX_PERIOD: Final = 1800
_MAX_WINDOW: Final = 3600


def default_autoscaler(obj: dict[str, Any]) -> None:
    """autoscaling/v2: a lower bound, a metric, and the pace of scaling."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if isinstance(behavior, dict):
        if isinstance(up := behavior.get("scaleUp"), dict):
            up.setdefault("selectPolicy", "Max")
            up.setdefault("stabilizationWindowSeconds", 0)
            if "policies" not in up:
                up["policies"] = [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ]
        else:
            behavior["scaleUp"] = {
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [
                    {"type": "Pods", "value": 4, "periodSeconds": 15},
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                ],
            }
        if isinstance(down := behavior.get("scaleDown"), dict):
            down.setdefault("selectPolicy", "Max")
            if "policies" not in down:
                down["policies"] = [{"type": "Percent", "value": 100, "periodSeconds": 15}]
        else:
            behavior["scaleDown"] = {
                "selectPolicy": "Max",
                "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
            }


def default_autoscaler_v1(obj: dict[str, Any]) -> None:
    """autoscaling/v1: a lower bound, and CPU as in autoscaling/v2 where no annotation has other metrics."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("minReplicas", 1)
    if _OTHER_METRICS not in obj.get("metadata", {}).get("annotations", {}):
        spec.setdefault("targetCPUUtilizationPercentage", 80)


def validate_autoscaler(obj: dict[str, Any], report: Report, options: Options) -> None:
    """autoscaling/v2."""
    spec = obj.get("spec", {})
    bounds(spec, report, options)
    reference(spec.get("scaleTargetRef", {}), report, ("spec", "scaleTargetRef"))
    _metrics(spec.get("metrics", []), report, ("spec", "metrics"), spec.get("minReplicas"))
    _behavior(spec.get("behavior"), report, ("spec", "behavior"))


def validate_autoscaler_v1(obj: dict[str, Any], report: Report, options: Options) -> None:
    """autoscaling/v1: one target for CPU."""
    spec = obj.get("spec", {})
    bounds(spec, report, options)
    reference(spec.get("scaleTargetRef", {}), report, ("spec", "scaleTargetRef"))
    target = spec.get("targetCPUUtilizationPercentage")
    if target is not None and target < 1:
        report.invalid(("spec", "metrics", 0, "resource", "target", "averageUtilization"), target, "must be at least 1")


def bounds(spec: dict[str, Any], report: Report, options: Options) -> None:
    """Lower and upper number of Pods."""
    low, high = spec.get("minReplicas"), spec.get("maxReplicas", 0)
    least = 0 if options.has("HPAScaleToZero") else 1
    if low is not None and low < least:
        gate = " unless the feature gate HPAScaleToZero is on" if low == 0 else ""
        report.invalid(("spec", "minReplicas"), low, f"must be at least {least}{gate}")
    if high == 0:
        report.required(("spec", "maxReplicas"))
    if high < 1:
        report.invalid(("spec", "maxReplicas"), high, "must be at least 1")
    if low is not None and high < low:
        report.invalid(("spec", "maxReplicas"), high, f"must be at least minReplicas, {low}")


def reference(target: dict[str, Any], report: Report, path: Path, *, scaled: bool = True) -> None:
    """The object that is scaled, or (not ``scaled``) one that a metric describes: its version is not looked at."""
    for field in ("kind", "name"):
        text = target.get(field, "")
        if not text:
            report.required((*path, field))
        else:
            for problem in is_path_segment_name(text):
                report.invalid((*path, field), text, problem)
    if not scaled:
        return
    version = target.get("apiVersion", "")
    if version.count("/") > 1:
        report.invalid((*path, "apiVersion"), version, "must be a group and a version, as in apps/v1")
    elif "/" not in version and version != "v1":
        report.invalid((*path, "apiVersion"), version, "must name an API group, as in apps/v1")


def _metrics(metrics: list[dict[str, Any]], report: Report, path: Path, low: int | None) -> None:
    has_object = has_external = False
    for index, metric in enumerate(metrics):
        _metric(metric, report, (*path, index))
        has_object |= metric.get("type") == "Object"
        has_external |= metric.get("type") == "External"
    if low == 0 and not has_object and not has_external:
        report.forbidden(path, "must be above 0 without a metric of type Object or External")


def _metric(metric: dict[str, Any], report: Report, path: Path) -> None:
    kind = metric.get("type", "")
    if not kind:
        report.required((*path, "type"))
    if kind not in _TYPES:
        report.not_supported((*path, "type"), kind, tuple(_TYPES))
    present = [field for field in _TYPES.values() if metric.get(field) is not None]
    expected = _TYPES.get(kind)
    for field in present:
        if expected is None or field == expected:
            _source(field, metric[field], report, (*path, field))
    if expected is not None and expected not in present:
        report.required((*path, expected), f"must be given for a metric of type {kind}")
    if len(present) > 1:
        for field in present:
            if field != expected:
                report.forbidden((*path, field), "must name one source only")
    elif kind == "" or (present and expected is not None and present[0] != expected):
        for field in present:
            if expected is not None and field != expected:
                report.forbidden((*path, field), f"must not be set for type {kind}")


def _source(field: str, source: dict[str, Any], report: Report, path: Path) -> None:
    target = source.get("target", {})
    here = (*path, "target")
    if field == "object":
        reference(source.get("describedObject", {}), report, (*path, "describedObject"), scaled=False)
        _identifier(source.get("metric", {}), report, (*path, "metric"))
        _target(target, report, here)
        if target.get("value") is None and target.get("averageValue") is None:
            report.required((*here, "averageValue"), "must have value or averageValue")
    elif field == "pods":
        _identifier(source.get("metric", {}), report, (*path, "metric"))
        _target(target, report, here)
        if target.get("averageValue") is None:
            report.required((*here, "averageValue"), "must be above 0")
    elif field == "external":
        _identifier(source.get("metric", {}), report, (*path, "metric"))
        _target(target, report, here)
        _one_of(target, ("value", "averageValue"), report, here)
    else:
        if field == "containerResource":
            name = source.get("container", "")
            if not name:
                report.required((*path, "container"))
            else:
                for problem in is_dns1123_label(name):
                    report.invalid((*path, "container"), name, problem)
        if not source.get("name"):
            report.required((*path, "name"))
        elif field == "containerResource":
            validate_container_resource_name(source["name"], report, (*path, "name"))
        _target(target, report, here)
        _resource_target(target, report, here)


def _resource_target(target: dict[str, Any], report: Report, path: Path) -> None:
    utilization, average = target.get("averageUtilization"), target.get("averageValue")
    if utilization is None and average is None:
        report.required((*path, "averageUtilization"), "must have averageUtilization or averageValue")
    if utilization is not None and average is not None:
        report.forbidden((*path, "averageValue"), "must not be set beside averageUtilization: take one out")


def _one_of(target: dict[str, Any], fields: tuple[str, str], report: Report, path: Path) -> None:
    present = [f for f in fields if target.get(f) is not None]
    if not present:
        report.required((*path, "averageValue"), f"must have {' or '.join(fields)}")
    elif len(present) > 1:
        report.forbidden(
            (*path, "value"), f"must not be set beside {next(f for f in fields if f != 'value')}: take one out"
        )


def _sign(value: Any) -> int:
    found = read_quantity(value)
    return 0 if found is None else (found.nanos > 0) - (found.nanos < 0)


def _target(target: dict[str, Any], report: Report, path: Path) -> None:
    kind = target.get("type", "")
    if not kind:
        report.required((*path, "type"))
    if kind not in ("AverageValue", "Utilization", "Value"):
        report.invalid((*path, "type"), kind, "must be Utilization, Value or AverageValue")
    utilization = target.get("averageUtilization")
    if utilization is not None and utilization < 1:
        report.invalid((*path, "averageUtilization"), utilization, "must be at least 1")
    for field in ("value", "averageValue"):
        if target.get(field) is not None and _sign(target[field]) <= 0:
            report.invalid((*path, field), str(target[field]), "must be above 0")


def _identifier(metric: dict[str, Any], report: Report, path: Path) -> None:
    name = metric.get("name", "")
    if not name:
        report.required((*path, "name"))
    else:
        for problem in is_path_segment_name(name):
            report.invalid((*path, "name"), name, problem)


def _behavior(behavior: dict[str, Any] | None, report: Report, path: Path) -> None:
    if behavior is None:
        return
    for direction in ("scaleUp", "scaleDown"):
        rules = behavior.get(direction)
        if rules is None:
            continue
        here = (*path, direction)
        window = rules.get("stabilizationWindowSeconds")
        if window is not None:
            if window < 0:
                report.invalid((*here, "stabilizationWindowSeconds"), window, "must be at least 0")
            if window > _MAX_WINDOW:
                report.invalid((*here, "stabilizationWindowSeconds"), window, f"must be at most {_MAX_WINDOW}")
        choice = rules.get("selectPolicy")
        if choice is not None and choice not in ("Disabled", "Max", "Min"):
            report.not_supported((*here, "selectPolicy"), choice, ("Disabled", "Max", "Min"))
        tolerance = rules.get("tolerance")
        if tolerance is not None and _sign(tolerance) < 0:
            report.invalid((*here, "tolerance"), str(tolerance), "must be at least 0")
        policies = rules.get("policies", [])
        if not policies:
            report.required((*here, "policies"), "must have at least one policy")
        for index, policy in enumerate(policies):
            _policy(policy, report, (*here, "policies", index))


def _policy(policy: dict[str, Any], report: Report, path: Path) -> None:
    kind = policy.get("type", "")
    if kind not in ("Percent", "Pods"):
        report.not_supported((*path, "type"), kind, ("Percent", "Pods"))
    if policy.get("value", 0) <= 0:
        report.invalid((*path, "value"), policy.get("value", 0), "must be above 0")
    period = policy.get("periodSeconds", 0)
    if period <= 0:
        report.invalid((*path, "periodSeconds"), period, "must be above 0")
    if period > _MAX_PERIOD:
        report.invalid((*path, "periodSeconds"), period, f"must be at most {_MAX_PERIOD}")


STRATEGIES: Final = (
    Strategy(
        "autoscaling",
        "HorizontalPodAutoscaler",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_autoscaler,
        validate=validate_autoscaler,
    ),
    Strategy(
        "autoscaling",
        "HorizontalPodAutoscaler",
        names=is_dns1123_subdomain,
        namespaced=True,
        version="v1",
        default=default_autoscaler_v1,
        validate=validate_autoscaler_v1,
    ),
)
