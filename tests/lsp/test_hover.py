"""What is said about the thing under the cursor."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.insight import hover
from kubelens_lsp.session import Session
from lsprotocol import types
from pytest_lsp import LanguageClient

from tests.lsp.conftest import at, settled


@pytest.mark.asyncio
async def test_hover(client: LanguageClient, folder: Path) -> None:
    here = at(folder, "app.yaml", "maxUnavailable: 25%", 2)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert "maxUnavailable" in hover.contents.value
    here = at(folder, "app.yaml", "cpu: 100m", 6)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert "0.1 CPUs" in hover.contents.value


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "text", "shift", "said"),
    [
        ("service.yaml", "kind: Service", 7, "3 Pods of Deployment café"),
        ("app.yaml", "replicas: 3", 2, "replicas"),
    ],
)
async def test_hover_knows_the_workspace(
    client: LanguageClient, folder: Path, name: str, text: str, shift: int, said: str
) -> None:
    await settled(client, (folder / "app.yaml").as_uri())
    here = at(folder, name, text, shift)
    hover = await client.text_document_hover_async(types.HoverParams(here.text_document, here.position))
    assert hover is not None
    assert said in hover.contents.value


OBJECTS = """\
apiVersion: v1
kind: Endpoints
metadata: {name: old}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules:
  - host: example.com
    http:
      paths:
      - path: /shop
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  loadBalancerIP: 10.0.0.1
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 3
  serviceName: web
  updateStrategy: {type: RollingUpdate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      restartPolicy: Always
      volumes: [{name: tmp, emptyDir: {sizeLimit: 1Gi}}]
      containers:
      - name: c
        image: c
        imagePullPolicy: Always
        ports: [{name: http, containerPort: 8080}]
        resources: {limits: {memory: 1.5Gi}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "30 2 * * *"
  timeZone: Etc/UTC
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "c:1"}]}}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ovens.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Oven, plural: ovens}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [mode]
            properties:
              mode: {type: string, enum: [hot, cold], default: cold, description: How warm it gets.}
---
apiVersion: example.com/v1
kind: Oven
metadata: {name: o}
spec:
  mode: hot
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: Endp", ("deprecated since 1.33", "EndpointSlice")),
        ("path: /shop", ("GET http://example.com/shop", "service  default/web:80", "pods ")),
        ("selector: {app", ("3 Pods of StatefulSet web", "80 -> http (8080)")),
        ("loadBalancerIP", ("**Deprecated**", "under-specified")),
        ("updateStrategy", ("Pods on the way",)),
        ("imagePullPolicy", ("Default `Always`", "`IfNotPresent`")),
        ("restartPolicy: Always", ("Default `Always`", "`OnFailure`")),
        ("1.5Gi", ("1,610,612,736 bytes",)),
        ("1Gi}}", ("1,073,741,824 bytes",)),
        ('"30 2', ("next runs: ", "02:30 UTC")),
        ("replicas: 3", ("integer", "Default `1`")),
        ("mode: hot", ("(required)", "Default `cold`", "`hot`, `cold`", "How warm it gets.")),
    ],
)
def test_what_is_said(tmp_path: Path, text: str, said: tuple[str, ...]) -> None:
    path = tmp_path / "objects.yaml"
    path.write_text(OBJECTS)
    session = Session(folders=[tmp_path])
    session.configure()
    view = session.index()
    source = view.snapshot.source(key_of(path.as_uri()))
    assert source is not None
    found = hover(view, source.uri, to_position(source, OBJECTS.index(text) + 1, UTF16), UTF16)
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    for words in said:
        assert words in found.contents.value


def test_fields_of_a_later_release_are_not_described(tmp_path: Path) -> None:
    path = tmp_path / "pod.yaml"
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  resources: {limits: {cpu: 1}}\n"
    path.write_text(text)
    said = {}
    for release in ("1.31", "1.36"):
        (tmp_path / "kubelens.toml").write_text(f'kubernetes-version = "{release}"\n')
        session = Session(folders=[tmp_path])
        session.configure()
        said[release] = hover(session.index(), key_of(path.as_uri()), types.Position(4, 4), UTF16)
    assert said["1.31"] is None
    assert "Since Kubernetes 1.32" in str(said["1.36"])
