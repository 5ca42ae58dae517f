"""The JSON schema of the configuration, for editors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kubelens.engine.config import KEYS, OVERRIDE_KEYS, SET_KEYS, SEVERITIES, TOOLS
from kubelens.engine.custom_rules import KEYS as CUSTOM_RULE_KEYS
from kubelens.rules.api import Profile, Rule

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_ONE_OR_MORE = {"oneOf": [_TEXT, _TEXTS]}
_LEVEL = {"enum": list(SEVERITIES)}
_LEVELS = {"type": "object", "additionalProperties": _LEVEL}

_CLUSTER: dict[str, Any] = {
    "type": "object",
    "properties": {"nodes": _ONE_OR_MORE, "zones": _ONE_OR_MORE},
    "additionalProperties": False,
}


def config_schema(rules: Iterable[Rule[Any]]) -> dict[str, Any]:
    """The JSON schema of the configuration, with every rule's options. Draft 2020-12."""
    forms: dict[str, dict[str, Any]] = {
        "extend": _TEXT,
        "profile": {"enum": [p.value for p in Profile]},
        "select": _TEXTS,
        "severity": _LEVELS,
        "rules": {"type": "object", "properties": _options(rules), "additionalProperties": {"type": "object"}},
        "fail-on": _LEVEL,
        "namespace": _TEXT,
        "node-port-range": {"type": "string", "pattern": r"^\d+-\d+$"},
        "pod-security": {"enum": ["", "privileged", "baseline", "restricted"]},
        "helm-version": {"enum": ["3", "4"]},
        "compat": {
            "oneOf": [{"enum": list(TOOLS)}, {"type": "array", "items": {"enum": list(TOOLS)}}],
        },
        "baseline": _TEXT,
        "cluster": _CLUSTER,
        "custom-rules": {"type": "array", "items": _custom_rule()},
        "overrides": {"type": "array", "items": _override()},
        "apply-sets": {"type": "array", "items": _apply_set()},
        "guess-sets": {"type": "boolean"},
    }
    properties = {key: {"description": text, **forms.get(key, _ONE_OR_MORE)} for key, text in KEYS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kubelens configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _override() -> dict[str, Any]:
    forms = {key: _LEVELS if key == "severity" else _TEXTS for key in OVERRIDE_KEYS}
    somewhere = [{"required": [key]} for key in ("paths", "objects", "containers")]
    return {"type": "object", "properties": forms, "anyOf": somewhere, "additionalProperties": False}


def _apply_set() -> dict[str, Any]:
    forms: dict[str, Any] = {
        "values": _TEXTS,
        "set": _TEXTS,
        "api-versions": _TEXTS,
        "kubernetes-version": _ONE_OR_MORE,
        "cluster": _CLUSTER,
        "profile": {"enum": [p.value for p in Profile]},
    }
    properties = {key: {"description": text, **forms.get(key, _TEXT)} for key, text in SET_KEYS.items()}
    return {"type": "object", "properties": properties, "required": ["path"], "additionalProperties": False}


def _custom_rule() -> dict[str, Any]:
    forms: dict[str, Any] = dict.fromkeys(CUSTOM_RULE_KEYS, _TEXT)
    forms |= {"match": _ONE_OR_MORE, "severity": _LEVEL}
    forms["variables"] = {"type": "object", "additionalProperties": _TEXT}
    required = ["name", "match", "expression"]
    return {"type": "object", "properties": forms, "required": required, "additionalProperties": False}


def _options(rules: Iterable[Rule[Any]]) -> dict[str, Any]:
    return {
        rule.name: {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                o.name: {"description": o.help, "default": _plain(o.default), **_form(o.default)} for o in rule.options
            },
        }
        for rule in rules
        if rule.options
    }


def _form(default: Any) -> dict[str, Any]:
    if isinstance(default, bool):
        return {"type": "boolean"}
    if isinstance(default, (tuple, list)):
        return {"type": "array"}
    return {"type": kind} if (kind := {int: "integer", str: "string", float: "number"}.get(type(default))) else {}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (tuple, frozenset, set)) else value
