"""What a scenario file may say: typed, and so its own JSON schema."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

NotNegative = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]


class ImageChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A container gets another image."""

    target: str
    image: str
    container: str = ""


class ScaleChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Another number of replicas."""

    target: str
    replicas: int


class PatchChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON merge patch."""

    target: str
    patch: dict[str, Any]


class TaintChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A taint of a node."""

    node: str
    key: str
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    value: str = ""


class UntaintChange(Struct, frozen=True, forbid_unknown_fields=True):
    """All taints of a key go."""

    node: str
    key: str


class LabelChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Labels of a node; null takes one off."""

    node: str
    labels: dict[str, str | None]


class LoadChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Millicores that all Pods of a workload (``Deployment shop/web``, or its name where one alone has it) use together."""

    workload: str
    cpu: NotNegative


class EventFile(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Something that happens: at a second after the start, or when a condition holds (settled, drained, or CEL).

    Targets are written ``Deployment shop/web``.
    """

    at: NotNegative | None = None
    when: str = ""
    rollout: str = ""
    image: ImageChange | None = None
    scale: ScaleChange | None = None
    patch: PatchChange | None = None
    rollback: str = ""
    delete: str = ""
    drain: str = ""
    cordon: str = ""
    uncordon: str = ""
    lose_node: str = ""
    end_machine: str = ""
    find_node: str = ""
    lose_zone: str = ""
    find_zone: str = ""
    remove_node: str = ""
    add_nodes: str = ""
    taint: TaintChange | None = None
    untaint: UntaintChange | None = None
    label: LabelChange | None = None
    load: LoadChange | None = None


class MinReadyPromise(Struct, frozen=True, forbid_unknown_fields=True):
    """A Service never has fewer ready endpoints."""

    service: str
    count: Positive


class MaxPodsPromise(Struct, frozen=True, forbid_unknown_fields=True):
    """A workload never has more Pods, those being deleted included."""

    target: str
    count: NotNegative


class ConnectsPromise(Struct, frozen=True, forbid_unknown_fields=True):
    """One workload reaches another, as ``kubelens predict connect`` takes both ends: NAMESPACE/NAME[:PORT]."""

    to: str
    source: str = field(name="from")


class PromiseFile(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Something that has to hold, one of these; ``always``, ``in-the-end`` and ``at-some-time`` are CEL over the state."""

    name: str = ""
    min_ready: MinReadyPromise | None = None
    max_pods: MaxPodsPromise | None = None
    never_pending: bool = False
    fits: bool = False
    no_disruption: bool = False
    completes: bool = False
    route_answers: str = ""
    connects: ConnectsPromise | None = None
    finishes_within: NotNegative | None = None
    always: str = ""
    in_the_end: str = ""
    at_some_time: str = ""


class PaceOfImage(Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of Pods by the image of their first container, in seconds, or ``never``.

    ``ready`` and ``succeeds`` or ``fails`` count from when its containers run, ``gone`` from its deletion.
    """

    image: str
    ready: NotNegative | Literal["never"] | None = None
    gone: NotNegative | Literal["never"] | None = None
    succeeds: NotNegative | Literal["never"] | None = None
    fails: NotNegative | None = None

    def __post_init__(self) -> None:
        """Refuse Pods that would end in two ways."""
        if self.succeeds is not None and self.fails is not None:
            raise ValueError("Pods of an image either succeed or fail: write one of `succeeds` and `fails`")


class PaceFile(Struct, frozen=True, forbid_unknown_fields=True):
    """What no manifest tells, in seconds: from the binding until containers run, and how long a Pod of a Job runs."""

    startup: NotNegative = 2
    job: NotNegative = 60
    images: list[PaceOfImage] = field(default_factory=list)


class ClusterFile(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The cluster to play on, where the command line names none: ``3x4cpu,16Gi``, in zones.

    ``control-plane``: nodes of its own, ``3x2cpu,4Gi``, called control-a, control-b ...; without, it is managed elsewhere.
    ``cloud``: whether a cloud's controllers act: Nodes go with their machines, Services with their load balancers.
    """

    nodes: list[str] = field(default_factory=list)
    control_plane: str = ""
    zones: list[str] = field(default_factory=list)
    cloud: bool = False


class ScenarioDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """A scenario of kubelens: a bundle of manifests on a cluster, what happens to it, and what has to hold.

    ``start`` is the time of day at which it begins (CronJobs go by it), ``lasts`` for how many seconds it is played at least,
    ``limit`` after how many it is cut, ``tick`` how many a step takes.
    """

    scenario: str
    says: str = ""
    world: list[str] = field(default_factory=list)
    cluster: ClusterFile = field(default_factory=ClusterFile)
    play: str = ""
    events: list[EventFile] = field(default_factory=list)
    promises: list[PromiseFile] = field(default_factory=list)
    pace: PaceFile = field(default_factory=PaceFile)
    start: datetime | None = None
    lasts: NotNegative = 0
    tick: Positive = 10
    limit: Positive = 3600


def scenario_schema() -> dict[str, Any]:
    """The JSON schema of scenario files, for editors. Draft 2020-12."""
    return {"title": "kubelens scenario", **msgspec.json.schema(ScenarioDocument)}
