"""Bad input gets a clear message and an exit code, never a traceback, and hides nothing elsewhere."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
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


def folder_named_as_file(folder: Path) -> None:
    (folder / "bad.yaml").mkdir()
    (folder / "bad.yaml" / "inner.yaml").write_text(HEAD + "data: [\n")


def two_configs(folder: Path) -> None:
    for name in ("kubelens.toml", ".kubelens.toml"):
        (folder / name).write_text("")


def many_files(folder: Path) -> None:
    for number in range(300):
        (folder / f"{number}.yaml").write_text(f"a: {number}\n")


def folder(name: str) -> Callable[[Path], None]:
    return lambda place: (place / name).mkdir()


def pipe(name: str) -> Callable[[Path], None]:
    return lambda place: os.mkfifo(place / name)


def link(name: str, target: str) -> Callable[[Path], None]:
    return lambda place: (place / name).symlink_to(target)


def socket_file(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("bad.yaml")
    finally:
        os.chdir(here)


def links_across(folder: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (folder / one).mkdir()
        (folder / one / other).symlink_to(f"../{other}")


def deep_folders(folder: Path) -> None:
    deep = folder.joinpath(*["d"] * 400)
    deep.mkdir(parents=True)
    (deep / "deep.yaml").write_text(WITNESS.replace("witness", "deep"))


MERGE_BOMB = "m0: &m0 {a: b}\n" + "".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 40))
LIST_BOMB = "apiVersion: v1\nkind: List\nitems:\n- " + "{apiVersion: v1, kind: List, items: [" * 250 + "]}" * 250 + "\n"


def definition(schema: str, value: str) -> str:
    return f"""\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: foos.example.com}}
spec:
  group: example.com
  names: {{kind: Foo, plural: foos}}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {{spec: {{type: object, properties: {{a: {schema}}}}}}}
---
apiVersion: example.com/v1
kind: Foo
metadata: {{name: x}}
spec: {{a: {value}}}
"""


SLOW_PATTERN = definition("{type: string, pattern: '^(a+)+$'}", '"' + "a" * 60 + '!"')
DEAR_RULE = definition(
    "{type: array, items: {type: integer}, x-kubernetes-validations: "
    "[{rule: 'self.all(b, self.all(c, self.all(d, b + c + d >= 0)))'}]}",
    str(list(range(200))),
)
DEEP_RULE = definition(f"{{type: boolean, x-kubernetes-validations: [{{rule: '{'true && ' * 5000}self'}}]}}", "true")
QUANTITIES = """\
apiVersion: v1
kind: Pod
metadata: {name: q}
spec:
  containers:
    - {name: a, image: b, resources: {requests: {cpu: "1e999999999", memory: 1e300}, limits: {cpu: "1e-999999999"}}}
