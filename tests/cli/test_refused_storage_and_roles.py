"""Volumes, classes and roles among the files that the API server refuses: nobody has them, and they are called what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: jar, namespace: cellar}
spec: {storageClassName: clay, VOLUMEaccessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: shelf}
spec: {storageClassName: clay, accessModes: [ReadWriteOnce], CAPACITYnfs: {server: "192.0.2.9", path: /s}}
---
"""
CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: clay}
PROVISIONER
---
"""
NAMED = CLAIM.replace("VOLUME", "volumeName: shelf, ")
ANY = CLAIM.replace("VOLUME", "")
ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: taster, namespace: cellar}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}, {apiGroups: [""], resources: [pods], verbs: [VERB]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: taster, namespace: cellar}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: taster}
subjects: [{kind: User, name: vera, apiGroup: rbac.authorization.k8s.io}]
"""
TAKEN, REFUSED = ROLE.replace("VERB", "list"), ROLE.replace("VERB", "")


@pytest.mark.parametrize(
    ("text", "said", "left"),
    [
        (NAMED + VOLUME.replace("CAPACITY", ""), "volume shelf  is refused by the API server", "not among the files"),
        (NAMED + VOLUME.replace("CAPACITY", "capacity: {storage: 2Gi}, "), "-> volume shelf", "is refused"),
        (NAMED, "volume 'shelf' stands in the cluster and suits its claim: it is not among the files", "is refused"),
        (ANY + CLASS.replace("PROVISIONER", ""), 'storageclass.storage.k8s.io "clay" not found', "a volume made by"),
        (ANY + CLASS.replace("PROVISIONER", "provisioner: clay.example.org"), "a volume made by clay.example.org", "not found"),
    ],
)  # fmt: skip
def test_a_claim_gets_nothing_of_what_is_refused(tmp_path: Path, text: str, said: str, left: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    out = CliRunner().invoke(cli, ["predict", "volumes", str(file), "--isolated"]).stdout
    told = "\n".join(line for line in out.splitlines() if not line.startswith("refused: "))
    assert said in told
    assert left not in told


@pytest.mark.parametrize(
    ("old", "new", "said", "left"),
    [
        ("", TAKEN, "gains: list pods in cellar; get secrets in cellar", "loses"),
        ("", REFUSED, "[refused]", "gains"),
        (REFUSED, TAKEN, "gains: list pods in cellar; get secrets in cellar", "loses"),
        (TAKEN, REFUSED, "[refused]", "loses"),
        (REFUSED, "", "-", "loses"),
        (TAKEN, "", "loses: list pods in cellar; get secrets in cellar", "gains"),
    ],
)
def test_a_plan_gives_nothing_by_roles_that_are_refused(
    tmp_path: Path, old: str, new: str, said: str, left: str
) -> None:
    for name, text in (("old", old), ("new", new)):
        (tmp_path / name).mkdir()
        keep = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, namespace: cellar}\n---\n"
        (tmp_path / name / "a.yaml").write_text(keep + text, encoding="utf-8")
    words = ["plan", "--isolated", "--fail-on", "never", str(tmp_path / "old"), str(tmp_path / "new")]
    out = CliRunner().invoke(cli, words).stdout
    assert said in out
    assert left not in out
