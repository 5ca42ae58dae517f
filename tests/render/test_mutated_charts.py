"""Charts that somebody broke: rendered, or refused with a reason, and never more than that."""

from __future__ import annotations

import random
from typing import Any, Final

import pytest

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.load import load
from kubelens.render.chart.render import render
from kubelens.render.chart.settings import Settings
from kubelens.render.origin import Sourced, Text
from tests.agreement.suite import RECORDINGS, read_records

JUNK: Final = [
    *(
        b"{{",
        b"}}",
        b"{{ end }}",
        b": ",
        b"\n",
        b"- ",
        b'"',
        b"'",
        b"\x00",
        b"\xff",
        b"[",
        b"{",
        b"&a ",
        b"*a",
        b"<<: ",
    ),
    *(
        b"1e999",
        b".inf",
        b"|\n",
        b"---\n",
        b"#",
        b"\t",
        b"~",
        b"../",
        b"{{ tpl . $ }}",
        b'{{ include "x" . }}',
        b"%YAML",
    ),
]
CHARTS: Final[list[dict[str, Any]]] = [record for _, record in read_records(RECORDINGS / "helm", "charts")]


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_chart_is_rendered_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    files = {
        name.removeprefix("c/"): bytearray(text.encode("utf-8", "surrogateescape"))
        for name, text in chance.choice(CHARTS)["files"].items()
        if name.startswith("c/")
    }
    for _ in range(chance.randint(1, 6)):
        data = files[chance.choice(list(files))]
        at = chance.randint(0, len(data))
        if chance.random() < 0.7:
            data[at:at] = chance.choice(JUNK)
        else:
            del data[at : at + chance.randint(1, 20)]
    try:
        rendered = render(load({name: bytes(data) for name, data in files.items()}), Sourced(), Settings())
    except ChartFault as fault:
        assert str(fault)
        return
    for document in (*rendered.manifests.objects, *rendered.manifests.hooks):
        assert isinstance(document.text, Text)
        assert sum(piece.length for piece in document.text.pieces) == len(document.text)
