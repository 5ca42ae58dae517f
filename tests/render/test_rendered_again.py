"""A chart that is rendered again, with what was compiled before, comes to what it comes to alone."""

from __future__ import annotations

import pytest

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.given import Given
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import printed
from kubelens.render.chart.render import render
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.templates import engine_for
from kubelens.render.origin import Text
from kubelens.render.template.engine import Engine
from kubelens.render.template.space import Limits

FILES = {
    "Chart.yaml": b"apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: web, condition: web.on}]\n",
    "values.yaml": b"a: 1\ntext: '{{ .Values.a }}'\nweb: {'on': true}\nlist: [1, 2]\n",
    "files/x.txt": b"x\n",
    "templates/_names.tpl": b'{{ define "name" }}shop-{{ .Values.a }}{{ end }}',
    "templates/a.yaml": b"""\
a: {{ include "name" . }}
{{ range $i, $one := .Values.list }}{{ if eq $i 3 }}{{ break }}{{ end }}x{{ $i }}: {{ $one }}
{{ end }}
{{- with .Values.more }}more: {{ toYaml . | nindent 2 }}{{ else }}none: 1{{ end }}
tpl: {{ tpl .Values.text . | quote }}
file: {{ .Files.Get "files/x.txt" | quote }}
{{ $_ := set .Values "seen" "yes" }}
""",
    "templates/b.yaml": b'seen: {{ .Values.seen | default "no" }}\n{{ required "what?" .Values.must }}: 1\n',
    "charts/web/Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/values.yaml": b"must: m\n",
    "charts/web/templates/_names.tpl": b'{{ define "name" }}web{{ end }}',
    "charts/web/templates/c.yaml": b'c: {{ include "name" . }} {{ .Chart.Name }} {{ .Values.must }}\n',
}
GIVEN = (
    "must: m\n",
    "must: m\na: 2\nlist: [1, 2, 3, 4, 5]\nmore: {b: [c]}\n",
    "{}\n",
    "must: k\ntext: '{{ .Chart.Name }}'\nweb: {'on': false}\n",
    "must: m\ntext: '{{ nope }}'\n",
    "must: m\nlist: 3\n",
)


def _came_to(given: str, engine: Engine | None, settings: Settings) -> object:
    chart = load(FILES).fresh()
    try:
        found = printed(render(chart, Given([("given.yaml", given)]).values(), settings, engine).manifests)
    except ChartFault as fault:
        return str(fault), fault.file, fault.line
    assert isinstance(found, Text)
    return str(found), found.pieces


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 3, 2, 1, 0), (1, 1, 0, 3, 0, 2, 1)])
def test_the_same_text_from_the_same_places(order: tuple[int, ...]) -> None:
    settings = Settings()
    engine = engine_for(settings)
    for number in order:
        assert _came_to(GIVEN[number], engine, settings) == _came_to(GIVEN[number], None, settings)


def test_a_value_that_a_subchart_sets_is_set_for_its_parent() -> None:
    files = {
        "Chart.yaml": FILES["Chart.yaml"],
        "values.yaml": b"web: {'on': true, a: 1}\n",
        "templates/a.yaml": b'a: {{ .Values.web.a }}\nb: {{ .Values.web.b }}\n{{ $_ := set .Values.web "c" 3 }}',
        "templates/Z.yaml": b"c: {{ .Subcharts.web.Values.c }}\n",
        "charts/web/Chart.yaml": FILES["charts/web/Chart.yaml"],
        "charts/web/templates/c.yaml": b'{{ $_ := set .Values "b" 2 }}{{ $_ := unset .Values "a" }}',
    }
    text = str(printed(render(load(files), Given().values(), Settings()).manifests))
    assert "a: \nb: 2\n" in text
    assert "c: 3\n" in text


def test_each_render_has_its_own_limits() -> None:
    """A limit that one render reaches is reached by the same render the second time, and a smaller one never."""
    outcomes: dict[bool, int] = {}
    for steps in range(100, 1300, 60):
        settings = Settings(limits=Limits(steps=steps))
        engine = engine_for(settings)
        first = [_came_to(one, engine, settings) for one in GIVEN[:2]]
        assert [_came_to(one, engine, settings) for one in GIVEN[:2]] == first
        assert [_came_to(one, None, settings) for one in GIVEN[:2]] == first
        reached = any("steps" in str(one) for one in first)
        outcomes[reached] = outcomes.get(reached, 0) + 1
    assert set(outcomes) == {True, False}
