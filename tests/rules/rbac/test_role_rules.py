"""What roles name: groups, resources, subresources, scopes and verbs that exist, and those that grant nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.rules.api import Rule
from kubelens.rules.rbac import role_names_unmet, role_out_of_scope, role_resource_unknown, role_verb_unknown
from kubelens.testing import findings_of

_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: r}}
rules:
  - apiGroups: {groups}
    resources: {resources}
    verbs: {verbs}
"""


def found(rule: Rule[Any], groups: str, resources: str, verbs: str = "[get]", kind: str = "ClusterRole") -> list[str]:
    text = _ROLE.format(kind=kind, groups=groups, resources=resources, verbs=verbs)
    return [one.message for one in findings_of(rule, text)]


@pytest.mark.parametrize(
    ("groups", "resources", "said"),
    [
        ('[""]', "[deployments]", "it is in 'apps'"),
        ("[batch]", "[deployments, jobs]", "it is in 'apps'"),
        ("[app]", "[deployments]", "did you mean 'apps'?"),
        ('[""]', "[pod]", "is called 'pods'"),
        ('[""]', "[Pods]", "is called 'pods'"),
        ('[""]', "[pod/exec]", "is called 'pods/exec'"),
        ('[""]', "[pods/logs]", "did you mean 'pods/log'?"),
        ('[""]', "['pods/*']", "stands for nothing"),
        ("[networking.k8s.io]", "[networkpolicy]", "is called 'networkpolicies'"),
        ("[apps]", "[sprockets]", "no release of Kubernetes has it"),
    ],
)
def test_what_grants_nothing_is_told(groups: str, resources: str, said: str) -> None:
    (message,) = found(role_resource_unknown.check, groups, resources)
    assert said in message


@pytest.mark.parametrize(
    ("groups", "resources"),
    [
        ('["", apps]', "[deployments, pods]"),
        ('["*"]', "[sprockets]"),
        ("[example.com]", "[sprockets]"),
        ('["", example.com]', "[sprockets]"),
        ('[""]', "['*', '*/scale', services/finalizers, nodes/proxy, users]"),
        ("[extensions, networking.k8s.io]", "[ingresses]"),
        ("[extensions]", "[podsecuritypolicies]"),
        ("['{{ .Values.group }}']", "[deployments]"),
        ("[coordination.k8s.io]", "[leases, leasecandidates]"),
    ],
)
def test_what_some_server_knows_is_not(groups: str, resources: str) -> None:
    assert not found(role_resource_unknown.check, groups, resources)


def test_a_role_grants_its_own_namespace_and_no_node() -> None:
    assert not found(role_out_of_scope.check, '[""]', "[namespaces, pods]", kind="Role")
    (message,) = found(role_out_of_scope.check, '[""]', "[persistentvolumes]", kind="Role")
    assert "stand in no namespace" in message


def test_a_cluster_role_counts_everywhere_where_a_cluster_role_binding_hands_it_out() -> None:
    role = _ROLE.format(kind="ClusterRole", groups='[""]', resources="[nodes]", verbs="[get]")
    binding = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: b, namespace: x}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: r}}
subjects: [{{kind: ServiceAccount, name: d, namespace: x}}]
"""
    local, everywhere = binding.format(kind="RoleBinding"), binding.format(kind="ClusterRoleBinding")
    assert len(findings_of(role_out_of_scope.check, role + local)) == 1
    assert not findings_of(role_out_of_scope.check, role + local + everywhere)
    assert not findings_of(role_out_of_scope.check, role)


@pytest.mark.parametrize(("verbs", "count"), [("[get, '*', use, impersonate]", 0), ("[read]", 1), ("[GET, delet]", 2)])
def test_verbs(verbs: str, count: int) -> None:
    assert len(found(role_verb_unknown.check, '[""]', "[pods]", verbs)) == count


VIRTUAL = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: tenant}
rules: [{apiGroups: [GROUP], resources: [RESOURCE], resourceNames: [logs], verbs: [create]}]
"""
DEFINED = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.sea.example}
spec:
  group: sea.example
  scope: Namespaced
  names: {plural: boats, kind: Boat}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"""


@pytest.mark.parametrize(
    ("group", "resource", "told"), [("sea.example", "tenants", 0), ("sea.example", "boats", 1), ("''", "configmaps", 1)]
)
def test_programs_ask_for_what_they_name_themselves(group: str, resource: str, told: int) -> None:
    text = VIRTUAL.replace("GROUP", group).replace("RESOURCE", resource)
    assert len(findings_of(role_names_unmet.check, DEFINED, text)) == told
