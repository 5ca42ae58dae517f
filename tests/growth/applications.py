"""Many like applications in one namespace: each kind of object refers to the others, so that a search per object shows."""

from __future__ import annotations

APPLICATION = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-NUMBER, namespace: store}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop-NUMBER}}
  template:
    metadata: {labels: {app: shop-NUMBER, part-of: store}}
    spec:
      serviceAccountName: shop-NUMBER
      containers:
      - name: web
        image: registry.example/shop:NUMBER
        ports: [{name: http, containerPort: 8080}]
        resources: {requests: {cpu: 10m, memory: 16Mi}}
        envFrom: [{configMapRef: {name: shop-NUMBER}}]
        env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: shop-NUMBER, key: token}}}]
        readinessProbe: {httpGet: {path: /, port: http}}
        volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: shop-NUMBER}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db-NUMBER, namespace: store}
spec:
  serviceName: shop-NUMBER
  selector: {matchLabels: {app: db-NUMBER}}
  template:
    metadata: {labels: {app: db-NUMBER, part-of: store}}
    spec: {containers: [{name: db, image: "registry.example/db:1", ports: [{name: db, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop-NUMBER, namespace: store}
spec: {selector: {app: shop-NUMBER}, ports: [{name: http, port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop-NUMBER, namespace: store, annotations: {cert-manager.io/issuer: shop-NUMBER}}
spec:
  ingressClassName: edge
  tls: [{hosts: [shop-NUMBER.example], secretName: tls-NUMBER}]
  rules:
  - host: shop-NUMBER.example
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: shop-NUMBER, port: {name: http}}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop-NUMBER, namespace: store}
spec:
  parentRefs: [{name: edge}]
  hostnames: [route-NUMBER.example]
  rules: [{backendRefs: [{name: shop-NUMBER, port: 80}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop-NUMBER, namespace: store}
data: {LEVEL: info}
---
apiVersion: v1
kind: Secret
metadata: {name: shop-NUMBER, namespace: store}
stringData: {token: a}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: shop-NUMBER, namespace: store}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shop-NUMBER, namespace: store}
spec: {accessModes: [ReadWriteMany], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop-NUMBER, namespace: store}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop-NUMBER}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: shop-NUMBER, namespace: store}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: shop-NUMBER}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shop-NUMBER, namespace: store}
spec:
  podSelector: {matchLabels: {app: shop-NUMBER}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {part-of: store}}}], ports: [{port: http}]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: shop-NUMBER, namespace: store}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: shop-NUMBER, namespace: store}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: shop-NUMBER}
subjects: [{kind: ServiceAccount, name: shop-NUMBER, namespace: store}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: shop-NUMBER, namespace: store}
spec:
  schedule: 0 3 * * *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          serviceAccountName: shop-NUMBER
          containers: [{name: job, image: "registry.example/job:1", envFrom: [{secretRef: {name: shop-NUMBER}}]}]
"""
EDGE = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: store}
spec: {gatewayClassName: edge, listeners: [{name: http, port: 80, protocol: HTTP}]}
"""


def applications(count: int) -> str:
    """A file of so many applications of fourteen objects behind one Gateway."""
    return "---".join((EDGE, *(APPLICATION.replace("NUMBER", str(number)) for number in range(count))))
