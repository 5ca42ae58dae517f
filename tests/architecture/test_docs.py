"""The pages under docs/ say what the code says."""

from __future__ import annotations

from tools import build_docs


def test_no_written_page_is_stale() -> None:
    texts = build_docs.pages()
    written = [name for name in build_docs.stale(texts) if (build_docs.DOCS / name).is_file()]
    assert not written, "run tools/build_docs.py"
