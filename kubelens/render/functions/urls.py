"""URLs (sprig, ``url.go``)."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import ANY_MAP, kind_name
from kubelens.render.go.url import NotAUrl, Url, parse_url

URLS = Family()


@URLS.function("urlParse", takes=("string",))
def url_parse(text: str) -> dict[str, object]:
    """The URL's parts by name; fails on what is none."""
    try:
        url = parse_url(text)
    except NotAUrl as fault:
        raise TemplateFailure(f"unable to parse url: {fault}") from None
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": url.hostname,
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.userinfo,
    }


@URLS.function("urlJoin", takes=(ANY_MAP,))
def url_join(parts: dict[str, object] | None) -> str:
    """The URL of the parts that ``urlParse`` gives."""
    scheme, host, path, query, opaque, fragment = (
        _text(parts or {}, key) for key in ("scheme", "host", "path", "query", "opaque", "fragment")
    )
    user = password = None
    userinfo = _text(parts or {}, "userinfo")
    if userinfo:
        try:
            found = parse_url(f"proto://{userinfo}@host")
        except NotAUrl as fault:
            raise TemplateFailure(f"unable to parse userinfo in dict: {fault}") from None
        user, password = found.user, found.password
    return str(Url(scheme, opaque, user, password, host, path, query, fragment))


def _text(parts: dict[str, object], key: str) -> str:
    value = parts.get(key, "")
    if not isinstance(value, str):
        if value is None:
            raise TemplateFailure("runtime error: invalid memory address or nil pointer dereference")
        found = f"must be of type string, but {kind_name(value)} found"
        raise TemplateFailure(f"unable to parse {key} key, {found}")
    return str(value)
