"""Whether a workload's Pods can ever be Ready, as far as its template and the objects that it names decide.

A container never starts where a key that it needs is not there (``kubelet_pods.go`` makeEnvironmentVariables), and is never
ready where its readiness or startup probe asks a port by a name that it does not declare (``prober.go`` runProbe: an error
each time, which is no answer).
"""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.kubelet.missing_keys import MissingKeys
from kubelens.predict.kubelet.probes import Probing, read_probe


class NeverReady(Struct, frozen=True):
    """Why is no Pod of a workload ever Ready?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[str]:
        """A sentence about one container, ``""`` where nothing among the files keeps the Pods from being Ready."""
        missing = ask(MissingKeys(self.workload)).answer
        if missing:
            reference = missing[0].reference
            return _why(f"{reference.target} has no key '{reference.key}', and no container starts without it", self)
        unanswered = unanswered_probe(self.workload)
        return _why(unanswered, self) if unanswered else Prediction("")


def unanswered_probe(workload: Resource) -> str:
    """Why a startup or readiness probe of a template is never answered, whatever else there is; ``""`` where it may be."""
    view = read_workload(workload)
    for container in view.pod.running_containers() if view is not None else ():
        for which in (Probing.STARTUP, Probing.READINESS):
            probe = read_probe(container.value, which)
            if probe is not None and probe.unknown_port and "$" not in probe.unknown_port:
                return f"container '{container.name}' declares no port named '{probe.unknown_port}', at which its {which} asks"
    return ""


def _why(text: str, asked: NeverReady) -> Prediction[str]:
    return Prediction(text, (Reason(text, asked.workload.place),))
