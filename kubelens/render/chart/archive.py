"""Charts as ``.tgz``: their files in memory, within bounds (Helm, ``pkg/chart/loader/archive``)."""

from __future__ import annotations

import io
import posixpath
import tarfile
import zlib
from typing import Final

from kubelens.render.chart.fault import ChartFault
from kubelens.syntax.pattern import pattern

MAX_CHART: Final = 100 * 1024 * 1024
MAX_FILE: Final = 5 * 1024 * 1024
MOST_FILES: Final = 10_000
"""Of all archives in a chart together; Helm knows no such bound."""
_DRIVE: Final = pattern(r"[a-zA-Z]:/")
_BOM: Final = b"\xef\xbb\xbf"


class Unpacking:
    """Counts what comes out of the archives of one chart."""

    def __init__(self) -> None:
        self.left = MOST_FILES

    def take(self) -> None:
        """Count a file; raises ``ChartFault``."""
        self.left -= 1
        if self.left < 0:
            raise ChartFault(f"archives hold more than {MOST_FILES} files, which is more than a render allows")


def archive_files(data: bytes, unpacking: Unpacking) -> dict[str, bytes]:
    """The regular files of a gzipped tar, named from the chart's folder on.

    Raises:
        ChartFault: it is no archive, is too large, or names files outside the chart.
    """
    files: dict[str, bytes] = {}
    remaining = MAX_CHART
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for member in archive:
                unpacking.take()
                if not member.isreg():
                    continue
                name = _name(member.name)
                if member.size > remaining:
                    raise ChartFault(f"decompressed chart is larger than the maximum size {MAX_CHART}")
                if member.size > MAX_FILE:
                    raise ChartFault(
                        f'decompressed chart file "{member.name}" is larger than the maximum file size {MAX_FILE}'
                    )
                content = archive.extractfile(member)
                read = content.read(member.size) if content is not None else b""
                remaining -= len(read)
                files[name] = read.removeprefix(_BOM)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise ChartFault(f"gzip: invalid header ({type(error).__name__})") from None
    if not files:
        raise ChartFault("no files in chart archive")
    return files


def _name(written: str) -> str:
    delimiter = "\\" if "\\" in written else "/"
    first, _, rest = written.partition(delimiter)
    rest = rest.replace(delimiter, "/")
    if rest.startswith("/"):
        raise ChartFault("chart illegally contains absolute paths")
    name = posixpath.normpath(rest) if rest else "."
    if name == ".":
        raise ChartFault(f'chart illegally contains content outside the base directory: "{written}"')
    if name.startswith(".."):
        raise ChartFault("chart illegally references parent directory")
    if _DRIVE.match(name):
        raise ChartFault("chart contains illegally named files")
    if first == "Chart.yaml":
        raise ChartFault("chart yaml not in base directory")
    return name
