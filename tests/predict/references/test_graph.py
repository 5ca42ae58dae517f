"""References: from which field to which object, and that each place is the very text of the name."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.references.graph import ReferencesOf, ReferrersOf, SelectionsOf
from kubelens.predict.references.local import LocalNamesOf
from kubelens.predict.references.presence import Presence, PresenceOf, one_slip
from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Place, locate
from kubelens.syntax.text import Source
from kubelens.testing import bundle_from_text


def text_at(text: str, place: Place) -> str:
    """What stands at a place of the one text of a bundle."""
    documents, _ = parse_source(Source("0.yaml", dedent(text)))
    span = locate(documents[place.document], place)
    return documents[place.document].source.text[span.start : span.end]


POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  serviceAccountName: runner
  priorityClassName: urgent
  imagePullSecrets: [{name: registry}]
  volumes:
    - {name: a, configMap: {name: files, items: [{key: x.conf, path: x}]}}
    - {name: b, secret: {secretName: certs, optional: true}}
    - {name: c, persistentVolumeClaim: {claimName: uploads}}
    - {name: d, projected: {sources: [{secret: {name: token}}, {configMap: {name: roots}}]}}
  initContainers:
    - {name: i, image: i, envFrom: [{secretRef: {name: setup}}]}
  containers:
    - name: c
      image: i
      volumeMounts: [{name: a, mountPath: /a}]
      ports: [{name: http, containerPort: 80}]
      livenessProbe: {httpGet: {port: http}}
      env:
        - {name: A, valueFrom: {configMapKeyRef: {name: settings, key: LEVEL}}}
        - {name: B, valueFrom: {secretKeyRef: {name: secret, key: word, optional: true}}}
"""
POD_REFERENCES = {
    ("ServiceAccount", "shop", "runner", None, False),
    ("PriorityClass", "", "urgent", None, False),
    ("Secret", "shop", "registry", None, False),
    ("ConfigMap", "shop", "files", "x.conf", False),
    ("Secret", "shop", "certs", None, True),
    ("PersistentVolumeClaim", "shop", "uploads", None, False),
    ("Secret", "shop", "token", None, False),
    ("ConfigMap", "shop", "roots", None, False),
    ("Secret", "shop", "setup", None, False),
    ("ConfigMap", "shop", "settings", "LEVEL", False),
    ("Secret", "shop", "secret", "word", True),
}


def test_what_a_pod_refers_to() -> None:
    bundle = bundle_from_text(POD)
    found = Oracle(bundle)(ReferencesOf(bundle.all("Pod")[0])).answer
    assert {(r.kind, r.namespace, r.name, r.key, r.optional) for r in found} == POD_REFERENCES
    for reference in found:
        assert text_at(POD, reference.place) == reference.name
        if reference.key_place is not None:
            assert text_at(POD, reference.key_place) == reference.key


@pytest.mark.parametrize(
    ("head", "spec", "expected"),
    [
        (
            "networking.k8s.io/v1 Ingress",
            "spec: {defaultBackend: {service: {name: web, port: {name: http}}}}",
            ("Service", "shop", "web", "http"),
        ),
        ("networking.k8s.io/v1 Ingress", "spec: {tls: [{secretName: cert}]}", ("Secret", "shop", "cert", "None")),
        ("networking.k8s.io/v1 Ingress", "spec: {ingressClassName: nginx}", ("IngressClass", "", "nginx", "None")),
        (
            "rbac.authorization.k8s.io/v1 RoleBinding",
            "roleRef: {kind: ClusterRole, name: view}",
            ("ClusterRole", "", "view", "None"),
        ),
        (
            "rbac.authorization.k8s.io/v1 RoleBinding",
            "roleRef: {kind: Role, name: view}",
            ("Role", "shop", "view", "None"),
        ),
        (
            "rbac.authorization.k8s.io/v1 RoleBinding",
            "subjects: [{kind: ServiceAccount, name: a, namespace: m}]",
            ("ServiceAccount", "m", "a", "None"),
        ),
        (
            "autoscaling/v2 HorizontalPodAutoscaler",
            "spec: {scaleTargetRef: {kind: Deployment, name: web}}",
            ("Deployment", "shop", "web", "None"),
        ),
        (
            "gateway.networking.k8s.io/v1 HTTPRoute",
            "spec: {rules: [{backendRefs: [{name: web, port: 80, namespace: m}]}]}",
            ("Service", "m", "web", "80"),
        ),
        (
            "gateway.networking.k8s.io/v1 HTTPRoute",
            "spec: {parentRefs: [{name: edge}]}",
            ("Gateway", "shop", "edge", "None"),
        ),
        ("v1 PersistentVolumeClaim", "spec: {storageClassName: fast}", ("StorageClass", "", "fast", "None")),
        ("apps/v1 StatefulSet", "spec: {serviceName: web}", ("Service", "shop", "web", "None")),
    ],
)
def test_what_other_kinds_refer_to(head: str, spec: str, expected: tuple[str, str, str, str]) -> None:
    version, kind = head.split()
    text = f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x, namespace: shop}}\n{spec}\n"
    bundle = bundle_from_text(text)
    ask = Oracle(bundle)
    (found,) = ask(ReferencesOf(bundle.all(kind)[0])).answer
    assert (found.kind, found.namespace, found.name, str(found.port)) == expected
    assert text_at(text, found.place) == found.name
    assert ask(ReferrersOf(*expected[:3])).answer == (found,)


