"""Workloads of apps and core, after ``pkg/apis/apps/validation`` and core ``ValidateReplicationController``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.selector import equality_selector, label_selector
from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_valid_percent
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.immutable import is_same
from kubelens.predict.apiserver.validation.pod import validate_template
from kubelens.predict.apiserver.validation.selectors import is_readable, validate_label_selector

_DEPLOYMENT: Final = ("Recreate", "RollingUpdate")


def nonnegative(value: Any, report: Report, path: Path) -> None:
    """A number of zero or more."""
    if isinstance(value, int) and value < 0:
        report.invalid(path, value, "is negative")


def int_or_percent(value: Any, report: Report, path: Path) -> None:
    """A whole number of zero or more, or a percentage."""
    if isinstance(value, int):
        nonnegative(value, report, path)
    else:
        for problem in is_valid_percent(value):
            report.invalid(path, value, problem)


def at_most_100_percent(value: Any, report: Report, path: Path) -> None:
    """A percentage of at most 100."""
    if isinstance(value, str) and not is_valid_percent(value) and int(value[:-1]) > 100:
        report.invalid(path, value, "is more than 100%")


def amount(value: Any) -> int:
    """The number, of a percentage too: what is compared with zero."""
    if isinstance(value, int):
        return value
    text = value.removesuffix("%")
    return int(text) if text.isdigit() else 0


def validate_pod_template(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PodTemplate."""
    validate_template(obj.get("template", {}), report, ("template",), options)


def template_restart(spec: dict[str, Any], report: Report, path: Path) -> None:
    """Pods that are kept running restart always and have no deadline."""
    policy = spec.get("restartPolicy", "")
    if policy != "Always":
        report.not_supported((*path, "restartPolicy"), policy, ("Always",))
    if spec.get("activeDeadlineSeconds") is not None:
        report.forbidden((*path, "activeDeadlineSeconds"), "Pods that are kept running have no deadline")


def selected(spec: dict[str, Any], report: Report, options: Options, kind: str) -> None:
    """The selector, and the template it has to match; with an unreadable selector the template is not looked at."""
    selector = spec.get("selector")
    path: Path = ("spec", "selector")
    if selector is None:
        report.required(path)
    else:
        validate_label_selector(selector, report, path)
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            report.invalid(path, selector, f"an empty selector is not allowed for a {kind}")
        elif not is_readable(selector):
            report.invalid(path, selector, "cannot be read as a selector")
            return
    _mismatch(selector, spec.get("template", {}), report)
    _template(spec, report, options)


def _mismatch(selector: dict[str, Any] | None, template: dict[str, Any], report: Report) -> None:
    labels = template.get("metadata", {}).get("labels", {})
    if not label_selector(selector).matches(labels):
        report.invalid(
            ("spec", "template", "metadata", "labels"), labels, "the selector does not match the template's labels"
        )


def _template(spec: dict[str, Any], report: Report, options: Options) -> None:
    template = spec.get("template", {})
    validate_template(template, report, ("spec", "template"), options)
    template_restart(template.get("spec", {}), report, ("spec", "template", "spec"))


