"""Every sort of name leads to where it is defined, and back to every place that uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp import navigation
from kubelens_lsp.convert import UTF16, key_of, to_offset, to_position
from kubelens_lsp.session import Session
from kubelens_lsp.view import View

USES = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db-service
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      serviceAccountName: db-account
      priorityClassName: urgent
      runtimeClassName: gvisor
      imagePullSecrets: [{name: pull-secret}]
      volumes:
      - {name: conf, configMap: {name: db-config}}
      - {name: keys, secret: {secretName: db-secret}}
      - {name: old, persistentVolumeClaim: {claimName: old-claim}}
      containers:
      - name: db
        image: db:1
        ports: [{name: sql, containerPort: 5432}]
        livenessProbe: {tcpSocket: {port: sql}}
        lifecycle: {preStop: {httpGet: {port: sql}}}
        volumeMounts: [{name: conf, mountPath: /c}, {name: data, mountPath: /d}]
        env:
        - {name: A, valueFrom: {configMapKeyRef: {name: db-config, key: level}}}
        - {name: B, valueFrom: {secretKeyRef: {name: db-secret, key: password}}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: db-scaler}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}, maxReplicas: 3}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: binding}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: db-account, namespace: default}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: db}
spec:
  ingressClassName: nginx
  tls: [{secretName: tls-secret}]
  defaultBackend: {service: {name: db-service, port: {name: main}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: db}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [db]}]}}
"""
DEFINITIONS = """\
apiVersion: v1
kind: Service
metadata: {name: db-service}
spec: {selector: {app: db}, ports: [{name: main, port: 5432, targetPort: sql}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: db-account}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: urgent}
value: 5
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: gvisor}
handler: runsc
---
apiVersion: v1
kind: Secret
metadata: {name: pull-secret}
---
apiVersion: v1
kind: Secret
metadata: {name: db-secret}
stringData: {password: x}
---
apiVersion: v1
kind: Secret
metadata: {name: tls-secret}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: db-config}
data: {level: info}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: old-claim}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: example.com/disk
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: []
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: example.com/nginx}
"""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("objects")
    (folder / "uses.yaml").write_text(USES)
    (folder / "definitions.yaml").write_text(DEFINITIONS)
    session = Session(folders=[folder])
    session.configure()
    return session.index()


def found(view: View, name: str, text: str, *, definitions: bool) -> list[str]:
    """What the name at ``|`` leads to: the rest of the line from each place on."""
    key = next(k for k in view.snapshot.files if Path(k).name == name)
    source = view.snapshot.source(key)
    assert source is not None
    at = source.text.index(text.replace("|", "")) + text.index("|")
    symbols = navigation.symbol_at(view, key, to_position(source, at, UTF16), UTF16)
    places = navigation.locations(view, symbols, UTF16, definitions=definitions, uses=not definitions)
    out = []
    for place in places:
        there = view.snapshot.source(key_of(place.uri))
        assert there is not None
        start = to_offset(there, place.range.start, UTF16)
        out.append(f"{Path(place.uri).name}: {there.text[start:].splitlines()[0]}")
    return out


@pytest.mark.parametrize(
    ("use", "defined"),
    [
        ("serviceName: db-|service", "definitions.yaml: db-service}"),
        ("serviceAccountName: db-|account", "definitions.yaml: db-account}"),
        ("priorityClassName: urg|ent", "definitions.yaml: urgent}"),
        ("runtimeClassName: gvi|sor", "definitions.yaml: gvisor}"),
        ("imagePullSecrets: [{name: pull-|secret", "definitions.yaml: pull-secret}"),
        ("configMap: {name: db-|config", "definitions.yaml: db-config}"),
        ("secretName: db-|secret", "definitions.yaml: db-secret}"),
        ("claimName: old-|claim", "definitions.yaml: old-claim}"),
        ("tcpSocket: {port: s|ql", "uses.yaml: sql, containerPort: 5432}]"),
        ("httpGet: {port: s|ql", "uses.yaml: sql, containerPort: 5432}]"),
        ("{name: con|f, mountPath", "uses.yaml: conf, configMap: {name: db-config}}"),
        ("{name: dat|a, mountPath", "uses.yaml: data}"),
        ("db-config, key: lev|el", "definitions.yaml: level: info}"),
        ("db-secret, key: pass|word", "definitions.yaml: password: x}"),
        ("storageClassName: fa|st", "definitions.yaml: fast}"),
        ("kind: StatefulSet, name: d|b}", "uses.yaml: db}"),
        ("kind: Role, name: rea|der", "definitions.yaml: reader}"),
        ("kind: ServiceAccount, name: db-|account", "definitions.yaml: db-account}"),
        ("ingressClassName: ngi|nx", "definitions.yaml: nginx}"),
        ("tls: [{secretName: tls-|secret", "definitions.yaml: tls-secret}"),
        ("service: {name: db-|service", "definitions.yaml: db-service}"),
        ("port: {name: ma|in", "definitions.yaml: main, port: 5432, targetPort: sql}]}"),
        ("maxUnavailable: 1, selector: {matchLabels: {app: d|b", "uses.yaml: db}}"),
        ("values: [d|b]", "uses.yaml: db}}"),
    ],
)
def test_a_use_leads_to_its_definition(view: View, use: str, defined: str) -> None:
    assert found(view, "uses.yaml", use, definitions=True) == [defined]


@pytest.mark.parametrize(
    ("definition", "uses"),
    [
        ("metadata: {name: db-|service}", 2),
        ("metadata: {name: db-|account}", 2),
        ("metadata: {name: db-|config}", 2),
        ("metadata: {name: db-|secret}", 2),
        ("{lev|el: info", 1),
        ("{pass|word: x", 1),
        ("[{name: ma|in, port", 1),
        ("targetPort: s|ql", 3),
        ("metadata: {name: fa|st}", 1),
    ],
)
def test_a_definition_leads_to_its_uses(view: View, definition: str, uses: int) -> None:
    assert len(found(view, "definitions.yaml", definition, definitions=False)) == uses
