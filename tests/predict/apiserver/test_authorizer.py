"""What subjects may do, by roles and bindings."""

from __future__ import annotations

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.apiserver.authorizer import AccessOf, Request, Subject
from kubelens.testing import bundle_from_text

MANIFESTS = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: shop, namespace: shop}
rules:
  - {apiGroups: [""], resources: [pods, pods/log], verbs: [get]}
  - {apiGroups: [""], resources: ["*/scale"], verbs: [update]}
  - {apiGroups: [""], resources: [secrets], resourceNames: [tls], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: shop, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: shop}
subjects:
  - {kind: ServiceAccount, name: web}
  - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:tools"}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to-all: "yes"}}]}
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: nodes, labels: {to-all: "yes"}}
rules: [{apiGroups: [""], resources: [nodes], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: jo}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jo}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: root}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: root}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: eve}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: eve}]
"""
WEB = Subject("ServiceAccount", "web", "shop")
TOOL = Subject("ServiceAccount", "any", "tools")
JO, ROOT, EVE = Subject("User", "jo"), Subject("User", "root"), Subject("User", "eve")


@pytest.mark.parametrize(
    ("subject", "request_", "allowed", "said"),
    [
        (WEB, Request("get", "", "pods", "shop"), True, "gives it Role 'shop/shop'"),
        (WEB, Request("get", "", "pods/log", "shop"), True, "gives it"),
        (WEB, Request("update", "", "deployments/scale", "shop"), True, "gives it"),
        (WEB, Request("get", "", "secrets", "shop", "tls"), True, "gives it"),
        (TOOL, Request("get", "", "pods", "shop"), True, "gives it"),
        (JO, Request("delete", "", "nodes"), True, "gives it ClusterRole 'all'"),
        (ROOT, Request("create", "apps", "deployments", "shop"), True, "gives it ClusterRole 'cluster-admin'"),
        (WEB, Request("list", "", "pods", "shop"), False, "its verbs are 'get'"),
        (WEB, Request("get", "", "pods", "other"), False, "counts in namespace 'shop'"),
        (WEB, Request("get", "", "pods/exec", "shop"), False, "its resources are"),
        (WEB, Request("get", "apps", "pods", "shop"), False, "its groups are ''"),
        (WEB, Request("get", "", "secrets", "shop", "db"), False, "objects called 'tls' only"),
        (WEB, Request("get", "", "nodes"), False, "no binding gives it to"),
    ],
)
def test_what_is_allowed_and_why_not(subject: Subject, request_: Request, allowed: bool, said: str) -> None:
    prediction = Oracle(bundle_from_text(MANIFESTS))(AccessOf(subject, request_))
    assert prediction.answer.allowed is allowed
    assert any(said in reason.text for reason in prediction.reasons), prediction.reasons


def test_roles_that_are_not_among_the_manifests_are_said() -> None:
    prediction = Oracle(bundle_from_text(MANIFESTS))(AccessOf(EVE, Request("get", "", "pods", "shop")))
    assert not prediction.answer.allowed
    assert any("ClusterRole 'view'" in one.text for one in prediction.assumptions)