def test_users_and_groups_are_no_objects() -> None:
    text = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: x}\n"
        "subjects: [{kind: User, name: jo}, {kind: Group, name: 'system:masters'}]\n"
    )
    bundle = bundle_from_text(text)
    assert Oracle(bundle)(ReferencesOf(bundle.all("RoleBinding")[0])).answer == ()


def test_local_names() -> None:
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n"
    text = POD + service
    bundle = bundle_from_text(text)
    names = {(n.kind, n.name): n for n in Oracle(bundle)(LocalNamesOf(bundle.all("Pod")[0])).answer}
    assert len(names["volume", "a"].uses) == 1
    assert len(names["port", "http"].uses) == 2
    for (_, name), found in names.items():
        assert [text_at(text, place) for place in (found.definition, *found.uses)] == [name] * (1 + len(found.uses))
    (selection,) = Oracle(bundle)(SelectionsOf(bundle.all("Service")[0])).answer
    assert [r.name for r in selection.matches] == ["web"]


@pytest.mark.parametrize(
    ("kind", "name", "presence"),
    [
        ("ConfigMap", "settings", Presence.PRESENT),
        ("ConfigMap", "setings", Presence.NEAR_MISS),
        ("ConfigMap", "elsewhere", Presence.UNKNOWN),
        ("ConfigMap", "kube-root-ca.crt", Presence.MADE),
        ("Secret", "from-vault", Presence.MADE),
        ("ClusterRole", "system:auth-delegator", Presence.MADE),
    ],
)
def test_presence(kind: str, name: str, presence: Presence) -> None:
    bundle = bundle_from_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---\n"
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x}\nspec: {target: {name: from-vault}}\n"
    )
    namespace = "" if kind == "ClusterRole" else "default"
    assert Oracle(bundle)(PresenceOf(kind, namespace, name)).answer.presence is presence


@pytest.mark.parametrize(
    ("left", "right", "slip"),
    [
        ("settings", "setings", True),
        ("password", "pasword", True),
        ("builder", "bulider", True),
        ("worker-1", "worker-2", False),
        ("secret", "secrets", False),
        ("web", "wib", False),
        ("web", "wbe", True),
        ("high", "hihg", True),
        ("web", "webb", True),
        ("web", "wweb", True),
        ("pas", "pass", False),
        ("web", "webs", False),
        ("db", "bd", False),
        ("ab1", "a1b", False),
        ("webapp", "web-app", False),
        ("frontend", "backend", False),
        ("frontend", "frontend", False),
    ],
)
def test_one_slip_of_the_hand(left: str, right: str, slip: bool) -> None:
    assert one_slip(left, right) is one_slip(right, left) is slip


@pytest.mark.parametrize(
    ("referrer", "presence"),
    [("", Presence.NEAR_MISS), ("---\n{user}", Presence.UNKNOWN)],
)
def test_a_forgotten_dash_counts_where_nothing_asks_for_the_other_name(referrer: str, presence: Presence) -> None:
    user = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"
        "spec: {containers: [{name: a, image: 'x/a:1', envFrom: [{configMapRef: {name: shop-config}}]}]}\n"
    )
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-config}\n" + referrer.format(user=user)
    assert Oracle(bundle_from_text(text))(PresenceOf("ConfigMap", "default", "shopconfig")).answer.presence is presence
