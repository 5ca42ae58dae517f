"""What templates printed with other values is taken again where they read none that differ, and nowhere else."""

from __future__ import annotations

from random import Random

import pytest

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.given import Given
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import printed
from kubelens.render.chart.printed_before import PrintedAgain, PrintedBefore
from kubelens.render.chart.render import render
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.templates import engine_for
from kubelens.render.chart.watched_values import ALL, WatchedValues
from kubelens.render.origin import Sourced, Text
from kubelens.render.template.engine import Engine

READS = {
    "plain": "v: {{ .Values.a }}",
    "deep": "v: {{ .Values.web.a }}{{ .Values.c.d }}",
    "root": "{{ define `r` }}{{ $.Values.c.d }}{{ end }}v: {{ include `r` $ }}",
    "handed-on": "v: {{ include `given` (dict `of` .Values) }}{{ define `given` }}{{ .of.b }}{{ end }}",
    "whole": "v: {{ toYaml .Values | quote }}",
    "dot": "v: {{ toYaml . | quote }}",
    "range": "{{ range $k, $v := .Values }}{{ $k }}: {{ $v | toJson | quote }}\n{{ end }}",
    "count": "v: {{ len .Values }}",
    "if": "v: {{ if .Values }}1{{ end }}",
    "pick": "v: {{ pick .Values `a` `b` | toJson | quote }}",
    "index": "v: {{ index .Values `c` `d` }}",
    "key": "v: {{ hasKey .Values `b` }}{{ get .Values `a` }}",
    "copy": "v: {{ (merge (dict) .Values).a }}",
    "tpl": "v: {{ tpl .Values.text . }}",
    "global": "v: {{ .Values.global.g }}",
    "compared": "v: {{ deepEqual .Values .Values }}{{ .Values.b }}",
    "below": "v: {{ .Subcharts.web.Values.a }}",
    "set": "v: {{ set .Values `b` `set` | len }}",
    "set-inside": "v: {{ $_ := set .Values.c `d` `set` }}1",
    "unset": "v: {{ $_ := unset .Values `a` }}1",
    "set-below": "v: {{ $_ := set .Values.web `a` `set` }}1",
    "set-dot": "v: {{ $_ := set . `own` `set` }}{{ $.own }}",
    "own": "v: {{ .own }}{{ .Values.a }}",
    "merge-inside": "v: {{ $_ := mergeOverwrite (dict `c` .Values.c) (dict `c` (dict `d` `merged`)) }}1",
    "set-own": "v: {{ $d := dict }}{{ $_ := set $d `a` .Values.a }}{{ $d.a }}",
    "fails": "v: {{ required `b!` .Values.b }}",
    "nothing": "v: {{ .Release.Name }}",
}
GIVEN = (
    "{}",
    "a: 2\n",
    "b: 2\n",
    "b: null\n",
    "c: {d: 5}\n",
    "web: {a: 7}\n",
    "global: {g: 9}\n",
    "web: {'on': false}\n",
    "text: '{{ .Values.b }}{{ .Values.c.d }}'\n",
    "new: 1\n",
)
VALUES = b"a: 1\nb: 1\nc: {d: 1}\ntext: '{{ .Values.a }}'\nglobal: {g: 1}\nweb: {a: 3, 'on': true}\n"
WEB_VALUES = b"a: 0\nb: 1\nc: {d: 4}\ntext: '{{ .Values.b }}'\nweb: {a: 3}\n"


def _chart(own: list[str], below: list[str]) -> dict[str, bytes]:
    files = {
        "Chart.yaml": b"apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: web, condition: web.on}]\n",
        "values.yaml": VALUES,
        "charts/web/Chart.yaml": b"apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "charts/web/values.yaml": WEB_VALUES,
    }
    files.update((f"templates/{number}.yaml", READS[name].encode()) for number, name in enumerate(own))
    files.update((f"charts/web/templates/{number}.yaml", READS[name].encode()) for number, name in enumerate(below))
    return files


def _came_to(files: dict[str, bytes], given: str, engine: Engine, before: PrintedBefore | None) -> object:
    try:
        values = Given([("given.yaml", given)]).values()
        found = printed(render(load(files).fresh(), values, Settings(), engine, before).manifests)
    except ChartFault as fault:
        return str(fault), fault.file, fault.line
    assert isinstance(found, Text)
    return str(found), found.pieces


