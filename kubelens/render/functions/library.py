"""All functions of a Helm release, by the name that templates know."""

from __future__ import annotations

from typing import Final

from kubelens.render.functions.cases import CASES
from kubelens.render.functions.certificates import CERTIFICATES
from kubelens.render.functions.dates import DATES
from kubelens.render.functions.defaults import DEFAULTS
from kubelens.render.functions.dicts import DICTS
from kubelens.render.functions.durations import DURATIONS
from kubelens.render.functions.encoding import ENCODING
from kubelens.render.functions.encryption import ENCRYPTION
from kubelens.render.functions.flow import flow
from kubelens.render.functions.hashes import HASHES
from kubelens.render.functions.json import json
from kubelens.render.functions.lists import LISTS
from kubelens.render.functions.math import MATH
from kubelens.render.functions.network import NETWORK
from kubelens.render.functions.passwords import PASSWORDS
from kubelens.render.functions.paths import PATHS
from kubelens.render.functions.random import RANDOM
from kubelens.render.functions.reflection import REFLECTION
from kubelens.render.functions.regexp import REGEXP
from kubelens.render.functions.rendering import Rendering
from kubelens.render.functions.semver import semver
from kubelens.render.functions.strings import STRINGS
from kubelens.render.functions.toml import toml
from kubelens.render.functions.urls import URLS
from kubelens.render.functions.yaml import YAML
from kubelens.render.go.function import Function

_FAMILIES: Final = (
    *(CASES, CERTIFICATES, DATES, DEFAULTS, DICTS, DURATIONS, ENCODING, ENCRYPTION, HASHES, LISTS, MATH, NETWORK),
    *(PASSWORDS, PATHS, RANDOM, REFLECTION, REGEXP, STRINGS, URLS, YAML),
)
_FIRST_WITH_NEW: Final = 4


def library(rendering: Rendering) -> dict[str, Function]:
    """The functions that charts may call, bound to a render: those that its version of Helm has.

    text/template's own (``eq``, ``index``, ``printf`` ...) are the engine's.
    """
    functions: dict[str, Function] = {}
    for family in (*_FAMILIES, toml(rendering.helm), json(rendering.helm), semver(rendering.helm), flow(rendering)):
        functions.update(family.functions)
        if rendering.helm < _FIRST_WITH_NEW:
            for name in family.new:
                del functions[name]
    return functions
