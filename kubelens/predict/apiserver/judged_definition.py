"""Definitions judged once: they are long, and sets of objects for several clusters bring the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from msgspec import MsgspecError, msgpack

from kubelens.kube.identity import GroupVersionKind
from kubelens.predict.apiserver.answer import Answer
from kubelens.predict.apiserver.judge import judge
from kubelens.predict.apiserver.options import Options

_LONGEST: Final = 2_000_000


def judge_definition(value: Mapping[str, Any], gvk: GroupVersionKind, options: Options) -> Answer:
    """As :func:`judge`, for a CustomResourceDefinition: what it says of an object it has said it of before."""
    try:
        text = msgpack.encode(value)
        if len(text) > _LONGEST:
            return judge(value, gvk, options)
    except (MsgspecError, TypeError, ValueError, OverflowError, RecursionError):
        return judge(value, gvk, options)
    return _judged(text, gvk, options)


@lru_cache(maxsize=64)
def _judged(text: bytes, gvk: GroupVersionKind, options: Options) -> Answer:
    return judge(msgpack.decode(text), gvk, options)
