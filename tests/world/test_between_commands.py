"""What ``test_no_contradictions.py`` lists goes on here. What must agree, too:

29. Without nodes a Pod that is said to fit on none has none on made-up ones, is no endpoint, and its rollout gets stuck; a
    Pod that the scheduler leaves for the sake of its claims is one of these, and so is one that is not made after
    one that is never Ready.
30. An edit of what a cluster holds that `check` finds impossible is one that `apply` refuses, and the other way round; the
    rollout of such a workload is refused, too.
31. A workload of which `check` says that a policy keeps it from DNS has Pods that `connect` keeps from there, and gets no
    answer to a look-up where that is so of all.
32. Nobody can be connected to in a workload, as `connect` says, if, and only if, no Pod of it that is let in has a node.
33. A CronJob that never runs has no Pod on a node, and one that runs has one where its Pods are let in and fit.
34. What a drain evicts is a workload of which a Pod has a node.
35. A rollout brings as many Pods as are placed or wait.
36. A budget of which `check` says that it selects nothing is one that a drain calls idle.
37. `connect` through a Service's port ends at the workloads that stand behind it, and at some that have no Pod.
38. An autoscaler of Pods none of which runs, or of which a container never starts, reads no metric of Pods.
39. Bounds, budgets, policies, roles and volumes that are refused change nothing: without them the same Pods are let in and
    get the same nodes, and the same stand behind each Service. (Of what Pods name a cluster may have one all the same.)
40. A Pod that a policy refuses by its name or number is told by `apply` and `check`, is placed nowhere and no endpoint; that
    of a StatefulSet keeps a rollout from its end. No Pod is refused for a name that the server is yet to make up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from kubelens.cli.predict_apply import record_of
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import Homeless, WhyNoneRuns
from kubelens.predict.chain.placed import Placed
from kubelens.predict.chain.quota_room import CutShort
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.cronjob import NextRuns
from kubelens.predict.controllers.drain import DrainOf
from kubelens.predict.controllers.podautoscaler.works import OutlookOf
from kubelens.predict.controllers.rollout.rollout import RolloutOf
from kubelens.predict.controllers.ticks.timeline import End
from kubelens.predict.kubelet.never_ready import NeverStarts
from kubelens.predict.network.cluster_ends import cluster_end
from kubelens.predict.network.destination import pods_behind
from kubelens.predict.network.dns.lookup import LookupOf
from kubelens.predict.network.ends import PodEnd
from kubelens.predict.network.policy import ConnectionOf, EndsOf
from kubelens.predict.network.service_goals import Asked, goals_behind
from kubelens.predict.network.service_slices import SlicesOf
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of
from tests.world.mutated import SHOP
from tests.world.worlds import NODES, NOW, World

UNNAMED = {
    *("LimitRange", "ResourceQuota", "PodDisruptionBudget", "NetworkPolicy", "PersistentVolume", "Role", "RoleBinding"),
    *("MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "EndpointSlice"),
}
DNS = cluster_end("kube-dns", 53)

UNBOUND = ("pod has unbound immediate PersistentVolumeClaims", "waiting for ephemeral volume controller")
MISSING = 'persistentvolumeclaim "alone" not found'
EDITED = [rule for rule in kubelens_rules() if rule.name in ("immutable-change", "selector-change-orphans-pods")]


def test_29_a_pod_that_no_node_takes_is_nowhere(worlds: list[World]) -> None:
    for world in worlds:
        ask = Oracle(Bundle([r for r in world.bundle if r.kind != "Node"], world.bundle.release))
        never = ask(Homeless()).answer
        schedule = ask(Placed(tuple(map(json.dumps, NODES)))).answer
        chosen = {p.pod.key: p.chosen for p in schedule.placements}
        assert not [key for key in never if chosen.get(key)], world.edits
        claims = UNBOUND if ask.bundle.get("PersistentVolumeClaim", "shop", "alone") is None else (*UNBOUND, MISSING)
        waiting = [p for p in schedule.placements if not p.chosen]
        left = {p.pod.key for p in waiting if any(text in p.message for text in claims)}
        assert left <= set(never), world.edits
        held = {one.key for one in schedule.held_back if one.waits_for.endswith("never Ready")}
        assert held <= set(never), world.edits
        for service in ask.bundle.all("Service"):
            behind = {f"shop/{e.pod}" for one in ask(SlicesOf(service)).answer for e in one.endpoints}
            assert not behind & set(never), (world.edits, service)
        for workload in world.workloads:
            admitted = ask(Admitted(workload.resource)).answer
            if workload.kind in ("Deployment", "StatefulSet") and admitted.denial is None:
                names = {f"shop/{pod['metadata']['name']}" for pod in admitted.pods()}
                rollout = ask(RolloutOf(workload.resource, on_nodes=True)).answer
                if names & set(never):
                    assert rollout.end is End.STUCK, (world.edits, workload.resource)


def test_30_an_edit_that_cannot_be_made_is_refused(worlds: list[World]) -> None:
    for world in worlds:
        analysis = analysis_of(EDITED, world.text, running=SHOP)
        ask = Oracle(analysis.snapshot.bundle)
        found = {finding.at.document for finding in analysis.findings if finding.at.uri == "0.yaml"}
        for resource in ask.bundle:
            if resource.standing is None or ask(Stored(resource)).answer.denial is not None:
                continue
            refused = record_of(resource, ask)["verdict"] == "refused"
            assert (resource.place.document in found) == refused, (world.edits, resource)
            if resource.kind in ("Deployment", "StatefulSet", "DaemonSet") and refused:
                assert ask(RolloutOf(resource, resource.standing)).answer.refusal, (world.edits, resource)


def test_31_who_is_kept_from_dns_gets_no_answer(worlds: list[World]) -> None:
    assert DNS is not None
    for world in worlds:
        for finding in world.analysis.findings:
            if finding.rule != "policy-blocks-dns":
                continue
            places = {related.place.document for related in finding.related}
            (workload,) = [w for w in world.workloads if w.resource.place.document in places]
            ends = [e for e in world.ask(EndsOf()).answer if e.workload.resource is workload.resource]
            reach = [world.ask(ConnectionOf(end, DNS.end)).answer.ports.has("UDP", 53) for end in ends]
            assert not all(reach), (world.edits, workload.resource)
            shut = bool(world.ask(LookupOf("kubernetes.default", workload)).answer.shut)
            assert shut != any(reach), (world.edits, workload.resource)


def test_32_nobody_is_there_where_no_pod_has_a_node(worlds: list[World]) -> None:
    for world in worlds:
        running = {id(p.owner) for p in world.schedule.placements if p.chosen} | set(map(id, world.running()))
        for workload in world.workloads:
            if world.has_pods(workload.resource) and not _never_runs(workload.resource, world):
                nobody = bool(world.ask(WhyNoneRuns(workload.resource)).answer)
                assert nobody != (id(workload.resource) in running), (world.edits, workload.resource)


def test_33_cron_jobs_have_pods_while_they_run(worlds: list[World]) -> None:
    for world in worlds:
        for cronjob in world.bundle.all("CronJob"):
            mine = [p for p in world.schedule.placements if p.owner is cronjob]
            runs = world.ask(NextRuns(cronjob, 2, NOW)).answer
            if runs.problem:
                assert not mine, (world.edits, cronjob)
            elif not runs.without_pods and id(cronjob) not in {id(o) for o, _ in world.ask(CutShort()).answer}:
                assert mine, (world.edits, cronjob)


def test_34_a_drain_evicts_what_has_a_node(worlds: list[World]) -> None:
    for world in worlds:
        placed = {f"{p.owner.kind} {p.owner.name}" for p in world.schedule.placements if p.owner and p.chosen}
        placed |= {f"Pod {name}" for name in world.standing}  # ended ones go, too
        evicted = {one.owner for one in world.ask(DrainOf("shop")).answer.drained if not one.left}
        assert evicted <= placed, (world.edits, evicted - placed)


def test_35_a_rollout_brings_the_pods_that_are_placed(worlds: list[World]) -> None:
    for world in worlds:
        short = {id(owner) for owner, _ in world.ask(CutShort()).answer}
        for workload in world.workloads:
            resource = workload.resource
            if (
                workload.kind not in ("Deployment", "StatefulSet")
                or not world.has_pods(resource)
                or id(resource) in short
            ):
                continue
            mine = [p for p in world.schedule.placements if p.owner is resource]
            waiting = [one for one in world.schedule.held_back if one.owner is resource]
            rollout = world.ask(RolloutOf(resource, on_nodes=True)).answer
            assert rollout.replicas == len(mine) + len(waiting), (world.edits, resource)


def test_36_a_budget_that_selects_nothing_is_idle(worlds: list[World]) -> None:
    for world in worlds:
        idle = world.ask(DrainOf("shop")).answer.idle
        for budget in world.bundle.all("PodDisruptionBudget"):
            if world.findings(["pdb-selects-nothing"], budget):
                assert world.ask(Stored(budget)).answer.denial or budget.name in idle, (world.edits, budget)


def test_37_connections_end_where_services_lead(worlds: list[World]) -> None:
    for world in worlds:
        ends = world.ask(EndsOf()).answer
        owners = {p.pod.name: p.owner for p in world.schedule.placements}
        for resource in world.bundle.all("Service"):
            service = read_service(resource)
            assert service is not None
            if (
                world.ask(Stored(resource)).answer.denial is not None or resource.name == "first"
            ):  # single Pods of a set
                continue
            for port in service.ports:
                goals = list(goals_behind(world.ask, service, Asked(port.number, port.protocol), ends))
                reached = {g.end.workload.resource for g in goals if isinstance(g.end, PodEnd)}
                running = {str(r.key) for r in reached if world.has_pods(r) and not world.ask(WhyNoneRuns(r)).answer}
                behind = [one.rpartition(":")[0] for one in pods_behind(world.ask, service, port)]
                assert {_key(one, owners) for one in behind} == running, (world.edits, resource)


def test_38_no_metric_is_read_of_pods_that_do_not_run(worlds: list[World]) -> None:
    for world in worlds:
        nodeless = Oracle(Bundle([r for r in world.bundle if r.kind != "Node"], world.bundle.release))
        for ask in (world.ask, nodeless):
            for hpa in world.bundle.all("HorizontalPodAutoscaler"):
                target = world.bundle.get("Deployment", "shop", hpa.spec["scaleTargetRef"]["name"])
                never = target is not None and (ask(WhyNoneRuns(target)).answer or ask(NeverStarts(target)).answer)
                if never:
                    outlook = ask(OutlookOf(hpa)).answer
                    assert not outlook.works, (world.edits, hpa)
                    assert outlook.faults, (world.edits, hpa)


def test_39_what_is_refused_changes_nothing(worlds: list[World]) -> None:
    for world in worlds:
        gone = [r for r in world.bundle if r.kind in UNNAMED and world.ask(Stored(r)).answer.denial is not None]
        if gone:
            left = Bundle([r for r in world.bundle if all(r is not one for one in gone)], world.bundle.release)
            assert _told(world.ask) == _told(Oracle(left)), (world.edits, gone)


def test_40_single_pods_are_refused_alike(worlds: list[World]) -> None:
    for world in worlds:
        placed = {p.pod.key for p in world.schedule.placements}
        for workload in world.workloads:
            resource = workload.resource
            pods = world.ask(Admitted(resource)).answer
            if pods.denial is not None and workload.kind in ("Deployment", "DaemonSet"):
                assert "keep out" not in pods.refusal, (world.edits, resource)
            if pods.cut is None or pods.made is None:
                continue
            numbers = set(pods.made.numbers) - set(pods.cut.made)
            assert not placed & {f"shop/{pods.made.name(number)}" for number in numbers}, (world.edits, resource)
            assert record_of(resource, world.ask)["pods"] == pods.cut_short, (world.edits, resource)
            assert pods.unsure or world.findings(["refused-in-context"], resource), (world.edits, resource)
            if workload.kind == "StatefulSet":
                rollout = world.ask(RolloutOf(resource, on_nodes=True)).answer
                assert rollout.end is End.STUCK, (world.edits, resource)
                assert rollout.timeline is not None
                assert rollout.timeline.last.ready <= len(pods.cut.made), (world.edits, resource)
        for service in world.bundle.all("Service"):
            for one in world.ask(SlicesOf(service)).answer:
                names = {f"shop/{endpoint.pod}" for endpoint in one.endpoints}
                assert names <= placed | {f"shop/{name}" for name in world.standing}, (world.edits, service)


def _told(ask: Oracle) -> list[object]:
    """Who is kept out, where Pods go and what stands behind Services, claims that are not made left out: Pods wait for both."""
    schedule = ask(Placed()).answer
    slices = [ask(SlicesOf(service)).answer for service in ask.bundle.all("Service")]
    return [
        {str(owner.key): why for owner, why in schedule.kept_out},
        {p.pod.key: p.chosen for p in schedule.placements},
        [sorted(e.pod for one in those for e in one.endpoints) for those in slices],
    ]


def _key(behind: str, owners: Mapping[str, Resource | None]) -> str:
    kind, _, name = behind.partition(" ")
    namespace, _, own = name.partition("/")
    owner = owners.get(own) if kind == "Pod" else None
    return str(owner.key) if owner is not None else f"{kind} '{namespace}/{own}'"


def _never_runs(resource: Resource, world: World) -> bool:
    return resource.kind == "CronJob" and bool(world.ask(NextRuns(resource, 2, NOW)).answer.problem)
