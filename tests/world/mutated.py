"""A small shop, and the ways to change it: bundles for the test that predictions agree."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from typing import Any, Final

from ruamel.yaml import YAML

SHOP: Final = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: shop}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: sizes, namespace: shop}
spec: {limits: [{type: Container, defaultRequest: {cpu: 50m}, max: {memory: 4Gi}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: team, namespace: shop}
spec: {hard: {pods: "40"}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: marks}
spec:
  reinvocationPolicy: IfNeeded
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "add", path: "/metadata/labels/mark", value: "yes"}]'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: marks}
spec: {policyName: marks}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: signs}
spec:
  reinvocationPolicy: Never
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps, ""], apiVersions: [v1], operations: [CREATE], resources: [deployments, statefulsets, services]}
  mutations:
  - patchType: JSONPatch
    jsonPatch: {expression: '[JSONPatch{op: "add", path: "/metadata/labels", value: {"sign": "yes"}}]'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: signs}
spec: {policyName: signs}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: gate}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "size(object.spec.containers) > 0", message: keep out}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: gate}
spec: {policyName: gate, validationActions: [Deny]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop, namespace: shop}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: shop}
stringData: {a: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: shop
      containers:
      - name: main
        image: shop/web:1
        ports: [{name: http, containerPort: 8080}]
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 1Gi}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: main, image: "shop/db:1", ports: [{containerPort: 5432}], resources: {limits: {memory: 1Gi}}}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: shelf, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: shelf}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: Immediate
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: left}
spec: {storageClassName: shelf, accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, nfs: {server: a, path: /}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: right}
spec: {storageClassName: shelf, accessModes: [ReadWriteOnce], capacity: {storage: 2Gi}, nfs: {server: a, path: /}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: main, image: "shop/agent:1", resources: {limits: {memory: 64Mi}}}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: main, image: "shop/night:1", resources: {limits: {memory: 64Mi}}}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: main, image: "shop/load:1", resources: {limits: {memory: 64Mi}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: first, namespace: shop}
spec: {selector: {statefulset.kubernetes.io/pod-name: db-0}, ports: [{port: 5432}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 5432}]}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: alone, namespace: shop}
spec: {storageClassName: disks, accessModes: [ReadWriteOnce], resources: {requests: {storage: 2Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disks}
provisioner: disk.example
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: Pod
metadata: {name: clerk, namespace: shop, labels: {app: clerk}}
spec:
  volumes: [{name: papers, persistentVolumeClaim: {claimName: alone}}]
  containers: [{name: main, image: "shop/clerk:1", ports: [{containerPort: 80}], resources: {limits: {memory: 64Mi}}}]
---
apiVersion: v1
kind: Pod
metadata:
  name: guard
  namespace: shop
  labels: {app: guard}
  uid: 5a2d2c7e-8b0f-4f0e-9d6c-0c8e4b6a1f10
  resourceVersion: "7"
  creationTimestamp: "2025-12-01T00:00:00Z"
spec:
  nodeName: node-a
  containers: [{name: main, image: "shop/guard:1", ports: [{containerPort: 80}], resources: {limits: {memory: 64Mi}}}]
status:
  phase: Running
  podIP: 10.0.0.9
  podIPs: [{ip: 10.0.0.9}]
  conditions: [{type: Ready, status: "True"}]
---
apiVersion: v1
kind: Service
metadata: {name: clerk, namespace: shop}
spec: {selector: {app: clerk}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: guard, namespace: shop}
spec: {selector: {app: guard}, ports: [{port: 80}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: shop, namespace: shop}]
"""
Edit = tuple[str, str, Any]
"""Kind/name, a path with slashes (a number counts in a list), the value; None takes the field away."""

_SCRATCH: Final = {
    "storageClassName": "disks",
    "accessModes": ["ReadWriteOnce"],
    "resources": {"requests": {"storage": "1Gi"}},
}
_POD: Final = "spec/template/spec"
_MAIN: Final = f"{_POD}/containers/0"
_EXPRESSION: Final = "spec/mutations/0/jsonPatch/expression"


_VALIDATION: Final = "spec/validations/0/expression"
NAMES_REFUSED: Final = (
    "object.metadata.name != 'db-0'",
    "object.metadata.name != 'db-1' && !object.metadata.name.startsWith('web-')",
    "object.metadata.name != 'web-0'",
    "!has(object.spec.hostname) || object.spec.hostname != 'load-2'",
    "!('apps.kubernetes.io/pod-index' in object.metadata.labels) || "
    "object.metadata.labels['apps.kubernetes.io/pod-index'] != '2'",
)
"""Expressions of a policy that refuse single Pods, or names that nobody knows beforehand."""
_INDEXED: Final = {
    "completionMode": "Indexed",
    "template": {
        "spec": {
            "restartPolicy": "Never",
            "containers": [{"name": "main", "image": "shop/load:1", "resources": {"limits": {"memory": "64Mi"}}}],
        }
    },
}


