"""The origins of a part of a build are those of the same part of the whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubelens.engine.kustomizations.provenance import BuiltTexts, sourced_text
from kubelens.render.kustomize.build import build
from kubelens.render.kustomize.loading import FileSet, MappingReader

FILES = {
    "kustomization.yaml": "resources: [a.yaml]\nnamePrefix: shop-\nlabels: [{pairs: {team: cart}}]\n",
    "a.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n  text: |\n    one\n    two\n"
    "---\nkind: Service\napiVersion: v1\nmetadata: {name: b, labels: {x: 'y'}}\n"
    "---\nkind: Secret\napiVersion: v1\nmetadata: {name: c}\n",
}
OBJECTS = build(FileSet(MappingReader(FILES)), "").objects
WHOLE = sourced_text(OBJECTS)


@given(st.integers(0, len(WHOLE)), st.integers(1, len(WHOLE)))
def test_a_part(start: int, length: int) -> None:
    found = BuiltTexts(OBJECTS).pieces(start, start + length)
    expected = WHOLE.pieces_of(start, min(start + length, len(WHOLE)))
    assert [one for one in found if one.origins] == [one for one in expected if one.origins]
