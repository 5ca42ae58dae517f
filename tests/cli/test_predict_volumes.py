"""``predict volumes``, and what ``schedule`` and ``rollout`` make of claims that cannot bind or are shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.predict import command

NODES = ("--nodes", "2x4cpu,16Gi", "--zones", "a,b")


def ask(tmp_path: Path, text: str, *words: str) -> Result:
    (tmp_path / "all.yaml").write_text(text)
    return CliRunner().invoke(command, [words[0], str(tmp_path), *words[1:]])


def asked(tmp_path: Path, text: str, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(tmp_path, text, *words, "--format", "json").stdout)
    return found


def claim(name: str, size: str = "2Gi", mode: str = "ReadWriteOnce", more: str = "storageClassName: shelf") -> str:
    return f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: {name}, namespace: kiosk}}
spec: {{accessModes: [{mode}], resources: {{requests: {{storage: {size}}}}}, {more}}}
---"""


def volume(name: str, size: str = "2Gi", mode: str = "ReadWriteOnce", more: str = "storageClassName: shelf") -> str:
    source = "" if "local:" in more or "csi:" in more else "nfs: {server: 192.0.2.7, path: /x},"
    return f"""
apiVersion: v1
kind: PersistentVolume
metadata: {{name: {name}}}
spec: {{accessModes: [{mode}], capacity: {{storage: {size}}}, {source} {more}}}
---"""


def deployment(name: str, claim_name: str, more: str = "", image: str = "x:1", strategy: str = "") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: kiosk}}
spec:
  {strategy}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {more}
      volumes: [{{name: v, persistentVolumeClaim: {{claimName: {claim_name}}}}}]
      containers: [{{name: c, image: "{image}", volumeMounts: [{{name: v, mountPath: /v}}]}}]
