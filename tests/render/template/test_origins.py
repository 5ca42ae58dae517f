"""Where the characters of what a template prints come from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubelens.render.origin import Origin, Sourced, SourcedList, Text
from tests.render.template.chart import FILE, render

VALUES = "values.yaml"


def values() -> Sourced:
    inner = Sourced({"port": 80.0}, {"port": Origin(VALUES, 20, 22)})
    ports = SourcedList([1.0, 2.0], {0: Origin(VALUES, 30, 31), 1: Origin(VALUES, 33, 34)})
    keys = {"name": Origin(VALUES, 0, 4)}
    return Sourced({"name": Text.written("ketch", VALUES, 6), "inner": inner, "ports": ports}, {}, keys)


def origins(text: str, found: str, *others: str) -> tuple[Origin, ...]:
    printed = render(text, values(), *others)
    at = printed.index(found)
    return printed.origins_of(at, at + len(found))


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: "{{" not in text))
def test_text_without_actions_comes_out_as_it_is(text: str) -> None:
    printed = render(text)
    assert printed == text
    for offset in range(len(text)):
        assert printed.origins_at(offset) == (Origin(FILE, offset, offset + 1),)


PARTS = st.lists(
    st.sampled_from(
        [
            "a",
            " \n",
            "{{ .name }}",
            "{{- .inner.port }}",
            "{{ include `hull` . -}}",
            "{{ range .ports }}{{ . }}-{{ end }}",
            "{{ if .nope }}x{{ else }}y{{ end }}",
            "{{ tpl `<{{ .name }}>` . }}",
            "{{ .inner | quote }}",
            "{{ with .name }}{{ . | upper }}{{ end }}",
            "{{ .nope }}",
            "{{ template `hull` . }}",
        ]
    ),
    max_size=8,
)


@given(PARTS)
def test_pieces_add_up_and_each_knows_a_place(parts: list[str]) -> None:
    text = "".join(parts)
    printed = render(text, values(), "{{ define `hull` }}({{ .name }}){{ end }}")
    assert sum(piece.length for piece in printed.pieces) == len(printed)
    assert all(piece.origins for piece in printed.pieces)
    at = 0
    for piece in printed.pieces:
        if piece.exact and piece.origins[0].file == FILE:
            origin = piece.origins[0]
            assert text[origin.start : origin.end] == printed[at : at + piece.length]
        at += piece.length


def test_printed_text_comes_from_the_action_and_the_value() -> None:
    assert origins("x: {{ .name }}", "ketch") == (Origin(FILE, 3, 14), Origin(VALUES, 6, 11))
    assert origins("x: {{ .name | upper }}", "KETCH") == (Origin(FILE, 3, 22), Origin(VALUES, 6, 11))


def test_numbers_are_followed_through_fields_variables_and_loops() -> None:
    assert origins("{{ .inner.port }}", "80")[1:] == (Origin(VALUES, 20, 22),)
    assert origins('{{ index . "inner" "port" }}', "80")[1:] == (Origin(VALUES, 20, 22),)
    assert origins("{{ with .inner }}{{ .port }}{{ end }}", "80")[1:] == (Origin(VALUES, 20, 22),)
    assert origins("{{ $p := .inner.port }}{{ $p }}", "80")[1:] == (Origin(VALUES, 20, 22),)
    assert origins("{{ range .ports }}<{{ . }}>{{ end }}", "2")[1:] == (Origin(VALUES, 33, 34),)
    assert origins("{{ include `p` .inner.port }}", "80", "{{ define `p` }}{{ . }}{{ end }}")[1:] == (
        Origin(VALUES, 20, 22),
    )


def test_keys_know_their_place() -> None:
    assert Origin(VALUES, 0, 4) in origins("{{ range $k, $v := . }}{{ $k }} {{ end }}", "name")


def test_an_included_template_keeps_its_own_places() -> None:
    found = origins("{{ include `hull` . }}", "hull of", "{{ define `hull` }}hull of {{ .name }}{{ end }}")
    assert found == (Origin("templates/_0.tpl", 19, 26),)


def test_the_text_of_tpl_stands_where_it_was_written() -> None:
    data = Sourced({"text": Text.written("a {{ .b }}", VALUES, 40), "b": "c"})
    printed = render("{{ tpl .text . }}", data)
    assert printed == "a c"
    assert printed.origins_of(0, 2) == (Origin(VALUES, 40, 42),)
    assert Origin(VALUES, 42, 50) in printed.origins_of(2, 3)
