"""ReplicationControllers, after core ``ValidateReplicationController``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.selector import equality_selector
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import nonnegative
from kubelens.predict.apiserver.parts.workload_template import default_template, template_restart, workload_warnings
from kubelens.predict.apiserver.pod.spec import validate_template
from kubelens.predict.apiserver.strategy import Strategy


def default_replication_controller(obj: dict[str, Any]) -> None:
    """Replicas; labels and selector from the template's labels."""
    spec = obj.setdefault("spec", {})
    if isinstance(spec.get("template"), dict):
        default_template(spec)
        labels = spec["template"].get("metadata", {}).get("labels", {})
        if labels:
            if not spec.get("selector"):
                spec["selector"] = dict(labels)
            metadata = obj.setdefault("metadata", {})
            if not metadata.get("labels"):
                metadata["labels"] = dict(labels)
    spec.setdefault("replicas", 1)


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


def validate_replication_controller_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Everything may change that is valid."""
    del old
    validate_replication_controller(new, report, options)


STRATEGIES: Final = (
    Strategy(
        "",
        "ReplicationController",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_replication_controller,
        validate=validate_replication_controller,
        update=validate_replication_controller_update,
        warn=workload_warnings,
    ),
)