def _patch(operation: str, path: str, value: str) -> str:
    return f'[JSONPatch{{op: "{operation}", path: "{path}", value: {value}}}]'


SUPPORTING: Final = (
    *("LimitRange/sizes", "ResourceQuota/team", "ServiceAccount/shop", "StorageClass/shelf", "StorageClass/disks"),
    *("PersistentVolume/left", "PersistentVolume/right", "PersistentVolumeClaim/alone", "PodDisruptionBudget/web"),
    *("MutatingAdmissionPolicy/marks", "MutatingAdmissionPolicyBinding/signs", "NetworkPolicy/db", "Role/reader"),
)
"""What workloads and their Pods lean on, and what bounds them."""

EDITS: Final[tuple[Edit, ...]] = (
    ("Namespace/shop", "metadata/labels/pod-security.kubernetes.io~1enforce", "restricted"),
    ("Namespace/shop", "metadata/labels/pod-security.kubernetes.io~1enforce", "baseline"),
    ("Namespace/shop", "metadata/name", "other"),
    ("Deployment/web", f"{_POD}/hostNetwork", True),
    ("DaemonSet/agent", f"{_POD}/hostPID", True),
    ("DaemonSet/agent", f"{_POD}/nodeSelector", {"pool": "edge"}),
    ("DaemonSet/agent", "spec/updateStrategy", {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}),
    ("DaemonSet/agent", f"{_MAIN}/ports", [{"containerPort": 9100, "hostPort": 9100}]),
    ("LimitRange/sizes", "spec/limits/0/max/memory", "512Mi"),
    ("LimitRange/sizes", "spec/limits/0/default", {"cpu": "80m"}),
    ("LimitRange/sizes", "spec/limits/0/defaultRequest", None),
    ("ResourceQuota/team", "spec/hard", {"limits.cpu": "8"}),
    ("ResourceQuota/team", "spec/hard", {"requests.memory": "32Mi"}),
    ("ResourceQuota/team", "spec/hard", {"pods": "4"}),
    ("ResourceQuota/team", "spec/hard", {"services.loadbalancers": "0"}),
    ("ResourceQuota/team", "spec/hard", {"pods": "2"}),
    ("MutatingAdmissionPolicyBinding/marks", "", None),
    ("MutatingAdmissionPolicy/marks", _EXPRESSION, _patch("add", "/spec/hostNetwork", "true")),
    ("MutatingAdmissionPolicy/marks", _EXPRESSION, _patch("add", "/metadata/labels/app", '"site"')),
    ("MutatingAdmissionPolicy/marks", _EXPRESSION, _patch("add", "/metadata/labels/by", "request.userInfo.username")),
    ("MutatingAdmissionPolicy/marks", _EXPRESSION, '[JSONPatch{op: "remove", path: "/spec/nowhere"}]'),
    ("MutatingAdmissionPolicy/marks", _EXPRESSION, "[JSONPatch{"),
    ("MutatingAdmissionPolicyBinding/signs", "", None),
    ("MutatingAdmissionPolicy/signs", _EXPRESSION, _patch("add", "/spec/replicas", "-4")),
    ("MutatingAdmissionPolicy/signs", _EXPRESSION, _patch("add", "/spec/replicas", "1")),
    ("MutatingAdmissionPolicy/signs", _EXPRESSION, _patch("add", "/spec/template/metadata/labels/app", '"site"')),
    ("MutatingAdmissionPolicy/signs", _EXPRESSION, _patch("add", "/spec/selector", '{"app": "site"}')),
    ("MutatingAdmissionPolicy/signs", _EXPRESSION, _patch("add", "/spec/type", '"NodePort"')),
    ("MutatingAdmissionPolicy/signs", _EXPRESSION, _patch("add", "/spec/nothing", '"known"')),
    (
        "MutatingAdmissionPolicy/signs",
        _EXPRESSION,
        _patch("add", "/spec/template/spec/nodeSelector", '{"pool": "edge"}'),
    ),
    *(("ValidatingAdmissionPolicy/gate", _VALIDATION, told) for told in NAMES_REFUSED),
    ("StatefulSet/db", "spec/podManagementPolicy", "Parallel"),
    ("StatefulSet/db", "spec/replicas", 4),
    ("Job/load", "spec", {**_INDEXED, "completions": 4, "parallelism": 4}),
    ("Job/load", "spec/suspend", True),
    ("Service/web", "spec/internalTrafficPolicy", "Local"),
    ("Service/web", "spec/trafficDistribution", "PreferSameNode"),
    ("Service/web", "spec/publishNotReadyAddresses", True),
    ("Service/db", "spec/clusterIP", None),
    ("Deployment/web", f"{_POD}/nodeSelector", {"pool": "nowhere"}),
    ("StatefulSet/db", f"{_MAIN}/resources/requests", {"cpu": "40"}),
    ("NetworkPolicy/db", "spec/ingress/0/from/0", {"namespaceSelector": {"matchLabels": {"team": "shop"}}}),
    ("NetworkPolicy/db", "spec/ingress/0/ports", [{"port": 99999}]),
    ("Deployment/web", f"{_MAIN}/env", [{"name": "A", "value": "$(B)"}, {"name": "B", "value": "$(A)"}]),
    ("Deployment/web", f"{_MAIN}/env", [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
    ("Deployment/web", "spec/replicas", 0),
    ("Deployment/web", "spec/replicas", 9),
    ("StatefulSet/db", f"{_MAIN}/readinessProbe", {"httpGet": {"port": "nowhere"}}),
    ("Deployment/web", f"{_MAIN}/env", [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "a"}}}]),
    ("Secret/keys", "metadata/labels", {"no label": ""}),
    ("Secret/keys", "stringData", {"b": "1"}),
    ("Deployment/web", "spec/replicas", -1),
    ("Deployment/web", "spec/selector/matchLabels/app", "site"),
    ("Deployment/web", "spec/strategy", {"type": "Recreate"}),
    ("Deployment/web", "spec/strategy", {"type": "Sometimes"}),
    ("Deployment/web", f"{_POD}/dnsPolicy", "Nowhere"),
    ("Deployment/web", f"{_POD}/priorityClassName", "urgent"),
    ("Deployment/web", f"{_POD}/priority", 7),
    ("Deployment/web", f"{_POD}/nodeSelector", {"kubernetes.io/hostname": "node-a"}),
    ("Deployment/web", f"{_MAIN}/ports/0/name", "web"),
    ("Deployment/web", f"{_MAIN}/ports/0/hostPort", 8080),
    ("Deployment/web", f"{_MAIN}/resources/requests/cpu", "3"),
    ("Deployment/web", f"{_MAIN}/resources/requests/memory", "2Gi"),
    ("Deployment/web", f"{_MAIN}/resources/requests/cpu", None),
    ("Deployment/web", f"{_MAIN}/image", None),
    ("Deployment/web", f"{_MAIN}/readinessProbe", {"httpGet": {"port": 8080}, "initialDelaySeconds": 900}),
    ("Deployment/web", f"{_POD}/containers/1", {"name": "mesh", "image": "shop/mesh:1"}),
    ("StatefulSet/db", "spec/replicas", 1),
    ("StatefulSet/db", "spec/replicas", 3),
    ("StatefulSet/db", "spec/volumeClaimTemplates/0/spec/accessModes", ["ReadWriteMany"]),
    ("StatefulSet/db", "spec/volumeClaimTemplates/0/spec/resources/requests/storage", "2Gi"),
    ("StatefulSet/db", "spec/volumeClaimTemplates/0/spec/storageClassName", "fast"),
    ("StorageClass/shelf", "volumeBindingMode", "WaitForFirstConsumer"),
    ("StorageClass/shelf", "provisioner", "disk.example"),
    ("PersistentVolume/left", "", None),
    ("PersistentVolume/right", "spec/claimRef", {"namespace": "shop", "name": "data-db-1"}),
    ("PersistentVolume/right", "spec/accessModes", ["ReadWriteMany"]),
    ("PersistentVolume/left", "spec/capacity/storage", "-1Gi"),
    ("StatefulSet/db", "spec/ordinals", {"start": 3}),
    ("StatefulSet/db", f"{_MAIN}/securityContext", {"privileged": True}),
    ("StatefulSet/db", "spec/template/metadata/labels/app", "data"),
    ("CronJob/night", "spec/schedule", "59 23 31 2 *"),
    ("CronJob/night", "spec/schedule", "every night"),
    ("CronJob/night", "spec/suspend", True),
    ("CronJob/night", "spec/jobTemplate/spec/template/spec/restartPolicy", "Always"),
    ("CronJob/night", "spec/jobTemplate/spec/template/spec/hostIPC", True),
    ("Job/load", "spec/completionMode", "Indexed"),
    ("Job/load", "spec/parallelism", 3),
    ("Service/web", "spec/selector/app", "wbe"),
    ("Service/web", "spec/selector/app", "site"),
    ("Service/web", "spec/type", "LoadBalancer"),
    ("Service/web", "spec/type", "Sideways"),
    ("Service/web", "spec/ports/0/targetPort", 8080),
    ("Service/web", "spec/ports/0/port", 99999),
    ("Service/first", "spec/selector/statefulset.kubernetes.io~1pod-name", "db-4"),
    ("Service/first", "spec/selector", {"job-name": "load"}),
    ("Ingress/web", "spec/defaultBackend/service/name", "db"),
    ("Ingress/web", "spec/defaultBackend/service/port/number", 81),
    ("NetworkPolicy/db", "spec/ingress/0/from/0/podSelector/matchLabels", {"batch.kubernetes.io/job-name": "load"}),
    ("NetworkPolicy/db", "spec/podSelector", {"matchLabels": {"apps.kubernetes.io/pod-index": "0"}}),
    ("NetworkPolicy/db", "spec/ingress", []),
    ("PodDisruptionBudget/web", "spec/maxUnavailable", 0),
    ("PodDisruptionBudget/web", "spec/selector/matchLabels/app", "site"),
    ("PodDisruptionBudget/web", "spec/minAvailable", 1),
    ("HorizontalPodAutoscaler/web", "spec/maxReplicas", 1),
    ("HorizontalPodAutoscaler/web", "spec/scaleTargetRef/name", "site"),
    ("NetworkPolicy/db", "spec/egress", [{"to": [{"podSelector": {}}]}]),
    ("Deployment/web", f"{_POD}/schedulingGates", [{"name": "shop.example/stock"}]),
    ("StatefulSet/db", "spec/podManagementPolicy", "Parallel"),
    ("LimitRange/sizes", "spec/limits/1", {"type": "PersistentVolumeClaim", "max": {"storage": "1Gi"}}),
    ("LimitRange/sizes", "spec/limits/1", {"type": "PersistentVolumeClaim", "min": {"storage": "2Gi"}}),
    (
        "Deployment/web",
        f"{_POD}/volumes",
        [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": _SCRATCH}}}],
    ),
    ("Deployment/web", f"{_POD}/volumes", [{"name": "papers", "persistentVolumeClaim": {"claimName": "alone"}}]),
    ("PersistentVolumeClaim/alone", "spec/accessModes", []),
    ("PersistentVolumeClaim/alone", "", None),
    ("Pod/clerk", "spec/containers/0/securityContext", {"privileged": True}),
    ("Pod/clerk", "spec/schedulingGates", [{"name": "shop.example/papers"}]),
    ("Pod/clerk", "metadata/labels/app", "web"),
    ("Pod/guard", "status/conditions/0/status", "False"),
    ("Pod/guard", "status/phase", "Succeeded"),
    ("Pod/guard", "metadata/deletionTimestamp", "2026-01-01T00:00:00Z"),
    ("Pod/guard", "metadata/labels/app", "clerk"),
    ("Role/reader", "rules/0/verbs", []),
    ("Role/reader", "", None),
    ("RoleBinding/reader", "roleRef/kind", "Rule"),
    ("RoleBinding/reader", "subjects/0/kind", "Robot"),
    *((where, "metadata/labels", {"no label": ""}) for where in SUPPORTING),
    ("Deployment/web", "", None),
    ("StatefulSet/db", "", None),
    ("Service/web", "", None),
    ("LimitRange/sizes", "", None),
)


def shop() -> list[dict[str, Any]]:
    """The objects as they are."""
    return [dict(value) for value in YAML(typ="safe").load_all(SHOP)]


def mutated(seed: int) -> tuple[str, Sequence[Edit]]:
    """(YAML text, edits): one to five edits chosen by a seed."""
    chance = random.Random(seed)
    edits = chance.sample(EDITS, chance.randint(1, 5))
    objects = copy.deepcopy(shop())
    for where, path, value in edits:
        kind, _, name = where.partition("/")
        found = [o for o in objects if o["kind"] == kind and o["metadata"]["name"] == name]
        if not path:
            objects = [o for o in objects if o not in found]
        elif found:
            _put(found[0], [step.replace("~1", "/") for step in path.split("/")], value)
    return "\n---\n".join(json.dumps(o) for o in objects), edits


def _put(obj: Any, steps: list[str], value: Any) -> None:
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if isinstance(obj, list):
            if last and int(step) == len(obj):
                obj.append(value)
                return
            if int(step) >= len(obj):
                return
            obj = obj[int(step)]
        elif last:
            if value is None:
                obj.pop(step, None)
            else:
                obj[step] = value
        else:
            obj = obj.setdefault(step, {})
