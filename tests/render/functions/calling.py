"""Calls functions as a template would, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from kubelens.render.functions.library import library
from kubelens.render.go.function import Function


class Render:
    """A render that only echoes."""

    def __init__(self, helm: int = 4, *, lenient: bool = False) -> None:
        self.helm = helm
        self.lenient = lenient
        self.worked = 0

    def changes(self, tables: Iterable[object]) -> None:
        """Nobody wants to know."""

    def work(self, steps: int) -> None:
        self.worked += steps

    def include(self, name: str, data: object) -> str:
        return f"{name}:{data}"

    def tpl(self, text: str, data: object) -> str:
        return text

    def lookup(self, api_version: str, kind: str, namespace: str, name: str) -> dict[str, object]:
        return {}


@cache
def functions(helm: int = 4) -> Mapping[str, Function]:
    return library(Render(helm))


def call(name: str, *arguments: object, helm: int = 4) -> object:
    """What the function of that name gives."""
    return functions(helm)[name].call(*arguments)
