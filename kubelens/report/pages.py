"""Where a rule's page is on the web: stable addresses for reports and editors."""

from __future__ import annotations

from typing import Final

RULE_PAGES: Final = "https://github.com/kubelens/kubelens/blob/main/docs/rules/"


def rule_page(name: str) -> str:
    """The address of a rule's page, of the list of rules for an empty name."""
    return f"{RULE_PAGES}{name}.md" if name else f"{RULE_PAGES}README.md"
