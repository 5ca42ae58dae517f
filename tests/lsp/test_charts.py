"""Charts in the editor: values, named templates, what is found in what they print, on each stroke."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from kubelens_lsp import rendered, symbols, template_hover, template_navigation
from kubelens_lsp.chart_here import charts_here, is_template, is_values
from kubelens_lsp.completion import Asked, completions
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.session import Session
from kubelens_lsp.sets_beside import SetsBeside
from kubelens_lsp.template_actions import actions, masked, operands
from kubelens_lsp.view import View
from lsprotocol import types
from pytest_lsp import LanguageClient

from kubelens.syntax.text import Source
from tests.lsp.conftest import opening, settled, without

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.2.3\n",
    "values.yaml": """\
# How many serve
replicas: 2
image:
  name: nginx
  tag: "1.27"
hosts:
  - name: a.example
colour: red
""",
    "values-prod.yaml": "replicas: 4\n",
    "templates/_names.tpl": """\
{{/* What all are called. */}}
{{- define "shop.name" -}}
{{ .Release.Name }}-web
{{- end }}
""",
    "templates/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          {{- with .Values.image }}
          image: {{ .name }}:{{ .tag }}
          {{- end }}
          args:
            {{- range .Values.hosts }}
            - {{ .name }}
            {{- end }}
""",
}


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    folder = tmp_path / "charts" / "shop"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (tmp_path / ".git").mkdir()
    return folder


@pytest.fixture
def view(chart: Path) -> View:
    return seen_in(chart.parent.parent, chart / "values.yaml", chart / "values-prod.yaml")


def seen_in(root: Path, *opened: Path) -> View:
    """What is seen of a folder with some of its files open, once its sets are judged."""
    session = Session(folders=[root])
    session.reload()
    for file in opened:
        session.opened(file.as_uri(), file.read_text(), 1)
    session.refresh()
    sets = SetsBeside()
    sets.start(session.folders, session.texts(), session.conditions())
    for _ in sets.catch_up():
        pass
    return session.retold(sets.told)


def offered(view: View, chart: Path, name: str, text: str) -> list[str]:
    """What is offered at the end of a text that stands at the end of a file."""
    source = Source(key_of(str(chart / name)), f"{FILES[name]}{text}")
    asked = Asked(view, source, to_position(source, len(source.text), UTF16), UTF16)
    return [item.label for item in completions(asked)]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("a: {{ .Values.", {"replicas", "image", "hosts", "colour"}),
        ("a: {{ .Values.image.", {"name", "tag"}),
        ("a: {{ with .Values.image }}{{ .", {"name", "tag"}),
        ("a: {{ with .Values.image }}{{ $.Values.image.t", {"name", "tag"}),
        ("a: {{ range .Values.hosts }}{{ .", {"name"}),
        ("a: {{ range $n, $host := .Values.hosts }}{{ $host.", {"name"}),
        ("{{ $i := .Values.image }}a: {{ $i.", {"name", "tag"}),
        ("a: {{ if .Values.image }}x{{ else }}{{ .Values.image.", {"name", "tag"}),
        ('a: {{ include "', {"shop.name"}),
        ("a: {{ .Release.", {"Name", "Namespace", "IsInstall", "IsUpgrade", "Revision", "Service"}),
        ("a: {{ .Capabilities.KubeVersion.", {"Version", "Major", "Minor"}),
        ('a: {{ "text .', set()),
    ],
)
def test_what_a_template_may_say_next(view: View, chart: Path, written: str, wanted: set[str]) -> None:
    assert set(offered(view, chart, "templates/web.yaml", written)) == wanted


def test_functions_and_fields_are_offered_where_they_stand(view: View, chart: Path) -> None:
    assert {"default", "toYaml", "include"} <= set(offered(view, chart, "templates/web.yaml", "a: {{ d"))
    assert {"Name", "Version", "AppVersion"} <= set(offered(view, chart, "templates/web.yaml", "a: {{ .Chart."))
    assert "apiVersion" not in offered(view, chart, "templates/web.yaml", "a: {{ .Values.image.")


def test_a_values_file_is_offered_what_the_chart_has(view: View, chart: Path) -> None:
    assert offered(view, chart, "values-prod.yaml", "image:\n  ") == ["name", "tag"]
    assert set(offered(view, chart, "values-prod.yaml", "co")) == {"image", "hosts", "colour"}


def _at(view: View, chart: Path, name: str, text: str, shift: int) -> tuple[View, list[object], str, Source, int, str]:
    key = key_of(str(chart / name))
    source = view.source(key)
    assert source is not None
    return view, charts_here(view, key), key, source, source.text.index(text) + shift, UTF16  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("templates/web.yaml", "Values.replicas", ["integer", "How many serve", "`2`", "`4`", "values-prod.yaml:1"]),
        ("templates/web.yaml", ".tag }}", [".Values.image.tag", '`"1.27"`', "values.yaml:5"]),
        ("templates/web.yaml", '"shop.name"', ["What all are called.", "{{ .Release.Name }}-web"]),
        ("values.yaml", "tag:", [".Values.image.tag", "read 1 time: web.yaml"]),
        ("values.yaml", "colour", ["no template reads it by its name"]),
    ],
)
def test_hovers_say_what_a_value_is_in_every_set(
    view: View, chart: Path, name: str, text: str, said: list[str]
) -> None:
    found = template_hover.chart_hover(*_at(view, chart, name, text, len(text) - 3))  # type: ignore[arg-type]
    assert found is not None
    assert isinstance(found.contents, types.MarkupContent)
    assert [one for one in said if one not in found.contents.value] == []


