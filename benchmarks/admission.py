"""The cost of judging a Deployment (defaults and all validation) beside the cost of parsing its text, pair by pair.

Prints the ratio of judging to parsing for a typical Deployment, with the parser ``kubelens check`` uses.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

from kubelens.kube.identity import GroupVersionKind
from kubelens.kube.resource import read_resources
from kubelens.predict.apiserver.judge import judge
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

RUNS = 15
REPEATS = 100
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: storefront
  labels:
    app.kubernetes.io/name: storefront
    app.kubernetes.io/part-of: shop
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: storefront
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: storefront
    spec:
      serviceAccountName: storefront
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: registry.example.com/shop/storefront:5.0.1
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: MODE
              value: production
            - name: PASSWORD
              valueFrom:
                secretKeyRef:
                  name: storefront
                  key: password
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          livenessProbe:
            httpGet:
              path: /live
              port: http
            periodSeconds: 20
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          volumeMounts:
            - name: config
              mountPath: /etc/storefront
              readOnly: true
            - name: cache
              mountPath: /var/cache
      volumes:
        - name: config
          configMap:
            name: storefront
        - name: cache
          emptyDir:
            sizeLimit: 1Gi
"""


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(REPEATS):
        work()
    return time.perf_counter() - start


def main() -> None:
    """Print the median, least and greatest ratio."""
    source = Source("deployment.yaml", DEPLOYMENT)
    documents, _ = parse_source(source)
    (resource,) = read_resources(documents[0])
    gvk = GroupVersionKind("apps", "v1", "Deployment")
    assert judge(resource.value, gvk).stage == ""
    ratios = []
    for _ in range(RUNS):
        parsing = _seconds(lambda: parse_source(source))
        judging = _seconds(lambda: judge(resource.value, gvk))
        ratios.append(judging / parsing)
    print(
        f"judging / parsing a Deployment of {len(DEPLOYMENT.splitlines())} lines: median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
