"""Whole objects to begin with; ``${1:name}`` are the places to fill in, in the notation of the protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_TEMPLATE: Final = """\
  template:
    metadata:
      labels:
        app: ${1:name}
    spec:
      containers:
        - name: ${1:name}
          image: ${2:image:1.0}
"""
SNIPPETS: Final[Mapping[str, str]] = {
    "ConfigMap": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${1:name}
data:
  ${2:key}: ${3:value}
""",
    "CronJob": """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${1:name}
spec:
  schedule: "${2:0 3 * * *}"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: ${1:name}
              image: ${3:image:1.0}
""",
    "DaemonSet": f"""\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ${{1:name}}
spec:
  selector:
    matchLabels:
      app: ${{1:name}}
{_TEMPLATE}""",
    "Deployment": f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${{1:name}}
spec:
  replicas: ${{3:2}}
  selector:
    matchLabels:
      app: ${{1:name}}
{_TEMPLATE}          ports:
            - name: http
              containerPort: ${{4:8080}}
""",
    "HorizontalPodAutoscaler": """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: ${1:name}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${1:name}
  minReplicas: ${2:2}
  maxReplicas: ${3:10}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: ${4:80}
""",
    "Ingress": """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${1:name}
spec:
  ingressClassName: ${2:nginx}
  rules:
    - host: ${3:example.com}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${1:name}
                port:
                  name: http
""",
    "Job": """\
apiVersion: batch/v1
kind: Job
metadata:
  name: ${1:name}
spec:
  backoffLimit: ${2:3}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: ${1:name}
          image: ${3:image:1.0}
""",
    "Namespace": """\
apiVersion: v1
kind: Namespace
metadata:
  name: ${1:name}
""",
    "NetworkPolicy": """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${1:name}
spec:
  podSelector:
    matchLabels:
      app: ${1:name}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: ${2:client}
      ports:
        - port: ${3:8080}
""",
    "PersistentVolumeClaim": """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: ${1:name}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: ${2:1Gi}
""",
    "Pod": """\
apiVersion: v1
kind: Pod
metadata:
  name: ${1:name}
  labels:
    app: ${1:name}
spec:
  containers:
    - name: ${1:name}
      image: ${2:image:1.0}
""",
    "PodDisruptionBudget": """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${1:name}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: ${1:name}
""",
    "Role": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: ${1:name}
rules:
  - apiGroups: [""]
    resources: [${2:pods}]
    verbs: [get, list, watch]
""",
    "RoleBinding": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: ${1:name}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: ${1:name}
subjects:
  - kind: ServiceAccount
    name: ${2:account}
    namespace: ${3:default}
""",
    "Secret": """\
apiVersion: v1
kind: Secret
metadata:
  name: ${1:name}
stringData:
  ${2:key}: ${3:value}
""",
    "Service": """\
apiVersion: v1
kind: Service
metadata:
  name: ${1:name}
spec:
  selector:
    app: ${1:name}
  ports:
    - name: http
      port: ${2:80}
      targetPort: http
""",
    "ServiceAccount": """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: ${1:name}
""",
    "StatefulSet": f"""\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: ${{1:name}}
spec:
  serviceName: ${{1:name}}
  replicas: ${{3:1}}
  selector:
    matchLabels:
      app: ${{1:name}}
{_TEMPLATE}""",
}


def as_plain(snippet: str) -> str:
    """A snippet with its suggestions in place, for clients that know no snippets."""
    return re.sub(r"\$\{\d+:([^}]*)\}", r"\1", snippet)
