"""Slips that people make in their first manifests are told at their line, and what looks like them is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: lamp}\ndata: {lamp.conf: a, glow: b}\n---\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: lamp}
spec:
  containers: [{name: c, image: "lamp:1", MORE}]
  volumes: [{name: conf, configMap: {name: lamp}}]
"""
MOUNT = CONFIG + POD.replace("MORE", "volumeMounts: [{name: conf, mountPath: PATH}]")
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: lamp}
spec: {maxReplicas: 3, scaleTargetRef: {VERSIONkind: KIND, name: lamp}}
"""
MEMBERS = """\
apiVersion: v1
kind: Service
metadata: {name: NAME}
spec: {clusterIP: None, selector: {app: lamp}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: lamp}
spec:
  serviceName: lamp
  selector: {matchLabels: {app: lamp}}
  template:
    metadata: {labels: {app: lamp}}
    spec: {containers: [{name: lamp, image: "lamp:1"}]}
"""
APART = """\
apiVersion: v1
kind: Service
metadata: {name: lamp, namespace: hall}
spec: {selector: {app: lamp}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: lamp, namespace: yard}
spec:
  selector: {matchLabels: {app: lamp}}
  template:
    metadata: {labels: {app: lamp}}
    spec: {containers: [{name: lamp, image: "lamp:1"}]}
"""
ROUTE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: lamp}
spec: {ingressClassName: x, rules: [{http: {paths: [{path: PATH, pathType: TYPE, backend: {service: {name: a, port: {number: 80}}}}]}}]}
"""


def pod(more: str) -> str:
    return POD.replace("MORE", more).replace("volumes:", "terminationGracePeriodSeconds: 5 #")


def scaler(version: str, kind: str = "Deployment") -> str:
    return SCALER.replace("VERSION", f"apiVersion: {version}, ").replace("KIND", kind)


def route(path: str, kind: str) -> str:
    return ROUTE.replace("PATH", path).replace("TYPE", kind)


def found(folder: Path, text: str) -> set[str]:
    (folder / "lamp.yaml").write_text(text)
    done = CliRunner().invoke(cli, ["check", "--isolated", "-o", "json", str(folder / "lamp.yaml")])
    data: dict[str, Any] = json.loads(done.stdout)
    assert not data["failures"]
    return {one["rule"] for one in data["findings"]}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (MOUNT.replace("PATH", "/etc/lamp.conf"), "folder-for-file"),
        (MOUNT.replace("PATH", "/etc/lamp.conf, subPath: lamp.cfg"), "folder-for-file"),
        (pod('command: [lamp, "&&", cat]'), "shell-words-unread"),
        (pod('command: [/bin/sh, -c], args: [lamp, "5"]'), "shell-words-unread"),
        (pod('command: [/bin/sh, -c, --], args: [lamp, "5"]'), "shell-words-unread"),
        (pod('command: [/bin/sh, "lamp on && sleep 5"]'), "shell-words-unread"),
        (pod('command: [bash, -e], args: ["lamp on"]'), "shell-words-unread"),
        (pod("securityContext: {runAsNonRoot: true, runAsUser: 0}"), "non-root-as-root"),
        (MEMBERS.replace("NAME", "lamp-headless"), "statefulset-not-headless"),
        (APART, "service-selects-nothing"),
        (pod("resources: {requests: {memory: 128}}"), "memory-without-unit"),
        (pod("resources: {requests: {cpu: 100, memory: 64Mi}}"), "cpu-without-unit"),
        (pod("resources: {limits: {cpu: '250', memory: 1Gi}}"), "cpu-without-unit"),
        (pod("resources: {requests: {cpu: 4000}}"), "cpu-without-unit"),
        (scaler("extensions/v1beta1"), "scale-target-missing"),
        (scaler("v1"), "scale-target-missing"),
        (scaler("apps/v1", "ReplicationController"), "scale-target-missing"),
        (route("/*", "Prefix"), "ingress-path-is-regex"),
    ],
)
def test_a_slip_is_told(tmp_path: Path, text: str, rule: str) -> None:
    assert found(tmp_path, text) == {rule}