---"""


def storage_class(provisioner: str, mode: str = "WaitForFirstConsumer", name: str = "shelf") -> str:
    return f"""
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: {name}}}
provisioner: {provisioner}
volumeBindingMode: {mode}
---"""


def test_a_volume_of_another_access_mode(tmp_path: Path) -> None:
    text = claim("films", mode="ReadWriteMany") + volume("reel") + deployment("cinema", "films")
    result = ask(tmp_path, text, "volumes")
    assert result.exit_code == 1
    assert "claim kiosk/films  2Gi ReadWriteMany, class 'shelf'  -> none" in result.stdout
    assert "volume reel  offers ReadWriteOnce, asked for is ReadWriteMany" in result.stdout
    placed = ask(tmp_path, text, "schedule", *NODES)
    assert placed.exit_code == 1
    assert "pod has unbound immediate PersistentVolumeClaims" in placed.stdout
    assert "volume reel  offers ReadWriteOnce" in placed.stdout
    mended = text.replace("[ReadWriteMany]", "[ReadWriteOnce]")
    assert ask(tmp_path, mended, "volumes").exit_code == 0
    assert ask(tmp_path, mended, "schedule", *NODES).exit_code == 0


@pytest.mark.parametrize("known", ["", storage_class("kubernetes.io/no-provisioner", "Immediate")])
def test_two_claims_and_one_volume(tmp_path: Path, known: str) -> None:
    text = known + claim("left") + claim("right") + volume("only") + deployment("l", "left") + deployment("r", "right")
    found = asked(tmp_path, text, "volumes")
    assert [(c["outcome"], c["volume"], c["rivals"]) for c in found["claims"]] == [
        ("bound", "only", 1),
        ("pending", None, 1),
    ]
    assert any("kiosk/left, kiosk/right are after the same" in text for text in found["assumptions"])
    placed = asked(tmp_path, text, "schedule", *NODES)["placements"]
    assert [bool(p["node"]) for p in placed] == [True, False]


def test_a_claim_without_a_class_beside_a_volume_without_one(tmp_path: Path) -> None:
    text = claim("notes", more="volumeMode: Filesystem") + volume("pad", more="volumeMode: Filesystem")
    said = ask(tmp_path, text, "volumes").stdout
    assert 'volume pad has no class: write storageClassName: "" in the claim to get it' in said
    assert "assuming: the cluster has a default storage class" in said
    mended = claim("notes", more='storageClassName: ""') + volume("pad", more="volumeMode: Filesystem")
    assert "-> volume pad" in ask(tmp_path, mended, "volumes").stdout
    default = storage_class("ebs.csi.aws.com").replace(
        "{name: shelf}", '{name: shelf, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}'
    )
    known = ask(tmp_path, text + default, "volumes").stdout
    assert "class 'shelf'  -> a volume made by ebs.csi.aws.com once" in known
    assert 'volume pad has no class: write storageClassName: ""' in known
    assert "default storage class" not in known


def test_the_second_pod_of_a_claim_follows_the_volume_of_the_first(tmp_path: Path) -> None:
    text = claim("tape", more="volumeMode: Filesystem") + deployment("writer", "tape") + deployment("reader", "tape")
    nodes = ("--nodes", "4x4cpu,16Gi", "--zones", "a,b")
    found = asked(tmp_path, text, "schedule", *nodes)
    first, second = [p["node"] for p in found["placements"]]
    zones = {"node-a": "a", "node-b": "b", "node-c": "a", "node-d": "b"}
    assert zones[first] == zones[second]
    assert [w["pod"] for w in found["waiting"]] == (["kiosk/reader-0"] if first != second else [])


@pytest.mark.parametrize(
    ("provisioner", "mode", "same_zone", "same_node"),
    [
        ("ebs.csi.aws.com", "ReadWriteOnce", True, False),
        ("rancher.io/local-path", "ReadWriteOnce", True, True),
        ("efs.csi.aws.com", "ReadWriteMany", False, False),
    ],
)
def test_where_a_second_pod_may_go_is_the_provisioners(
    tmp_path: Path, provisioner: str, mode: str, same_zone: bool, same_node: bool
) -> None:
    apart = (
        "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, podAffinityTerm: "
        "{topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: writer}}}}]}}"
    )
    text = storage_class(provisioner) + claim("tape", mode=mode)
    text += deployment("writer", "tape") + deployment("reader", "tape", apart)
    found = asked(tmp_path, text, "schedule", "--nodes", "4x4cpu,16Gi", "--zones", "a,b")
    nodes = {p["pod"]: p["node"] for p in found["placements"]}
    zone = {"node-a": "a", "node-b": "b", "node-c": "a", "node-d": "b"}
    writer, reader = nodes["kiosk/writer-0"], nodes["kiosk/reader-0"]
    assert (zone[writer] == zone[reader]) == same_zone
    assert (writer == reader) == same_node
    assert bool(found["waiting"]) == (provisioner == "ebs.csi.aws.com")


NODE = """
apiVersion: v1
kind: Node
metadata: {{name: {name}, labels: {{kubernetes.io/hostname: {name}, topology.kubernetes.io/zone: {zone}}}}}
status: {{allocatable: {{cpu: "4", memory: 8Gi, pods: "20"}}}}
---"""


def rollout(tmp_path: Path, before: str, beside: str) -> dict[str, Any]:
    for version in ("1", "2"):
        (tmp_path / f"{version}.yaml").write_text(before.replace("x:1", f"x:{version}") + beside)
    words = ["rollout", str(tmp_path / "1.yaml"), str(tmp_path / "2.yaml"), "--format", "json"]
    found: dict[str, Any] = json.loads(CliRunner().invoke(command, words).stdout)["rollouts"][0]
    return found


def test_a_claim_shared_between_revisions(tmp_path: Path) -> None:
    disk = storage_class("ebs.csi.aws.com") + claim("ledger")
    text = deployment("books", "ledger")
    unknown = rollout(tmp_path, text, disk)
    assert (unknown["outcome"], unknown["sameNodeNeeded"]) == ("done", True)
    two = NODE.format(name="n1", zone="a") + NODE.format(name="n2", zone="a")
    stuck = rollout(tmp_path, text, disk + two)
    assert stuck["outcome"] == "stuck"
    assert "claim kiosk/ledger is attached to node n1" in stuck["stuck"]
    one_of_zone = NODE.format(name="n1", zone="a") + NODE.format(name="n2", zone="b")
    fine = rollout(tmp_path, text, disk + one_of_zone)
    assert (fine["outcome"], fine["sameNodeNeeded"]) == ("done", False)
    recreated = deployment("books", "ledger", strategy="strategy: {type: Recreate}")
    assert rollout(tmp_path, recreated, disk)["sameNodeNeeded"] is False
    shared = rollout(tmp_path, text, disk.replace("ebs.csi.aws.com", "nfs.csi.k8s.io"))
    assert (shared["outcome"], shared["sameNodeNeeded"]) == ("done", False)


LOCAL = (
    "storageClassName: shelf, local: {{path: /d}}, nodeAffinity: {{required: {{nodeSelectorTerms: [{{matchExpressions: "
    "[{{key: kubernetes.io/hostname, operator: In, values: [{node}]}}]}}]}}}}"
)
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: log, namespace: kiosk}
spec:
  replicas: 3
  selector: {matchLabels: {app: log}}
  template:
    metadata: {labels: {app: log}}
    spec: {containers: [{name: c, image: x}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: shelf, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---"""


