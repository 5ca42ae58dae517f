"""Links of the documentation: those inside lead to a file and a heading; those outside are whole and to hosts that are known.

Whether a page of another host answers is not asked: tests need no network.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "lsp").glob("**/README.md")])
PAGES = [page for page in PAGES if "node_modules" not in page.parts]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")
FENCE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]*`", re.M | re.S)
HEADING = re.compile(r"^#{1,6} +(.+?)(?: *\{[^}]*#(?P<own>[\w-]+)[^}]*\})?$", re.M)
OURS = "https://github.com/kubelens/kubelens/blob/main/"
HOSTS = frozenset({"docs.astral.sh", "github.com", "kubelens.dev"})


def links(page: Path) -> Iterator[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    yield from (inside or outside for inside, outside in LINK.findall(text))


def anchors(page: Path) -> set[str]:
    """As the site and GitHub make them of headings."""
    found = set()
    for heading, own in HEADING.findall(FENCE.sub(lambda m: m[0].strip("`"), page.read_text(encoding="utf-8"))):
        text = unicodedata.normalize("NFKD", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", ""))
        plain = re.sub(r"[^\w\s-]", "", text).strip().lower()
        found |= {own, re.sub(r"[-\s]+", "-", plain), plain.replace(" ", "-")}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            at = urlsplit(link)
            assert at.scheme in ("https", "mailto"), link
            assert at.scheme == "mailto" or at.hostname in HOSTS, f"{link}: is this host meant? then add it to HOSTS"
            if link.startswith(OURS):
                assert (ROOT / at.path.removeprefix(urlsplit(OURS).path)).exists(), link
            continue
        path, _, anchor = link.partition("#")
        target = page if not path else (page.parent / path)
        assert target.exists(), link
        assert not anchor or target.suffix != ".md" or anchor in anchors(target), f"{link}: no such heading"
