"""Which values templates read, and with which care."""

from __future__ import annotations

from kubelens.render.chart.model import File
from kubelens.render.chart.read_values import no_templates, values_read

TEMPLATE = """{{- define "x" }}{{ .Values.a.b }}{{ end }}
{{- range $i, $v := until 3 }}{{ $.Values.c | default 5 }}{{ end }}
{{- if and .Values.d (gt (int .Values.e) 1) }}{{ printf "%d" 7 }}{{ end }}
"""


def test_paths_and_care() -> None:
    file = File("templates/a.yaml", TEMPLATE.encode(), "templates/a.yaml")
    reads = values_read([file])
    assert {(read.path, read.careful) for read in reads} == {
        (("a", "b"), False),
        (("c",), True),
        (("d",), True),
        (("e",), True),
    }
    assert all(TEMPLATE[read.start : read.end].endswith(".".join(read.path)) for read in reads)


def test_what_is_no_template_is_told() -> None:
    trouble = no_templates([File("templates/a.yaml", b"a\n{{ if }}\n", "templates/a.yaml")])
    assert [(one.file, one.line) for one in trouble] == [("templates/a.yaml", 2)]
