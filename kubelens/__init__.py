"""kubelens: what your Kubernetes manifests will do, before the cluster does it.

The names a rule author needs are importable from here; each is loaded when it is first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself would be a fifth of what a run through the daemon costs
if TYPE_CHECKING:
    from typing import Any, Final

    from kubelens.kube.bundle import Bundle as Bundle
    from kubelens.kube.pod import Container as Container
    from kubelens.kube.pod import PodSpec as PodSpec
    from kubelens.kube.resource import Resource as Resource
    from kubelens.kube.workload import Workload as Workload
    from kubelens.plugin import hookimpl as hookimpl
    from kubelens.predict.api import Assumption as Assumption
    from kubelens.predict.api import Prediction as Prediction
    from kubelens.predict.api import Query as Query
    from kubelens.predict.api import Reason as Reason
    from kubelens.rules.api import Context as Context
    from kubelens.rules.api import Finding as Finding
    from kubelens.rules.api import Fix as Fix
    from kubelens.rules.api import Rule as Rule
    from kubelens.rules.api import Severity as Severity
    from kubelens.rules.api import rule as rule
    from kubelens.syntax.place import Place as Place

__version__: Final = "0.1.0"

_HOMES: Final = {
    "Assumption": "kubelens.predict.api",
    "Bundle": "kubelens.kube.bundle",
    "Container": "kubelens.kube.pod",
    "Context": "kubelens.rules.api",
    "Finding": "kubelens.rules.api",
    "Fix": "kubelens.rules.api",
    "Place": "kubelens.syntax.place",
    "PodSpec": "kubelens.kube.pod",
    "Prediction": "kubelens.predict.api",
    "Query": "kubelens.predict.api",
    "Reason": "kubelens.predict.api",
    "Resource": "kubelens.kube.resource",
    "Rule": "kubelens.rules.api",
    "Severity": "kubelens.rules.api",
    "Workload": "kubelens.kube.workload",
    "hookimpl": "kubelens.plugin",
    "rule": "kubelens.rules.api",
}
__all__ = ["__version__", *sorted(_HOMES)]  # noqa: PLE0604 - names are loaded on demand


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'kubelens' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - only where a name is asked for

    return getattr(import_module(home), name)
