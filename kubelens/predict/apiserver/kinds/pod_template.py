"""PodTemplates, after core ``ValidatePodTemplate``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.defaults import default_pod_spec
from kubelens.predict.apiserver.pod.spec import validate_template
from kubelens.predict.apiserver.pod.warnings import Pair, template_pairs
from kubelens.predict.apiserver.strategy import Strategy


def default_pod_template(obj: dict[str, Any]) -> None:
    """The template of a PodTemplate."""
    template = obj.setdefault("template", {})
    default_pod_spec(template.setdefault("spec", {}))


def validate_pod_template(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PodTemplate."""
    validate_template(obj.get("template", {}), report, ("template",), options)


def pod_template_warnings(obj: dict[str, Any]) -> list[Pair]:
    """A PodTemplate."""
    return template_pairs(obj.get("template", {}), ("template",))


STRATEGIES: Final = (
    Strategy(
        "",
        "PodTemplate",
        names=is_dns1123_subdomain,
        namespaced=True,
        default=default_pod_template,
        validate=validate_pod_template,
        warn=pod_template_warnings,
    ),
)