def test_a_stateful_sets_claims_take_local_volumes_where_their_pods_go(tmp_path: Path) -> None:
    disks = volume("d1", more=LOCAL.format(node="n1")) + volume("d2", more=LOCAL.format(node="n2"))
    nodes = "".join(NODE.format(name=f"n{n}", zone="a") for n in (1, 2, 3))
    text = SET + storage_class("kubernetes.io/no-provisioner") + disks + nodes
    found = asked(tmp_path, text, "volumes")
    assert [(c["claim"], c["outcome"]) for c in found["claims"]] == [
        ("kiosk/data-log-0", "bound"),
        ("kiosk/data-log-1", "bound"),
        ("kiosk/data-log-2", "pending"),
    ]
    assert {(c["volume"], c["node"]) for c in found["claims"][:2]} == {("d1", "n1"), ("d2", "n2")}
    assert found["claims"][2]["event"]["message"] == "waiting for pod log-2 to be scheduled"
    alone = ask(tmp_path, text.replace(nodes, ""), "volumes")
    assert "-> one of d1, d2 once Pod 'kiosk/log-0' has a node" in alone.stdout


def test_many_claims_of_one_template_are_folded(tmp_path: Path) -> None:
    text = SET.replace("replicas: 3", "replicas: 50") + storage_class("ebs.csi.aws.com")
    said = ask(tmp_path, text, "volumes").stdout
    assert said.count("claim kiosk/data-log-") == 3
    assert "47 more of StatefulSet 'kiosk/log' alike" in said
    assert len(asked(tmp_path, text, "volumes")["claims"]) == 50


@pytest.mark.parametrize(("provisioner", "known"), [("disk.example", False), ("ebs.csi.aws.com", True)])
def test_what_is_taken_of_an_unknown_provisioner_is_said(tmp_path: Path, provisioner: str, known: bool) -> None:
    text = storage_class(provisioner) + claim("tape") + deployment("writer", "tape")
    said = asked(tmp_path, text, "schedule", *NODES)["assumptions"]
    assert any("volumes that 'disk.example' makes are reached from the zone" in one for one in said) is not known


@pytest.mark.parametrize(
    ("provisioner", "change", "moves"),
    [
        ("ebs.csi.aws.com", "drain=node-a", True),
        ("ebs.csi.aws.com", "lose-zone=a", False),
        ("rancher.io/local-path", "drain=node-a", False),
        ("efs.csi.aws.com", "lose-zone=a", True),
    ],
)
def test_a_volume_goes_nowhere_when_its_pod_has_to(tmp_path: Path, provisioner: str, change: str, moves: bool) -> None:
    mode = "ReadWriteMany" if provisioner.startswith("efs") else "ReadWriteOnce"
    text = storage_class(provisioner) + claim("tape", mode=mode) + deployment("writer", "tape")
    found = asked(tmp_path, text, "schedule", "--nodes", "4x4cpu,16Gi", "--zones", "a,b", "--what-if", change)
    (before,) = found["placements"]
    assert before["node"] == "node-a"
    (after,) = found["what_if"]["placements"]
    assert bool(after["node"]) == moves
    if not moves:
        assert "node(s) didn't match PersistentVolume's node affinity" in after["message"]


def test_a_pod_that_names_its_node_leaves_a_waiting_claim_alone(tmp_path: Path) -> None:
    text = storage_class("ebs.csi.aws.com") + claim("c") + deployment("d", "c", "nodeName: n1")
    result = ask(tmp_path, text, "volumes")
    assert result.exit_code == 1
    assert "names node n1 itself: no scheduler chooses a node for the claim" in result.stdout


def test_an_earlier_claims_uid_keeps_the_volume(tmp_path: Path) -> None:
    text = claim("again") + volume(
        "v", more="storageClassName: shelf, claimRef: {name: again, namespace: kiosk, uid: u1}"
    )
    result = ask(tmp_path, text, "volumes")
    assert result.exit_code == 1
    assert "Released, kept for claim kiosk/again" in result.stdout
    assert ask(tmp_path, text.replace(", uid: u1", ""), "volumes").exit_code == 0


def test_refused_claims_come_first(tmp_path: Path) -> None:
    result = ask(tmp_path, claim("good") + claim("bad", mode="ReadWriteTwice"), "volumes")
    assert result.exit_code == 1
    assert result.stdout.startswith("refused: the API server refuses PersistentVolumeClaim 'kiosk/bad'")
    assert "claim kiosk/bad" not in result.stdout


def test_one_claim_is_asked_for(tmp_path: Path) -> None:
    text = claim("a") + claim("b")
    found = asked(tmp_path, text, "volumes", "--claim", "kiosk/b")
    assert [c["claim"] for c in found["claims"]] == ["kiosk/b"]
    assert ask(tmp_path, text, "volumes", "--claim", "x").exit_code == 2