@pytest.mark.parametrize("name", READS)
def test_a_template_prints_what_it_prints_alone(name: str) -> None:
    """In the chart and in one below it, before and after one that reads what others may have set."""
    for files in (_chart([name, "deep", "own"], ["whole"]), _chart(["own", "deep", name], [name])):
        engine, before = engine_for(Settings()), PrintedBefore()
        alone = {given: _came_to(files, given, engine_for(Settings()), None) for given in GIVEN}
        for given in (*GIVEN, *reversed(GIVEN), *GIVEN[::2]):
            assert _came_to(files, given, engine, before) == alone[given], given


@pytest.mark.parametrize("seed", range(20))
def test_a_chart_prints_what_it_prints_alone(seed: int) -> None:
    random = Random(seed)
    names = [name for name in READS if name not in {"fails", "below"}]
    files = _chart(random.choices(names, k=4), random.choices(names, k=3))
    engine, before = engine_for(Settings()), PrintedBefore()
    for _ in range(12):
        given = "".join(random.sample(GIVEN[1:], random.randrange(3))) or "{}"
        if len(set(given.splitlines())) == len({line[0] for line in given.splitlines()}):
            assert _came_to(files, given, engine, before) == _came_to(files, given, engine_for(Settings()), None)


@pytest.mark.parametrize(
    ("read", "given", "taken"),
    [
        ("plain", "b: 2\n", True),
        ("plain", "a: 2\n", False),
        ("deep", "a: 2\n", True),
        ("deep", "global: {g: 2}\n", False),
        ("tpl", "b: 2\n", True),
        ("whole", "c: {d: 2}\n", False),
        ("whole", "{}", True),
        ("nothing", "a: 2\nb: 3\nglobal: {g: 2}\n", True),
        ("set-own", "b: 2\n", True),
        ("set", "{}", False),
    ],
)
def test_what_is_taken_again(monkeypatch: pytest.MonkeyPatch, read: str, given: str, taken: bool) -> None:
    answers: list[bool] = []
    take = PrintedAgain.take

    def watched(self: PrintedAgain, name: str) -> object:
        found = take(self, name)
        answers.append(found is not None)
        return found

    monkeypatch.setattr(PrintedAgain, "take", watched)
    files = _chart([read], [])
    engine, before = engine_for(Settings()), PrintedBefore()
    _came_to(files, "{}", engine, before)
    _came_to(files, given, engine, before)
    assert answers == [False, taken]


def test_two_charts_of_one_name_are_told_apart() -> None:
    """Of two dependencies under one alias the values choose one."""
    ask = "{name: one, version: '*', alias: db, condition: one.on}, {name: two, version: '*', alias: db, condition: two.on}"
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{ask}]\n".encode(),
        "values.yaml": b"one: {'on': true}\ntwo: {'on': false}\n",
    }
    for name in ("one", "two"):
        files[f"charts/{name}/Chart.yaml"] = f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n".encode()
        files[f"charts/{name}/templates/a.yaml"] = f"it: {name}\n".encode()
    engine, before = engine_for(Settings()), PrintedBefore()
    for given in ("{}", "one: {'on': false}\ntwo: {'on': true}\n", "{}"):
        assert _came_to(files, given, engine, before) == _came_to(files, given, engine_for(Settings()), None)


@pytest.mark.parametrize(
    ("look", "read"),
    [
        (lambda values: values["a"], {"a"}),
        (lambda values: values.get("z"), {"z"}),
        (lambda values: "b" in values, {"b"}),
        (lambda values: list(values), {ALL}),
        (lambda values: list(reversed(values)), {ALL}),
        (lambda values: bool(values), {ALL}),
        (lambda values: values == {}, {ALL}),
        (lambda values: values != {}, {ALL}),
        (lambda values: values | {}, {ALL}),
        (lambda values: list(values.items()), {ALL}),
        (lambda values: list(values.keys()), {ALL}),
        (lambda values: list(values.values()), {ALL}),
        (lambda values: values.copy(), {ALL}),
        (lambda values: {**values}, {ALL}),
        (lambda values: dict(values), {ALL}),
        (lambda values: Sourced(values), {ALL}),
    ],
)
def test_every_look_at_values_is_noted(look: object, read: set[str]) -> None:
    values = WatchedValues(Sourced({"a": 1, "b": 2}), "common.Values")
    assert callable(look)
    look(values)
    assert read == {ALL} <= values.read or values.read == read