def test_definitions_lead_to_every_file_that_gives_a_value(view: View, chart: Path) -> None:
    asked = _at(view, chart, "templates/web.yaml", "Values.replicas", 8)
    found = template_navigation.chart_definition(*asked)  # type: ignore[arg-type]
    assert [(Path(one.uri).name, one.range.start.line) for one in found] == [
        ("values.yaml", 1),
        ("values-prod.yaml", 0),
    ]
    asked = _at(view, chart, "templates/web.yaml", "shop.name", 3)
    found = template_navigation.chart_definition(*asked)  # type: ignore[arg-type]
    assert [(Path(one.uri).name, one.range.start.line) for one in found] == [("_names.tpl", 1)]


def test_references_lead_from_a_value_to_who_reads_it(view: View, chart: Path) -> None:
    asked = _at(view, chart, "values.yaml", "name: a.example", 1)
    found = template_navigation.chart_references(*asked, definitions=False)  # type: ignore[arg-type]
    assert [(Path(one.uri).name, one.range.start.line) for one in found] == [("web.yaml", 19)]


def test_what_a_template_prints_is_shown_set_by_set(view: View, chart: Path) -> None:
    text = rendered.rendered_text(view, key_of(str(chart / "templates/web.yaml")))
    assert "replicas: 2" in text
    assert "replicas: 4" in text
    assert "values-prod.yaml" in text


def test_templates_and_values_are_known(view: View, chart: Path) -> None:
    key = key_of(str(chart))
    assert is_template(view, f"{key}/templates/web.yaml")
    heres = charts_here(view, f"{key}/values.yaml")
    assert is_values(heres, f"{key}/values-prod.yaml")
    assert not is_values(heres, f"{key}/templates/web.yaml")
    assert not is_values(heres, f"{key}/Chart.yaml")


APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-%s, namespace: argocd}
spec:
  project: default
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
  source:
    repoURL: https://git.example.org/here.git
    path: charts/shop
    helm: {valueFiles: [%s.yaml]}
"""


def test_values_that_an_application_gives_are_known_whatever_they_are_called(chart: Path) -> None:
    root = chart.parent.parent
    for name in ("blue", "green"):
        (chart / f"{name}.yaml").write_text("replicas: 7\n")
        (root / f"{name}.yaml").write_text(APPLICATION % (name, name))
    (chart / "notes.yaml").write_text("replicas: 8\n")
    seen = seen_in(root, chart / "blue.yaml")
    key = key_of(str(chart))
    assert is_values(charts_here(seen, f"{key}/blue.yaml"), f"{key}/blue.yaml")
    assert not is_values(charts_here(seen, f"{key}/notes.yaml"), f"{key}/notes.yaml")


def test_values_that_nobody_reads_are_told(view: View, chart: Path) -> None:
    found = view.by_file[key_of(str(chart / "values.yaml"))]
    assert [one.rule for one in found] == ["chart-value-unread"]


@pytest.mark.parametrize(
    "text", ["a: {{ .Values.x", "{{ if }}{{", '{{ include "', "{{/* never closed", "}}{{- end }}{{ . }}"]
)
def test_broken_templates_are_read_as_far_as_they_go(text: str) -> None:
    assert all(text[one.start : one.end] for one in operands(text))
    assert all(one.start < one.end <= len(text) for one in actions(text))
    assert len(masked(text)) == len(text)


def test_sets_are_symbols_and_values_have_an_outline(view: View, chart: Path) -> None:
    found = symbols.set_symbols(view, "shop", UTF16)
    assert [(one.name, Path(one.location.uri).name) for one in found] == [
        ("shop", "Chart.yaml"),
        ("shop+values-prod.yaml", "Chart.yaml"),
    ]
    outline = symbols.document_symbols(view.snapshot, key_of(str(chart / "values.yaml")), UTF16)
    assert [one.name for one in outline] == ["replicas", "image", "hosts", "colour"]
    assert [one.name for one in outline[1].children or ()] == ["name", "tag"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("resources:\n  - ", ["../base", "web.yaml"]),
        ("resources:\n  - web.yaml\n  - ", ["../base"]),
        ("components: [", ["../base"]),
        ("patches:\n  - path: ", ["web.yaml"]),
        ("configMapGenerator:\n  - name: a\n    files:\n      - ", ["web.yaml"]),
    ],
)
def test_a_kustomization_is_offered_what_lies_around_it(tmp_path: Path, written: str, wanted: list[str]) -> None:
    for name, text in (
        ("base/kustomization.yaml", ""),
        ("prod/kustomization.yaml", written),
        ("prod/web.yaml", "a: b\n"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    session = Session(folders=[tmp_path])
    session.reload()
    source = Source(key_of(str(tmp_path / "prod/kustomization.yaml")), written)
    asked = Asked(session.view, source, to_position(source, len(written), UTF16), UTF16)
    assert [item.label for item in completions(asked)] == wanted


@pytest.mark.asyncio
async def test_a_stroke_in_values_is_judged_as_the_templates_print_it(client: LanguageClient, folder: Path) -> None:
    for name, text in FILES.items():
        (folder / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "shop" / name).write_text(text)
    values, template = folder / "shop/values.yaml", folder / "shop/templates/web.yaml"
    for path in (folder / "shop/Chart.yaml", values, template):
        client.text_document_did_open(opening(path))
    await settled(client, values.as_uri())
    broken = FILES["values.yaml"].replace("replicas: 2", "replicas: two")
    for number, (text, wanted) in enumerate([(broken, True), (FILES["values.yaml"], False)], 2):
        change = types.TextDocumentContentChangeWholeDocument(text)
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(number, values.as_uri()), [change])
        )
        if wanted:
            found = await settled(client, template.as_uri())
            assert [one.code for one in found] == ["wrong-type"]
            assert found[0].range.start.line == 5
        else:
            assert await without(client, template.as_uri())
        await asyncio.sleep(0)
