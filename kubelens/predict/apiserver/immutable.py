"""Whether two values are one to the server, however they are written (``equality.Semantic.DeepEqual``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity

_MAPS: Final = frozenset({"matchLabels", "labels", "annotations", "requests", "limits", "nodeSelector"})
_AMOUNTS: Final = frozenset({"requests", "limits"})


def is_same(one: Any, other: Any) -> bool:
    """Equal once empty lists and maps count as absent and amounts as what they come to."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept: dict[str, Any] = {}
    for name, item in value.items():
        if item is None or item == [] or (item == {} and name in _MAPS):
            continue
        kept[name] = (
            {k: _amount(v) for k, v in item.items()} if name in _AMOUNTS and isinstance(item, dict) else _plain(item)
        )
    return kept


def _amount(value: Any) -> Any:
    quantity = read_quantity(value)
    return value if quantity is None else quantity.nanos
