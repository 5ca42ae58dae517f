"""What is wrong with an expression before anything is evaluated: its syntax, its names, the form of a literal.

Not checked: the cost of an expression.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kubelens.cel.parse import CelSyntaxError, CelTooLarge, node_kind
from kubelens.cel.parse import parse_expression as parse
from kubelens.cel.tree import Macro, Node, children, free_names

_TYPES: Final = frozenset(
    "int uint double bool string bytes list map null_type type dyn duration timestamp optional optional_type google net sets strings lists ip cidr quantity semver url regex format jsonpatch".split()
)


@lru_cache(maxsize=512)
def expression_problem(expression: str, variables: frozenset[str], *, boolean: bool, bindings: bool = False) -> str:
    """What is wrong with an expression, ``""`` where nothing is seen to be; ``bindings``: it may use ``cel.bind``."""
    try:
        tree = parse(expression)
    except CelTooLarge:
        return ""
    except CelSyntaxError as error:
        return f"CEL cannot be parsed: {error}"
    for name in sorted(free_names(tree)):
        if name not in variables and name not in _TYPES:
            return f"undeclared reference to {name!r} (known: {', '.join(sorted(variables))})"
    if not bindings and _binds(tree):
        return f"undeclared reference to 'cel' (known: {', '.join(sorted(variables))})"
    kind = node_kind(tree)
    if boolean and kind not in ("", "bool"):
        return f"gives {kind}, not bool"
    return ""


def _binds(node: Node) -> bool:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Macro) and one.name == "bind":
            return True
        waiting.extend(children(one))
    return False


def expression_asks(expression: str, name: str) -> bool:
    """Whether an expression uses a variable."""
    tree = parse_expression(expression)
    return tree is not None and name in free_names(tree)


def parse_expression(expression: str) -> Node | None:
    """An expression's tree, None where it cannot be parsed."""
    try:
        return parse(expression)
    except CelSyntaxError:
        return None
