"""How long a container's hooks take, where the manifest tells: they sleep (``pkg/kubelet/lifecycle/handlers.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.go_int import parse_int
from kubelens.predict.kubelet.interval import Interval, exactly

PRE_STOP: Final = "preStop"
POST_START: Final = "postStart"
_SHELLS: Final = ("sh", "bash", "ash")


def sleep(container: Mapping[str, Any], hook: str) -> tuple[int, tuple[str, ...]]:
    """Seconds a hook sleeps and where that stands below it; 0 where it does not say.

    Read are ``sleep`` and an ``exec`` of ``sleep N``, plain or as all a shell is told to do.
    """
    written = fields.mapping(fields.mapping(container, "lifecycle"), hook)
    if seconds := fields.integer(fields.mapping(written, "sleep"), "seconds"):
        return seconds, ("sleep", "seconds")
    command = fields.mapping(written, "exec").get("command")
    words = [str(word) for word in command] if isinstance(command, list) else []
    if len(words) == 3 and words[0].rpartition("/")[2] in _SHELLS and words[1] == "-c":
        words = words[2].split()
    if len(words) == 2 and words[0].rpartition("/")[2] == "sleep":
        slept = parse_int(words[1].removesuffix("s"))
        if slept is not None and slept >= 0:
            return slept, ("exec", "command")
    return 0, ()


def takes(container: Mapping[str, Any], hook: str) -> Interval | None:
    """How long a hook runs, None where there is none; without an upper bound where it does more than to sleep."""
    written = fields.mapping(fields.mapping(container, "lifecycle"), hook)
    if not written:
        return None
    seconds, where = sleep(container, hook)
    return exactly(seconds) if where or "sleep" in written else Interval(0, None)
