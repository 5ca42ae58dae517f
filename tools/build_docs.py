"""Write docs/rules/, docs/configuration.md, the JSON schemas in docs/, the index of rules and the man page from the code.

--check compares instead.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from kubelens.cli.peers import PEER_OPTIONS
from kubelens.engine.config import KEYS
from kubelens.engine.config_schema import config_schema
from kubelens.engine.scenario_form import scenario_schema
from kubelens.report.rule_page import page
from kubelens.rules.api import Profile, Rule, Severity
from kubelens.rules.catalogue import INDEX, imported_rules, index_text
from tools.man_page import man_page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
INDEX_PATH = Path("..", Path(INDEX).relative_to(ROOT)).as_posix()


def pages() -> dict[str, str]:
    """Text by path below docs/, and the index of rules, for those that come with kubelens."""
    rules = imported_rules()
    rules.sort(key=lambda r: (r.family, r.name))
    texts = {INDEX_PATH: index_text(imported_rules())}
    texts |= {f"rules/{r.name}.md": page(r) for r in rules}
    index = ["# Rules", "", "Written by `tools/build_docs.py` from the rules' docstrings.", ""]
    for family, members in groupby(rules, key=lambda r: r.family):
        index += [f"## {family}", ""]
        index += [f"- [{r.name}]({r.name}.md) ({r.severity}): {r.summary}" for r in members]
        index.append("")
    index += [
        "## By profile",
        "",
        "Each holds those before it but `security`, which stands apart; `strict` is every rule.",
        "",
    ]
    held: set[Profile] = set()
    for profile, why in WHY.items():
        before = held if profile is not Profile.SECURITY else set()
        own = [r for r in rules if profile in r.profiles and not before & r.profiles]
        if profile is Profile.STRICT:
            own = [r for r in rules if r.profiles == {Profile.STRICT}]
        held |= {profile} - {Profile.SECURITY}
        index += [f"### {profile}", "", f"{len(own)} rules: {why}", ""]
        index += [f"- [{r.name}]({r.name}.md): {_kind(profile, r)}: {reason(r)}" for r in own]
        index.append("")
    index += ["See also [the checks of other tools](../peers.md).", ""]
    texts["rules/README.md"] = "\n".join(index)
    texts["peers.md"] = peers_index(rules)
    keys = ["# Configuration", ""]
    keys += ["`kubelens.toml`, `.kubelens.toml` or `[tool.kubelens]` in `pyproject.toml`: the nearest one counts,"]
    keys += ["up to the root of the git repository. [The schema](kubelens.schema.json) is for editors.", ""]
    keys += ["It reads and writes within its repository only; a file named with `--config` is not bounded so.", ""]
    keys += ["| key | value |", "|---|---|"]
    keys += [f"| `{key}` | {text.replace('|', chr(92) + '|')} |" for key, text in KEYS.items()]
    texts["configuration.md"] = "\n".join(keys) + "\n"
    texts["kubelens.schema.json"] = json.dumps(config_schema(rules), indent=2, default=list) + "\n"
    texts["../packaging/kubelens.1"] = man_page()
    texts["scenario.schema.json"] = json.dumps(scenario_schema(), indent=2) + "\n"
    return texts


def reason(rule: Rule[Any]) -> str:
    """Why a rule is where it is: what Kubernetes or a reader makes of it, as its docstring says below the first line."""
    told = " ".join(rule.doc.strip().split("\n\n")[1].split())
    return " ".join(_SENTENCE.split(told)[:2])


def _kind(profile: Profile, rule: Rule[Any]) -> str:
    return DEFAULTS[rule.severity] if profile is Profile.DEFAULT else KINDS[profile]


DEFAULTS = {
    Severity.ERROR: "fails",
    Severity.WARNING: "breaks or will",
    Severity.INFO: "less than it says",
}
"""What a rule of the default profile tells, by its severity."""

KINDS = {
    Profile.WORKS: "almost certainly a slip",
    Profile.RECOMMENDED: "good practice",
    Profile.SECURITY: "grants much",
    Profile.STRICT: "a convention",
}
"""What a rule of another profile tells."""

_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z`\"])")

WHY = {
    Profile.DEFAULT: "the object is refused, does not do what it says, or soon will not, whatever else the cluster holds. "
    "Nothing here is a matter of taste.",
    Profile.WORKS: "almost certainly a slip, but it may work: a program can listen on a port that no container declares, and "
    "end before its hook does. So it is told on request.",
    Profile.RECOMMENDED: "it works, and does worse than it might when nodes go, load rises or people read it: practice that "
    "most agree on, with good reasons for exceptions.",
    Profile.SECURITY: "it works, and grants more than most programs need. Whether that is wanted no manifest says.",
    Profile.STRICT: "conventions that teams choose, and rules that see many things as they are meant to be.",
}
"""What the rules of a profile have in common, and why they are in none before it."""

PEERS = {
    "kube-linter": "kube-linter",
    "kube-score": "kube-score",
    "polaris": "Polaris",
    "checkov": "Checkov",
    "kubescape": "Kubescape",
    "kics": "KICS",
    "kyverno": "Kyverno's policies",
    "gatekeeper": "Gatekeeper's library",
    "trivy": "Trivy",
    "kubeaudit": "kubeaudit",
    "popeye": "Popeye",
}
"""What the tools are called, by the first part of an alias."""


def peers_index(rules: list[Rule[Any]]) -> str:
    """The page that says which rules stand for another tool's check."""
    by_peer: dict[str, dict[str, list[str]]] = {}
    for rule in rules:
        for alias in rule.aliases:
            peer, colon, check = alias.partition(":")
            if colon:
                by_peer.setdefault(peer, {}).setdefault(check, []).append(rule.name)
    lines = ["# Checks of other tools", ""]
    lines += [
        "Written by `tools/build_docs.py` from the rules' aliases. `--select kube-linter:latest-tag` names the rules"
    ]
    lines += ["of a line; `kubelens migrate` also sets the options under which they ask what the other tool asks.", ""]
    for peer in sorted(by_peer, key=lambda p: (list(PEERS).index(p) if p in PEERS else len(PEERS), p)):
        lines += [f"## {PEERS.get(peer, peer)}", "", "| check | rules | options |", "|---|---|---|"]
        for check, names in sorted(by_peer[peer].items()):
            links = ", ".join(f"[{name}](rules/{name}.md)" for name in names)
            options = _options(f"{peer}:{check}")
            lines.append(f"| `{peer}:{check}` | {links} |{f' {options} ' if options else ' '}|")
        lines.append("")
    return "\n".join(lines)


def _options(alias: str) -> str:
    """The options under which rules ask what a peer's check asks, as code."""
    given = PEER_OPTIONS.get(alias, {})
    told = [
        f"{rule}: {key} = {json.dumps(value, default=list)}" for rule, t in given.items() for key, value in t.items()
    ]
    return f"`{'; '.join(told)}`".replace("|", "\\|") if told else ""


def stale(texts: dict[str, str]) -> list[str]:
    """The pages that are missing, differ, or belong to no rule any more."""
    differ = [n for n, t in texts.items() if not (DOCS / n).is_file() or (DOCS / n).read_text(encoding="utf-8") != t]
    return differ + [f"rules/{f.name}" for f in (DOCS / "rules").glob("*.md") if f"rules/{f.name}" not in texts]


def main() -> int:
    texts = pages()
    names = stale(texts)
    if "--check" in sys.argv[1:]:
        print("\n".join(f"docs/{name} is stale; run tools/build_docs.py" for name in names))
        return 1 if names else 0
    (DOCS / "rules").mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in texts:
            (DOCS / name).write_text(texts[name], encoding="utf-8")
        else:
            (DOCS / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
