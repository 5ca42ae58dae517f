"""Archives of charts hold no more files than a render takes."""

from __future__ import annotations

import io
import tarfile

import pytest

from kubelens.render.chart.archive import MOST_FILES, Unpacking, archive_files
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.load import load

_CHART = b"apiVersion: v2\nname: shop\nversion: 1.0.0\n"


def _archive(name: str, count: int) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, data in (
            (f"{name}/Chart.yaml", _CHART.replace(b"shop", name.encode())),
            *((f"{name}/f/{n}", b"") for n in range(count)),
        ):
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


def test_as_many_files_as_are_taken() -> None:
    assert len(archive_files(_archive("a", MOST_FILES - 1), Unpacking())) == MOST_FILES


@pytest.mark.parametrize("counts", [(MOST_FILES,), (MOST_FILES // 2, MOST_FILES // 2)])
def test_more_files_are_refused_in_all_archives_together(counts: tuple[int, ...]) -> None:
    files = {"Chart.yaml": _CHART}
    files.update(
        (f"charts/{name}-1.0.0.tgz", _archive(name, count)) for name, count in zip("abc", counts, strict=False)
    )
    with pytest.raises(ChartFault, match=f"more than {MOST_FILES} files"):
        load(files)
