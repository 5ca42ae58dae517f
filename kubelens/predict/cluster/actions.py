"""What is done to a virtual cluster from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube.node import Taint
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.store.objects import BACKGROUND, ObjectKey


class Apply(Struct, frozen=True):
    """``kubectl apply``: an object is created, or becomes what is applied."""

    resource: Resource


class Patch(Struct, frozen=True):
    """``kubectl patch --type merge``."""

    key: ObjectKey
    patch: Mapping[str, Any]


class SetImage(Struct, frozen=True):
    """``kubectl set image``: of a container of the template as it is then."""

    key: ObjectKey
    container: str
    image: str


class Scale(Struct, frozen=True):
    """``kubectl scale``."""

    key: ObjectKey
    replicas: int


class Rollback(Struct, frozen=True):
    """``kubectl rollout undo`` of a Deployment."""

    key: ObjectKey


class Delete(Struct, frozen=True):
    """``kubectl delete``; ``policy``: Background, Foreground or Orphan."""

    key: ObjectKey
    policy: str = BACKGROUND


class DeletePod(Struct, frozen=True):
    """``kubectl delete pod``; ``force``: with a grace period of 0."""

    namespace: str
    name: str
    force: bool = False


class Cordon(Struct, frozen=True):
    """``kubectl cordon``."""

    node: str


class Uncordon(Struct, frozen=True):
    """``kubectl uncordon``; ends a drain."""

    node: str


class Drain(Struct, frozen=True):
    """``kubectl drain --ignore-daemonsets --force --delete-emptydir-data``: evictions are asked for until the node is empty."""

    node: str


class LoseNode(Struct, frozen=True):
    """A node's kubelet is not heard from any more; ``ended``: its machine is deleted and does not come back."""

    node: str
    ended: bool = False


class FindNode(Struct, frozen=True):
    """A lost node is heard from again."""

    node: str


class AddNode(Struct, frozen=True):
    """A node joins."""

    value: Mapping[str, Any]


class RemoveNode(Struct, frozen=True):
    """The Node object is deleted."""

    node: str


class TaintNode(Struct, frozen=True):
    """``kubectl taint nodes``."""

    node: str
    taint: Taint


class UntaintNode(Struct, frozen=True):
    """``kubectl taint nodes KEY-``: all taints of a key go."""

    node: str
    taint: str


class LabelNode(Struct, frozen=True):
    """``kubectl label nodes``; None takes a label off."""

    node: str
    labels: Mapping[str, str | None]


class ChangePace(Struct, frozen=True):
    """Kubelets are faster or slower from now on."""

    pace: KubeletPace


class Load(Struct, frozen=True):
    """The CPU (in milli) that all Pods of a workload use together from now on."""

    workload: str
    cpu: int


Action = (
    Apply
    | Patch
    | SetImage
    | Scale
    | Rollback
    | Delete
    | DeletePod
    | Cordon
    | Uncordon
    | Drain
    | LoseNode
    | FindNode
    | AddNode
    | RemoveNode
    | TaintNode
    | UntaintNode
    | LabelNode
    | ChangePace
    | Load
)
