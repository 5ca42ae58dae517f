"""What a daemon does before its first run: import what runs need, by checking some manifests of its own."""

from __future__ import annotations

import gc
from contextlib import suppress
from importlib import import_module
from typing import Final

_META: Final = "metadata: {name: a, namespace: a}"
_POD: Final = """\
    metadata:
      labels:
        app: a
    spec:
      serviceAccountName: a
      containers:
        - name: a
          image: registry.example.com/a:1.0.0
          command: [a]
          env:
            - name: A
              valueFrom:
                configMapKeyRef:
                  name: a
                  key: a
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /
              port: http
          resources:
            requests:
              cpu: 100m
            limits:
              memory: 128Mi
          volumeMounts:
            - name: a
              mountPath: /a
      volumes:
        - name: a
          configMap:
            name: a
"""
_WORKLOAD: Final = f"""\
apiVersion: apps/v1
kind: KIND
metadata:
  name: a
  namespace: a
spec:
  OWN
  selector:
    matchLabels:
      app: a
  template:
{_POD}"""
_OTHERS: Final = (
    "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n",
    f"apiVersion: v1\nkind: ConfigMap\n{_META}\ndata:\n  a: b\n",
    f"apiVersion: v1\nkind: Secret\n{_META}\nstringData:\n  a: b\n",
    f"apiVersion: v1\nkind: ServiceAccount\n{_META}\n",
    f"apiVersion: v1\nkind: Service\n{_META}\nspec:\n  selector:\n    app: a\n  ports:\n    - port: 80\n      targetPort: http\n",
    f"apiVersion: v1\nkind: PersistentVolumeClaim\n{_META}\nspec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 1Gi\n",
    f"apiVersion: networking.k8s.io/v1\nkind: Ingress\n{_META}\nspec:\n  rules:\n    - host: a.example.com\n      http:\n        paths:\n          - path: /\n            pathType: prefix\n            backend:\n              service:\n                name: a\n                port:\n                  number: 80\n",
    f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{_META}\nspec:\n  podSelector:\n    matchLabels:\n      app: a\n  policyTypes: [Ingress]\n  ingress: []\n",
    f"apiVersion: policy/v1\nkind: PodDisruptionBudget\n{_META}\nspec:\n  maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: a\n",
    f"apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n{_META}\nspec:\n  minReplicas: 2\n  maxReplicas: 5\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: a\n",
    f"apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n{_META}\nrules:\n  - apiGroups: ['']\n    resources: [pods]\n    verbs: [get]\n",
    f"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n{_META}\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: a\nsubjects:\n  - kind: ServiceAccount\n    name: a\n    namespace: a\n",
    f"apiVersion: batch/v1\nkind: CronJob\n{_META}\nspec:\n  schedule: 0 3 * * *\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n            - {{name: a, image: a}}\n",
    f"apiVersion: v1\nkind: Pod\n{_META}\nspec:\n  containers:\n    - {{name: A, image: 'a b', port: x}}\n",
)
_MODULES: Final = (
    "kubelens.cli.check_words",
    "kubelens.cli.checking",
    "kubelens.cli.commands",
    "kubelens.cli.check",
    "kubelens.cli.output",
    "kubelens.report.full",
    "kubelens.report.concise",
    "kubelens.report.grouped",
    "kubelens.report.json",
    "kubelens.report.sarif",
)


def warm() -> None:
    """Import the command, all rules, and what judging the usual kinds asks for; leave all that to later copies."""
    for module in _MODULES:
        import_module(module)
    with suppress(Exception):  # what cannot be done here is done by each run
        _check()
    gc.collect()
    gc.freeze()


def _check() -> None:
    from kubelens.engine.config import Config  # noqa: PLC0415 - imported by now
    from kubelens.engine.inputs import Inputs  # noqa: PLC0415
    from kubelens.engine.loader import Loaded  # noqa: PLC0415
    from kubelens.engine.plugins import Plugins  # noqa: PLC0415
    from kubelens.engine.run import run  # noqa: PLC0415
    from kubelens.predict.apiserver.registry import all_strategies  # noqa: PLC0415
    from kubelens.report.api import Results  # noqa: PLC0415
    from kubelens.report.formats import built_in_reporter  # noqa: PLC0415
    from kubelens.rules.api import Profile  # noqa: PLC0415
    from kubelens.syntax.text import Source  # noqa: PLC0415

    all_strategies()
    own = {"Deployment": "replicas: 2", "StatefulSet": "serviceName: a", "DaemonSet": "minReadySeconds: 5"}
    workloads = [_WORKLOAD.replace("KIND", kind).replace("OWN", field) for kind, field in own.items()]
    texts = [Loaded(f"{n}.yaml", Source(f"{n}.yaml", text)) for n, text in enumerate((*workloads, *_OTHERS))]
    for profile in (Profile.DEFAULT, Profile.STRICT):
        outcome = run(Inputs(texts), Config(profile=profile), Plugins(third_party=False))
        for one in outcome.rules.rules:
            if one.module:
                import_module(one.module)
    for name in ("full", "concise"):
        reporter = built_in_reporter(name)
        assert reporter is not None
        reporter.render(Results(outcome))
