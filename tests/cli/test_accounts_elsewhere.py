"""Every prediction about Pods says once that a ServiceAccount or class that is not among the files is taken to exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

PIER = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: pier, namespace: bay}
spec:
  replicas: 2
  serviceName: pier
  selector: {matchLabels: {app: pier}}
  volumeClaimTemplates:
  - metadata: {name: logs}
    spec: {accessModes: [ReadWriteOnce], storageClassName: rope, resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {app: pier}}
    spec:
      ACCOUNT
      containers:
      - {name: c, image: "pier:1", ports: [{containerPort: 80}], resources: {requests: {cpu: 100m}}}
---
apiVersion: v1
kind: Service
metadata: {name: pier, namespace: bay}
spec: {clusterIP: None, selector: {app: pier}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: pier, namespace: bay}
spec:
  ingressClassName: nginx
  rules:
  - host: pier.test
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: pier, port: {number: 80}}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: quay, namespace: bay}
spec: {gatewayClassName: g, listeners: [{name: web, protocol: HTTP, port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: quay, namespace: bay}
spec: {parentRefs: [{name: quay}], hostnames: [quay.test], rules: [{backendRefs: [{name: pier, port: 80}]}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: pier, namespace: bay}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: pier}
  minReplicas: 1
  maxReplicas: 5
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pier, namespace: bay}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: pier}}}
"""
TIDE = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: tide, namespace: bay}
spec:
  schedule: "0 6 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ACCOUNT containers: [{name: c, image: "tide:1"}]}}}}
"""
ACCOUNT = "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: pilot, namespace: bay}}\n"
QUESTIONS = (
    "predict schedule FILE",
    "predict schedule FILE --what-if drain=node-a",
    "predict rollout FILE",
    "predict lifecycle pier FILE",
    "predict variables pier FILE",
    "predict drain FILE",
    "predict endpoints FILE",
    "predict endpoints FILE --service pier",
    "predict endpoints FILE --node node-a",
    "predict connect pier->pier:80 FILE",
    "predict connect --matrix FILE",
    "predict route pier.test/ FILE",
    "predict route quay.test/ FILE",
    "predict hpa FILE",
    "predict hpa FILE --usage cpu=80",
    "predict hpa FILE --load cpu=400m@5m",
    "predict volumes FILE",
    "predict volumes FILE --nodes 2x4cpu,8Gi",
    "predict dns pier --from pier FILE",
    "predict dns --records FILE",
    "simulate lose-node FILE",
)


def times_said(folder: Path, question: str, text: str, *more: str) -> int:
    file = folder / "all.yaml"
    file.write_text(text)
    words = [str(file) if word == "FILE" else word.replace("->", " -> ") for word in question.split()]
    done = CliRunner().invoke(cli, [*words, *more])
    assert done.exit_code in (0, 1), done.output
    return " ".join(done.stdout.split()).count("ServiceAccount 'bay/pilot' exists in the cluster")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_account_elsewhere_is_said_once(tmp_path: Path, question: str, form: str) -> None:
    times = times_said(tmp_path, question, PIER.replace("ACCOUNT", "serviceAccountName: pilot"), "-o", form)
    several = "--what-if" in question and form == "json"  # the answer before it, and the answer after it
    assert times == (2 if several else 1)


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_account_among_the_files_is_not(tmp_path: Path, question: str) -> None:
    text = PIER.replace("ACCOUNT", "serviceAccountName: pilot") + ACCOUNT
    assert times_said(tmp_path, question, text, "-o", "json") == 0


@pytest.mark.parametrize("question", ["predict cron FILE", "predict lifecycle tide FILE", "predict schedule FILE"])
def test_the_pods_of_runs(tmp_path: Path, question: str) -> None:
    text = TIDE.replace("ACCOUNT", "serviceAccountName: pilot,")
    assert times_said(tmp_path, question, text) == 1
    assert times_said(tmp_path, question, text + ACCOUNT) == 0


def test_pods_that_stand_were_let_in(tmp_path: Path) -> None:
    standing = """
---
apiVersion: v1
kind: Pod
metadata:
  name: pier-0
  namespace: bay
  uid: u1
  labels: {app: pier}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: pier, uid: s1, controller: true}]
spec: {serviceAccountName: pilot, nodeName: n, containers: [{name: c, image: "pier:1"}]}
status: {phase: Running, podIPs: [{ip: 10.0.0.1}], conditions: [{type: Ready, status: "True"}]}
"""
    text = PIER.replace("ACCOUNT", "serviceAccountName: pilot").replace("replicas: 2", "replicas: 1") + standing
    for question in ("predict endpoints FILE", "predict connect --matrix FILE", "predict route pier.test/ FILE"):
        assert times_said(tmp_path, question, text) == 0, question
