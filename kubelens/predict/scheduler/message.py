"""The sentence of a FailedScheduling event (``framework/types.go``, ``FitError.Error``)."""

from __future__ import annotations

from kubelens.predict.scheduler.cycle import Decision, reasons_text
from kubelens.predict.scheduler.default_preemption import NEVER, Preemption

_NO_CLAIMS = "no new claims to deallocate"
_NO_STATUS = ". not found"
"""What preemption says of a Pod that no node was asked about: the error of its look for the nodes' answers."""
GATED = "Scheduling is blocked due to non-empty scheduling gates"


def failure_message(decision: Decision, preemption: Preemption | None) -> str:
    """What Kubernetes says about a Pod that found no node."""
    if decision.error:
        return decision.error
    if decision.nodes == 0:
        return "no nodes available to schedule pods"
    head = f"0/{decision.nodes} nodes are available:"
    if decision.refusal is not None:
        reasons = ", ".join(decision.refusal.reasons)
        if decision.refusal.plugin != "DynamicResources":
            return f"{head} {reasons}{_NO_STATUS}"
        if decision.pod.preemption_policy == "Never":
            return f"{head} {reasons}. {_NO_CLAIMS}, preemption: {NEVER}"
        helpless = f"{head} {decision.nodes} Preemption is not helpful for scheduling."
        return f"{head} {reasons}. {_NO_CLAIMS}, preemption: {helpless}"
    text = f"{head} {reasons_text(decision.statuses)}."
    if preemption is not None and not preemption.candidates:
        text += f" {decision.devices or _NO_CLAIMS}, preemption: {preemption.message}"
    return text


def told(message: str) -> str:
    """The sentence for people: without the words that preemption adds where no node was asked, which say nothing."""
    return message.removesuffix(_NO_STATUS)
