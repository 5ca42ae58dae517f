"""A text that was put together from rendered documents is read as if it were parsed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.engine.charts.printed import as_one_text, read_already, that_count
from kubelens.kube.reading import read_value
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.manifests import sort_manifests
from kubelens.render.origin import Text
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence, walk

LINES = (
    "apiVersion: v1\n",
    "kind: ConfigMap\n",
    "kind: Secret\n",
    "metadata: {name: a, labels: {b: c}}\n",
    "metadata:\n  name: b\n",
    "data:\n  text: |\n    one\n    two\n",
    "data:\n  text: |-\n    one\n\n",
    "items:\n- a\n-   - b\n    - 'c: d'\n",
    "# a note\n",
    "\n",
    "last: |\n  text",
    "folded: one\n  two\n",
)
FILES = st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map("".join), min_size=1, max_size=5)


def _told(node: Node | None) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for one in walk(node):
        own = (one.text, one.style) if type(one) is Scalar else ()
        size = len(one.entries) if type(one) is Mapping else len(one.items) if type(one) is Sequence else 0
        found.append((type(one), *own, size, one.start, one.end))
    return found


@settings(deadline=None)
@given(FILES)
def test_trees_stand_where_they_are_parsed(parts: list[str]) -> None:
    try:
        manifests = sort_manifests({"shop/templates/a.yaml": Text.of("\n---\n".join(parts))})
    except ChartFault:
        return
    documents = that_count(manifests.objects)
    if not documents:
        return
    source = Source("a.yaml", str(as_one_text(documents)))
    parsed, problems = parse_source(source)
    known = read_already(source, documents)
    if known is None:
        return
    assert not problems
    assert [(one.index, one.start, one.end) for one in known.documents] == [(d.index, d.start, d.end) for d in parsed]
    assert [_told(one.root) for one in known.documents] == [_told(one.root) for one in parsed]
    for reading, document in zip(known.readings, parsed, strict=True):
        assert reading is None or reading.value == read_value(document.root).value


def test_trees_are_taken_where_documents_are_plain() -> None:
    text = "# a note\n---\nkind: A\nx: {z: 1}\n---\nkind: B\nlast: |\n  text\n"
    documents = that_count(sort_manifests({"a.yaml": Text.of(text)}).objects)
    assert [one.kind for one in documents] == ["A", "B"]
    source = Source("a.yaml", str(as_one_text(documents)))
    known = read_already(source, documents)
    assert known is not None
    assert [_told(one.root) for one in known.documents] == [_told(one.root) for one in parse_source(source)[0]]


def test_comments_that_say_something_are_kept() -> None:
    text = "# kubelens: ignore-file[image-tag]\n---\nkind: A\n"
    assert len(that_count(sort_manifests({"a.yaml": Text.of(text)}).objects)) == 2
