"""The form in which the server gives an object back: zero values of ``omitempty`` fields are left out, quantities are text."""

from __future__ import annotations

from typing import Any, Final

_OMITTED_ZEROS: Final = {
    "hostNetwork": False,
    "hostPID": False,
    "hostIPC": False,
    "hostPort": 0,
    "globalDefault": False,
    "readOnly": False,
    "stdin": False,
    "stdinOnce": False,
    "tty": False,
    "paused": False,
    "publishNotReadyAddresses": False,
    "unschedulable": False,
    "insecureSkipTLSVerify": False,
    "clusterScope": False,
    "minReadySeconds": 0,
    "initialDelaySeconds": 0,
    "nodePort": 0,
}
_QUANTITIES: Final = ("limits", "requests")


def wire_form(value: Any) -> None:
    """Bring a value into the form of Go's types, in place."""
    if isinstance(value, list):
        for item in value:
            wire_form(item)
    elif isinstance(value, dict):
        for key in [
            k for k, zero in _OMITTED_ZEROS.items() if k in value and value[k] is not None and value[k] == zero
        ]:
            del value[key]
        for key, child in value.items():
            if key in _QUANTITIES and isinstance(child, dict):
                for name, amount in child.items():
                    if isinstance(amount, int | float) and not isinstance(amount, bool):
                        child[name] = str(amount)
            else:
                wire_form(child)
