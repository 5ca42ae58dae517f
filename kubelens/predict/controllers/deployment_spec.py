"""What the Deployment controller reads of a Deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.predict.controllers.fenceposts import Strategy, read_strategy
from kubelens.predict.controllers.fields import Label, count, part
from kubelens.predict.controllers.template import template_key

NO_DEADLINE: Final = 2**31 - 1


class DeploymentSpec(Struct, frozen=True):
    """The fields of a Deployment its controller reads, defaults filled in."""

    replicas: int
    strategy: Strategy
    paused: bool
    min_ready: int
    deadline: int
    history: int
    template: str
    revision: str


def read_deployment_spec(value: Mapping[str, Any], label: Label) -> DeploymentSpec:
    """A Deployment as its controller sees it; ``label`` names the revision a template is."""
    spec = part(value, "spec")
    template = part(spec, "template")
    return DeploymentSpec(
        count(spec, "replicas", 1),
        read_strategy(spec),
        spec.get("paused") is True,
        count(spec, "minReadySeconds", 0),
        count(spec, "progressDeadlineSeconds", 600),
        count(spec, "revisionHistoryLimit", 10),
        template_key(template),
        label(template),
    )
