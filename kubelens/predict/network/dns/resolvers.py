"""How the resolvers of the two C libraries get from a name to one that answers: search list, dots, what ends a search.

Follows glibc ``resolv/res_query.c`` (``__res_context_search``) and musl ``src/network/lookup_name.c``
(``name_from_dns_search``) and ``resolvconf.c``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from kubelens.predict.network.dns.record import Answer, Code
from kubelens.predict.network.dns.resolv_conf import ResolverConfig, musl_ndots

_MUSL_LONGEST_LINE: Final = 255
_LONGEST_NAME: Final = 255
ADDRESS_TYPES: Final = ("A", "AAAA")


class Library(StrEnum):
    """The C library of an image: glibc (Debian, Ubuntu, Red Hat ...) or musl (Alpine)."""

    GLIBC = "glibc"
    MUSL = "musl"


class Asked(Struct, frozen=True):
    """A name that was asked for, and its answer."""

    name: str
    answer: Answer


class Search(Struct, frozen=True):
    """Names in the order asked; ``answered``: whether the last one answers."""

    asked: tuple[Asked, ...]
    answered: bool


Ask = Callable[[str], Answer]


def search(library: Library, name: str, config: ResolverConfig, ask: Ask) -> Search:
    """Ask for a name and what the search list makes of it, until one answers or the library gives up."""
    names = glibc_names(name, config) if library is Library.GLIBC else musl_names(name, config)
    asked: list[Asked] = []
    for one in names:
        answer = ask(one)
        asked.append(Asked(one, answer))
        if answers(library, answer):
            return Search(tuple(asked), True)
        if library is Library.MUSL and answer.code is Code.EXISTS:
            break
    return Search(tuple(asked), False)


def answers(library: Library, answer: Answer) -> bool:
    """Whether an answer ends the search with success: for glibc any record, for musl more than an alias."""
    if library is Library.GLIBC:
        return bool(answer.records)
    return any(r.type != "CNAME" for r in answer.records)


def glibc_names(name: str, config: ResolverConfig) -> Iterator[str]:
    """The absolute names glibc asks for, in order: first as it stands where it has ndots dots, else last."""
    if name.endswith("."):
        yield name
        return
    as_it_stands = name.count(".") >= config.ndots
    if as_it_stands:
        yield f"{name}."
    root = False
    for domain in _known(config.searches):
        suffix = domain.strip(".")
        root |= not suffix
        yield f"{name}.{suffix}." if suffix else f"{name}."
    if not as_it_stands and not root:
        yield f"{name}."


def musl_names(name: str, config: ResolverConfig) -> Iterator[str]:
    """As :func:`glibc_names` for musl: no search from ndots dots on, and none by a line it cannot hold."""
    if name.endswith(".."):
        return
    line = "search " + " ".join(config.searches)
    searched = not name.endswith(".") and name.count(".") < musl_ndots(config.options)
    if searched and len(line) < _MUSL_LONGEST_LINE:
        for domain in _known(config.searches):
            if len(domain) < _LONGEST_NAME - len(name):
                suffix = domain.removesuffix(".")
                yield f"{name}.{suffix}." if suffix else f"{name}."
    yield f"{name.removesuffix('.')}."


def _known(searches: tuple[str, ...]) -> Iterator[str]:
    return (domain for domain in searches if not domain.startswith("<"))
