"""Pods that share a volume of one node: told where a rollout or replicas bring them beside each other."""

from __future__ import annotations

import pytest

from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import analysis_of

RULES = [rule for rule in kubelens_rules() if rule.name in ("volume-of-one-node", "recreate-downtime")]
TEXT = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ledger}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}, storageClassName: shelf}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: shelf}
provisioner: ebs.csi.aws.com
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: books}
spec:
  replicas: 1
  strategy: {type: RollingUpdate}
  selector: {matchLabels: {app: books}}
  template:
    metadata: {labels: {app: books}}
    spec:
      volumes: [{name: v, persistentVolumeClaim: {claimName: ledger}}]
      containers: [{name: c, image: x, volumeMounts: [{name: v, mountPath: /v}]}]
"""
AGAIN = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: ledger, namespace: other}\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "a rolling update of Deployment 'default/books' starts a second Pod with claim 'ledger'"),
        ("replicas: 1", "replicas: 3", "the 3 Pods of Deployment 'default/books' share claim 'ledger'"),
        ("type: RollingUpdate", "type: Recreate", ""),
        ("type: RollingUpdate", "rollingUpdate: {maxUnavailable: 1}", ""),
        ("ReadWriteOnce", "ReadWriteMany", ""),
        ("ebs.csi.aws.com", "nfs.csi.k8s.io", ""),
        ("ebs.csi.aws.com", "rancher.io/local-path", ""),
        ("ebs.csi.aws.com", "disk.example", "a rolling update of"),
        ("claimName: ledger", "claimName: other", ""),
        ("\n---", f"\n{AGAIN}---", ""),
    ],
)
def test_what_is_told(old: str, new: str, said: str) -> None:
    messages = [finding.message for finding in analysis_of(RULES, TEXT.replace(old, new, 1) if old else TEXT).findings]
    assert len(messages) == (1 if said else 0), messages
    assert not said or messages[0].startswith(said)
