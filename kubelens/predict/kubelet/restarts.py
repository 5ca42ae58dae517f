"""What becomes of a container that ends: whether it is started again, and how long that waits.

(kubelet: ``ShouldContainerBeRestarted``, ``doBackOff`` with ``client-go/util/flowcontrol/backoff.go``.)
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import Container

FIRST_WAIT: Final = 10
LONGEST_WAIT: Final = 300
RESET_AFTER: Final = 600
"""A container that ran this many seconds starts again at once, and its waits begin anew."""


class Policy(StrEnum):
    """After which ends a container is started again."""

    ALWAYS = "Always"
    ON_FAILURE = "OnFailure"
    NEVER = "Never"


class ExitRule(Struct, frozen=True):
    """What a container's own rule does at some exit codes: ``Restart``, or ``RestartAllContainers`` of the Pod."""

    action: str
    among: bool
    codes: tuple[int, ...]

    def matches(self, code: int) -> bool:
        """Whether the rule is about an exit code."""
        return (code in self.codes) == self.among


class Restarting(Struct, frozen=True):
    """How one container is started again: rules first, then its policy. ``own``: the policy is not the Pod's."""

    policy: Policy
    own: bool
    rules: tuple[ExitRule, ...] = ()

    def after(self, code: int) -> str:
        """``restart``, ``restart all`` or ``stays``: what follows an exit code."""
        for rule in self.rules:
            if rule.matches(code):
                return "restart all" if rule.action == "RestartAllContainers" else "restart"
        again = self.policy is Policy.ALWAYS or (self.policy is Policy.ON_FAILURE and code != 0)
        return "restart" if again else "stays"


def read_restarting(container: Container, pod_policy: str) -> Restarting:
    """A container's policy: a sidecar's is Always, an init container's Always means OnFailure."""
    written = fields.text(container.value, "restartPolicy")
    policy = Policy(written or pod_policy) if (written or pod_policy) in set(Policy) else Policy.ALWAYS
    if container.role == "init" and not written and policy is Policy.ALWAYS:
        policy = Policy.ON_FAILURE
    rules = tuple(_rule(one) for _, one in fields.items(container.value, "restartPolicyRules"))
    return Restarting(policy, bool(written), rules)


def _rule(value: Mapping[str, Any]) -> ExitRule:
    exits = fields.mapping(value, "exitCodes")
    codes = exits.get("values")
    return ExitRule(
        fields.text(value, "action"),
        fields.text(exits, "operator") != "NotIn",
        tuple(code for code in codes if isinstance(code, int)) if isinstance(codes, list) else (),
    )


def waits(count: int) -> tuple[int, ...]:
    """Seconds before each of the first restarts of a container that keeps ending: none, 10, 20, 40 ... up to 300."""
    found = [0]
    wait = FIRST_WAIT
    while len(found) < count:
        found.append(wait)
        wait = min(wait * 2, LONGEST_WAIT)
    return tuple(found[:count])


class JobRetries(Struct, frozen=True):
    """How a Job goes on after failures: ``limit`` retries (``backoffLimit``), with seconds of waiting before each.

    ``in_place``: containers are started again in their Pod, which the kubelet does and the Job counts; else each try is a
    new Pod, after 10 s doubled up to 600 s. ``deadline``: seconds after which the whole Job fails, None for none.
    ``per_index``: the retries are each index's own (``backoffLimitPerIndex``); ``in_all``: those of all together, None for
    as many as there are.
    """

    limit: int
    waits: tuple[int, ...]
    deadline: int | None
    in_place: bool = False
    per_index: bool = False
    in_all: int | None = None

    @property
    def least(self) -> int:
        """Seconds that a Job goes on at least where each try fails at once."""
        waited = sum(self.waits)
        return waited if self.deadline is None else min(waited, self.deadline)


_LONGEST_JOB_WAIT: Final = 600
_MOST_WAITS: Final = 12


def read_job_retries(spec: Mapping[str, Any]) -> JobRetries:
    """A Job's spec (``getRemainingTimePerIndex``, ``backoffLimit``, ``pastBackoffLimitOnFailure``).

    Where each index has a limit of its own, no other is the default (``SetDefaults_Job``: ``MaxInt32``).
    """
    in_all, of_index = fields.integer(spec, "backoffLimit"), fields.integer(spec, "backoffLimitPerIndex")
    limit = of_index if of_index is not None else 6 if in_all is None else in_all
    limit = max(limit, 0)
    deadline = fields.integer(spec, "activeDeadlineSeconds")
    pod = fields.mapping(fields.mapping(spec, "template"), "spec")
    if fields.text(pod, "restartPolicy") == Policy.ON_FAILURE:
        return JobRetries(limit, waits(min(max(limit, 1), _MOST_WAITS)), deadline, in_place=True)
    found: list[int] = []
    wait = FIRST_WAIT
    while len(found) < min(limit, _MOST_WAITS):
        found.append(wait)
        wait = min(wait * 2, _LONGEST_JOB_WAIT)
    per_index = of_index is not None
    return JobRetries(limit, tuple(found), deadline, per_index=per_index, in_all=in_all if per_index else None)
