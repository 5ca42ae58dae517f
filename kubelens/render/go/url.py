"""URLs as Go reads and writes them (net/url, ``Parse``, ``URL.String``)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from kubelens.render.go.strconv import quote
from kubelens.render.go.utf8 import from_bytes, to_bytes
from kubelens.syntax.pattern import pattern

_SCHEME: Final = pattern(r"([A-Za-z][A-Za-z0-9+.-]*):", re.ASCII)
_CONTROL: Final = pattern(r"[\x00-\x1f\x7f]")
_USERINFO: Final = pattern(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*\Z", re.ASCII)
_PORT: Final = pattern(r"(?::[0-9]*)?\Z", re.ASCII)
_ESCAPE: Final = pattern(r"%[0-9A-Fa-f]{2}", re.ASCII)
_ALWAYS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")
_PATH: Final = _ALWAYS | frozenset(b"$&+,/:;=@")
_HOST: Final = _ALWAYS | frozenset(b"!$&'()*+,;=:[]<>\"")
_USER: Final = _ALWAYS | frozenset(b"$&+,;=")
_FRAGMENT: Final = _ALWAYS | frozenset(b"$&+,/:;=?@!()*")


class NotAUrl(ValueError):
    """Text that is no URL; the message is Go's."""


class Url(msgspec.Struct, frozen=True):
    """A URL's parts, unescaped but for the query. ``user`` is None where there is none, ``password`` likewise."""

    scheme: str = ""
    opaque: str = ""
    user: str | None = None
    password: str | None = None
    host: str = ""
    path: str = ""
    query: str = ""
    fragment: str = ""

    @property
    def hostname(self) -> str:
        """The host without its port and brackets."""
        if self.host.startswith("["):
            end = self.host.find("]")
            return self.host[1:end] if end > 0 else self.host
        return self.host.partition(":")[0] if ":" in self.host else self.host

    @property
    def userinfo(self) -> str:
        """``user:password``, escaped."""
        if self.user is None:
            return ""
        password = "" if self.password is None else f":{_escaped(self.password, _USER)}"
        return _escaped(self.user, _USER) + password

    def __str__(self) -> str:
        out = f"{self.scheme}:" if self.scheme else ""
        if self.opaque:
            out += self.opaque
        else:
            if self.scheme or self.host or self.user is not None:
                if self.host or self.path or self.user is not None:
                    out += "//"
                if self.user is not None:
                    out += f"{self.userinfo}@"
                out += _escaped(self.host, _HOST)
            path = "*" if self.path == "*" else _escaped(self.path, _PATH)
            if path and path[0] != "/" and self.host:
                out += "/"
            if not out and ":" in path.partition("/")[0]:
                out += "./"
            out += path
        if self.query:
            out += f"?{self.query}"
        if self.fragment:
            out += f"#{_escaped(self.fragment, _FRAGMENT)}"
        return out


def parse_url(text: str) -> Url:
    """The URL's parts; raises ``NotAUrl``."""
    body, _, fragment = text.partition("#")
    try:
        url = _parsed(body)
    except NotAUrl as fault:
        raise NotAUrl(f"parse {quote(body)}: {fault}") from None
    try:
        return msgspec.structs.replace(url, fragment=_unescaped(fragment)) if fragment else url
    except NotAUrl as fault:
        raise NotAUrl(f"parse {quote(text)}: {fault}") from None


def _parsed(text: str) -> Url:
    if _CONTROL.search(text):
        raise NotAUrl("net/url: invalid control character in URL")
    if text == "*":
        return Url(path="*")
    if text.startswith(":"):
        raise NotAUrl("missing protocol scheme")
    match = _SCHEME.match(text)
    scheme, rest = (match[1].lower(), text[match.end() :]) if match is not None else ("", text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return Url(scheme=scheme, opaque=rest, query=query)
        if ":" in rest.partition("/")[0]:
            raise NotAUrl("first path segment in URL cannot contain colon")
    user = password = None
    host = ""
    if (scheme or not rest.startswith("///")) and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        info, at, host = authority.rpartition("@")
        host = _host(host)
        if at:
            user, password = _user(info)
    return Url(scheme, "", user, password, host, _unescaped(rest), query)


def _user(info: str) -> tuple[str, str | None]:
    if not _USERINFO.match(info):
        raise NotAUrl("net/url: invalid userinfo")
    user, colon, password = info.partition(":")
    return _unescaped(user), _unescaped(password) if colon else None


def _host(text: str) -> str:
    if text.startswith("["):
        end = text.rfind("]")
        if end < 0:
            raise NotAUrl("missing ']' in host")
        port = text[end + 1 :]
    else:
        port = text[text.rfind(":") :] if ":" in text else ""
    if not _PORT.match(port):
        raise NotAUrl(f"invalid port {quote(port)} after host")
    for byte in to_bytes(text):
        if byte < 0x80 and byte not in _HOST and byte != ord("%"):
            raise NotAUrl(f"invalid character {quote(chr(byte))} in host name")
    for escape in re.findall("%.{0,2}", text, re.DOTALL):
        if not _ESCAPE.match(escape) or (int(escape[1], 16) < 8 and escape != "%25"):
            raise NotAUrl(f"invalid URL escape {quote(escape)}")
    return _unescaped(text)


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    data = bytearray()
    at = 0
    while at < len(text):
        if text[at] != "%":
            data += to_bytes(text[at])
            at += 1
            continue
        escape = text[at : at + 3]
        if not _ESCAPE.match(escape):
            raise NotAUrl(f"invalid URL escape {quote(from_bytes(to_bytes(escape)[:3]))}")
        data.append(int(escape[1:], 16))
        at += 3
    return from_bytes(bytes(data))


def _escaped(text: str, allowed: frozenset[int]) -> str:
    return "".join(chr(byte) if byte in allowed else f"%{byte:02X}" for byte in to_bytes(text))
