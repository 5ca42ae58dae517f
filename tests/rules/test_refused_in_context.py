"""Objects and Pods that other objects of the manifests keep out: what is told, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.rules.schema.refused_in_context import check
from kubelens.testing import analysis_of, findings_of

NAMESPACE = (
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}\n"
)
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {hostNetwork: true, containers: [{name: agent, image: "shop/agent:1"}]}
"""
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: repairs}
webhooks:
- name: repairs.example.com
  clientConfig: {url: "https://repairs.example.com"}
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [RESOURCE]}]
"""


def test_the_namespace_is_the_other_end() -> None:
    (finding,) = findings_of(check, f"{NAMESPACE}---\n{AGENT}")
    assert 'violates PodSecurity "baseline:latest": hostNetwork is true' in finding.message
    assert len(finding.related) == 1


@pytest.mark.parametrize(
    "text",
    [
        AGENT,
        f"{NAMESPACE.replace('baseline', 'privileged')}---\n{AGENT}",
        f"{NAMESPACE.replace('name: shop', 'name: other')}---\n{AGENT}",
        f"{NAMESPACE}---\n{AGENT}---\n{WEBHOOK.replace('RESOURCE', 'pods')}",
        f"{NAMESPACE}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: old, namespace: shop, uid: 5b1e}}\n"
        "spec: {hostNetwork: true, containers: [{name: c, image: x}]}\n",
    ],
)
def test_what_is_not_certain_is_not_said(text: str) -> None:
    assert findings_of(check, text) == ()


def test_webhooks_for_other_objects_change_nothing() -> None:
    assert len(findings_of(check, f"{NAMESPACE}---\n{AGENT}---\n{WEBHOOK.replace('RESOURCE', 'configmaps')}")) == 1


def test_the_level_of_the_cluster_is_a_setting() -> None:
    assert len(analysis_of([check], AGENT, pod_security="baseline").findings) == 1
    assert (
        analysis_of(
            [check], f"{NAMESPACE.replace('baseline', 'privileged')}---\n{AGENT}", pod_security="baseline"
        ).findings
        == ()
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "apiVersion: v1\nkind: LimitRange\nmetadata: {name: disks, namespace: shop}\n"
            "spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 5Gi}}]}\n---\n"
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\n"
            "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 8Gi}}}\n",
            "maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 8Gi",
        ),
        (
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: none, namespace: shop}\n"
            "spec: {hard: {services.loadbalancers: '0'}}\n---\n"
            "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
            "spec: {type: LoadBalancer, ports: [{port: 80}]}\n",
            "exceeded quota: none, requested: services.loadbalancers=1 of 0",
        ),
        (
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: usual}\nvalue: 1\nglobalDefault: true\n"
            "---\n"
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: other}\nvalue: 2\nglobalDefault: true\n",
            "PriorityClass 'usual' is the default already",
        ),
    ],
)
def test_objects_that_are_no_pods(text: str, said: str) -> None:
    (finding,) = findings_of(check, text)
    assert said in finding.message
    assert len(finding.related) == 1


@pytest.mark.parametrize(("port", "told"), [("PORT", False), ("8080", False), ("0", True)])
def test_a_gap_for_a_number_is_no_missing_value_beside_a_range(tmp_path: Path, port: str, told: bool) -> None:
    (tmp_path / "range.yaml").write_text(
        "apiVersion: v1\nkind: LimitRange\nmetadata: {name: most}\n"
        "spec: {limits: [{type: Container, default: {memory: 64Mi}}]}\n---\n"
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        "spec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
        f"    spec: {{containers: [{{name: web, image: 'nginx:1', ports: [{{containerPort: {port}}}]}}]}}\n"
    )
    done = CliRunner().invoke(cli, ["check", str(tmp_path), "-o", "concise", "--isolated", "--no-cache"])
    assert ("containerPort" in done.output) is told, done.output


RANGE = (
    "apiVersion: v1\nkind: LimitRange\nmetadata: {name: most}\nspec: {limits: [{type: Container, max: {cpu: 200m}}]}\n"
)


def bare(name: str) -> str:
    asked = "{requests: {cpu: '1'}, limits: {cpu: '1'}}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: a, image: 'a:1', resources: {asked}}}]}}\n"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ((RANGE, bare("one"), bare("two")), 0),
        ((RANGE, bare("one")), 1),
        ((f"{RANGE}---\n{bare('one')}", bare("two")), 2),
        ((RANGE, f"{bare('one')}---\n{bare('two')}"), 2),
    ],
)
def test_bare_pods_in_files_of_their_own_are_steps_of_lessons(texts: tuple[str, ...], told: int) -> None:
    assert len(findings_of(check, *texts)) == told


def test_workloads_beside_each_other_are_none(tmp_path: Path) -> None:
    job = "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{restartPolicy: Never, {spec}}}}}}}\n"
    texts = [job.format(name=name, spec=bare(name).partition("spec: {")[2].rstrip()[:-1]) for name in ("one", "two")]
    assert len(findings_of(check, RANGE, *texts)) == 2
