"""A rule's page, from its docstring: the same text for the web, ``kubelens explain``, SARIF and the editor."""

from __future__ import annotations

from typing import Any

from kubelens.rules.api import Profile, Rule


def page(rule: Rule[Any]) -> str:
    """Markdown: the rule's name, facts about it, its docstring, its options."""
    profiles = ", ".join(p.value for p in Profile if p in rule.profiles)
    lines = [
        f"# {rule.name}",
        "",
        f"Severity: {rule.severity}. Family: {rule.family}. Profiles: {profiles}.",
        "",
        rule.doc.strip(),
    ]
    if rule.options:
        lines += ["", "## Options", ""]
        lines += [f"- `{o.name}` (default `{_shown(o.default)}`): {o.help}" for o in rule.options]
    if rule.aliases:
        lines += ["", "Also known as: " + ", ".join(f"`{a}`" for a in rule.aliases) + "."]
    lines += ["", f"Ignore it on one line or object with `# kubelens: ignore[{rule.name}] reason`.", ""]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return str(value) if value != "" else '""'
