"""``--fix`` and ``--diff``: files changed in place, or what would change."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from kubelens.cli.printing import complain, write_raw
from kubelens.cli.unrendered import listed
from kubelens.engine.inputs import Inputs
from kubelens.engine.loader import Loaded
from kubelens.engine.regular_files import read_regular
from kubelens.engine.repairs import Again, repair_all, with_texts
from kubelens.engine.run import Outcome
from kubelens.engine.told_once import short_names
from kubelens.engine.whole_file import write_whole
from kubelens.syntax.text import UnreadableText, decode_bytes, encode_like


class Fixed(Struct, frozen=True):
    """A run after its fixes: what is found now, how many findings went, and what could not be written."""

    outcome: Outcome
    count: int
    failures: tuple[str, ...]


def show_diff(inputs: Inputs, outcome: Outcome, again: Again, *, unsafe: bool, piped: str | None) -> bool:
    """Print what fixing would change as a unified diff; whether there is something, changed or left as it is."""
    done = repair_all(inputs, outcome, again, unsafe=unsafe, keep=_no_files(inputs, piped))
    for uri, text in done.texts.items():
        source = outcome.snapshot.source(uri)
        for line in _diff(uri, source.text if source is not None else "", text):
            write_raw(line)
    _say_what_is_touched(done.texts, outcome)
    _say_what_is_left(done.left, done.beyond)
    return bool(done.texts or done.left)


def fix_files(inputs: Inputs, outcome: Outcome, again: Again, *, unsafe: bool, piped: str | None) -> Fixed:
    """Repair, check again, until nothing more can be repaired; then write the files.

    ``piped``: what standard input is called, None where it was not read; it goes to standard output, repaired or not.
    A file that cannot be written keeps its findings, and so does one that sets brought in and nobody named.
    """
    done = repair_all(inputs, outcome, again, unsafe=unsafe, keep=_no_files(inputs, piped))
    loaded = {one.uri: one for one in inputs.loaded}
    failures: dict[str, str] = {}
    by_own_name = {os.path.abspath(uri) for uri in done.texts if not os.path.islink(uri)}
    for uri, text in done.texts.items():
        if os.path.islink(uri) and os.path.realpath(uri) in by_own_name:
            continue
        if uri != piped and (failure := _write(uri, text, loaded[uri])):
            failures[uri] = failure
    if piped is not None and (source := loaded[piped].source) is not None:
        write_raw(done.texts.get(piped, source.text))
    written = {uri: text for uri, text in done.texts.items() if uri not in failures}
    _say_what_is_touched(written, outcome)
    _say_what_is_left(done.left, done.beyond)
    if not failures:
        return Fixed(done.outcome, done.count, ())
    now = again(with_texts(inputs, written))
    return Fixed(now, max(0, len(outcome.findings) - len(now.findings)), tuple(failures.values()))


def _no_files(inputs: Inputs, piped: str | None) -> frozenset[str]:
    """Texts that no file holds: what helm and kustomize rendered."""
    return frozenset(one.uri for one in inputs.loaded if one.uri != piped and not os.path.isfile(one.uri))


def _say_what_is_touched(changed: Collection[str], outcome: Outcome) -> None:
    """The sets that are made from changed files: they come to something else from now on."""
    names = [one.name for one in outcome.sets]
    made_from: dict[str, list[str]] = {uri: [] for uri in changed}
    for one, name in zip(outcome.sets, short_names(names), strict=True):
        for uri in dict.fromkeys(text.uri for text in one.texts if text.uri in made_from):
            made_from[uri].append(name)
    for uri, users in made_from.items():
        if users:
            complain(f"the change of {uri} touches the set{'s' * (len(users) > 1)} {listed(users)}")


def _say_what_is_left(left: Mapping[str, tuple[str, ...]], beyond: frozenset[str]) -> None:
    for uri in sorted(beyond):
        complain(f"{uri} is left as it is: it came in by an apply set; name that file, or its folder, to repair it")
    for uri, rules in left.items():
        complain(f"{uri} is left as it is: repaired, it has more to report ({', '.join(rules)})")


def _diff(uri: str, before: str, after: str) -> Iterator[str]:
    """A unified diff that ``patch`` and ``git apply`` take: lines end at LF alone."""
    from difflib import unified_diff  # noqa: PLC0415 - only for --diff

    shown = uri.lstrip("/")
    for line in unified_diff(_lines(before), _lines(after), _quoted(f"a/{shown}"), _quoted(f"b/{shown}")):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """The name of a file as git writes it: in quotes where it holds what is no plain text."""
    if name.isprintable() and not {'"', "\\"} & set(name):
        return name
    plain = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(plain.get(c) or (c if c.isprintable() else _octal(c)) for c in name) + '"'


def _octal(character: str) -> str:
    return "".join(f"\\{byte:03o}" for byte in os.fsencode(character))


def _lines(text: str) -> list[str]:
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _write(uri: str, text: str, loaded: Loaded) -> str:
    """Write a file in its own encoding, all of it or nothing; gives what kept it from being written."""
    if os.path.islink(uri):
        return f"{uri}: is a link to {os.path.realpath(uri)} and is left as it is: name that file"
    path = os.path.realpath(uri)
    try:
        data = read_regular(path)
        now = decode_bytes(data)[0]
        if now == text:
            return ""
        if loaded.source is None or now != loaded.source.text:
            return f"{uri}: has changed since it was read and is left as it is"
        if not os.stat(path).st_mode & 0o222 or not os.access(path, os.W_OK):
            return f"{uri}: cannot be written: it is read-only"
        write_whole(path, encode_like(text, data))
    except UnreadableText:
        return f"{uri}: has changed since it was read and is left as it is"
    except OSError as error:
        return f"{uri}: cannot be written: {(error.strerror or str(error)).lower()}"
    return ""
