"""Selectors that match no Pod: what is said by default, what only on request, and what not at all."""

from __future__ import annotations

import pytest

from kubelens.rules.api import Severity
from kubelens.rules.catalogue import kubelens_rules
from kubelens.rules.references.pdb_selects_nothing import check as pdb_selects_nothing
from kubelens.rules.references.policy_selects_nothing import check as policy_selects_nothing
from kubelens.rules.references.service_selects_nothing import check as service_selects_nothing
from kubelens.rules.reliability.service_without_pods import check as service_without_pods
from kubelens.testing import analysis_of, findings_of


def service(name: str, selector: str, more: str = "") -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata: {{name: {name}{more}}}
spec:
  selector: {selector}
  ports: [{{port: 80}}]
"""


def workload(name: str, labels: str, kind: str = "Deployment", more: str = "") -> str:
    pod = "spec: {restartPolicy: Never, containers: [{name: c, image: 'x:1'}]}"
    head = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "Job": "batch/v1", "CronJob": "batch/v1"}.get(kind, "v1")
    if kind == "Pod":
        return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {labels}{more}}}\n{pod}\n"
    template = f"template: {{metadata: {{labels: {labels}}}, {pod}}}"
    if kind == "CronJob":
        template = f"schedule: '1 * * * *', jobTemplate: {{spec: {{{template}}}}}"
    return f"apiVersion: {head}\nkind: {kind}\nmetadata: {{name: {name}{more}}}\nspec: {{{template}}}\n"


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "Pod", "CronJob"])
@pytest.mark.parametrize(
    ("selector", "labels", "told"),
    [
        (
            "{app: checkout-service}",
            "{app: checkout}",
            "it asks for app=checkout-service, {} 'default/checkout' has app=checkout",
        ),
        (
            "{app: checkout}",
            "{app.kubernetes.io/name: checkout}",
            "asks for app=checkout, {} 'default/checkout' has app.kube",
        ),
        (
            "{app: checkout, tier: web}",
            "{app: checkout, tier: back}",
            "it asks for tier=web, {} 'default/checkout' has tier=",
        ),
    ],
)
def test_a_workload_of_the_same_name(kind: str, selector: str, labels: str, told: str) -> None:
    for name in ("checkout", "checkout-svc", "checkout-service"):
        text = f"{service(name, selector)}---\n{workload('checkout', labels, kind)}"
        (finding,) = findings_of(service_selects_nothing, text)
        assert told.format(kind) in finding.message
        assert (str(finding.severity), len(finding.related)) == ("warning", 1)
        assert findings_of(service_without_pods, text) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (service("checkout", "{app: checkout, role: leader}"), workload("checkout", "{app: checkout}")),
        (service("checkout", "{app: checkout-x}"), workload("other", "{app: checkout}")),
        (service("checkout", "{app: checkout-x}"), workload("checkout", "{}")),
        (
            service("checkout", "{app: x}", ", namespace: a"),
            workload("checkout", "{app: checkout}", more=", namespace: b"),
        ),
        (service("checkout", "{}"), workload("checkout", "{app: checkout}")),
        (service("checkout", "{job-name: checkout}"), workload("checkout", "{app: checkout}", "Job")),
        (service("s-0", "{statefulset.kubernetes.io/pod-name: s-0}"), workload("s", "{app: s}", "StatefulSet")),
    ],
)
def test_what_is_not_certain_is_not_said(first: str, second: str) -> None:
    assert findings_of(service_selects_nothing, f"{first}---\n{second}") == ()


def test_labels_that_controllers_give_their_pods() -> None:
    job = workload("train", "{app: train}", "Job")
    for key in ("job-name", "batch.kubernetes.io/job-name"):
        assert findings_of(service_without_pods, f"{service('head', f'{{{key}: train}}')}---\n{job}") == ()
        assert len(findings_of(service_without_pods, f"{service('head', f'{{{key}: trian}}')}---\n{job}")) == 1
    indexed = service("head", "{job-name: train, batch.kubernetes.io/job-completion-index: '0'}")
    counted = job.replace("spec: {template", "spec: {completions: 2, completionMode: Indexed, template")
    assert findings_of(service_without_pods, f"{indexed}---\n{counted}") == ()
    assert len(findings_of(service_without_pods, f"{indexed}---\n{job}")) == 1
    pods = workload("db", "{app: db}", "StatefulSet")
    for name, found in (("db-0", 0), ("db-12", 0), ("pg-0", 1), ("db", 1)):
        text = f"{service('one', f'{{app: db, statefulset.kubernetes.io/pod-name: {name}}}')}---\n{pods}"
        assert len(findings_of(service_without_pods, text)) == found, name


def test_objects_of_other_folders_and_files() -> None:
    one, two = service("checkout", "{app: checkout-x}"), workload("checkout", "{app: checkout}")
    assert len(findings_of(service_selects_nothing, one, two)) == 1
    as_list = "apiVersion: v1\nkind: List\nitems:\n"
    for text in (one, two):
        as_list += "- " + text.replace("\n", "\n  ").rstrip() + "\n"
    assert len(findings_of(service_selects_nothing, as_list)) == 1


@pytest.mark.parametrize(
    "below", ["matchLabels: {app: shop}", "matchExpressions: [{key: app, operator: In, values: [shop, store]}]"]
)
def test_budgets_and_policies(below: str) -> None:
    pods = workload("web", "{app: web}")
    budget = f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: web-pdb}}\nspec: {{minAvailable: 1, selector: {{{below}}}}}\n"
    policy = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: web}}\nspec: {{podSelector: {{{below}}}}}\n"
    for rule, text in ((pdb_selects_nothing, budget), (policy_selects_nothing, policy)):
        analysis = analysis_of([rule], f"{text}---\n{pods}")
        (finding,) = analysis.findings
        assert "Deployment 'default/web' has app=web" in finding.message
        source = analysis.snapshot.source("0.yaml")
        assert source is not None
        assert source.position(analysis.snapshot.locate(finding.at).start).line == 3
        other = pods.replace("name: web", "name: site", 1)
        assert findings_of(rule, f"{text}---\n{other}") == ()


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: PLACE
  selector: {app: web}
  ports: [{port: 80, targetPort: web}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
"""


