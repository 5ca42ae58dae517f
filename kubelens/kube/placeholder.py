"""Texts that stand for a value somebody or something fills in before a manifest is applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

_VARIABLE: Final = (
    r"\{\{.*\}\}"  # Helm, Jinja, Go
    r"|\(\$"  # Chainsaw's bindings
    r"|\$(\{[A-Za-z_]|[A-Z_][A-Z0-9_]+)"  # envsubst, clusterctl, Flux
)
_GAP: Final = (
    r"^\(.*\$.*\)$"  # Chainsaw's expressions
    r"|\$\$\w+\$\$"
    r"|<[^<>=]+>"  # <your domain>
    r"|__[A-Za-z][A-Za-z0-9_]*__"
    r"|@[A-Z][A-Z0-9_]*@"
    r"|%[A-Z][A-Z0-9_]*%"
    r"|\{([A-Z][A-Z0-9_]+)?\}"  # {NAME}, and Python's {}
    r"|\*\*[^*]+\*\*"
    r"|^\.\.\.(.*\.\.\.)?$"
    r"|\$\([a-z][^()]* [^()]*\)"  # a shell's: $(base64 -w0 token)
    r"|(?i:(?<![a-z0-9])(change|replace|fill)[-_]?(me|this)(?![a-z0-9])|(?<![a-z0-9])placeholder(?![a-z0-9])|^x{3,20}$)"
    r"|^ENC\[[A-Z0-9_]+,"  # what SOPS encrypts
)
_NOUN: Final = (
    "(ADDRESS|BUCKET|CAPACITY|CERT|CERTIFICATE|CIDR|COUNT|CRT|DIGEST|DOMAIN|HERE|HOST|HOSTNAME|ID|IMAGE|IP|KEY|NAME|NAMESPACE|NODES|PASSWORD|PATH|PORT|PROJECT"
    "|REGION|SECRET|SIZE|TOKEN|URL|USER|VALUE|VERSION|ZONE)"
)
_CAPITALS: Final = (
    rf"(?<![A-Za-z0-9(])(([A-Z][A-Z0-9]*_([A-Z0-9]+_)*)?{_NOUN}"  # HOSTNAME, PVC_NAME, KEYCLOAK_HOST
    r"|(CHANGE|FILLED|INSERT|PLACEHOLDER|REPLACE|YOUR)([_-]?[A-Z][A-Z0-9_-]*)?"  # YOUR_TOKEN, REPLACEME
    r"|[A-Z][A-Z0-9]+( [A-Z][A-Z0-9]*){2,})(?![A-Za-z0-9])"  # FILLED BY THE OPERATOR
)
_WORD: Final = r"[A-Z][A-Z0-9_]*"
_TEMPLATE_LINE: Final = (
    r"\{%|<%|@[A-Z][A-Z0-9_]*@|%[A-Z][A-Z0-9_]*%"
    r"|[:\-]\s+\{[A-Za-z_][A-Za-z0-9_.\-]*(\[[A-Za-z0-9_.\-]+\]\}|\}[^\s,}])"  # image: {registry}/app, {images[app]}
    r"|[:\-]\s+%[dqsv]\s*$"
    r"|^\s*\$(\{[A-Za-z_]\w*\}|[A-Z_][A-Z0-9_]+)\s*$"  # a line that is a variable
    r"|^\s*<[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+>\s*$"  # or one that a tool puts lines in the place of: <ISSUER_ANNOTATION_1>
)


def has_variable(text: str) -> bool:
    """Whether a text holds a template expression or a variable that a tool fills in.

    ``$(NAME)``, which Pods and kustomize expand, is not among them.
    """
    return ("{{" in text or "$" in text) and _compiled(_VARIABLE).search(text) is not None


def stands_for_a_value(value: Any) -> bool:
    """Whether a value at fault is filled in later: a variable, a marked gap, or capitals that say what belongs there.

    Such are ``<your domain>``, ``__HOST__``, ``PVC_NAME``, and what YAML reads as a list or a map of one word:
    ``[PROJECT]``, ``{volume-id}``.
    """
    if isinstance(value, dict):
        return len(value) == 1 and None in value.values()
    if isinstance(value, list):
        return len(value) == 1 and isinstance(value[0], str) and _compiled(_WORD).fullmatch(value[0]) is not None
    if not isinstance(value, str):
        return False
    return has_variable(value) or any(_compiled(form).search(value) for form in (_GAP, _CAPITALS))


def is_of_sops(name: object, value: Any) -> bool:
    """Whether a field of an object is what SOPS writes beside what it encrypts; it takes it away when it decrypts."""
    return name == "sops" and isinstance(value, Mapping) and "mac" in value


def is_marked_gap(name: object) -> bool:
    """Whether the name of a field is filled in later: a variable or a marked gap. Capitals are a variable's own name."""
    return isinstance(name, str) and (has_variable(name) or _compiled(_GAP).search(name) is not None)


def stands_for_a_number(value: Any) -> bool:
    """Whether a text where a number or a quantity belongs is filled in later: any word in capitals (``PORT``) is.

    Words in angle brackets are not: no tool fills them in, and with them nothing of the file can be decoded.
    """
    if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
        return False
    return stands_for_a_value(value) or (isinstance(value, str) and _compiled(_WORD).fullmatch(value) is not None)


def is_template_text(lines: Iterable[str]) -> bool:
    """Whether one of the lines is a template's, which YAML cannot read before it is filled in."""
    return any(_compiled(_TEMPLATE_LINE).search(line) for line in lines)


@lru_cache(maxsize=8)
def _compiled(form: str) -> re.Pattern[str]:
    """A form, compiled when it is first looked for: most runs need none."""
    return re.compile(form, re.DOTALL)
