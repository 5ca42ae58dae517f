"""Whether a workload's Pods can ever be Ready, as far as its template and the objects that it names decide.

A container never starts where a key that it needs is not there, or the object that holds it is refused (``kubelet_pods.go`` makeEnvironmentVariables), or an init
container waits for the Pod that it is part of, and is never ready where its readiness or startup probe asks a port by a name that it does not declare (``prober.go`` runProbe: an error
each time, which is no answer).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction, Reason
from kubelens.predict.chain.in_force import is_in_force
from kubelens.predict.kubelet.missing_keys import MissingKey, MissingKeys
from kubelens.predict.kubelet.probes import Probing, read_probe
from kubelens.predict.kubelet.waits_for_itself import WaitsForItself
from kubelens.predict.references.graph import ReferencesOf
from kubelens.predict.references.presence import Presence, PresenceOf

_DATA: Final = ("ConfigMap", "Secret")


class NeverStarts(Struct, frozen=True):
    """Why does a container of a workload's Pods never start, so that they stay Pending (``getPhase``)?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[str]:
        """A sentence, ``""`` where nothing among the files keeps the containers from starting."""
        missing = ask(MissingKeys(self.workload)).answer
        if missing:
            return _why(told_of_missing_key(missing[0]), self.workload)
        if refused := next(_refused_data(self.workload, ask), ""):
            return _why(refused, self.workload)
        waiting = ask(WaitsForItself(self.workload)).answer
        return _why(waiting, self.workload) if waiting else Prediction("")


def _refused_data(workload: Resource, ask: Ask) -> Iterator[str]:
    """ConfigMaps and Secrets that containers need, and that the API server refuses: none is there."""
    for reference in ask(ReferencesOf(workload)).answer:
        if reference.kind not in _DATA or reference.optional or reference.lenient:
            continue
        found = ask(PresenceOf(reference.kind, reference.namespace, reference.name, reference.group)).answer
        if found.presence is not Presence.PRESENT or found.makers:
            continue
        if not any(one.partial or one.standing is not None or is_in_force(one, ask) for one in found.objects):
            yield f"the API server refuses {reference.target}, and no container starts without it"


class NeverReady(Struct, frozen=True):
    """Why is no Pod of a workload ever Ready?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[str]:
        """A sentence about one container, ``""`` where nothing among the files keeps the Pods from being Ready."""
        never_starts = ask(NeverStarts(self.workload))
        if never_starts.answer:
            return never_starts
        unanswered = unanswered_probe(self.workload)
        return _why(unanswered, self.workload) if unanswered else Prediction("")


def unanswered_probe(workload: Resource) -> str:
    """Why a startup or readiness probe of a template is never answered, whatever else there is; ``""`` where it may be."""
    view = read_workload(workload)
    for container in view.pod.running_containers() if view is not None else ():
        for which in (Probing.STARTUP, Probing.READINESS):
            probe = read_probe(container.value, which)
            if probe is not None and probe.unknown_port and "$" not in probe.unknown_port:
                return f"container '{container.name}' declares no port named '{probe.unknown_port}', at which its {which} asks"
    return ""


def told_of_missing_key(missing: MissingKey) -> str:
    """What is said of a key that a container does not start without."""
    return f"{missing.reference.target} has no key '{missing.reference.key}', and no container starts without it"


def _why(text: str, workload: Resource) -> Prediction[str]:
    return Prediction(text, (Reason(text, workload.place),))
