"""Predictions and findings about one bundle never contradict each other. What must agree:

1.  An object is refused in ``Stored`` for what it is if, and only if, `check` finds an error of the API server's own in it,
    unless a policy refuses it before it is judged.
2.  Where Pods are not let in, `check` says so at their workload, and the other way round.
3.  A workload without Pods has no Pod anywhere: none is placed, none stands behind a Service or a route, none is evicted,
    its rollout ends at 0 (or is refused), its autoscaler does not work, its CronJob says why.
4.  A workload whose Pods are let in is placed Pod by Pod: as many as it asks for and quotas have room for, under the
    names it gives.
5.  Every Pod in the slices of a Service is one that is placed, and its labels are what the Service asks for.
6.  A route ends at Pods that stand behind its Service, and a Service that `check` says selects nothing has none.
7.  A Pod for which `check` says that it fits on no node is one that the schedule leaves without a node, and vice versa.
8.  Where `check` says that a rollout never finishes, the rollout of a change gets stuck or is reported to have failed.
9.  Where `check` says that a budget lets no Pod go, a drain waits for one of its workloads, once these have a node.
10. Where `check` says that a metric cannot be read for want of a request, the autoscaler's outlook says so.
11. Where `check` says that a CronJob never fires, there are no runs.
12. The matrix of connections holds exactly the pairs that may connect on some port.
13. A drained or lost node moves Pods of that node only, and no Pod stands on two nodes.
14. DNS lists a Pod's own name only where that Pod stands behind the Service.
15. A Pod is placed only where each of its claims has a volume in the end, no volume has two claims, and a claim that gets
    none leaves its Pod without a node.
16. A claim for which `check` says that it gets no volume gets none or is not made, and so do some of those after too few
    volumes.
17. A Pod is ready in its lifecycle as early as a rollout counts on, never where a rollout says that its Pods never are, and
    a workload without Pods has no lifecycle.
18. What opens a prediction is what is refused in ``Stored``, kept out in ``Admitted`` or cut short by a quota; the schedule
    and the rollout of such a workload say the same sentence.
19. The containers of a workload see variables if, and only if, its Pods are let in: every variable that is written, unless
    it says why not, and each reference that stays as it is written names nothing that was set before it. A container that
    is not started for want of one never starts.
20. A NetworkPolicy that is refused decides no connection.
21. What `apply` says of an object is what is in ``Stored`` and ``Admitted``, where `check` finds an error of the server's
    own it is refused, and each warning that `check` tells of the server is among its own.
22. A workload stands behind a port of a Service if, and only if, a Pod of it is among the endpoints of that port, and Pods
    that no node takes are not.
23. A connection to a cluster IP is rejected if, and only if, there is no endpoint of use; where it is sent on, the shares come
    to one.
24. DNS knows a Service's name if, and only if, it is stored, and gives a headless one the addresses of its endpoints.
25. A workload that brings no Pod though it may is told with why; all others are placed, kept out, or stand already.
26. Where the nodes have room for a new Deployment beside everything else, its rollout finishes, and where they have none for
    its replicas it does not. Left out: worlds in which a quota cuts a workload short, as a rollout comes last there and the
    schedule takes workloads in the order of the files.
27. An autoscaler whose outlook says that no sync looks at its metrics is refused, or its target has no Pods or no scale.
28. A workload that asks the cluster's DNS gets no answer if, and only if, `connect` says that policies keep it from there.

``test_between_commands.py`` goes on with 29 to 38.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelens.cli.predict_apply import record_of
from kubelens.cli.refusals import refused_among
from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.claims import ClaimsThatExist
from kubelens.predict.chain.moved import Moved
from kubelens.predict.chain.placed import placed_pods
from kubelens.predict.chain.pods_of import is_suspended
from kubelens.predict.chain.quota_room import CutShort, HeldByQuotas, most_pods
from kubelens.predict.chain.stored import VALIDATION, Stored
from kubelens.predict.chain.volumes import Volumes
from kubelens.predict.controllers.cronjob import NextRuns
from kubelens.predict.controllers.disruptions_allowed import DisruptionsAllowed
from kubelens.predict.controllers.drain import DrainOf
from kubelens.predict.controllers.persistentvolume.fate import Outcome
from kubelens.predict.controllers.podautoscaler.works import OutlookOf
from kubelens.predict.controllers.rollout.durations import ready_time
from kubelens.predict.controllers.rollout.rollout import KINDS, NextRollout, RolloutOf
from kubelens.predict.controllers.ticks.timeline import End
from kubelens.predict.kubelet.lifecycle import LifecycleOf
from kubelens.predict.kubelet.never_ready import NeverReady, NeverStarts
from kubelens.predict.kubelet.variables import VariablesOf
from kubelens.predict.network.cluster_ends import cluster_end
from kubelens.predict.network.connections import ConnectionsOf
from kubelens.predict.network.destination import pods_behind
from kubelens.predict.network.dns.lookup import LookupOf, RecordsOf
from kubelens.predict.network.dns.record import CLUSTER_DNS
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.kube_proxy.categorize import backends
from kubelens.predict.network.kube_proxy.path import Client, Origin, Verdict, Way
from kubelens.predict.network.matrix import PolicyMatrix
from kubelens.predict.network.policy import ConnectionOf, EndsOf
from kubelens.predict.network.request import read_request
from kubelens.predict.network.service_slices import SlicesOf
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.rules.api import Severity
from tests.world.worlds import MUTATING, NOW, SERVERS_OWN, World


def test_00_the_bundles_show_what_they_are_for(worlds: list[World]) -> None:
    """Not one in twenty bundles without a finding would be a sign that the edits change nothing."""
    assert sum(bool(world.analysis.findings) for world in worlds) > len(worlds) // 4


def test_01_what_is_refused_is_an_error_and_the_other_way_round(worlds: list[World]) -> None:
    for world in worlds:
        for resource in world.bundle:
            denial = world.ask(Stored(resource)).answer.denial
            found = [f for f in world.findings(SERVERS_OWN, resource) if f.severity is Severity.ERROR]
            if denial is None or denial.plugin != MUTATING:
                assert bool(found) == (denial is not None and denial.plugin == VALIDATION), (
                    world.edits,
                    resource,
                    found,
                )


def test_02_what_is_kept_out_is_told_and_the_other_way_round(worlds: list[World]) -> None:
    for world in worlds:
        for resource in world.bundle:
            told = bool(world.findings(["refused-in-context"], resource))
            if resource.kind in {w.kind for w in world.workloads}:
                pods = world.ask(Admitted(resource)).answer
                held = world.ask(HeldByQuotas(resource.namespace)).answer.get(id(resource))
                alone = min((room.alone for room in held.rooms), default=None) if held is not None else None
                short = (
                    resource.kind == "StatefulSet" and held is not None and alone is not None and alone < held.wanted
                )
                short = short or (pods.cut is not None and not pods.unsure)
                own = pods.of_object and (resource.kind != "Pod" or pods.denial.plugin == VALIDATION)
                kept_out = pods.denial is not None and not own and not pods.unsure
                assert told == (kept_out or (pods.denial is None and short)), (world.edits, resource)
            else:
                denial = world.ask(Stored(resource)).answer.denial
                assert told == (denial is not None and denial.plugin != VALIDATION), (world.edits, resource)


def test_03_a_workload_without_pods_has_none_anywhere(worlds: list[World]) -> None:
    for world in worlds:
        drained = world.ask(DrainOf("shop")).answer
        for workload in world.workloads:
            resource = workload.resource
            if world.has_pods(resource):
                continue
            why = (world.edits, resource)
            assert not [p for p in world.schedule.placements if p.owner is resource], why
            assert f"{workload.kind} {workload.name}" not in {one.owner for one in drained.drained}, why
            for service in map(read_service, world.bundle.all("Service")):
                assert service is not None
                for port in service.ports:
                    behind = pods_behind(world.ask, service, port)
                    assert not any(f"{workload.kind} shop/{workload.name}:" in pod for pod in behind), why
            if workload.kind in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
                rollout = world.ask(RolloutOf(resource)).answer
                stands = rollout.timeline is not None and rollout.timeline.last.total == 0
                asked_for_none = workload.kind == "Deployment" and workload.desired == 0
                ends = (End.STUCK, End.PAUSED) if is_suspended(resource) else (End.STUCK,)
                assert rollout.refusal or (stands and (rollout.end in ends or asked_for_none)), why
            if workload.kind == "CronJob":
                runs = world.ask(NextRuns(resource, 2, NOW)).answer
                assert runs.problem or runs.without_pods, why
        for hpa in world.bundle.all("HorizontalPodAutoscaler"):
            target = world.bundle.get("Deployment", "shop", fields.mapping(hpa.spec, "scaleTargetRef")["name"])
            if target is not None and not world.has_pods(target):
                assert not world.ask(OutlookOf(hpa)).answer.works, (world.edits, hpa)


def test_04_a_workload_with_pods_is_placed_pod_by_pod(worlds: list[World]) -> None:
    for world in worlds:
        for workload in world.workloads:
            if not world.has_pods(workload.resource) or workload.kind in ("DaemonSet", "CronJob", "Job"):
                continue
            if world.stands(workload.resource):
                continue
            mine = [p for p in world.schedule.placements if p.owner is workload.resource]
            held_back = [one for one in world.schedule.held_back if one.owner is workload.resource]
            left = [p.pod.name for p in mine if not p.chosen]
            never = world.ask(NeverReady(workload.resource)).answer
            assert not held_back or (len(mine) == 1 if never else left == [mine[-1].pod.name]), world.edits
            names = [*(p.pod.name for p in mine), *(one.value["metadata"]["name"] for one in held_back)]
            first = fields.integer(fields.mapping(workload.resource.spec, "ordinals"), "start") or 0
            most = most_pods(workload.resource, world.ask)
            made = world.ask(Admitted(workload.resource)).answer.made
            assert made is not None
            expected = {f"{workload.name}-{first + n}" for n in range(made.count if most is None else most)}
            if workload.kind == "Pod":
                expected = {workload.name} if most != 0 else set()
            assert set(names) == expected, (world.edits, workload.resource)
            assert len(names) == len(expected)


def test_05_endpoints_are_pods_that_are_placed(worlds: list[World]) -> None:
    for world in worlds:
        placed = {p.pod.name: p.pod for p in world.schedule.placements}
        chosen = {p.pod.name: p.chosen for p in world.schedule.placements}
        for resource in world.bundle.all("Service"):
            service = read_service(resource)
            assert service is not None
            for one in world.ask(SlicesOf(resource)).answer:
                for endpoint in one.endpoints:
                    assert service.selector is not None
                    if endpoint.pod in world.standing:
                        assert service.selector.matches(world.standing[endpoint.pod].labels), (world.edits, resource)
                        continue
                    pod = placed.get(endpoint.pod)
                    assert pod is not None, (world.edits, resource, endpoint)
                    assert chosen[endpoint.pod], (world.edits, resource, endpoint)
                    assert service.selector.matches(pod.labels), (world.edits, resource, endpoint)


def test_06_routes_end_where_services_end(worlds: list[World]) -> None:
    for world in worlds:
        for route in world.ask(IngressRoutesOf(read_request("http://shop.example.com/", "GET", {}))).answer:
            for destination in route.destinations:
                found = world.bundle.get("Service", destination.namespace, destination.service)
                service = read_service(found) if found is not None else None
                ports = service.ports if service is not None else ()
                behind = {pod for port in ports for pod in pods_behind(world.ask, service, port)} if service else set()
                assert set(destination.pods) <= behind, (world.edits, destination)
        for resource in world.bundle.all("Service"):
            if world.findings(["service-selects-nothing"], resource):
                slices = world.ask(SlicesOf(resource)).answer
                assert not any(one.endpoints for one in slices), (world.edits, resource)


def test_07_what_fits_nowhere_is_told(worlds: list[World]) -> None:
    for world in worlds:
        homeless = {id(p.owner) for p in world.schedule.placements if not p.chosen}
        placed = {id(p.owner) for p in world.schedule.placements}
        for workload in world.workloads:
            told = bool(world.findings(["unschedulable"], workload.resource))
            if homeless != placed:  # where nothing fits, the nodes are taken for another cluster's
                assert told == (id(workload.resource) in homeless), (world.edits, workload.resource)


def test_08_a_rollout_that_never_finishes_gets_stuck(worlds: list[World]) -> None:
    for world in worlds:
        for workload in world.workloads:
            if world.findings(["rollout-never-finishes"], workload.resource) and world.has_pods(workload.resource):
                rollout = world.ask(NextRollout(workload.resource)).answer
                assert not rollout.finishes, (world.edits, workload.resource)


def test_09_a_budget_that_lets_none_go_holds_a_drain_up(worlds: list[World]) -> None:
    for world in worlds:
        drained = world.ask(DrainOf("shop")).answer
        without_node = {one.owner for one in drained.drained if one.left}
        for budget in world.bundle.all("PodDisruptionBudget"):
            if world.ask(Stored(budget)).answer.denial is None and world.findings(["pdb-blocks-drain"], budget):
                blocked = world.ask(DisruptionsAllowed(budget)).answer.pods
                assert drained.waits or without_node.issuperset(blocked), (world.edits, budget)


def test_10_a_metric_that_cannot_be_read_is_in_the_outlook(worlds: list[World]) -> None:
    for world in worlds:
        for hpa in world.bundle.all("HorizontalPodAutoscaler"):
            if world.findings(["hpa-metric-without-request"], hpa):
                assert world.ask(OutlookOf(hpa)).answer.faults, (world.edits, hpa)


def test_11_a_cron_job_that_never_fires_has_no_runs(worlds: list[World]) -> None:
    for world in worlds:
        for cronjob in world.bundle.all("CronJob"):
            runs = world.ask(NextRuns(cronjob, 2, NOW)).answer
            if world.findings(["cron-never-fires"], cronjob):
                assert not runs.times, (world.edits, cronjob)
            assert bool(runs.times) != bool(runs.problem), (world.edits, cronjob)


def test_12_the_matrix_is_the_connections(worlds: list[World]) -> None:
    for world in worlds:
        ends = world.ask(EndsOf()).answer
        matrix = {(str(a), str(b)) for a, b, _ in world.ask(PolicyMatrix()).answer}
        single = {
            (str(a), str(b)) for a in ends for b in ends if a is not b and world.ask(ConnectionOf(a, b)).answer.ports
        }
        assert matrix == single, world.edits


def test_13_what_ifs_move_only_what_they_touch(worlds: list[World]) -> None:
    for world in worlds:
        before = placed_pods(world.schedule)
        for change in ({"drained": ("node-a",)}, {"lost_zones": ("b",)}):
            after = world.ask(Moved((), **change)).answer
            nodes = {
                node.name for node in world.schedule.state.nodes.values() for node in [node.node] if node.zone == "b"
            }
            touched = {"node-a"} if "drained" in change else nodes
            standing = [pod.key for _, pod in after.schedule.state.pods()]
            assert len(standing) == len(set(standing)), (world.edits, change)
            new = placed_pods(after.schedule)
            victims = {v for p in after.schedule.placements for v in p.victims}
            moved = {key for key in before if new.get(key) != before[key]} - victims
            assert {before[key] for key in moved} <= touched, (world.edits, change)


def test_14_dns_lists_pods_that_stand_behind_the_service(worlds: list[World]) -> None:
    for world in worlds:
        for resource in world.bundle.all("Service"):
            suffix = f".{resource.name}.shop.svc.cluster.local."
            named = {r.name.removesuffix(suffix) for r in world.ask(RecordsOf()).answer if r.name.endswith(suffix)}
            named = {name for name in named if not name.startswith("_") and "." not in name}
            ends = [e for one in world.ask(SlicesOf(resource)).answer for e in one.endpoints]
            hosts = {e.hostname or e.addresses[0].replace(".", "-") for e in ends}
            assert {name for name in named if not name.startswith("<")} <= hosts, (
                world.edits,
                resource,
            )


def test_15_pods_are_placed_where_their_claims_have_volumes(worlds: list[World]) -> None:
    for world in worlds:
        answer = world.ask(Volumes()).answer
        taken = [one.volume for one in answer.claims if one.outcome is Outcome.BOUND]
        assert len(taken) == len(set(taken)), world.edits
        outcomes = {one.fate.claim.key: one.outcome for one in answer.claims}
        for placement in world.schedule.placements:
            for name in claim_names(placement.pod):
                has = outcomes.get(f"{placement.pod.namespace}/{name}") in (Outcome.BOUND, Outcome.MADE)
                assert has or not placement.chosen, (world.edits, placement.pod.key)


def test_16_a_claim_that_never_binds_has_no_volume(worlds: list[World]) -> None:
    for world in worlds:
        answer = world.ask(Volumes()).answer
        places = {one.made.place.document for one in answer.claims if one.outcome is Outcome.PENDING}
        made = {one.claim.key: one.place.document for one in world.ask(ClaimsThatExist()).answer}
        places |= {made[key] for key in answer.unmade if key in made}
        for finding in world.analysis.findings:
            if finding.rule == "claim-never-binds":
                assert finding.at.document in places, (world.edits, finding)


def test_17_a_pod_is_ready_when_a_rollout_counts_on_it(worlds: list[World]) -> None:
    for world in worlds:
        for workload in world.workloads:
            life = world.ask(LifecycleOf(workload.resource)).answer
            pod = world.ask(Admitted(workload.resource)).answer.pod
            assert bool(life.refusal) == (pod is None), (world.edits, workload.resource)
            never = world.ask(NeverStarts(workload.resource)).answer or world.ask(NeverReady(workload.resource)).answer
            assert pod is None or not never or life.ready is None, (world.edits, workload.resource)
            if pod is not None and life.ready is not None:
                assert life.ready.lowest == ready_time(pod["spec"]).lowest, (world.edits, workload.resource)


def test_18_what_opens_a_prediction_is_what_is_refused(worlds: list[World]) -> None:
    for world in worlds:
        opened = {one.object: one.sentence for one in refused_among(world.ask, world.bundle)}
        short = {str(owner.key): sentence for owner, sentence in world.ask(CutShort()).answer}
        expected: dict[str, str] = {}
        kinds = {w.kind for w in world.workloads}
        for resource in world.bundle:
            key = str(resource.key)
            denial = world.ask(Stored(resource)).answer.denial
            if resource.kind in kinds:
                if sentence := world.ask(Admitted(resource)).answer.refusal or short.get(key, ""):
                    expected[key] = sentence
            elif denial is not None:
                expected[key] = f"the API server refuses {key}: {denial.sentence}"
        assert opened == expected, world.edits
        for owner, sentence in world.schedule.kept_out:
            assert opened[str(owner.key)] == sentence, world.edits


def test_19_containers_see_what_is_written(worlds: list[World]) -> None:
    for world in worlds:
        for workload in world.workloads:
            seen = world.ask(VariablesOf(workload)).answer
            why = (world.edits, workload.resource)
            assert bool(seen) == world.has_pods(workload.resource), why
            never = world.ask(NeverStarts(workload.resource)).answer
            assert never or not any(container.fault for container in seen), why
            for container in seen:
                written = next(c for c in workload.pod.containers if c.name == container.container).env
                names = [one.name for one in container.variables]
                unset = {name for name, _ in container.unset}
                assert container.fault or {name for name, _, _ in written} <= {*names, *unset}, why
                for number, variable in enumerate(container.variables):
                    assert not set(variable.left) & set(names[:number]), why


def test_20_a_policy_that_is_refused_decides_nothing(worlds: list[World]) -> None:
    for world in worlds:
        policies = [p for p in world.bundle.all("NetworkPolicy") if world.ask(Stored(p)).answer.denial is not None]
        if policies:
            left = Oracle(Bundle([r for r in world.bundle if r not in policies], world.bundle.release))
            pairs = [{(str(a), str(b)) for a, b, _ in ask(PolicyMatrix()).answer} for ask in (world.ask, left)]
            assert pairs[0] == pairs[1], world.edits


def test_21_apply_says_what_is_stored(worlds: list[World]) -> None:
    for world in worlds:
        for resource in world.bundle:
            said = record_of(resource, world.ask)
            denial = world.ask(Stored(resource)).answer.denial
            if resource.kind == "Pod":
                denial = denial or world.ask(Admitted(resource)).answer.denial
            assert (said["verdict"] == "refused") == (denial is not None), (world.edits, resource)
            if resource.kind in {w.kind for w in world.workloads}:
                pods = world.ask(Admitted(resource)).answer
                assert said["pods"] == (pods.refusal or pods.cut_short), (world.edits, resource)
            for warned in world.findings(["server-warning"], resource):
                told = warned.message.partition(": ")[2]
                assert said["verdict"] == "refused" or told in said["warnings"], (world.edits, resource, told)
            if [f for f in world.findings(SERVERS_OWN, resource) if f.severity is Severity.ERROR]:
                assert said["verdict"] == "refused", (world.edits, resource)


def test_22_what_stands_behind_a_port_is_among_its_endpoints(worlds: list[World]) -> None:
    for world in worlds:
        owners = {p.pod.name: p.owner for p in world.schedule.placements}
        for resource in world.bundle.all("Service"):
            service = read_service(resource)
            assert service is not None
            slices = world.ask(SlicesOf(resource)).answer
            for port in service.ports:
                found = backends(slices, port, "IPv4")
                found = [b for b in found if b.ready] or [b for b in found if b.serving_terminating]
                whose = [world.standing.get(b.pod) or owners[b.pod] for b in found]
                reached = {f"{o.kind} {o.namespace}/{o.name}" for o in whose if o is not None}
                behind = {_owner(one, owners) for one in pods_behind(world.ask, service, port)}
                behind = {one for one in behind if not one.startswith("CronJob ")}  # there are some while it runs
                assert behind == reached, (world.edits, resource, port)


def _owner(behind: str, owners: Mapping[str, Resource | None]) -> str:
    kind, _, rest = behind.rpartition(":")[0].partition(" ")
    owner = owners.get(rest.partition("/")[2]) if kind == "Pod" else None
    return f"{owner.kind} {owner.namespace}/{owner.name}" if owner is not None else f"{kind} {rest}"


def test_23_connections_go_to_endpoints(worlds: list[World]) -> None:
    for world in worlds:
        for resource in world.bundle.all("Service"):
            slices = world.ask(SlicesOf(resource)).answer
            for one in world.ask(ConnectionsOf(resource, Client(Origin.POD), "node-a")).answer:
                usable = [b for b in backends(slices, one.port, "IPv4") if b.ready or b.serving_terminating]
                if one.entry.way is Way.CLUSTER_IP:
                    assert (one.outcome.verdict is Verdict.REJECTED) == (not usable), (world.edits, resource)
                if one.outcome.verdict is Verdict.SENT:
                    assert sum(share for _, share in one.outcome.shares) == 1, (world.edits, resource)
                    assert {b for b, _ in one.outcome.shares} <= set(usable), (world.edits, resource)


def test_24_dns_knows_the_services_that_are_stored(worlds: list[World]) -> None:
    for world in worlds:
        records = world.ask(RecordsOf()).answer
        for resource in world.bundle.all("Service"):
            service = read_service(resource)
            assert service is not None
            own = [r for r in records if r.name == f"{resource.name}.shop.svc.cluster.local." and r.type == "A"]
            endpoints = {
                e.addresses[0] for one in world.ask(SlicesOf(resource)).answer for e in one.endpoints if e.ready
            }
            stored = world.ask(Stored(resource)).answer.denial is None
            if not stored:
                assert not own, (world.edits, resource)
            elif service.headless:
                assert {r.value for r in own} == endpoints, (world.edits, resource)
            else:
                assert len(own) == 1, (world.edits, resource)


def test_25_workloads_without_pods_are_told(worlds: list[World]) -> None:
    for world in worlds:
        idle = {id(owner) for owner, _ in world.schedule.idle}
        kept_out = {id(owner) for owner, _ in world.schedule.kept_out}
        placed = {id(p.owner) for p in world.schedule.placements}
        for workload in world.workloads:
            told = (id(workload.resource) in idle, id(workload.resource) in placed, id(workload.resource) in kept_out)
            assert any(told) or world.stands(workload.resource), (world.edits, workload.resource)
            assert not (told[0] and told[1]), (world.edits, workload.resource)


def test_26_what_is_created_rolls_out_as_it_is_placed(worlds: list[World]) -> None:
    for world in worlds:
        short = {id(owner) for owner, _ in world.ask(CutShort()).answer}
        for workload in world.workloads:
            resource = workload.resource
            if workload.kind not in KINDS or not world.has_pods(resource) or is_suspended(resource):
                continue
            why = (world.edits, resource)
            rollout = world.ask(RolloutOf(resource, on_nodes=True)).answer
            assert rollout.timeline is not None, why
            mine = [p for p in world.schedule.placements if p.owner is resource]
            starts = sum(bool(p.chosen) for p in mine)
            held_up = {one.pod for one in world.schedule.waiting if one.sure}
            if held_up & {p.pod.key for p in mine}:
                continue
            if workload.kind == "Job":
                assert (rollout.end is End.DONE) == (starts > 0), why
            elif world.ask(NeverReady(resource)).answer:
                assert (rollout.end, rollout.timeline.last.ready) == (End.STUCK, 0), why
            elif starts < len(mine) or id(resource) in short:
                assert rollout.end is End.STUCK, why
                if workload.kind != "StatefulSet":  # a Pod that waits keeps the next ones from coming
                    assert rollout.timeline.last.ready == starts, why
            else:
                assert rollout.end is End.DONE, why
                assert rollout.timeline.last.ready == starts, why


def test_27_an_autoscaler_that_is_stopped_has_a_cause(worlds: list[World]) -> None:
    for world in worlds:
        for hpa in world.bundle.all("HorizontalPodAutoscaler"):
            target = world.bundle.get("Deployment", "shop", fields.mapping(hpa.spec, "scaleTargetRef")["name"])
            refused = world.ask(Stored(hpa)).answer.denial is not None
            without = target is not None and not world.has_pods(target)
            assert bool(world.ask(OutlookOf(hpa)).answer.stops) == (refused or without), (world.edits, hpa)


def test_28_dns_answers_whom_policies_let_ask(worlds: list[World]) -> None:
    made = cluster_end("kube-dns", 53)
    assert made is not None
    for world in worlds:
        for workload in world.workloads:
            found = world.ask(LookupOf("kubernetes.default", workload)).answer
            ends = [e for e in world.ask(EndsOf()).answer if e.workload.resource is workload.resource]
            asked = [world.ask(ConnectionOf(end, made.end)).answer.ports.has("UDP", 53) for end in ends]
            if CLUSTER_DNS not in found.config.nameservers:
                continue
            why = (world.edits, workload.resource)
            assert bool(found.shut) == (not any(asked)), why
            assert (found.answered is None) == bool(found.shut), why