@pytest.mark.parametrize(("replicas", "conditional"), [(1, False), (2, True)])
def test_pods_that_share_a_claim_of_one_node_are_done_only_where_they_land_on_it(
    tmp_path: Path, replicas: int, conditional: bool
) -> None:
    text = f"""
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {{name: shelf}}
spec: {{storageClassName: quick, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 2Gi}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: books}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: books}}}}
  template:
    metadata: {{labels: {{app: books}}}}
    spec:
      containers: [{{name: main, image: "books:1", volumeMounts: [{{name: shelf, mountPath: /shelf}}]}}]
      volumes: [{{name: shelf, persistentVolumeClaim: {{claimName: shelf}}}}]
"""
    file = tmp_path / "books.yaml"
    file.write_text(text)
    result = CliRunner().invoke(command, ["rollout", str(file)])
    assert ("land on the node that has their volume, stuck elsewhere" in result.stdout) == conditional
    file.write_text(text.replace("[ReadWriteOnce]", "[ReadWriteOncePod]"))
    assert CliRunner().invoke(command, ["rollout", str(file)]).exit_code == (1 if conditional else 0)


def in_zone(name: str, zone: str) -> str:
    return deployment(name, "films", f"nodeSelector: {{topology.kubernetes.io/zone: {zone}}}")


def test_a_class_without_a_binding_mode_waits_for_no_pod(tmp_path: Path) -> None:
    made = storage_class("ebs.csi.aws.com").replace("volumeBindingMode: WaitForFirstConsumer", "")
    found = ask(tmp_path, made + claim("films") + deployment("cinema", "films"), "volumes", *NODES)
    assert "a volume made by ebs.csi.aws.com at once (its Pod: " in found.stdout
    assert "where its Pod goes" not in found.stdout
    assert "before their Pods have nodes (Immediate)" in " ".join(found.stdout.split())


def test_a_volume_made_at_once_does_not_wait_for_a_pod_that_fits_nowhere(tmp_path: Path) -> None:
    zones = "allowedTopologies: [{matchLabelExpressions: [{key: topology.kubernetes.io/zone, values: [a]}]}]"
    made = storage_class("ebs.csi.aws.com", "Immediate").replace("\n---", f"\n{zones}\n---")
    text = made + claim("films") + in_zone("cinema", "b")
    found = asked(tmp_path, text, "volumes", *NODES)
    assert [(one["outcome"], one["node"]) for one in found["claims"]] == [("made", None)]
    assert not any("Immediate" in text for text in found["assumptions"]), "one zone is allowed"
    placed = ask(tmp_path, text, "schedule", *NODES)
    assert placed.exit_code == 1
    said = " ".join(placed.stdout.split())
    assert "1 node(s) didn't match PersistentVolume's node affinity" in said
    assert "didn't find available persistent volumes" not in said
    assert ask(tmp_path, text.replace("zone: b}", "zone: a}"), "schedule", *NODES).exit_code == 0


@pytest.mark.parametrize(
    ("provisioner", "fit"), [("ebs.csi.aws.com", [True, False]), ("efs.csi.aws.com", [True, True])]
)
def test_a_second_pod_follows_a_volume_made_at_once(tmp_path: Path, provisioner: str, fit: list[bool]) -> None:
    text = storage_class(provisioner, "Immediate") + claim("films") + in_zone("east", "a") + in_zone("west", "b")
    placed = asked(tmp_path, text, "schedule", *NODES)
    assert [bool(one["node"]) for one in placed["placements"]] == fit
    assert any("(Immediate)" in text for text in placed["assumptions"]) is not all(fit)


@pytest.mark.parametrize(("least", "claims"), [(1, ["kiosk/d-rack-0"]), (2, ["kiosk/d-rack-0", "kiosk/d-rack-1"])])
def test_claims_are_made_for_the_replicas_that_a_set_has_not_for_those_that_are_written(
    tmp_path: Path, least: int, claims: list[str]
) -> None:
    text = f"""
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: rack, namespace: kiosk}}
spec:
  replicas: {3 - least}
  serviceName: rack
  selector: {{matchLabels: {{app: rack}}}}
  template: {{metadata: {{labels: {{app: rack}}}}, spec: {{containers: [{{name: c, image: "x:1"}}]}}}}
  volumeClaimTemplates:
  - metadata: {{name: d}}
    spec: {{storageClassName: shelf, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {{name: size}}
spec:
  reinvocationPolicy: Never
  matchConstraints:
    resourceRules: [{{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [statefulsets]}}]
  mutations:
  - patchType: JSONPatch
    jsonPatch: {{expression: '[JSONPatch{{op: "add", path: "/spec/replicas", value: {least}}}]'}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {{name: size}}
spec: {{policyName: size}}
---"""
    assert [one["claim"] for one in asked(tmp_path, text, "volumes")["claims"]] == claims
    placed = asked(tmp_path, text, "schedule", *NODES)["placements"]
    assert len(placed) == least
