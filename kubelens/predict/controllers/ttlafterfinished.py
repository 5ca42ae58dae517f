"""When a finished Job goes of itself, after ``pkg/controller/ttlafterfinished``."""

from __future__ import annotations

from kubelens.kube import fields
from kubelens.kube.resource import Resource


def is_expired(job: Resource, finished: int | None, now: int) -> bool:
    """Whether ``ttlSecondsAfterFinished`` have passed since the second in which it finished (timeLeft)."""
    ttl = fields.integer(job.spec, "ttlSecondsAfterFinished")
    return ttl is not None and finished is not None and now - finished >= ttl
