"""Findings in what nobody applies, test data of other programs and files that no list names: left out, and counted once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.cli.tests_and_designs import Folders, outermost, pattern_of
from kubelens.engine.run import Outcome
from kubelens.rules.api import GIVEN_ELSEWHERE, Finding
from kubelens.syntax.place import Place
from kubelens.syntax.text import Span

_AGENTS: Final = frozenset({".agents", ".claude", ".cursor"})
"""Folders of what coding agents are told, with templates that they fill in."""
_MADE: Final = frozenset({"_site", "_build", "_output", "node_modules"})
"""Folders of what Jekyll, Sphinx, builds of Kubernetes and npm make or bring."""
_NAMED: Final = 3
"""As many folders are named as fit on a line."""


class _Reason(Struct, frozen=True):
    """Why findings are left out. ``place``: the folder or file that one belongs to, ``""`` where the reason does not hold."""

    where: str
    why: str
    place: Callable[[Finding], str]
    exclude: Callable[[str], str] | None


def without_the_unapplied(outcome: Outcome, named: Sequence[str]) -> tuple[Outcome, tuple[str, ...]]:
    """The outcome without what was found in files that nobody applies, and what is said of that.

    What lies there is read and judged, as sets may take it in; what is found in it alone is of no use to those who ask
    about the whole repository. Folders and files that the ``named`` paths lead to are asked for, and all of them is told.
    What is found in a folder by its own name is not told again by that of a link to it.
    """
    asked = {part for path in named for part in PurePath(path).parts}
    files = {PurePath(path).as_posix() for path in named}
    folders = Folders(outcome, asked)
    kept, said = _once_by_links(outcome.findings), []
    for reason in (
        _Reason("test data", "nobody applies it", folders.of_tests, pattern_of),
        _Reason("designs", "nobody applies them", folders.of_designs, pattern_of),
        _Reason("folders of what is put away", "nobody applies it any more", folders.put_away, pattern_of),
        _Reason("copies that a build makes", "other files are their source", _below(_MADE, asked), pattern_of),
        _Reason(
            "templates for agents",
            "nobody applies them",
            _below(_AGENTS, asked),
            pattern_of,
        ),
        _Reason(
            "files that no kustomization lists",
            "what is applied here is listed",
            lambda one: one.at.uri if one.at.uri in outcome.unapplied and one.at.uri not in files else "",
            str,
        ),
        _Reason(
            "references to what no file makes",
            "most of their kind lack and something else makes them",
            lambda one: one.at.uri if GIVEN_ELSEWHERE in one.tags and one.at.uri not in files else "",
            None,
        ),
    ):
        within = [reason.place(one) for one in kept]
        if any(within):
            said.append(_told(reason, sorted(set(filter(None, within))), sum(map(bool, within))))
            kept = [one for one, place in zip(kept, within, strict=True) if not place]
    return replace(outcome, findings=tuple(kept)), tuple(said)


def _told(reason: _Reason, places: Sequence[str], count: int) -> str:
    words = ", ".join(places[:_NAMED]) + (f" and {len(places) - _NAMED} more" if len(places) > _NAMED else "")
    findings = f"{count} findings in {reason.where} are" if count > 1 else f"1 finding in {reason.where} is"
    if reason.exclude is None:
        return f"{findings} not told, as {reason.why} ({words}): assume-exists in kubelens.toml says so too"
    advice = f"kubelens check {places[0]} tells them, --exclude '{reason.exclude(places[0])}' leaves the files out"
    return f"{findings} not told, as {reason.why} ({words}): {advice}"


def _below(folders: frozenset[str], asked: set[str]) -> Callable[[Finding], str]:
    """What gives the outermost of some folders that a file lies in, ``""`` where it lies in none that is not asked for."""
    foreign = folders - asked
    return lambda finding: outermost(finding.at.uri, foreign.__contains__)


def _once_by_links(findings: Sequence[Finding]) -> list[Finding]:
    """Findings without those that are there by the file's own name too."""
    real = {uri: _real(uri) for uri in {one.at.uri for one in findings}}
    own = {_key(one, one.at.uri) for one in findings if real[one.at.uri] == one.at.uri}
    return [one for one in findings if real[one.at.uri] == one.at.uri or _key(one, real[one.at.uri]) not in own]


def _key(finding: Finding, uri: str) -> tuple[Place, Span | None, str, str]:
    return replace(finding.at, uri=uri), finding.span, finding.rule, finding.message


def _real(uri: str) -> str:
    """The path of a file without links, from the same folder."""
    found = os.path.realpath(uri)
    return found if os.path.isabs(uri) else os.path.relpath(found, os.path.realpath(".")).replace(os.sep, "/")
