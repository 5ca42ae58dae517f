"""The Pod template of workloads, and the selector it has to match (``pkg/apis/apps/validation``)."""

from __future__ import annotations

from typing import Any

from kubelens.kube.selector import label_selector
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.immutable import is_same
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.defaults import default_pod_spec
from kubelens.predict.apiserver.pod.spec import validate_template
from kubelens.predict.apiserver.pod.warnings import Pair, name_warnings, template_pairs
from kubelens.predict.apiserver.selectors import is_readable, validate_label_selector


def default_template(spec: dict[str, Any]) -> None:
    """The defaults of a template's Pod."""
    template = spec.setdefault("template", {})
    default_pod_spec(template.setdefault("spec", {}))


def template_restart(spec: dict[str, Any], report: Report, path: Path) -> None:
    """Pods that are kept running restart always and have no deadline."""
    policy = spec.get("restartPolicy", "")
    if policy != "Always":
        report.not_supported((*path, "restartPolicy"), policy, ("Always",))
    if spec.get("activeDeadlineSeconds") is not None:
        report.forbidden((*path, "activeDeadlineSeconds"), "must not be set for Pods that are kept running")


def validate_selector_and_template(spec: dict[str, Any], report: Report, options: Options, kind: str) -> None:
    """The selector, and the template it has to match; with an unreadable selector the template is not looked at."""
    selector = spec.get("selector")
    path: Path = ("spec", "selector")
    if selector is None:
        report.required(path)
    else:
        validate_label_selector(selector, report, path)
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            report.invalid(path, selector, f"must not be empty for a {kind}")
        elif not is_readable(selector):
            report.invalid(path, selector, "must be a selector that can be read")
            return
    validate_labels_match(selector, spec.get("template", {}), report)
    validate_kept_running(spec, report, options)


def validate_labels_match(selector: dict[str, Any] | None, template: dict[str, Any], report: Report) -> None:
    """The template's labels are those that are selected."""
    labels = template.get("metadata", {}).get("labels", {})
    if not label_selector(selector).matches(labels):
        report.invalid(
            ("spec", "template", "metadata", "labels"), labels, "the selector does not match the template's labels"
        )


def validate_kept_running(spec: dict[str, Any], report: Report, options: Options) -> None:
    """A template of Pods that are kept running."""
    template = spec.get("template", {})
    validate_template(template, report, ("spec", "template"), options)
    template_restart(template.get("spec", {}), report, ("spec", "template", "spec"))


def validate_unchanged(new: Any, old: Any, report: Report, path: Path) -> None:
    """A part that never changes."""
    if not is_same(new, old):
        report.inconsistent(path, "cannot be changed: delete the object and make it anew")


def template_warnings(obj: dict[str, Any]) -> list[Pair]:
    """What of its template is taken with a warning."""
    return template_pairs(obj.get("spec", {}).get("template", {}), ("spec", "template"))


def workload_warnings(obj: dict[str, Any]) -> list[Pair]:
    """What of its name and template is taken with a warning."""
    return [*name_warnings(obj.get("metadata", {})), *template_warnings(obj)]
