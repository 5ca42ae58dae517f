"""What people ask once things run: volumes that do not come, releases that differ, runs that pile up, requests that fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

VOLUME = """\
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec: {storageClassName: shelf, accessModes: [MODE], capacity: {storage: SIZE}, nfs: {server: files, path: /}}
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME, namespace: library}
spec: {storageClassName: CLASS, accessModes: [MODE], resources: {requests: {storage: 2Gi}}}
"""
READER = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: library}
spec:
  containers: [{name: c, image: "reader:1", volumeMounts: [{name: data, mountPath: /data}]}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: CLAIM}}]
"""
ARCHIVE = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: archive, namespace: library}
spec:
  serviceName: archive
  HISTORY
  selector: {matchLabels: {app: archive}}
  template:
    metadata: {labels: {app: archive}}
    spec: {containers: [{name: c, image: "archive:1"}]}
"""
INDEXER = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: indexer, namespace: library}
spec:
  schedule: "EVERY * * * *"
  concurrencyPolicy: POLICY
  jobTemplate:
    spec:
      backoffLimit: LIMIT
      template:
        spec: {restartPolicy: RESTART, containers: [{name: c, image: "indexer:1"}]}
"""
DESK = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: desk, namespace: library}
spec:
  selector: {matchLabels: {app: desk}}
  template:
    metadata: {labels: {app: desk}}
    spec: {containers: [{name: c, image: "desk:1", ports: [{containerPort: 80}]HOOK}]}
