"""What ``test_between_commands.py`` lists goes on here: two sides of a change, and a cluster that is there. What must agree, too:

40. An edit of what was there before is one that `check --against` finds impossible, that a plan calls immutable and that the
    rollout of such a workload is refused for, all three or none, for the release that is asked about.
41. Where a cluster holds what was there before, an object stays as it was if, and only if, `apply` says that its edit is
    refused.
42. Pods that run and are sent away are told by the schedule, by the rollout of what sends them away, and by `check`.
"""

from __future__ import annotations

import json
import random

from kubelens.cli.predict_apply import record_of
from kubelens.plan.plan import plan_of
from kubelens.predict.api import Oracle
from kubelens.predict.chain.kept import after_edits
from kubelens.predict.chain.placed import Placed
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.updated import is_made_anew
from kubelens.predict.controllers.rollout.rollout import RolloutOf
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of, bundle_from_text
from tests.world.mutated import SHOP
from tests.world.worlds import NODES, World

CHANGED = [rule for rule in kubelens_rules() if rule.name in ("immutable-change", "selector-change-orphans-pods")]
PUSHED = [rule for rule in kubelens_rules() if rule.name == "preempts-running-pods"]
RELEASES = ("1.31", "1.33", "1.37")
FROZEN = (
    ("revisionHistoryLimit", 2),
    ("podManagementPolicy", "Parallel"),
    ("serviceName", "other"),
    ("minReadySeconds", 5),
)
"""Fields of a StatefulSet: some may change, some may not, and one may from 1.33 on."""
CALM = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: NAME}
value: VALUE
globalDefault: true
"""


def _with_more(world: World, seed: int) -> str:
    field, value = FROZEN[seed % len(FROZEN)]
    documents = [json.loads(text) for text in world.text.split("\n---\n")]
    for one in documents:
        if one["kind"] == "StatefulSet" and isinstance(one.get("spec"), dict):
            one["spec"][field] = value
    return "\n---\n".join(map(json.dumps, documents))


def test_40_two_sides_are_judged_alike(worlds: list[World]) -> None:
    old_of = {release: bundle_from_text(SHOP, release=release) for release in RELEASES}
    for number, world in enumerate(worlds):
        release = RELEASES[number % len(RELEASES)]
        text = _with_more(world, number)
        analysis = analysis_of(CHANGED, text, old=SHOP, release=release)
        bundle, old = analysis.snapshot.bundle, old_of[release]
        ask = Oracle(bundle)
        found = {finding.at.document for finding in analysis.findings}
        planned = plan_of("shop", old, bundle)
        immutable = {one.place.document for one in planned.consequences if one.kind.name == "immutable" and one.place}
        for resource in bundle:
            before = old.get(resource.kind, resource.namespace, resource.name, group=resource.gvk.group)
            if before is None or ask(Stored(resource)).answer.denial is not None or is_made_anew(resource):
                continue
            told = resource.place.document in found
            assert told == (resource.place.document in immutable), (world.edits, release, resource)
            if resource.kind in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
                refusal = ask(RolloutOf(resource, before)).answer.refusal
                assert told == ("the API server refuses this edit" in refusal), (
                    world.edits,
                    release,
                    resource,
                    refusal,
                )


def test_41_what_is_refused_stays_as_it_was(worlds: list[World]) -> None:
    for world in worlds:
        bundle = analysis_of(CHANGED, world.text, running=SHOP).snapshot.bundle
        ask, held = Oracle(bundle), after_edits(bundle)
        kept = {one.key: one for one in held if one.edit_refused}
        for resource in bundle:
            if resource.standing is None or ask(Stored(resource)).answer.denial is not None:
                continue
            refused = record_of(resource, ask)["verdict"] == "refused"
            assert refused == (resource.key in kept), (world.edits, resource)
            if refused:
                assert kept[resource.key].value == resource.standing.value, (world.edits, resource)


def test_42_preemptions_are_told_by_all(worlds: list[World]) -> None:
    """Pods that fill the nodes are there before, with a priority that the new ones have more of, or not."""
    for number, world in enumerate(worlds):
        chance = random.Random(number)
        nodes = [
            {**node, "status": {**node["status"], "allocatable": {**node["status"]["allocatable"], "cpu": "1"}}}
            for node in NODES
        ]
        busy = [_busy(node["metadata"]["name"], chance.choice((0, 50, 900))) for node in nodes]
        there = "\n---\n".join(json.dumps(one) for one in (*nodes, *busy))
        calm = CALM.replace("NAME", "calm").replace("VALUE", str(chance.choice((0, 10, 500))))
        analysis = analysis_of(PUSHED, f"{world.text}\n---\n{calm}", running=there)
        bundle = analysis.snapshot.bundle
        ask = Oracle(bundle)
        running = {f"town/{one['metadata']['name']}" for one in busy}
        pushing = [p for p in ask(Placed()).answer.placements if p.owner is not None and running & set(p.victims)]
        told = {finding.at.document for finding in analysis.findings}
        assert told == {p.owner.place.document for p in pushing if p.owner is not None}, world.edits
        for placement in pushing:
            owner = placement.owner
            if owner is None or owner.kind not in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
                continue
            rollout = ask(RolloutOf(owner, on_nodes=True)).answer
            if rollout.timeline is not None and rollout.timeline.last.tick:
                assert dict(rollout.sent_away).get(placement.pod.key) == placement.victims, (world.edits, owner)


def _busy(node: str, priority: int) -> dict[str, object]:
    container = {"name": "main", "image": "town/busy:1", "resources": {"requests": {"cpu": "900m"}}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"busy-{node}", "namespace": "town"},
        "spec": {"nodeName": node, "priority": priority, "containers": [container]},
        "status": {"phase": "Running"},
    }
