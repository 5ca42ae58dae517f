"""CEL expressions as far as they can be judged without a cluster: syntax, names, and the form of a literal.

What is not checked: optional syntax (``a.?b``), the cost of an expression, what Kubernetes' own libraries give.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lark import Tree

UNCHECKED: Final = "CEL is parsed and its variables looked up; cost, optional syntax and the results of library functions are not checked"
_TYPES: Final = frozenset(
    "int uint double bool string bytes list map null_type type dyn duration timestamp optional optional_type google net math sets strings lists base64 ip cidr quantity semver url regex format".split()
)
_MACROS: Final = frozenset(
    {"all", "exists", "exists_one", "map", "filter", "transformList", "transformMap", "sortBy", "bind"}
)


@lru_cache(maxsize=512)
def expression_problem(expression: str, variables: frozenset[str], *, boolean: bool) -> str:
    """What is wrong with an expression, ``""`` where nothing is seen to be."""
    if ".?" in expression or "[?" in expression:
        return ""
    try:
        tree = _parse(expression)
    except Exception as error:  # noqa: BLE001 - the parser raises many types
        lines = str(error).strip().splitlines()
        return f"CEL cannot be parsed: {lines[0] if lines else 'syntax error'}"
    for name in sorted(free_names(tree)):
        if name not in variables and name not in _TYPES:
            return f"undeclared reference to {name!r} (known: {', '.join(sorted(variables))})"
    kind = literal_kind(tree)
    if boolean and kind not in ("", "bool"):
        return f"gives {kind}, not bool"
    return ""


def parse_expression(expression: str) -> Tree[Any] | None:
    """An expression's tree, None where it cannot be parsed."""
    try:
        return _parse(expression)
    except Exception:  # noqa: BLE001 - the parser raises many types
        return None


@lru_cache(maxsize=1)
def _parser() -> Any:
    from celpy.celparser import CELParser  # noqa: PLC0415 - costs a quarter of a second, needed only with CEL

    return CELParser()


def _parse(expression: str) -> Tree[Any]:
    tree: Tree[Any] = _parser().parse(expression)
    return tree


def free_names(tree: Tree[Any]) -> set[str]:
    """Names that an expression takes from outside: neither fields, nor functions, nor bound by a macro."""
    names: set[str] = set()
    _collect(tree, frozenset(), names)
    return names


def _collect(node: Any, bound: frozenset[str], names: set[str]) -> None:
    data = getattr(node, "data", None)
    if data is None:
        return
    children = node.children
    if data == "ident":
        name = str(children[0])
        if name not in bound:
            names.add(name)
        return
    if data == "member_dot_arg":
        method = str(children[1])
        _collect(children[0], bound, names)
        arguments = children[2] if len(children) > 2 else None
        if arguments is not None:
            inner = bound
            if method in _MACROS:
                inner = bound | frozenset(_simple_names(arguments))
            _collect(arguments, inner, names)
        return
    if data in ("ident_arg", "dot_ident_arg"):
        for child in children[1:]:
            _collect(child, bound, names)
        return
    if data in ("member_dot", "fieldinits", "member_object"):
        first = children[0] if children else None
        if first is not None and data == "member_dot":
            _collect(first, bound, names)
        elif data != "member_dot":
            for child in children:
                _collect(child, bound, names)
        return
    for child in children:
        _collect(child, bound, names)


def _simple_names(arguments: Any) -> list[str]:
    """The names a macro binds: its leading arguments that are bare names."""
    found: list[str] = []
    for child in getattr(arguments, "children", ()):
        node = child
        while getattr(node, "data", None) is not None and len(node.children) == 1 and node.data != "ident":
            node = node.children[0]
        if getattr(node, "data", None) == "ident":
            found.append(str(node.children[0]))
        else:
            break
    return found


def literal_kind(tree: Tree[Any]) -> str:
    """The type of an expression that is one literal, list or map; ``""`` for all others."""
    node: Any = tree
    while getattr(node, "data", None) is not None and len(node.children) == 1:
        if node.data in ("list_lit", "map_lit"):
            return "list" if node.data == "list_lit" else "map"
        node = node.children[0]
    kind = getattr(node, "type", "")
    return {
        "INT_LIT": "int",
        "UINT_LIT": "uint",
        "FLOAT_LIT": "double",
        "STRING_LIT": "string",
        "MLSTRING_LIT": "string",
        "BYTES_LIT": "bytes",
        "BOOL_LIT": "bool",
        "NULL_LIT": "null",
    }.get(kind, "")