---
apiVersion: v1
kind: Service
metadata: {name: desk, namespace: library}
spec: {selector: {app: NAME}, ports: [{port: 80}]}
"""


def volume(name: str, mode: str = "ReadWriteOnce", size: str = "2Gi") -> str:
    return VOLUME.replace("NAME", name).replace("MODE", mode).replace("SIZE", size)


def claim(name: str, mode: str = "ReadWriteOnce", storage_class: str = "shelf") -> str:
    return CLAIM.replace("NAME", name).replace("MODE", mode).replace("CLASS", storage_class)


def reader(name: str, claim_name: str) -> str:
    return READER.replace("NAME", name).replace("CLAIM", claim_name)


def ask(folder: Path, words: list[str], *texts: str) -> Result:
    (folder / "all.yaml").write_text("---\n".join(texts))
    return CliRunner().invoke(cli, [*words, str(folder / "all.yaml")])


@pytest.mark.parametrize(
    ("only", "why"),
    [
        (volume("old", "ReadOnlyMany"), "offers ReadOnlyMany, asked for is ReadWriteOnce"),
        (volume("old", size="1Gi"), "2Gi"),
    ],
    ids=["mode", "size"],
)
def test_a_claim_that_the_only_volume_does_not_suit(tmp_path: Path, only: str, why: str) -> None:
    texts = (only, claim("books"), reader("night", "books"))
    volumes = ask(tmp_path, ["predict", "volumes"], *texts)
    assert (volumes.exit_code, why in volumes.stdout) == (1, True), volumes.stdout
    schedule = ask(tmp_path, ["predict", "schedule", "--nodes", "2x4cpu,8Gi"], *texts)
    assert (schedule.exit_code, "unbound" in schedule.stdout) == (1, True), schedule.stdout
    checked = ask(tmp_path, ["check", "-o", "concise"], *texts)
    assert "claim-never-binds" in checked.stdout


def test_a_class_that_only_the_claim_names(tmp_path: Path) -> None:
    bare = volume("old").replace("storageClassName: shelf, ", "")
    said = ask(tmp_path, ["predict", "volumes"], bare, claim("books"), reader("night", "books")).stdout
    assert "volume old has no class: write storageClassName: shelf in the volume" in said
    other = ask(tmp_path, ["predict", "volumes"], volume("old"), bare.replace("old", "new"), claim("books")).stdout
    assert "has no class" not in other


def test_two_claims_after_one_volume(tmp_path: Path) -> None:
    texts = (volume("only"), claim("books"), claim("films"), reader("night", "books"), reader("day", "films"))
    said = ask(tmp_path, ["predict", "volumes"], *texts)
    lines = {line.split()[1]: line for line in said.stdout.splitlines() if line.startswith("claim ")}
    assert said.exit_code == 1
    assert ["volume only" in lines[f"library/{name}"] for name in ("books", "films")].count(True) == 1
    two = ask(tmp_path, ["predict", "volumes"], volume("second"), *texts)
    assert two.exit_code == 0, two.stdout


def test_pods_that_share_a_new_volume_stay_in_its_zone(tmp_path: Path) -> None:
    zones = ["predict", "schedule", "--nodes", "2x4cpu,8Gi", "--zones", "a,b"]
    books, films = (claim(name, storage_class="disk") for name in ("books", "films"))
    shared = ask(tmp_path, zones, books, reader("night", "books"), reader("day", "books"))
    assert "pods 2/110  zone a" in shared.stdout, shared.stdout
    apart = ask(tmp_path, zones, books, films, reader("night", "books"), reader("day", "films"))
    assert "pods 1/110  zone a" in apart.stdout, apart.stdout


@pytest.mark.parametrize(("release", "refused"), [("1.31", True), ("1.32", True), ("1.37", False)])
def test_the_history_of_a_statefulset_changes_from_some_release_on(tmp_path: Path, release: str, refused: bool) -> None:
    (tmp_path / "old.yaml").write_text(ARCHIVE.replace("HISTORY", "revisionHistoryLimit: 4"))
    words = ["check", "-o", "concise", "--kubernetes-version", release, "--against", str(tmp_path / "old.yaml")]
    said = ask(tmp_path, words, ARCHIVE.replace("HISTORY", "revisionHistoryLimit: 9"))
    assert ("immutable-change" in said.stdout) is refused, said.stdout


@pytest.mark.parametrize(
    ("every", "policy", "limit", "restart", "says"),
    [
        ("*/5", "Allow", "6", "OnFailure", "goes on for 310 s at least, and the next run comes after 300 s"),
        ("*/10", "Allow", "6", "Never", "goes on for 630 s at least, and the next run comes after 600 s"),
        ("*/10", "Allow", "6", "OnFailure", "  runs may overlap  ("),
        ("*/5", "Forbid", "6", "OnFailure", "a run is skipped while"),
        ("*/5", "Allow", "0", "Never", "  runs may overlap  ("),
    ],
)
def test_runs_that_fail_pile_up(tmp_path: Path, every: str, policy: str, limit: str, restart: str, says: str) -> None:
    text = INDEXER.replace("EVERY", every).replace("POLICY", policy).replace("LIMIT", limit).replace("RESTART", restart)
    said = ask(tmp_path, ["predict", "cron", "--now", "2026-01-01T00:00:00Z"], text)
    assert says in said.stdout, said.stdout


@pytest.mark.parametrize(
    ("limit", "says"),
    [("3", "have been started again 3 times (backoffLimit 3): after 30 s"), ("0", "started again once")],
)
def test_a_job_counts_restarts_in_place(tmp_path: Path, limit: str, says: str) -> None:
    text = INDEXER.replace("EVERY", "0").replace("POLICY", "Allow").replace("LIMIT", limit)
    said = ask(tmp_path, ["predict", "lifecycle", "indexer"], text.replace("RESTART", "OnFailure"))
    assert says in said.stdout, said.stdout


@pytest.mark.parametrize(
    ("hook", "selects", "told"),
    [
        ("", "desk", True),
        (", lifecycle: {preStop: {sleep: {seconds: 5}}}", "desk", False),
        ("", "shelf", False),
    ],
    ids=["no hook", "hook", "no Service"],
)
def test_requests_to_pods_that_stop(tmp_path: Path, hook: str, selects: str, told: bool) -> None:
    text = DESK.replace("HOOK", hook).replace("NAME", selects)
    (tmp_path / "old.yaml").write_text(text.replace("desk:1", "desk:0"))
    rollout = ask(tmp_path, ["predict", "rollout", str(tmp_path / "old.yaml")], text)
    assert ("no preStop hook waits for that" in rollout.stdout) is told, rollout.stdout
    life = ask(tmp_path, ["predict", "lifecycle", "desk"], text)
    assert ("leaves its Services (desk;" in life.stdout) is told