@pytest.mark.parametrize(("address", "severity"), [("10.0.0.7", Severity.ERROR), ("None", Severity.INFO)])
def test_a_port_that_no_pod_names_is_a_note_of_a_headless_service(address: str, severity: Severity) -> None:
    rule = next(one for one in kubelens_rules() if one.name == "named-target-port-missing")
    (found,) = findings_of(rule, SERVICE.replace("PLACE", address))
    assert found.severity is severity


ROLES = """\
apiVersion: v1
kind: Service
metadata: {name: lake}
spec:
  clusterIP: PLACE
  selector: {app: lake}
  ports: [{port: 80, targetPort: web}]
---
apiVersion: v1
kind: Pod
metadata: {name: front, labels: {app: lake, LABEL: front}}
spec: {containers: [{name: c, image: "lake:1", ports: [{name: web, containerPort: 80}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other, labels: {app: lake, LABEL: other}}
spec: {containers: [{name: c, image: "lake:1"}]}
"""


@pytest.mark.parametrize(
    ("address", "label", "told"),
    [
        ("10.0.0.7", "track", 1),
        ("10.0.0.7", "component", 0),
        ("10.0.0.7", "app.kubernetes.io/component", 0),
        ("None", "track", 0),
    ],
)
def test_a_port_that_one_role_alone_serves(address: str, label: str, told: int) -> None:
    rule = next(one for one in kubelens_rules() if one.name == "named-target-port-missing")
    split = ROLES.replace("PLACE", address).replace("LABEL", label)
    assert len(analysis_of([rule], split).findings) == told
    same = split.replace(f"{label}: other", f"{label}: front")
    assert len(analysis_of([rule], same).findings) == (address != "None")
