"""Bad input gets a clear message and an exit code, never a traceback, and hides nothing elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

WITNESS = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: witness
data:
  level: info
  level: debug
"""
"""A file with one finding that has to be there whatever lies beside it."""
FOUND, USAGE, BLIND = 1, 2, 3
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bad\n"


@dataclass(frozen=True)
class Hostile:
    """An input, what makes it, the exit code, and a piece of the message."""

    name: str
    make: Callable[[Path], None]
    code: int
    says: str = ""


def text(content: str, name: str = "bad.yaml") -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(content, encoding="utf-8", newline="") and None


def data(content: bytes, name: str = "bad.yaml") -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def unreadable(folder: Path) -> None:
    (folder / "bad.yaml").write_text(HEAD)
    (folder / "bad.yaml").chmod(0)


def symlink_loop(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "up").symlink_to(folder, target_is_directory=True)


def self_link(folder: Path) -> None:
    (folder / "bad.yaml").symlink_to("bad.yaml")


def dangling_link(folder: Path) -> None:
    (folder / "bad.yaml").symlink_to("nowhere.yaml")


def fifo(folder: Path) -> None:
    os.mkfifo(folder / "bad.yaml")


def folder_named_as_file(folder: Path) -> None:
    (folder / "bad.yaml").mkdir()
    (folder / "bad.yaml" / "inner.yaml").write_text(HEAD + "data: [\n")


def two_configs(folder: Path) -> None:
    for name in ("kubelens.toml", ".kubelens.toml"):
        (folder / name).write_text("")


