"""ValidatingAdmissionPolicies of the manifests: what matches, what an expression sees, what cannot be told."""

from __future__ import annotations

import pytest

from kubelens.rules.schema.policy_refuses import check as policy_refuses
from kubelens.testing import findings_of

POD = "spec: {containers: [{name: c, image: 'x:1'}]}"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: a}}
spec:
  replicas: 6
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: 'x:1'}]}}
"""
SPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: prod}}\n"
LIMITS = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits, namespace: shop}\ndata: {most: '5'}\n"
RULE = "{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}"


def policy(
    validation: str, more: str = "", rules: str = RULE, match: str = "", failure: str = "Fail", binding: str = ""
) -> str:
    return f"""\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {{name: p}}
spec:
  failurePolicy: {failure}
  matchConstraints: {{resourceRules: [{rules}]{match}}}
  validations: [{validation}]
{more}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {{name: b}}
spec: {{policyName: p, validationActions: [Deny]{binding}}}
"""


def told(*texts: str, old: str | None = None) -> list[str]:
    found = findings_of(policy_refuses, "---\n".join(texts), old=old)
    return [f"{finding.severity}: {finding.message}" for finding in found]


REFUSED = "error: policy 'p' refuses Deployment 'shop/web': "


@pytest.mark.parametrize(
    ("validation", "more", "message"),
    [
        ("{expression: object.spec.replicas <= 5}", "", "failed expression: object.spec.replicas <= 5"),
        ("{expression: object.spec.replicas <= 5, message: too many}", "", "too many"),
        ("{expression: variables.few, messageExpression: \"'most ' + string(variables.most)\"}",
         "  variables: [{name: most, expression: '5'}, {name: few, expression: object.spec.replicas <= variables.most}]", "most 5"),
        ("{expression: \"object.metadata.labels['team'] == 'b'\"}", "", "failed expression: object.metadata.labels['team'] == 'b'"),
        ("{expression: \"request.operation == 'UPDATE'\", message: create}", "", "create"),
        ("{expression: oldObject != null, message: new}", "", "new"),
        ("{expression: \"namespaceObject.metadata.labels['env'] != 'prod'\", message: prod}", "", "prod"),
        ("{expression: \"request.namespace != 'shop' || request.resource.resource != 'deployments'\", message: there}", "", "there"),
        ("{expression: \"object.spec.template.spec.containers.all(c, c.image.matches('^y'))\", message: image}", "", "image"),
        ("{expression: object.spec.minReadySeconds == 0, message: x}", "", "the expression fails: no such key: minReadySeconds"),
        ("{expression: \"quantity('5').isGreaterThan(quantity('6'))\", message: amounts}", "", "amounts"),
    ],
)  # fmt: skip
def test_what_an_expression_sees(validation: str, more: str, message: str) -> None:
    assert told(policy(validation, more), DEPLOYMENT, SPACE) == [REFUSED + message]


NO = "{expression: 'false', message: never}"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (policy(NO), 1),
        (policy(NO, rules=RULE.replace("apps", "batch")), 0),
        (policy(NO, rules=RULE.replace("CREATE, UPDATE", "UPDATE")), 0),
        (policy(NO, rules=RULE.replace("v1", "v2")), 0),
        (policy(NO, rules="{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}"), 3),
        (
            policy(
                NO,
                rules="{apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'], scope: Namespaced}",
            ),
            2,
        ),
        (policy(NO, rules=RULE.replace("]}", "], resourceNames: [other]}")), 0),
        (policy(NO, match=f", excludeResourceRules: [{RULE}]"), 0),
        (policy(NO, match=", objectSelector: {matchLabels: {team: b}}"), 0),
        (policy(NO, match=", namespaceSelector: {matchLabels: {env: test}}"), 0),
        (policy(NO, match=", namespaceSelector: {matchLabels: {env: prod}}"), 1),
        (policy(NO, binding=", matchResources: {namespaceSelector: {matchLabels: {env: test}}}"), 0),
        (policy(NO, "  matchConditions: [{name: c, expression: object.spec.replicas > 9}]"), 0),
        (policy(NO, "  matchConditions: [{name: c, expression: object.spec.replicas > 5}]"), 1),
        (policy(NO, "  matchConditions: [{name: c, expression: object.spec.nothing > 5}]", failure="Ignore"), 0),
        (policy("{expression: object.spec.nothing > 5}", failure="Ignore"), 0),
        (policy(NO).replace("policyName: p", "policyName: q"), 0),
    ],
)
def test_what_matches(text: str, count: int) -> None:
    assert len(told(text, DEPLOYMENT, SPACE, LIMITS)) == count


def test_parameters() -> None:
    kind = "  paramKind: {apiVersion: v1, kind: ConfigMap}"
    text = policy(
        "{expression: object.spec.replicas <= int(params.data.most), message: many}",
        kind,
        binding=", paramRef: {name: limits, namespace: shop, parameterNotFoundAction: Deny}",
    )
    assert told(text, DEPLOYMENT, LIMITS) == [REFUSED + "many"]
    assert told(text, DEPLOYMENT, LIMITS.replace("5", "9")) == []
    (doubt,) = told(text, DEPLOYMENT)
    assert doubt.startswith("info: whether this holds for an object cannot be told: its parameters, ConfigMap 'limits'")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("authorizer.group('').resource('pods').check('get').allowed()", "authorizer asks the cluster who may do what"),
        ("request.userInfo.username == 'x'", "request.userInfo is known when a request is made"),
        ("namespaceObject.metadata.labels['env'] == 'test'", "Namespace 'shop' is not among the manifests"),
        ("[1].all(n, namespaceObject.metadata.name == 'x')", "Namespace 'shop' is not among the manifests"),
    ],
)
def test_what_only_a_cluster_knows_is_named_once(expression: str, why: str) -> None:
    text = policy(f'{{expression: "{expression}"}}')
    both = f"{DEPLOYMENT}---\n{DEPLOYMENT.replace('name: web', 'name: site', 1)}"
    assert told(text, both) == [f"info: whether this holds for 2 objects cannot be told: {why}"]


def test_actions_and_updates() -> None:
    assert told(policy(NO).replace("[Deny]", "[Warn, Audit]"), DEPLOYMENT)[0].startswith(
        "warning: policy 'p' objects to"
    )
    assert told(policy(NO).replace("[Deny]", "[Audit]"), DEPLOYMENT)[0].startswith("info: ")
    grows = policy("{expression: oldObject == null || object.spec.replicas <= oldObject.spec.replicas, message: grows}")
    assert told(grows, DEPLOYMENT, old=DEPLOYMENT.replace("6", "5")) == [REFUSED + "grows"]
    assert told(grows, DEPLOYMENT, old=DEPLOYMENT) == told(grows, DEPLOYMENT) == []


def test_pods_as_admission_plugins_leave_them() -> None:
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n{POD}\n"
    rules = "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}"
    expression = "object.spec.tolerations.size() == 2 && object.spec.serviceAccountName == 'default'"
    assert told(policy(f'{{expression: "{expression}"}}', rules=rules), pod) == []


def test_an_object_that_is_refused_anyway_is_told_once() -> None:
    assert told(policy(NO), DEPLOYMENT.replace("replicas: 6", "replicas: -1")) == []
