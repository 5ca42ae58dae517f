"""Slash-separated paths (Go, path and path/filepath on Unix)."""

from __future__ import annotations

from kubelens.render.functions.family import Family

PATHS = Family()


@PATHS.function("base", "osBase", takes=("string",))
def base(path: str) -> str:
    """The last element; ``.`` of an empty path, ``/`` of slashes only."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


@PATHS.function("dir", "osDir", takes=("string",))
def directory(path: str) -> str:
    """All but the last element, cleaned."""
    return clean("".join(path.rpartition("/")[:2]))


@PATHS.function("clean", "osClean", takes=("string",))
def clean(path: str) -> str:
    """The shortest path that names the same."""
    rooted = path.startswith("/")
    kept: list[str] = []
    for element in path.split("/"):
        if element in ("", "."):
            continue
        if element == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif element != ".." or not rooted:
            kept.append(element)
    return "/" * rooted + "/".join(kept) or "."


@PATHS.function("ext", "osExt", takes=("string",))
def extension(path: str) -> str:
    """From the last dot of the last element on."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if dot >= 0 else ""


@PATHS.function("isAbs", "osIsAbs", takes=("string",))
def is_absolute(path: str) -> bool:
    """Whether the path begins with a slash."""
    return path.startswith("/")