"""
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
    Hostile("dangling link", dangling_link, FOUND, "bad.yaml is a link to what is not there"),
    Hostile("fifo", pipe("bad.yaml"), BLIND),
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
    Hostile("config that is a folder", folder("kubelens.toml"), USAGE, "is a folder"),
    Hostile("config that is a pipe", pipe("kubelens.toml"), USAGE, "is a pipe"),
    Hostile("config that leads nowhere", link("kubelens.toml", "nowhere"), USAGE, "no such file"),
    Hostile("config that is binary", data(b"\x00\xff\xfe", "kubelens.toml"), USAGE, "not UTF-8"),
    Hostile("pyproject that is no TOML", text("[tool.kubelens\n", "pyproject.toml"), USAGE, "pyproject.toml:1"),
    Hostile("pyproject of others that is no TOML", text("[tool.other\n", "pyproject.toml"), FOUND),
    Hostile("gitignore of rubbish", data(b"\xff\xfe\x00!!!\n[\n\\\n***/[z-a\n", ".gitignore"), FOUND),
    Hostile("gitignore that is a pipe", pipe(".gitignore"), FOUND),
    Hostile("gitignore that is a folder", folder(".gitignore"), FOUND),
    Hostile("endless device", link("bad.yaml", "/dev/zero"), BLIND, "is a device"),
    Hostile("socket", socket_file, BLIND, "is a socket"),
    Hostile("links across", links_across, FOUND),
    Hostile("folders 400 levels deep", deep_folders, FOUND, "deep.yaml:7:3"),
    Hostile("name that colours the terminal", text(HEAD + "data: [\n", "\x1b[31mred.yaml"), BLIND, "<U+001B>[31mred"),
    Hostile("keys that colour the terminal", text(HEAD + 'data:\n  "\\e[31m": a\n'), FOUND, "<U+001B>[31m"),
    Hostile("20000 keys twice", text(HEAD + "data:\n" + "".join(f"  k{n}: b\n" for n in range(20_000)) * 2), FOUND),
    Hostile(
        "5000 suppressions",
        text(HEAD + "data:\n" + "".join(f"  k{n}: v # kubelens: ignore[duplicate-key]\n" for n in range(5000))),
        FOUND,
        "nothing here to ignore",
    ),
    Hostile("blanks without end", text(" \t\r\n\u2028" * 1000), FOUND),
    Hostile("50000 documents without content", text("---\n" * 50_000), FOUND),
    Hostile("20000 JSON objects in a row", text('{"a": 1}\n' * 20_000), FOUND),
    Hostile("100000 aliases", text(HEAD + "data:\n  a: &a x\nl: [" + "*a, " * 100_000 + "]\n"), FOUND),
    Hostile("number with a million digits", text(HEAD + "data:\n  a: " + "9" * 1_000_000 + "\n"), FOUND),
    Hostile("key of a million characters", text(HEAD + "data:\n  ? " + "k" * 1_000_000 + "\n  : v\n"), FOUND),
    Hostile("line of 2 MB", text(HEAD + "data:\n  a: '" + "x" * 2_000_000 + "'\n"), FOUND),
    Hostile("merges that double 40 times", text(HEAD + MERGE_BOMB), FOUND, "excessive aliasing"),
    Hostile("merge of itself", text(HEAD + "data: &a\n  <<: *a\n"), FOUND, "contains itself"),
    Hostile("maps 500 levels deep", text(HEAD + "data: " + "{a: " * 500 + "x" + "}" * 500 + "\n"), FOUND, "too deep"),
    Hostile("lists in lists of objects", text(LIST_BOMB), FOUND),
    Hostile("tag of Python", text(HEAD + "data: !!python/object/apply:os.system [exit]\n"), FOUND),
    Hostile("half a surrogate pair", text(HEAD + 'data:\n  a: "\\ud800"\n'), BLIND, "cannot be read"),
    Hostile("EBCDIC", data(HEAD.encode("cp037")), BLIND, "not UTF-8"),
    Hostile("UTF-32", data(b"\xff\xfe\x00\x00" + HEAD.encode("utf-32-le")), FOUND),
    Hostile("NUL far inside", data((HEAD + "# " + "x" * 9000).encode() + b"\x00\n"), BLIND, "cannot be read"),
    Hostile("kustomization of rubbish", text("resources: 3\npatches: [1, {path: [a]}]\n", "kustomization.yaml"), FOUND),
    Hostile("pattern that takes for ever", text(SLOW_PATTERN), FOUND, "must match ^(a+)+$"),
    Hostile("rule that costs too much", text(DEAR_RULE), FOUND),
    Hostile("rule nested too deep", text(DEEP_RULE), FOUND),
    Hostile("schema that is its own part", text(definition("{$ref: '#'}", "1")), FOUND, "the API server refuses"),
    Hostile("quantity beyond all numbers", text(QUANTITIES), FOUND),
    Hostile("braces without end", text("{{" * 200_000), FOUND),
    Hostile("quotes without end", text("'" * 200_000), FOUND),
    Hostile("colons in a row", text("a: b: c\n" * 1000), FOUND),
    Hostile("carriage returns alone", text("\r" * 200_000), FOUND),
    Hostile("direction marks", text(HEAD + "data:\n  \u202eb: c\n"), FOUND, "<U+202E>"),
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


def test_definitions_that_cannot_be_read_are_named(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "witness.yaml").write_text(WITNESS)
    (tmp_path / "crds.yaml").write_text(HEAD + "data: [\n")
    done = kubelens("check", "witness.yaml", "--crd", "nowhere", "--crd", "crds.yaml", "-o", "concise")
    assert done.returncode == BLIND
    assert "nowhere:1:1: error[unreadable-file]" in done.stdout
    assert "crds.yaml:5:7: error[yaml-syntax]" in done.stdout
    assert "witness.yaml:7:3" in done.stdout


def test_a_defect_of_kubelens_is_one_line_and_no_finding(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import kubelens.engine.run as run\n"
        "def broken(*args, **named):\n    raise KeyError('a defect')\n"
        "run.run = broken\n"
    )
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2]), str(Path(__file__).parents[2] / "lsp")])
    done = kubelens("check", ".", env={"PYTHONPATH": paths})
    assert done.returncode == USAGE
    assert done.stderr.startswith("kubelens: internal error: KeyError: 'a defect'")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("check", "."), ("rules",)])
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device here")
def test_output_that_cannot_be_written(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "witness.yaml").write_text(WITNESS)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kubelens", *command],
            stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False, text=True,
        )  # fmt: skip
    assert done.returncode == USAGE
    assert "no space left" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-"])
def test_closed_standard_streams(closed: str, tmp_path: Path) -> None:
    (tmp_path / "witness.yaml").write_text(WITNESS)
    command = f"{shlex.quote(sys.executable)} -m kubelens check . {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, cwd=tmp_path, check=False, text=True)
    assert done.returncode == FOUND
    assert "internal error" not in done.stderr


def test_ctrl_c_is_no_finding(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "kubelens", "check", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write("# more than a pipe holds\n" * 100_000)  # comes back once most of it is read
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said


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
