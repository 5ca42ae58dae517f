"""What templates print."""

from __future__ import annotations

import pytest

from kubelens.render.go.function import Function
from kubelens.render.go.types import Struct
from tests.render.template.chart import render

DATA = {
    "name": "ketch",
    "count": 3.0,
    "sails": ["main", None, "jib"],
    "crew": {"bo": 2.0, "ada": 1.0},
    "none": None,
    "deep": {"er": {"est": "keel"}},
}

PRINTED = [
    ("plain text", "plain text"),
    ("{{ .name }}-{{ .deep.er.est }}", "ketch-keel"),
    ("a  {{- .name -}}  b", "aketchb"),
    ("a {{- /* words */ -}} b", "ab"),
    ("{{-3}}{{- 4 }}", "-34"),
    ("{{ if .none }}a{{ else if .count }}b{{ else }}c{{ end }}", "b"),
    ("{{ with .none }}a{{ else with .name }}{{ . }}{{ end }}", "ketch"),
    ("{{ range $i, $s := .sails }}{{ $i }}={{ $s }};{{ end }}", "0=main;1=<no value>;2=jib;"),
    ("{{ range .crew }}{{ . }}{{ end }}{{ range $k, $v := .crew }}{{ $k }}{{ $v }}{{ end }}", "12ada1bo2"),
    ("{{ range 4 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}", "02"),
    ("{{ range list }}a{{ else }}b{{ end }}", "b"),
    ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}", "32"),
    ("{{ define `hull` }}<{{ . }}>{{ end }}{{ template `hull` .name }}{{ include `hull` 7 | upper }}", "<ketch><7>"),
    ("{{ block `deck` .name }}[{{ . }}]{{ end }}", "[ketch]"),
    ('{{ tpl `{{ .name }}:{{ define `+"`x`"+` }}{{ end }}` . }}'.replace('`+"`x`"+`', '"x"'), "ketch:"),
    ("{{ and .name .none }}{{ or .none .name }}{{ or true (fail `never`) }}", "<no value>ketchtrue"),
    ("{{ index .sails 2 }}{{ index .crew `bo` }}{{ index .deep `er` `est` }}", "jib2keel"),
    ("{{ len .sails }}{{ len `héron` }}{{ slice `heron` 1 3 }}", "36er"),
    ("{{ printf `%s|%5.2f|%q` .name .count .name }}", 'ketch| 3.00|"ketch"'),
    ("{{ print 1 2 `a` 3 }}{{ println `x` }}", "1 2a3x\n"),
    ("{{ html `<&>` }}{{ js `'` }}{{ urlquery `a b` }}", "&lt;&amp;&gt;\\'a+b"),
    ("{{ lt 1 2 }}{{ ge `b` `a` }}{{ eq 1 2 1 }}{{ ne 1.5 1.5 }}{{ not .none }}", "truetruetruefalsetrue"),
    ("{{ .name | upper | printf `%s %s` `a` }}", "a KETCH"),
    ("{{ 0x1F }} {{ 1e3 }} {{ 'a' }} {{ 1_000 }} {{ 2i }}", "31 1000 97 1000 (0+2i)"),
    ("{{ (dict `a` (dict `b` 5)).a.b }}{{ (.none).x }}", "5<no value>"),
    ("{{ $.name }}{{ range list 1 }}{{ $.name }}{{ end }}", "ketchketch"),
]


@pytest.mark.parametrize(("text", "printed"), PRINTED, ids=[text for text, _ in PRINTED])
def test_prints(text: str, printed: str) -> None:
    assert render(text, DATA) == printed


def test_the_later_of_two_definitions_holds_unless_it_is_empty() -> None:
    one = '{{ define "hull" }}oak{{ end }}'
    other = '{{ define "hull" }}ash{{ end }}'
    empty = '{{ define "hull" }} {{/* soon */}} {{ end }}'
    assert render('{{ include "hull" . }}', {}, one, other) == "ash"
    assert render('{{ include "hull" . }}', {}, one, empty) == "oak"


def test_what_tpl_defines_ends_with_it() -> None:
    text = '{{ tpl `{{ define "hull" }}new{{ end }}{{ include "hull" . }}` . }},{{ include "hull" . }}'
    assert render(text, {}, '{{ define "hull" }}old{{ end }}') == "new,old"


def test_arguments_of_methods_see_the_variables_of_their_place() -> None:
    hold = Struct("hold", {}, {"Find": Function("Find", lambda name: f"[{name}]", ("string",))})
    text = "{{ range $name, $_ := .crew }}{{ ($.hold.Find $name | upper) }}{{ with 1 }}{{ $.hold.Find $name }}{{ end }}{{ end }}"
    assert render(text, {"crew": {"bo": 1, "ada": 2}, "hold": hold}) == "[ADA][ada][BO][bo]"