@pytest.mark.parametrize(
    "text",
    [
        MOUNT.replace("PATH", "/etc/lamp.conf, subPath: lamp.conf"),
        MOUNT.replace("PATH", "/etc/glow"),
        MOUNT.replace("PATH", "/etc/other.conf"),
        pod('command: [test, a, ">", b]'),
        pod('command: [/usr/bin/env, sh, -c, "a && b"]'),
        pod("command: [/bin/sh, -c, 'exec lamp $0', now]"),
        pod("command: [/bin/sh, -ec, lamp on, extra]"),
        pod("command: [/bin/bash, -c, --], args: [lamp on]"),
        pod("command: [/bin/bash, -c, --, lamp]"),
        pod('args: [a, "|", b]'),
        pod("resources: {requests: {memory: 128Mi}, limits: {memory: 134217728}}"),
        pod("command: [/bin/sh, /opt/lamp.sh, on and off]"),
        pod('command: [/bin/sh, "/opt/my lamps/on.sh"]'),
        pod("command: [/bin/bash, -o, pipefail, -c, lamp on]"),
        pod("command: [/bin/sh, -s, lamp on]"),
        pod("command: [/bin/bash, -ecx, lamp on]"),
        pod("securityContext: {runAsNonRoot: false, runAsUser: 0}"),
        pod("securityContext: {runAsUser: 0}"),
        MEMBERS.replace("NAME", "lamp"),
        APART.replace("namespace: hall", "namespace: yard"),
        APART.replace(", namespace: hall", ""),
        APART.replace(", namespace: yard", ""),
        APART + "---\n" + APART.partition("---")[0].replace("namespace: hall", "namespace: yard"),
        MEMBERS.replace("NAME", "lamp-headless").replace("clusterIP: None, ", ""),
        pod("resources: {requests: {cpu: 100}}"),
        pod("resources: {requests: {cpu: 192, memory: 512Gi}}"),
        pod("resources: {requests: {cpu: 96, memory: 64Mi}}"),
        pod("resources: {requests: {cpu: 500m, memory: 64Mi}}"),
        scaler("apps/v1beta1"),
        scaler("lamps.example.com/v1"),
        scaler("v1", "ReplicationController"),
        route("/*", "ImplementationSpecific"),
        route("/a*b", "Exact"),
    ],
)
def test_what_looks_like_a_slip(tmp_path: Path, text: str) -> None:
    assert not found(tmp_path, text)


def test_a_namespace_of_the_objects_name_does_not_name_the_object(tmp_path: Path) -> None:
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: hall}\n"
    claim += "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n---\n"
    text = claim + POD.replace("MORE", "volumeMounts: [{name: conf, mountPath: /d}]").replace(
        "{name: lamp}\nspec", "{name: lamp, namespace: lamp}\nspec"
    ).replace("configMap: {name: lamp}", "persistentVolumeClaim: {claimName: data}")
    (tmp_path / "lamp.yaml").write_text(text)
    said = CliRunner().invoke(cli, ["check", "--isolated", "-o", "concise", str(tmp_path / "lamp.yaml")]).stdout
    assert "Pod 'lamp/lamp': PersistentVolumeClaim 'data' is in namespace 'hall', not in 'lamp'" in said


@pytest.mark.parametrize(("service", "told"), [("a", True), ("bulb", False)])
def test_an_ingress_beside_a_class_that_is_not_the_default(tmp_path: Path, service: str, told: bool) -> None:
    kind = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: edge}\nspec: {controller: k8s.io/ingress-nginx}\n"
    (tmp_path / "class.yaml").write_text(kind)
    (tmp_path / "service.yaml").write_text(
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: {service}}}\nspec: {{selector: {{app: lamp}}, ports: [{{port: 80}}]}}\n"
    )
    (tmp_path / "route.yaml").write_text(route("/", "Prefix").replace("ingressClassName: x, ", ""))
    said = CliRunner().invoke(cli, ["check", "--isolated", "-o", "concise", str(tmp_path)]).stdout
    assert ("ingress-without-controller" in said) is told
