"""No file of code grows past what a reader takes in at once."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST = 400


def test_no_file_is_too_long() -> None:
    files = [*(ROOT / "kubelens").rglob("*.py"), *(ROOT / "lsp" / "kubelens_lsp").rglob("*.py")]
    lengths = {str(f.relative_to(ROOT)): len(f.read_text(encoding="utf-8").splitlines()) for f in files}
    assert not {name: n for name, n in lengths.items() if n > MOST and "/data/" not in name}