def validate_deployment(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Deployment."""
    spec = obj.get("spec", {})
    nonnegative(spec.get("replicas", 0), report, ("spec", "replicas"))
    selected(spec, report, options, "Deployment")
    _deployment_strategy(spec.get("strategy", {}), report)
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    nonnegative(spec.get("revisionHistoryLimit"), report, ("spec", "revisionHistoryLimit"))
    deadline = spec.get("progressDeadlineSeconds")
    if deadline is not None:
        nonnegative(deadline, report, ("spec", "progressDeadlineSeconds"))
        if deadline <= spec.get("minReadySeconds", 0):
            report.invalid(("spec", "progressDeadlineSeconds"), deadline, "is not above minReadySeconds")


def _deployment_strategy(strategy: dict[str, Any], report: Report) -> None:
    path: Path = ("spec", "strategy")
    kind = strategy.get("type", "")
    if kind not in _DEPLOYMENT:
        report.add(
            (*path, "type"),
            CauseReason.NOT_SUPPORTED,
            f"{kind!r} is not one of Recreate, RollingUpdate",
            "spec.strategy",
        )
    elif kind == "Recreate":
        if strategy.get("rollingUpdate") is not None:
            report.forbidden((*path, "rollingUpdate"), "rollingUpdate goes with the strategy type RollingUpdate")
    elif strategy.get("rollingUpdate") is None:
        report.required((*path, "rollingUpdate"))
    else:
        rolling_update(strategy["rollingUpdate"], report, (*path, "rollingUpdate"))


def rolling_update(rolling: dict[str, Any], report: Report, path: Path) -> None:
    """Surge and unavailable of a Deployment."""
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    int_or_percent(unavailable, report, (*path, "maxUnavailable"))
    int_or_percent(surge, report, (*path, "maxSurge"))
    if amount(unavailable) == 0 and amount(surge) == 0:
        report.invalid(
            (*path, "maxUnavailable"),
            unavailable,
            "maxUnavailable and maxSurge are both 0: nothing could ever be replaced",
        )
    at_most_100_percent(unavailable, report, (*path, "maxUnavailable"))


def validate_replica_set(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ReplicaSet."""
    spec = obj.get("spec", {})
    nonnegative(spec.get("replicas", 0), report, ("spec", "replicas"))
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    selected(spec, report, options, "ReplicaSet")


def validate_replication_controller(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ReplicationController."""
    spec = obj.get("spec", {})
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    selector = spec.get("selector", {})
    if not selector:
        report.required(("spec", "selector"))
    nonnegative(spec.get("replicas", 0), report, ("spec", "replicas"))
    template = spec.get("template")
    path: Path = ("spec", "template")
    if template is None:
        report.required(path)
        return
    labels = template.get("metadata", {}).get("labels", {})
    if selector and not equality_selector(selector).matches(labels):
        report.invalid((*path, "metadata", "labels"), labels, "the selector does not match the template's labels")
    validate_template(template, report, path, options)
    template_restart(template.get("spec", {}), report, (*path, "spec"))


def validate_daemon_set(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A DaemonSet."""
    spec = obj.get("spec", {})
    selector = spec.get("selector")
    validate_label_selector(selector, report, ("spec", "selector"))
    if selector is None or is_readable(selector):
        _mismatch(selector, spec.get("template", {}), report)
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        report.invalid(("spec", "selector"), selector, "an empty selector is not allowed for a DaemonSet")
    _template(spec, report, options)
    nonnegative(spec.get("minReadySeconds", 0), report, ("spec", "minReadySeconds"))
    _daemon_strategy(spec.get("updateStrategy", {}), report)
    nonnegative(spec.get("revisionHistoryLimit"), report, ("spec", "revisionHistoryLimit"))


def _daemon_strategy(strategy: dict[str, Any], report: Report) -> None:
    path: Path = ("spec", "updateStrategy")
    kind = strategy.get("type", "")
    if kind == "OnDelete":
        return
    if kind != "RollingUpdate":
        report.add(
            (*path, "type"),
            CauseReason.NOT_SUPPORTED,
            f"{kind!r} is not one of OnDelete, RollingUpdate",
            "spec.updateStrategy",
        )
        return
    rolling = strategy.get("rollingUpdate")
    if rolling is None:
        report.required((*path, "rollingUpdate"))
        return
    here = (*path, "rollingUpdate")
    unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
    int_or_percent(unavailable, report, (*here, "maxUnavailable"))
    int_or_percent(surge, report, (*here, "maxSurge"))
    at_most_100_percent(unavailable, report, (*here, "maxUnavailable"))
    at_most_100_percent(surge, report, (*here, "maxSurge"))
    has_unavailable, has_surge = amount(unavailable) != 0, amount(surge) != 0
    if has_unavailable and has_surge:
        report.invalid((*here, "maxSurge"), surge, "maxSurge and maxUnavailable exclude each other")
    elif not has_unavailable and not has_surge:
        report.required(
            (*here, "maxUnavailable"), "maxUnavailable and maxSurge are both 0: nothing could ever be replaced"
        )


def _immutable(new: Any, old: Any, report: Report, path: Path) -> None:
    if not is_same(new, old):
        report.invalid(path, "", "cannot be changed: delete the object and make it anew")


def validate_deployment_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The selector stays."""
    validate_deployment(new, report, options)
    _immutable(new.get("spec", {}).get("selector"), old.get("spec", {}).get("selector"), report, ("spec", "selector"))


def validate_replica_set_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The selector stays."""
    validate_replica_set(new, report, options)
    _immutable(new.get("spec", {}).get("selector"), old.get("spec", {}).get("selector"), report, ("spec", "selector"))


def validate_replication_controller_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Everything may change that is valid."""
    del old
    validate_replication_controller(new, report, options)


def validate_daemon_set_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The selector stays."""
    validate_daemon_set(new, report, options)
    _immutable(new.get("spec", {}).get("selector"), old.get("spec", {}).get("selector"), report, ("spec", "selector"))
