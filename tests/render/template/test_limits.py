"""What a render may take."""

from __future__ import annotations

import pytest

from kubelens.render.template.faults import LimitReached
from kubelens.render.template.space import Limits
from tests.render.template.chart import render

HOSTILE = [
    "{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}",
    "{{ $s := `xxxxxxxx` }}{{ range 60 }}{{ $s = print $s $s }}{{ end }}",
    "{{ $s := repeat 100000 `x` }}{{ range 10000 }}{{ $s }}{{ end }}",
    "{{ define `a` }}{{ template `a` . }}{{ end }}{{ template `a` . }}",
    "{{ tpl .x . }}",
    "{{ define `a` }}{{ include `b` . }}{{ include `b` . }}{{ end }}{{ define `b` }}{{ include `a` . }}{{ end }}{{ include `a` . }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_templates_reach_a_limit(text: str) -> None:
    with pytest.raises(Exception) as caught:
        render(text, {"x": "{{ tpl .x . }}"}, limits=Limits(steps=100_000, characters=1_000_000))
    assert isinstance(caught.value, LimitReached) or "nested reference" in str(caught.value)


def test_a_list_of_very_many_values_is_not_printed() -> None:
    with pytest.raises(LimitReached, match="more values than a call may print"):
        render("{{ .l }}", {"l": list(range(200_000))})


def test_printing_a_list_again_and_again_is_work() -> None:
    with pytest.raises(LimitReached, match="steps"):
        render("{{ range 100 }}{{ $.l }}{{ end }}", {"l": list(range(90_000))})
