"""DefaultTolerationSeconds (``plugin/pkg/admission/defaulttolerationseconds``)."""

from __future__ import annotations

from typing import Any, Final

TOLERATED: Final = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def default_tolerations(pod: dict[str, Any]) -> None:
    """Five minutes on a node that is not ready or not reached."""
    spec = pod["spec"]
    own = list(spec.get("tolerations") or [])
    for key in TOLERATED:
        if not any(t.get("key", "") in (key, "") and t.get("effect", "") in ("NoExecute", "") for t in own):
            own.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    spec["tolerations"] = own
