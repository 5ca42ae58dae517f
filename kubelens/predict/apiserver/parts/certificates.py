"""PEM blocks, certificates and names of signers (``pkg/apis/certificates/validation``)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report, field_notation
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.syntax.pattern import pattern

_PEM: Final = pattern(r"-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n(.*?)-----END \1-----", re.DOTALL)
_HEADER: Final = pattern(r"[^\s:]+:[^\n]*\n")
DAY: Final = 24 * 60 * 60
_SHORTEST: Final = 60 * 60
_LONGEST: Final = 91 * DAY
_MAX_ANNOTATIONS: Final = 256 * 1024
_SEQUENCE: Final = 0x30
_EXTENSIONS: Final = 0xA3
_BASIC_CONSTRAINTS: Final = bytes.fromhex("0603551d13")
"""The object identifier 2.5.29.19, with its tag and length."""


class Block(NamedTuple):
    """A PEM block: its type, whether lines such as ``Proc-Type: 4`` begin it, and its bytes."""

    kind: str
    headers: bool
    content: bytes


def pem_blocks(text: str) -> list[Block]:
    """The blocks of a text that can be decoded; what stands between them does not matter (Go ``pem.Decode``)."""
    found: list[Block] = []
    for kind, body in _PEM.findall(text):
        headers = _HEADER.match(body) is not None
        lines = [line for line in body.splitlines() if ":" not in line]
        try:
            found.append(Block(kind, headers, base64.b64decode("".join("".join(lines).split()), validate=True)))
        except binascii.Error:
            continue
    return found


def is_sequence(der: bytes) -> bool:
    """Whether it is one SEQUENCE of DER and nothing after it."""
    try:
        tag, start, end = _header(der, 0)
    except IndexError:
        return False
    return tag == _SEQUENCE and start <= end == len(der)


def is_authority(der: bytes) -> bool | None:
    """Whether a certificate says that it is an authority's; None where it cannot be read."""
    try:
        _, start, end = _header(der, 0)
        _, start, end = _header(der, start)
        for tag, inside, after in _parts(der, start, end):
            if tag == _EXTENSIONS:
                _, first, last = _header(der, inside)
                return any(_says_authority(der[here:there]) for _, here, there in _parts(der, first, last))
            del after
    except (IndexError, ValueError):
        return None
    return False


def _says_authority(extension: bytes) -> bool:
    if not extension.startswith(_BASIC_CONSTRAINTS):
        return False
    *_, (_, start, end) = _parts(extension, len(_BASIC_CONSTRAINTS), len(extension))
    _, inside, last = _header(extension, start)
    return any(tag == 1 and extension[here] == 0xFF for tag, here, _ in _parts(extension, inside, last)) and last <= end


def _parts(der: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The tag, beginning and end of what each part holds."""
    while start < end:
        tag, inside, after = _header(der, start)
        if after > end:
            raise ValueError("a part reaches beyond the whole")
        yield tag, inside, after
        start = after


def _header(der: bytes, start: int) -> tuple[int, int, int]:
    """The tag at a place, and where what it holds begins and ends; raises ``IndexError`` at the end."""
    tag, length, inside = der[start], der[start + 1], start + 2
    if length & 0x80:
        octets = length & 0x7F
        length, inside = int.from_bytes(der[inside : inside + octets], "big"), inside + octets
    return tag, inside, inside + length


def validate_signer_name(name: str, report: Report, path: Path) -> None:
    """A domain of at least two parts, ``/`` and a path of labels joined by dots."""
    if not name:
        report.required(path)
        return
    domain, slash, rest = name.partition("/")
    if not slash or "/" in rest:
        report.invalid(path, name, "must be a domain, one '/' and a path")
        return
    for problem in is_dns1123_subdomain(domain):
        report.invalid(path, name, problem)
    if "." not in domain:
        report.invalid(path, name, "must have at least two parts in the domain")
    for problem in is_dns1123_subdomain(rest):
        report.invalid(path, name, problem)
    if len(name) > 253 + 1 + 63 * 5:
        report.too_long(path, 253 + 1 + 63 * 5)


def validate_lifetime(seconds: int, signer: str, report: Report, path: Path) -> None:
    """How long a certificate may last at most: Kubernetes' own signers give it a day, others 91."""
    longest = DAY if signer.startswith("kubernetes.io/") else _LONGEST
    if not _SHORTEST <= seconds <= longest:
        report.invalid(path, seconds, f"must be between {_SHORTEST} and {longest}")


def validate_user_annotations(annotations: dict[str, str], report: Report, path: Path) -> None:
    """As an object's own, but each with a domain."""
    for key in annotations:
        problems = is_qualified_name(key.lower()) or ([] if "/" in key else ["must begin with a domain and '/'"])
        for problem in problems:
            report.add((*path, MapKey(key)), CauseReason.INVALID, f"{key!r}: {problem}", field_notation(path))
    if sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items()) > _MAX_ANNOTATIONS:
        report.too_long(path, _MAX_ANNOTATIONS)