def many_files(folder: Path) -> None:
    for number in range(300):
        (folder / f"{number}.yaml").write_text(f"a: {number}\n")


ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)
CASES = [
    Hostile("binary", data(bytes(range(256)) * 40), BLIND, "binary"),
    Hostile("png named yaml", data(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 64), BLIND, "binary"),
    Hostile("gzip", data(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + bytes(range(1, 90))), BLIND, "binary"),
    Hostile("latin-1", data(HEAD.encode() + b"data:\n  a: caf\xe9\n"), BLIND, "not UTF-8"),
    Hostile("truncated utf-8", data(HEAD.encode() + b"data:\n  a: \xe2\x82"), BLIND, "not UTF-8"),
    Hostile("truncated utf-16", data(b"\xff\xfe" + HEAD.encode("utf-16-le")[:-1]), BLIND, "UTF-16"),
    Hostile("utf-16", data(b"\xff\xfe" + HEAD.encode("utf-16-le")), FOUND),
    Hostile("utf-8 with mark", data(b"\xef\xbb\xbf" + HEAD.encode()), FOUND),
    Hostile("crlf", text(HEAD.replace("\n", "\r\n")), FOUND),
    Hostile("old mac line ends", text(HEAD.replace("\n", "\r")), FOUND),
    Hostile("NUL inside", data(HEAD.encode() + b"data:\n  a: b\x00c\n"), BLIND, "binary"),
    Hostile("control character", text(HEAD + "data:\n  a: b\x08c\n"), BLIND, "cannot be read"),
    Hostile("form feed", text(HEAD + "\x0cdata: {}\n"), BLIND, "cannot be read"),
    Hostile("tab as indentation", text(HEAD + "data:\n\ta: b\n"), BLIND, "tab"),
    Hostile("truncated flow map", text(HEAD + "data: {a: b, c"), BLIND, "cannot be read"),
    Hostile("truncated quote", text(HEAD + 'data:\n  a: "b\n'), BLIND, "cannot be read"),
    Hostile(
        "merge conflict",
        text(HEAD + "<<<<<<< HEAD\ndata: {}\n=======\ndata: []\n>>>>>>> main\n"),
        BLIND,
        "cannot be read",
    ),
    Hostile("100 levels of lists", text(HEAD + "data: " + "[" * 100 + "]" * 100 + "\n"), FOUND),
    Hostile("20000 levels of lists", text(HEAD + "data: " + "[" * 20000), BLIND),
    Hostile("20000 levels of maps", text(HEAD + "data: " + "{a: " * 20000), BLIND),
    Hostile("5000 levels of dashes", text(HEAD + "data:\n" + "- " * 5000 + "x\n"), BLIND),
    Hostile("alias bomb", text(HEAD + "data:\n  x: y\n" + ALIAS_BOMB), FOUND, "aliases"),
    Hostile("alias without anchor", text(HEAD + "data: *nothing\n"), BLIND, "anchor"),
    Hostile("alias of itself", text(HEAD + "data: &a\n  b: *a\n"), FOUND, "contains itself"),
    Hostile("merge of a list", text(HEAD + "data:\n  <<: [1, 2]\n"), FOUND, "merge"),
    Hostile("map as key", text(HEAD + "data:\n  {a: b}: c\n"), FOUND, "key"),
    Hostile("null key", text(HEAD + "data:\n  ~: c\n"), FOUND, "key"),
    Hostile("infinity", text(HEAD + "data:\n  a: .inf\n"), FOUND, "number"),
    Hostile("huge number", text(HEAD + "data:\n  a: " + "9" * 5000 + "\n"), FOUND),
    Hostile("YAML 1.2 directive", text("%YAML 1.2\n---\n" + HEAD), BLIND, "%YAML"),
    Hostile("separator with content", text(HEAD + "--- junk\n" + HEAD), FOUND, "separator"),
    Hostile("hidden line break", text(HEAD + "data: {} # x\u2028y: z\n"), FOUND, "U+2028"),
    Hostile("unknown kind", text("apiVersion: example.com/v1\nkind: Wonder\nmetadata:\n  name: w\n"), FOUND),
    Hostile("kind is a list", text("apiVersion: v1\nkind: [a]\nmetadata:\n  name: w\n"), FOUND),
    Hostile("metadata is a list", text("apiVersion: v1\nkind: Pod\nmetadata: [a]\nspec: 3\n"), FOUND),
    Hostile(
        "everything has the wrong type",
        text(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: 3, labels: [1]}\nspec: {replicas: x, selector: [], template: {spec: {containers: {}}}}\n"
        ),
        FOUND,
    ),
    Hostile("empty file", text(""), FOUND),
    Hostile("only comments", text("# nothing\n---\n# here\n"), FOUND),
    Hostile("a list at the root", text("- apiVersion: v1\n  kind: Pod\n"), FOUND),
    Hostile("List of rubbish", text("apiVersion: v1\nkind: List\nitems: [1, null, [], {kind: Pod}]\n"), FOUND),
    Hostile("json, broken", text('{"apiVersion": "v1", "kind": "Pod",', "bad.json"), BLIND, "cannot be read"),
    Hostile(
        "50 MB",
        lambda folder: (folder / "bad.yaml").write_bytes(HEAD.encode() + b"#" * 50 * 1024 * 1024) and None,
        BLIND,
        "MB",
    ),
    Hostile("symlink loop", symlink_loop, FOUND),
    Hostile("link to itself", self_link, BLIND),
    Hostile("dangling link", dangling_link, BLIND),
    Hostile("fifo", fifo, BLIND),
    Hostile("folder named bad.yaml", folder_named_as_file, BLIND),
    Hostile("name with a newline", text(HEAD + "data: [\n", "bad\nname.yaml"), BLIND),
    Hostile(
        "name with odd bytes",
        lambda folder: (
            Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff.yaml")).write_text(HEAD + "data: [\n") and None
        ),
        BLIND,
    ),
    Hostile("config that is no TOML", text("select = [\n", "kubelens.toml"), USAGE, "kubelens.toml:"),
    Hostile("config with an unknown key", text("selekt = []\n", "kubelens.toml"), USAGE, "did you mean 'select'"),
    Hostile("config with an unknown rule", text('ignore = ["yaml-sintax"]\n', "kubelens.toml"), USAGE, "yaml-syntax"),
    Hostile("config with a wrong type", text('fail-on = "sometimes"\n', "kubelens.toml"), USAGE, "kubelens.toml:1"),
    Hostile("two configs", two_configs, USAGE, "keep one"),
    Hostile("300 files that are not Kubernetes", many_files, FOUND),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_input(case: Hostile, tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "witness.yaml").write_text(WITNESS)
    if case.name == "name with odd bytes" and sys.platform == "darwin":
        pytest.skip("the file system refuses such names")
    case.make(tmp_path)
    done = kubelens("check", ".", "--output", "concise")
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert done.returncode == case.code, said
    assert case.says in said
    if case.code != USAGE:
        assert "witness.yaml:7:3: error[duplicate-key]" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(tmp_path: Path, kubelens: Kubelens) -> None:
    unreadable(tmp_path)
    done = kubelens("check", ".")
    assert done.returncode == BLIND
    assert "permission" in done.stdout


def test_a_path_that_is_not_there(kubelens: Kubelens) -> None:
    done = kubelens("check", "nowhere", "-o", "concise")
    assert done.returncode == BLIND
    assert "no such file" in done.stdout
    assert "Traceback" not in done.stderr


def test_binary_standard_input(kubelens: Kubelens) -> None:
    done = kubelens("check", "-", stdin=b"\x00\x01\x02" * 100)
    assert done.returncode == BLIND
    assert "binary" in done.stdout


def test_a_plugin_that_raises(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "witness.yaml").write_text(WITNESS)
    site = tmp_path / "site"
    info = site / "kubelens_broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: kubelens-broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[kubelens]\nraises = kubelens_broken\nmissing = kubelens_missing\n")
    (site / "kubelens_broken.py").write_text(
        "from kubelens import hookimpl, rule, Severity\n"
        "@rule(on='ConfigMap', severity=Severity.ERROR, name='broken-rule')\n"
        "def check(resource, ctx):\n    raise KeyError('oops')\n    yield\n"
        "@hookimpl\ndef kubelens_rules():\n    return [check]\n"
        "@hookimpl\ndef kubelens_reporters():\n    raise OSError('no')\n"
    )
    paths = os.pathsep.join([str(site), str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "lsp")])
    done = kubelens("check", "witness.yaml", "-o", "concise", env={"PYTHONPATH": paths})
    assert done.returncode == USAGE
    assert "duplicate-key" in done.stdout
    assert "kubelens-broken" in done.stderr
    assert "'broken-rule'" in done.stderr
    assert "kubelens_missing" in done.stderr
    assert "Traceback" not in done.stderr
