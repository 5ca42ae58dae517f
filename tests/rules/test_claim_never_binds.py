"""Claims that get no volume: told where the volumes stand beside them, quiet where others may."""

from __future__ import annotations

import pytest

from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of

RULE = next(rule for rule in kubelens_rules() if rule.name == "claim-never-binds")
VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec: {storageClassName: shelf, accessModes: [ReadWriteOnce], capacity: {storage: 2Gi}, nfs: {server: a, path: /}, MORE}
---"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, MORE}
---"""
CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: shelf}
provisioner: NAME
---"""
SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: log}
spec:
  replicas: NAME
  selector: {matchLabels: {app: log}}
  template:
    metadata: {labels: {app: log}}
    spec: {containers: [{name: c, image: x}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: shelf, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---"""
SHELF = "storageClassName: shelf"


def made(text: str, name: str, more: str = "mountOptions: []") -> str:
    return text.replace("NAME", name).replace("MORE", more)


def found(*texts: str) -> list[str]:
    return [finding.message for finding in analysis_of([RULE], "".join(texts)).findings]


ONE = made(VOLUME, "v")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((ONE, made(CLAIM, "c", SHELF)), []),
        ((made(CLAIM, "c", SHELF),), []),
        ((ONE, made(CLAIM, "c", "volumeMode: Block, " + SHELF)), ["is of mode Filesystem, asked for is Block"]),
        ((ONE, made(CLAIM, "c", "selector: {matchLabels: {a: b}}, " + SHELF)), ["has no label a=b"]),
        (
            (ONE, made(CLAIM, "c", "volumeName: v, storageClassName: other")),
            ["is of class 'shelf', asked for is of class"],
        ),
        ((ONE, made(CLAIM, "c", "volumeMode: Filesystem")), []),
        ((ONE, made(CLASS, "disk.example"), made(CLAIM, "c", "volumeMode: Block, " + SHELF)), []),
        ((ONE, made(CLAIM, "c", SHELF), made(CLAIM, "d", SHELF)), ["2 claims are after volume 'v', 'default/d' among"]),
        ((ONE, made(VOLUME, "w"), made(CLAIM, "c", SHELF), made(CLAIM, "d", SHELF)), []),
        ((ONE, made(CLAIM, "c", SHELF), made(CLAIM, "d", "storageClassName: other")), []),
        ((ONE, made(VOLUME, "w"), made(CLAIM, "c", SHELF), made(CLAIM, "d", "volumeName: v, " + SHELF)), []),
        (
            (
                ONE.replace("storageClassName: shelf", 'storageClassName: ""'),
                made(CLAIM, "c", 'storageClassName: ""'),
                made(CLAIM, "d", "volumeMode: Filesystem"),
            ),
            [],
        ),
        ((ONE, made(SET, "3")), ["3 claims are after volume 'v'"]),
        ((ONE, made(SET, "1")), []),
        (
            (made(VOLUME, "v", "claimRef: {name: c, namespace: default, uid: u}"), made(CLAIM, "c", SHELF)),
            ["is kept for an earlier claim of this name"],
        ),
        ((made(VOLUME, "v", "claimRef: {name: c, namespace: default}"), made(CLAIM, "c", SHELF)), []),
        (
            (made(VOLUME, "v", "claimRef: {name: c, namespace: shop}"), made(CLAIM, "c", SHELF)),
            ["is kept for claim shop/c"],
        ),
    ],
)
def test_what_is_told(texts: tuple[str, ...], said: list[str]) -> None:
    messages = found(*texts)
    assert len(messages) == len(said)
    assert all(part in message for part, message in zip(said, messages, strict=True)), messages


def test_a_claim_of_two_that_name_one_volume() -> None:
    named = "volumeName: v, " + SHELF
    (message,) = found(ONE, made(CLAIM, "c", named), made(CLAIM, "d", named))
    assert message == "2 claims are after volume 'v', 'default/d' among them: one of them gets none"
