"""A bundle with everything that is said of it: what the tests of agreement look at."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.placed import Placed
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.rules.api import Finding
from kubelens.rules.catalogue import kubelens_rules
from kubelens.rules.claims import GENERAL
from kubelens.testing import analysis_of
from tests.world.mutated import mutated

MUTATING: Final = "MutatingAdmissionPolicy"
BUNDLES: Final = int(os.environ.get("KUBELENS_WORLDS", "140"))
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
SERVERS_OWN: Final = {GENERAL, "unknown-field", "wrong-type", "bad-quantity", "path-type", "strategy-fields"} | {
    "selector-mismatch",
    "node-port-range",
}
ASKED: Final = SERVERS_OWN | {
    "refused-in-context",
    "server-warning",
    "service-selects-nothing",
    "unschedulable",
    "rollout-never-finishes",
    "pdb-blocks-drain",
    "hpa-metric-without-request",
    "cron-never-fires",
    "claim-never-binds",
    "policy-blocks-dns",
    "pdb-selects-nothing",
}
RULES: Final = [rule for rule in kubelens_rules() if rule.name in ASKED]


NODES: Final[tuple[Any, ...]] = tuple(made_up_nodes(["2x4cpu,8Gi", "1x2cpu,4Gi,pool=edge"], "a,b"))


class World:
    """One bundle with everything that is said of it."""

    def __init__(self, seed: int) -> None:
        self.text, self.edits = mutated(seed)
        nodes = "\n---\n".join(json.dumps(node) for node in NODES)
        self.analysis = analysis_of(RULES, f"{self.text}\n---\n{nodes}")
        self.bundle: Bundle = self.analysis.snapshot.bundle
        self.ask = Oracle(self.bundle)
        self.schedule = self.ask(Placed()).answer
        self.workloads: list[Workload] = list(workloads(self.bundle))
        self.standing = {pod.name: pod for pod in self.bundle.all("Pod") if pod.spec.get("nodeName")}

    def findings(self, rules: Iterable[str], resource: Resource) -> list[Finding]:
        wanted = set(rules)
        return [
            f
            for f in self.analysis.findings
            if f.rule in wanted and (f.at.uri, f.at.document) == (resource.place.uri, resource.place.document)
        ]

    def stands(self, resource: Resource) -> bool:
        """Whether it is a Pod that has its node already."""
        return any(pod is resource for pod in self.standing.values())

    def running(self) -> list[Resource]:
        """The Pods that have their node already and have not ended."""
        pods = self.standing.values()
        return [pod for pod in pods if pod.value["status"]["phase"] not in ("Succeeded", "Failed")]

    def has_pods(self, resource: Resource) -> bool:
        return self.ask(Admitted(resource)).answer.denial is None
