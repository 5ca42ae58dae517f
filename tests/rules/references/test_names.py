"""References by name: every kind of referrer, container and field; what is optional, elsewhere or made by others."""

from __future__ import annotations

from typing import Any, Final

import pytest

from kubelens.rules.api import Rule
from kubelens.rules.catalogue import kubelens_rules
from kubelens.testing import findings_of

RULES: Final[dict[str, Rule[Any]]] = {rule.name: rule for rule in kubelens_rules()}
API: Final = {
    **dict.fromkeys(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"), "apps/v1"),
    **dict.fromkeys(("Job", "CronJob"), "batch/v1"),
    **dict.fromkeys(("Pod", "ReplicationController", "ConfigMap", "Secret", "PersistentVolumeClaim"), "v1"),
    **dict.fromkeys(("ServiceAccount", "Service", "PersistentVolume"), "v1"),
    **dict.fromkeys(("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), "rbac.authorization.k8s.io/v1"),
    **dict.fromkeys(("Gateway", "GatewayClass", "HTTPRoute", "GRPCRoute"), "gateway.networking.k8s.io/v1"),
    **dict.fromkeys(("TCPRoute", "TLSRoute", "UDPRoute"), "gateway.networking.k8s.io/v1alpha2"),
    **dict.fromkeys(("Ingress", "IngressClass"), "networking.k8s.io/v1"),
    "PriorityClass": "scheduling.k8s.io/v1",
    "RuntimeClass": "node.k8s.io/v1",
    "StorageClass": "storage.k8s.io/v1",
    "DeploymentConfig": "apps.openshift.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicy": "admissionregistration.k8s.io/v1",
    "ValidatingAdmissionPolicyBinding": "admissionregistration.k8s.io/v1",
}
WORKLOADS: Final = (
    *("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"),
    *("DeploymentConfig", "Job", "CronJob", "Pod"),
)


def thing(kind: str, name: str, rest: str = "", namespace: str = "", api: str = "") -> str:
    space = f", namespace: {namespace}" if namespace else ""
    return f"apiVersion: {api or API[kind]}\nkind: {kind}\nmetadata: {{name: {name}{space}}}\n{rest}\n"


def workload(kind: str, spec: str, namespace: str = "") -> str:
    pod = f"spec: {{restartPolicy: Never, {spec}}}"
    if kind == "Pod":
        return thing(kind, "w", pod, namespace)
    template = f"template: {{metadata: {{labels: {{a: b}}}}, {pod}}}"
    if kind == "CronJob":
        template = f"schedule: '1 * * * *', jobTemplate: {{spec: {{{template}}}}}"
    return thing(kind, "w", f"spec: {{{template}}}", namespace)


def container(fields: str, where: str = "containers") -> str:
    main = "containers: [{name: c, image: 'x:1'%s}]"
    if where == "containers":
        return main % f", {fields}"
    return f"{main % ''}, {where}: [{{name: i, image: 'x:1', {fields}}}]"


def volume(source: str) -> str:
    return f"containers: [{{name: c, image: 'x:1'}}], volumes: [{{name: v, {source}}}]"


TARGETS: Final = {
    "ConfigMap": "data: {level: info}",
    "Secret": "stringData: {level: info}",
    "PersistentVolumeClaim": "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}",
    "ServiceAccount": "",
    "PriorityClass": "value: 1",
    "RuntimeClass": "handler: x",
}
SOME: Final = "containers: [{name: c, image: 'x:1'}], "
NAMED: Final[list[tuple[str, str, str]]] = [
    *(
        (rule, kind, container(fields, where))
        for where in ("containers", "initContainers", "ephemeralContainers")
        for rule, kind, fields in (
            ("config-map-missing", "ConfigMap", "envFrom: [{configMapRef: {name: setings}}]"),
            (
                "config-map-missing",
                "ConfigMap",
                "env: [{name: E, valueFrom: {configMapKeyRef: {name: setings, key: k}}}]",
            ),
            ("secret-missing", "Secret", "envFrom: [{secretRef: {name: setings}}]"),
            ("secret-missing", "Secret", "env: [{name: E, valueFrom: {secretKeyRef: {name: setings, key: k}}}]"),
        )
    ),
    ("config-map-missing", "ConfigMap", volume("configMap: {name: setings}")),
    ("config-map-missing", "ConfigMap", volume("projected: {sources: [{configMap: {name: setings}}]}")),
    ("secret-missing", "Secret", volume("secret: {secretName: setings}")),
    ("secret-missing", "Secret", volume("projected: {sources: [{secret: {name: setings}}]}")),
    ("secret-missing", "Secret", volume("csi: {driver: d, nodePublishSecretRef: {name: setings}}")),
    ("secret-missing", "Secret", SOME + "imagePullSecrets: [{name: setings}]"),
    ("claim-missing", "PersistentVolumeClaim", volume("persistentVolumeClaim: {claimName: setings}")),
    ("service-account-missing", "ServiceAccount", SOME + "serviceAccountName: setings"),
    ("service-account-missing", "ServiceAccount", SOME + "serviceAccount: setings"),
    ("class-missing", "PriorityClass", SOME + "priorityClassName: setings"),
    ("class-missing", "RuntimeClass", SOME + "runtimeClassName: setings"),
]


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize(("rule", "target", "spec"), NAMED)
def test_names_in_pods(kind: str, rule: str, target: str, spec: str) -> None:
    if "ephemeral" in spec and kind != "Pod":
        return
    there = thing(target, "settings", TARGETS[target])
    text = workload(kind, spec)
    for texts in ((f"{text}---\n{there}",), (text, there), (workload(kind, spec, "default"), there)):
        (finding,) = findings_of(RULES[rule], *texts)
        assert "'settings' is" in finding.message
        assert finding.related
    assert findings_of(RULES[rule], text.replace("setings", "settings"), there) == ()
    if "Class" not in target:
        assert findings_of(RULES[rule], workload(kind, spec, "other"), there) == ()
    assert findings_of(RULES[rule], text, there, assume_exists=[(target, "set*")]) == ()
    optional = text.replace("name: setings", "name: setings, optional: true").replace(
        "Name: setings", "Name: setings, optional: true"
    )
    if rule in ("config-map-missing", "secret-missing") and "csi" not in spec and "imagePull" not in spec:
        assert findings_of(RULES[rule], optional, there) == ()


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize("target", ["ConfigMap", "Secret"])
def test_keys_in_pods(kind: str, target: str) -> None:
    there = thing(target, "settings", TARGETS[target])
    field, name = ("configMap", "name") if target == "ConfigMap" else ("secret", "secretName")
    for spec in (
        container(f"env: [{{name: E, valueFrom: {{{field}KeyRef: {{name: settings, key: lvel}}}}}}]"),
        container(f"env: [{{name: E, valueFrom: {{{field}KeyRef: {{name: settings, key: lvel}}}}}}]", "initContainers"),
        volume(f"{field}: {{{name}: settings, items: [{{key: lvel, path: p}}]}}"),
        volume(f"projected: {{sources: [{{{field}: {{name: settings, items: [{{key: lvel, path: p}}]}}}}]}}"),
    ):
        text = workload(kind, spec)
        assert len(findings_of(RULES["key-missing"], text, there)) == 1
        assert findings_of(RULES["key-missing"], text.replace("lvel", "level"), there) == ()
        assert findings_of(RULES["key-missing"], text.replace("settings", "others"), there) == ()
        assert findings_of(RULES["key-missing"], text.replace("settings", "settings, optional: true"), there) == ()


@pytest.mark.parametrize(
    ("verb", "named", "told"), [("patch", "settings", 0), ("get", "settings", 1), ("patch", "others", 1)]
)
def test_keys_that_a_job_notes_down(verb: str, named: str, told: int) -> None:
    """A Job that may write the map makes what is missing in it; one that only reads it makes nothing."""
    api = "rbac.authorization.k8s.io/v1"
    rules = f'rules: [{{apiGroups: [""], resources: [configmaps], resourceNames: [{named}], verbs: [{verb}]}}]'
    bound = f"roleRef: {{{RBAC}, kind: Role, name: noter}}\nsubjects: [{{kind: ServiceAccount, name: noter}}]"
    there = "---\n".join(
        (
            thing("ConfigMap", "settings", "data: {holder: x}"),
            thing("Role", "noter", rules, "", api),
            thing("RoleBinding", "noter", bound, "", api),
            workload("Job", "serviceAccountName: noter, containers: [{name: c, image: noter}]"),
        )
    )
    wanted = "env: [{name: E, valueFrom: {configMapKeyRef: {name: settings, key: level}}}]"
    asking = workload("Deployment", container(wanted))
    assert len(findings_of(RULES["key-missing"], asking, there)) == told


SERVICE: Final = thing(
    "Service", "checkout", "spec: {selector: {app: x}, ports: [{name: http, port: 80, targetPort: 8080}]}"
)
EXTERNAL: Final = thing("Service", "checkout", "spec: {type: ExternalName, externalName: a.b}")
RBAC: Final = "apiGroup: rbac.authorization.k8s.io"
NOBODY: Final = f"roleRef: {{{RBAC}, kind: Role, name: reader}}\nsubjects: "
DEPLOYMENT: Final = thing(
    "Deployment", "checkout", "spec: {selector: {matchLabels: {a: b}}, template: {spec: {containers: []}}}"
)


def ingress(backend: str, api: str = "", namespace: str = "") -> str:
    spec = f"spec: {{rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {backend}}}]}}}}]}}"
    return thing("Ingress", "i", spec, namespace, api)


def scaler(kind: str, name: str, api: str = "apps/v1", namespace: str = "") -> str:
    target = f"scaleTargetRef: {{apiVersion: {api}, kind: {kind}, name: {name}}}"
    return thing("HorizontalPodAutoscaler", "h", f"spec: {{maxReplicas: 3, {target}}}", namespace)


def route(kind: str, backend: str, parent: str = "{name: public}") -> str:
    return thing(kind, "r", f"spec: {{parentRefs: [{parent}], rules: [{{backendRefs: [{backend}]}}]}}")


CASES: Final[list[tuple[str, int, str, str]]] = [
    ("service-missing", 1, ingress("{service: {name: chekout, port: {number: 80}}}"), SERVICE),
    ("service-missing", 0, ingress("{service: {name: chekout, port: {number: 80}}}", namespace="b"), SERVICE),
    ("service-missing", 1, ingress("{serviceName: chekout, servicePort: 80}", "extensions/v1beta1"), SERVICE),
    ("service-missing", 1, ingress("{serviceName: chekout, servicePort: 80}", "networking.k8s.io/v1beta1"), SERVICE),
    (
        "service-missing",
        1,
        thing("Ingress", "i", "spec: {defaultBackend: {service: {name: chekout, port: {number: 80}}}}"),
        SERVICE,
    ),
    ("service-port-missing", 1, ingress("{service: {name: checkout, port: {number: 8080}}}"), SERVICE),
    ("service-port-missing", 1, ingress("{service: {name: checkout, port: {name: htp}}}"), SERVICE),
    ("service-port-missing", 0, ingress("{service: {name: checkout, port: {name: http}}}"), SERVICE),
    ("service-port-missing", 0, ingress("{service: {name: checkout, port: {number: 80}}}"), SERVICE),
    ("service-port-missing", 0, ingress("{service: {name: checkout, port: {name: use-annotation}}}"), SERVICE),
    ("service-port-missing", 0, ingress("{service: {name: checkout, port: {number: 81}}}"), EXTERNAL),
    ("service-port-missing", 1, ingress("{serviceName: checkout, servicePort: 81}", "extensions/v1beta1"), SERVICE),
    *(
        case
        for kind in ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")
        for case in (
            ("service-missing", 1, route(kind, "{name: chekout, port: 80}"), SERVICE),
            ("service-missing", 0, route(kind, "{group: x.io, kind: Backend, name: chekout, port: 80}"), SERVICE),
            ("service-missing", 0, route(kind, "{name: chekout, port: 80, namespace: b}"), SERVICE),
            ("service-port-missing", 1, route(kind, "{name: checkout, port: 81}"), SERVICE),
            ("service-port-missing", 0, route(kind, "{name: checkout, port: 80}"), SERVICE),
            ("object-missing", 1, route(kind, "", "{name: pubilc}"), thing("Gateway", "public", "spec: {}")),
            (
                "object-missing",
                0,
                route(kind, "", "{name: pubilc, namespace: b}"),
                thing("Gateway", "public", "spec: {}"),
            ),
        )
    ),
    (
        "object-missing",
        1,
        thing("Gateway", "g", "spec: {gatewayClassName: evnoy}"),
        thing("GatewayClass", "envoy", "spec: {}"),
    ),
    (
        "service-missing",
        1,
        thing(
            "ValidatingWebhookConfiguration",
            "v",
            "webhooks: [{clientConfig: {service: {name: chekout, namespace: default}}}]",
        ),
        SERVICE,
    ),
    (
        "service-missing",
        1,
        thing(
            "APIService",
            "v1.a",
            "spec: {service: {name: chekout, namespace: default}}",
            api="apiregistration.k8s.io/v1",
        ),
        SERVICE,
    ),
    ("service-missing", 1, thing("StatefulSet", "s", "spec: {serviceName: chekout}"), SERVICE),
    ("secret-missing", 1, thing("Ingress", "i", "spec: {tls: [{secretName: shop-tsl}]}"), thing("Secret", "shop-tls")),
    (
        "secret-missing",
        1,
        thing("ServiceAccount", "a", "imagePullSecrets: [{name: regsitry}]"),
        thing("Secret", "registry"),
    ),
    (
        "ingress-class-missing",
        1,
        thing("Ingress", "i", "spec: {ingressClassName: interal}"),
        thing("IngressClass", "internal"),
    ),
    (
        "role-missing",
        1,
        thing("RoleBinding", "b", f"roleRef: {{{RBAC}, kind: Role, name: raeder}}"),
        thing("Role", "reader"),
    ),
    (
        "role-missing",
        0,
        thing("RoleBinding", "b", f"roleRef: {{{RBAC}, kind: Role, name: raeder}}", "b"),
        thing("Role", "reader"),
    ),
    (
        "role-missing",
        1,
        thing("RoleBinding", "b", f"roleRef: {{{RBAC}, kind: ClusterRole, name: raeder}}", "b"),
        thing("ClusterRole", "reader"),
    ),
    (
        "role-missing",
        0,
        thing("ClusterRoleBinding", "b", f"roleRef: {{{RBAC}, kind: ClusterRole, name: view}}"),
        thing("ClusterRole", "vieww"),
    ),
    (
        "service-account-missing",
        1,
        thing("RoleBinding", "b", NOBODY + "[{kind: ServiceAccount, name: bulider, namespace: default}]"),
        thing("ServiceAccount", "builder"),
    ),
    (
        "service-account-missing",
        0,
        thing("RoleBinding", "b", NOBODY + "[{kind: ServiceAccount, name: bulider, namespace: b}]"),
        thing("ServiceAccount", "builder"),
    ),
    (
        "service-account-missing",
        0,
        thing("RoleBinding", "b", NOBODY + "[{kind: User, name: bulider}]"),
        thing("ServiceAccount", "builder"),
    ),
    ("scale-target-missing", 1, scaler("Deployment", "chekout"), DEPLOYMENT),
    ("scale-target-missing", 1, scaler("StatefulSet", "checkout"), DEPLOYMENT),
    ("scale-target-missing", 0, scaler("Deployment", "checkout"), DEPLOYMENT),
    ("scale-target-missing", 0, scaler("Deployment", "chekout", namespace="b"), DEPLOYMENT),
    ("scale-target-missing", 0, scaler("Rollout", "checkout", "argoproj.io/v1alpha1"), DEPLOYMENT),
    (
        "class-missing",
        1,
        thing("PersistentVolumeClaim", "c", "spec: {storageClassName: fsat-ssd}"),
        thing("StorageClass", "fast-ssd", "provisioner: x"),
    ),
    (
        "object-missing",
        1,
        thing("PersistentVolumeClaim", "c", "spec: {volumeName: vloume-a}"),
        thing("PersistentVolume", "volume-a", "spec: {}"),
    ),
    (
        "object-missing",
        1,
        thing("ValidatingAdmissionPolicyBinding", "b", "spec: {policyName: no-ltest}"),
        thing("ValidatingAdmissionPolicy", "no-latest", "spec: {}"),
    ),
    (
        "claim-missing",
        0,
        workload("Pod", volume("persistentVolumeClaim: {claimName: data-web-0}")),
        thing("PersistentVolumeClaim", "data-web-1", "spec: {}"),
    ),
]


@pytest.mark.parametrize(("rule", "count", "text", "there"), CASES)
def test_names_elsewhere(rule: str, count: int, text: str, there: str) -> None:
    for texts in ((text, there), (f"{there}---\n{text}",)):
        found = findings_of(RULES[rule], *texts)
        assert len(found) == count
        assert all(finding.related for finding in found)


def test_a_secret_that_nothing_waits_for_is_no_error() -> None:
    text = workload("Pod", SOME + "imagePullSecrets: [{name: regsitry}]")
    (finding,) = findings_of(RULES["secret-missing"], text, thing("Secret", "registry"))
    assert (str(finding.severity), "without these credentials" in finding.notes[0]) == ("warning", True)
    everything = {"secret-missing": {"unlisted": True}}
    other = text.replace("regsitry", "harbor")
    assert findings_of(RULES["secret-missing"], other, thing("Secret", "registry"), options=everything) == ()


@pytest.mark.parametrize(
    ("listener", "parent", "host", "told"),
    [
        (
            "{name: web, port: 80, protocol: HTTP}",
            "{name: g, sectionName: wbe}",
            "",
            "there is none of that name; it has 'web'",
        ),
        ("{name: web, port: 80, protocol: HTTP}", "{name: g, port: 81}", "", "names another listener than web"),
        ("{name: web, port: 80, protocol: TCP}", "{name: g}", "", "listener web takes no HTTPRoute"),
        (
            "{name: web, port: 80, protocol: HTTP, hostname: a.b}",
            "{name: g}",
            "hostnames: [a.c], ",
            "listener web is for a.b",
        ),
        (
            "{name: web, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: None}}}",
            "{name: g}",
            "",
            "takes no routes",
        ),
        (
            "{name: web, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}}",
            "{name: g}",
            "",
            "no HTTPRoute",
        ),
        ("{name: web, port: 80, protocol: HTTP}", "{name: g}", "", ""),
        ("{name: web, port: 80, protocol: HTTP, hostname: '*.b'}", "{name: g}", "hostnames: [x.c, a.b], ", ""),
        (
            "{name: web, port: 80, protocol: HTTP}, {name: tcp, port: 81, protocol: TCP}",
            "{name: g, sectionName: web}",
            "",
            "",
        ),
        (
            "{name: web, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {a: b}}}}}",
            "{name: g}",
            "",
            "",
        ),
    ],
)
def test_listeners_of_a_gateway(listener: str, parent: str, host: str, told: str) -> None:
    gateway = thing("Gateway", "g", f"spec: {{gatewayClassName: c, listeners: [{listener}]}}", "a")
    text = thing("HTTPRoute", "r", f"spec: {{parentRefs: [{parent}], {host}rules: []}}", "a")
    found = findings_of(RULES["route-not-attached"], text, gateway)
    assert [told in finding.message for finding in found] == ([True] if told else [])
    again = thing("Gateway", "g", "spec: {gatewayClassName: c, listeners: []}", "a")
    assert findings_of(RULES["route-not-attached"], text, gateway, again) == ()


def test_listeners_and_namespaces() -> None:
    gateway = thing(
        "Gateway", "g", "spec: {gatewayClassName: c, listeners: [{name: web, port: 80, protocol: HTTP}]}", "a"
    )
    text = thing("HTTPRoute", "r", "spec: {parentRefs: [{name: g, namespace: a}], rules: []}", "b")
    (finding,) = findings_of(RULES["route-not-attached"], text, gateway)
    assert "takes routes of namespace a only" in finding.message
    assert findings_of(RULES["route-not-attached"], text.replace(", namespace: b", ""), gateway) == ()
    mesh = thing(
        "HTTPRoute",
        "r",
        "spec: {parentRefs: [{kind: Service, group: '', name: x}], rules: [{backendRefs: [{name: checkout, namespace: b}]}]}",
        "a",
    )
    service = SERVICE.replace("name: checkout", "name: checkout, namespace: b", 1)
    assert findings_of(RULES["reference-not-granted"], mesh, service) == ()
    assert (
        len(findings_of(RULES["reference-not-granted"], mesh.replace("kind: Service, group: '', ", ""), service)) == 1
    )
