"""``--fix`` and ``--diff``: files keep what they are, one bad repair holds up no other, and nothing is overwritten."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Kubelens

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: prefix
            backend: {service: {name: shop, port: {number: 80}}}
"""
FIXED = INGRESS.replace("prefix", "Prefix")
MASKED = INGRESS.replace("name: web", "name: n").replace("path: /", "path: shop")
"""Its name is read as a boolean; once that is repaired the API server would find the path wrong."""
ODD = INGRESS.replace("name: web", "name: Yes")
"""Its name is read as a boolean, and as the text that is written it is no name either."""


@pytest.mark.parametrize(
    ("encoding", "mark", "newline"),
    [
        ("utf-8", b"", "\n"),
        ("utf-8", b"", "\r\n"),
        ("utf-8", b"\xef\xbb\xbf", "\n"),
        ("utf-16-le", b"\xff\xfe", "\n"),
        ("utf-16-be", b"\xfe\xff", "\r\n"),
        ("utf-16-le", b"", "\n"),
        ("utf-16-be", b"", "\n"),
        ("utf-32-le", b"\xff\xfe\x00\x00", "\n"),
    ],
)
def test_a_file_keeps_its_encoding_and_line_ends(
    encoding: str, mark: bytes, newline: str, tmp_path: Path, kubelens: Kubelens
) -> None:
    file = tmp_path / "web.yaml"
    file.write_bytes(mark + INGRESS.replace("\n", newline).encode(encoding))
    file.chmod(0o640)
    done = kubelens("check", "--fix", "web.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert file.read_bytes() == mark + FIXED.replace("\n", newline).encode(encoding)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["web.yaml"]


def test_a_repair_that_brings_up_findings_holds_up_no_other(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "odd.yaml").write_text(ODD)
    (tmp_path / "web.yaml").write_text(INGRESS)
    done = kubelens("check", "--fix", ".", "-o", "concise")
    assert (tmp_path / "web.yaml").read_text() == FIXED
    assert (tmp_path / "odd.yaml").read_text() == ODD
    assert "odd.yaml is left as it is: repaired, it has more to report" in done.stderr
    assert kubelens("check", "--diff", "odd.yaml").returncode == 1


def test_a_repair_lets_errors_be_seen_that_decoding_hid(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "masked.yaml").write_text(MASKED)
    (tmp_path / "names.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bad_name\ndata:\n  a: 1\n"
    )
    shown = kubelens("check", "--diff", ".")
    assert (shown.returncode, '+  a: "1"' in shown.stdout) == (1, True)
    done = kubelens("check", "--fix", ".", "-o", "concise")
    assert done.returncode == 1
    assert (tmp_path / "masked.yaml").read_text() == MASKED.replace("prefix", "Prefix").replace("name: n", 'name: "n"')
    assert "masked.yaml:9:19: error[path-type]" in done.stdout
    assert "names.yaml:4:9: error[admission]" in done.stdout
    assert "3 findings fixed" in done.stdout


def test_repairs_that_bring_up_only_what_can_be_repaired_are_made(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "web.yaml").write_text(INGRESS.replace("name: web", "name: n"))
    assert kubelens("check", "--fix", ".").returncode == 0
    assert (tmp_path / "web.yaml").read_text() == FIXED.replace("name: web", 'name: "n"')


def test_links_stay_links(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "web.yaml").write_text(INGRESS)
    (tmp_path / "link.yaml").symlink_to("real/web.yaml")
    assert kubelens("check", "--fix", ".").returncode == 0
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real" / "web.yaml").read_text() == FIXED


def test_a_file_that_is_read_only_keeps_its_finding(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "fixed.yaml").write_text(INGRESS)
    (tmp_path / "kept.yaml").write_text(INGRESS.replace("web", "kept"))
    (tmp_path / "kept.yaml").chmod(0o444)
    done = kubelens("check", "--fix", ".", "-o", "concise")
    assert done.returncode == 2
    assert "kept.yaml: cannot be written: it is read-only" in done.stderr
    assert "kept.yaml:10:23: error[path-type]" in done.stdout
    assert "1 finding fixed" in done.stdout
    assert (tmp_path / "fixed.yaml").read_text() == FIXED


def test_known_findings_do_not_hold_up_repairs(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "known.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: []}\n")
    assert kubelens("check", ".", "--baseline", "known.json", "--write-baseline").returncode == 0
    (tmp_path / "web.yaml").write_text(INGRESS)
    assert kubelens("check", ".", "--baseline", "known.json", "--fix").returncode == 0
    assert (tmp_path / "web.yaml").read_text() == FIXED


def test_standard_input_goes_to_standard_output(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "web.yaml").write_text("# untouched\n")
    done = kubelens("check", "-", "--fix", "--stdin-filename", "web.yaml", stdin=INGRESS)
    assert (done.returncode, done.stdout) == (0, FIXED)
    assert "nothing to report" in done.stderr
    assert (tmp_path / "web.yaml").read_text() == "# untouched\n"
    unchanged = kubelens("check", "-", "--fix", stdin=FIXED)
    assert unchanged.stdout == FIXED


def test_a_diff_can_be_applied(tmp_path: Path, kubelens: Kubelens) -> None:
    texts = {"a.yaml": INGRESS.rstrip("\n"), "b.yaml": INGRESS.replace("\n", "\r\n"), "c.yaml": f"# \x0c x\n{INGRESS}"}
    texts["c.yaml"] = texts["c.yaml"].replace("\x0c", "\u00a0")
    for name, text in texts.items():
        (tmp_path / name).write_text(text.replace("web", name[0]), newline="")
    done = kubelens("check", "--diff", ".")
    assert done.returncode == 1
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "x.patch").write_text(done.stdout, newline="")
    applied = subprocess.run(["git", "apply", "-p1", "x.patch"], cwd=tmp_path, capture_output=True, check=False)
    assert applied.returncode == 0, applied.stderr
    for name, text in texts.items():
        wanted = text.replace("web", name[0]).replace("prefix", "Prefix")
        assert (tmp_path / name).read_bytes().decode() == wanted


def test_a_diff_says_what_could_not_be_read(tmp_path: Path, kubelens: Kubelens) -> None:
    (tmp_path / "bad.yaml").write_text("apiVersion: v1\nkind: ConfigMap\ndata: [\n")
    done = kubelens("check", "--diff", ".")
    assert (done.returncode, done.stdout) == (3, "")
    assert "bad.yaml:" in done.stderr


@pytest.mark.parametrize("named", [["ov"], ["ov/kustomization.yaml"], [".", "--in", "ov"]])
def test_a_base_that_nobody_named_is_left_and_told(named: list[str], tmp_path: Path, kubelens: Kubelens) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    for folder, listed in (("ov", "../app"), ("app", "web.yaml")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "kustomization.yaml").write_text(f"resources: [{listed}]\n")
    file = tmp_path / "app" / "web.yaml"
    file.write_text(INGRESS)
    for option in ("--diff", "--fix"):
        done = kubelens("check", *named, option)
        assert done.returncode == (0 if option == "--diff" else 1), done.stdout + done.stderr
        assert "app/web.yaml is left as it is: it came in by an apply set" in done.stderr
        assert file.read_text() == INGRESS
    assert kubelens("check", ".", "--fix").returncode == 0
    assert file.read_text() == FIXED
