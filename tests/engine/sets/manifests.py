"""A chart and a kustomization that say how often something runs, for repositories of tests."""

CHART = """\
# file: charts/web/Chart.yaml
apiVersion: v2
name: web
version: 1.0.0
# file: charts/web/values.yaml
replicas: 2
# file: charts/web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "nginx:1.27"}]
"""
OVERLAY = """\
# file: apps/web/kustomization.yaml
resources: [web.yaml]
# file: apps/web/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "nginx:1.27"}]
"""
