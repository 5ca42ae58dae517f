"""All functions of a Helm release, by the name that templates know."""

from __future__ import annotations

from kubelens.render.functions.cases import CASES
from kubelens.render.functions.defaults import DEFAULTS
from kubelens.render.functions.dicts import DICTS
from kubelens.render.functions.encoding import ENCODING
from kubelens.render.functions.flow import flow
from kubelens.render.functions.json import JSON
from kubelens.render.functions.lists import LISTS
from kubelens.render.functions.math import MATH
from kubelens.render.functions.network import NETWORK
from kubelens.render.functions.paths import PATHS
from kubelens.render.functions.reflection import REFLECTION
from kubelens.render.functions.regexp import REGEXP
from kubelens.render.functions.rendering import Rendering
from kubelens.render.functions.semver import SEMVER
from kubelens.render.functions.strings import STRINGS
from kubelens.render.functions.yaml import YAML
from kubelens.render.go.function import Function

_FAMILIES = (
    CASES,
    DEFAULTS,
    DICTS,
    ENCODING,
    JSON,
    LISTS,
    MATH,
    NETWORK,
    PATHS,
    REFLECTION,
    REGEXP,
    SEMVER,
    STRINGS,
    YAML,
)


def library(rendering: Rendering) -> dict[str, Function]:
    """The functions that charts may call, bound to a render.

    text/template's own (``eq``, ``index``, ``printf`` ...) are the engine's.
    """
    functions: dict[str, Function] = {}
    for family in (*_FAMILIES, flow(rendering)):
        functions.update(family.functions)
    return functions
