"""The control plane's own nodes: etcd's quorum, and who leads the controllers and the scheduler.

A cluster has them where nodes bear the label of a control plane (kubeadm's stacked topology: an etcd member, an API server,
a controller manager and a scheduler on each). Where none does, the control plane is somebody else's and always answers.
"""

from __future__ import annotations

from typing import Final

from kubelens.predict.cluster.world import World

LABELS: Final = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_LEASE: Final = 15
"""Seconds until another takes over from a leader that is gone (``--leader-elect-lease-duration``)."""
CONTROLLERS: Final = "kube-controller-manager"
SCHEDULER: Final = "kube-scheduler"
_LEADERS: Final = (CONTROLLERS, SCHEDULER)


class ControlPlane:
    """Which members there are, which of them are down, and until when controllers and scheduler wait for a leader."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._members: dict[str, None] = {}
        self._down: set[str] = set()
        self._leads: dict[str, str] = {}
        self._away_until: dict[str, int] = dict.fromkeys(_LEADERS, 0)

    def joined(self, name: str) -> None:
        """A node has joined, or is there again: a member where it bears the label."""
        record = self._world.nodes[name]
        if any(label in record.labels for label in LABELS):
            self._members.setdefault(name)

    @property
    def members(self) -> tuple[str, ...]:
        """The nodes with a member of etcd; a member does not go with its Node object."""
        return tuple(self._members)

    @property
    def answers(self) -> bool:
        """Whether etcd has a quorum, without which nothing is read or written (etcd, raft)."""
        return not self._members or len(self._members) - len(self._down) > len(self._members) // 2

    @property
    def fault(self) -> str:
        """Why nothing is written."""
        up = len(self._members) - len(self._down)
        return f"etcd has no quorum: {up} of {len(self._members)} members are there"

    def lost(self, name: str) -> None:
        """A node's machine is gone: so is its member, and its leaders' leases run out."""
        if name not in self._members:
            return
        self._down.add(name)
        for leader in _LEADERS:
            if self._leader(leader) == name:
                self._leads.pop(leader, None)
                self._away_until[leader] = self._world.now + _LEASE

    def found(self, name: str) -> None:
        """A machine is back, and its member with it."""
        self._down.discard(name)

    def waits(self, leader: str) -> bool:
        """Whether the lease of one that is gone has not run out yet."""
        return self._world.now < self._away_until[leader]

    def _leader(self, leader: str) -> str:
        """Where a leader runs: by lot, and there until it goes."""
        if leader not in self._leads:
            up = [name for name in self._members if name not in self._down] or list(self._members)
            self._leads[leader] = self._world.lots.leader(up)
        return self._leads[leader]
