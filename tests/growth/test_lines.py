"""Lines counted: a loop over the objects of one document that calls nothing shows in the lines it runs through."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from click.testing import CliRunner

from kubelens.cli.commands import cli

FEW, MANY = 60, 240
ITEM = "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a_NUMBER}, data: {a: 1}}\n"
OVERRIDE = '[[overrides]]\nobjects = ["*/ConfigMap/a_1"]\nignore = ["ALL"]\n'


def lines(run: Callable[[], Any]) -> Counter[str]:
    """How many lines of each function of the engine were run."""
    found: Counter[str] = Counter()

    def inside(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            found[f"{Path(frame.f_code.co_filename).name} {frame.f_code.co_qualname}"] += 1
        return inside

    def entered(frame: FrameType, _event: str, _: Any) -> Any:
        return inside if "/kubelens/engine/" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        run()
    finally:
        sys.settrace(before)
    return found


def test_findings_in_one_long_list_find_their_objects_without_looking_through_it(tmp_path: Path) -> None:
    (tmp_path / "kubelens.toml").write_text(OVERRIDE, encoding="utf-8")

    def check(count: int) -> Callable[[], None]:
        path = tmp_path / f"{count}.yaml"
        items = "".join(ITEM.replace("NUMBER", str(number)) for number in range(count))
        path.write_text(f"apiVersion: v1\nkind: List\nitems:\n{items}", encoding="utf-8")
        words = ("check", "--jobs", "1", "--config", str(tmp_path / "kubelens.toml"), "-o", "json", str(path))

        def run() -> None:
            done = CliRunner().invoke(cli, words)
            assert done.output.count("ConfigMap") >= count, done.output[:2000]

        return run

    check(FEW)()
    few, many = lines(check(FEW)), lines(check(MANY))
    assert sum(few.values()) > 1000
    growing = {name: (few[name], count) for name, count in many.items() if count > 2000 and count > 5 * few[name]}
    assert growing == {}
