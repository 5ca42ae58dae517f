"""Completion and hover inside lists, and files that come and go outside the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from kubelens_lsp.completion import Asked, completions
from kubelens_lsp.convert import UTF16, key_of, to_position
from kubelens_lsp.insight import hover
from kubelens_lsp.session import Session

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
    - name: v
      configMap:
        name: settings
  containers:
  - name: web
    image: nginx:1.27
    imagePullPolicy: Always
    envFrom:
    - configMapRef:
        name: settings
    ports:
    - containerPort: 80
      protocol: TCP
  - name: other
    image: busybox:1.36
"""


@pytest.fixture
def session(folder: Path) -> Session:
    (folder / "pod.yaml").write_text(POD)
    session = Session(folders=[folder])
    session.configure()
    session.index()
    return session


def labels(session: Session, folder: Path, text: str) -> set[str]:
    """What is offered at the place of ``|`` in a Pod."""
    uri = (folder / "pod.yaml").as_uri()
    session.opened(uri, text.replace("|", ""), 2)
    view = session.refresh()
    source = session.buffers[key_of(uri)]
    asked = Asked(view, source, to_position(source, text.index("|"), UTF16), UTF16)
    return {item.label for item in completions(asked)}


@pytest.mark.parametrize(
    ("old", "new", "offered"),
    [
        ("    image: nginx:1.27\n", "    image: nginx:1.27\n    li|\n", "livenessProbe"),
        ("  - name: web\n", "  - name: web\n    |\n", "readinessProbe"),
        ("  - name: other\n", "  - |name: other\n", "env"),
        ("    imagePullPolicy: Always\n", "    imagePullPolicy: |\n", "IfNotPresent"),
        ("      protocol: TCP\n", "      protocol: |\n", "UDP"),
        ("    - configMapRef:\n        name: settings\n", "    - configMapRef:\n        name: |\n", "settings"),
        (
            "    - name: v\n      configMap:\n        name: settings\n",
            "    - name: v\n      configMap:\n        name: |\n",
            "settings",
        ),
    ],
)
def test_completion_inside_lists(session: Session, folder: Path, old: str, new: str, offered: str) -> None:
    assert old in POD
    assert offered in labels(session, folder, POD.replace(old, new))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("image: nginx", "image"),
        ("imagePullPolicy", "IfNotPresent"),
        ("containerPort", "integer"),
        ("configMapRef", "ConfigMap"),
        ("name: other", "name"),
    ],
)
def test_hover_inside_lists(session: Session, folder: Path, at: str, said: str) -> None:
    key = key_of((folder / "pod.yaml").as_uri())
    source = session.view.snapshot.source(key)
    assert source is not None
    found = hover(session.view, key, to_position(source, POD.index(at) + 1, UTF16), UTF16)
    assert found is not None
    assert said in str(found.contents)


def test_a_file_that_vanishes_takes_its_diagnostics_along(session: Session, folder: Path) -> None:
    path = folder / "app.yaml"
    key = key_of(path.as_uri())
    assert session.view.by_file[key]
    path.unlink()
    session.changed_on_disk([path.as_uri()])
    assert key not in session.refresh().by_file


def test_a_renamed_file(session: Session, folder: Path) -> None:
    path, other = folder / "app.yaml", folder / "renamed.yml"
    before = [f.rule for f in session.view.by_file[key_of(path.as_uri())]]
    path.rename(other)
    session.changed_on_disk([path.as_uri(), other.as_uri()])
    view = session.refresh()
    assert key_of(path.as_uri()) not in view.by_file
    assert [f.rule for f in view.by_file[key_of(other.as_uri())]] == before


def test_a_folder_that_vanishes(session: Session, folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    path = inner / "a.yaml"
    path.write_text(POD.replace("imagePullPolicy", "imagePulPolicy"))
    session.changed_on_disk([path.as_uri()])
    assert key_of(path.as_uri()) in session.refresh().by_file
    path.unlink()
    inner.rmdir()
    session.changed_on_disk([inner.as_uri()])
    assert key_of(path.as_uri()) not in session.refresh().by_file


def test_a_buffer_outlives_its_file(session: Session, folder: Path) -> None:
    path = folder / "app.yaml"
    key = key_of(path.as_uri())
    session.opened(path.as_uri(), path.read_bytes().decode(), 1)
    path.unlink()
    session.changed_on_disk([path.as_uri()])
    assert session.refresh().by_file[key]
    session.closed(path.as_uri())
    assert key not in session.refresh().by_file


def test_a_text_too_large_for_an_editor(session: Session, folder: Path) -> None:
    path = folder / "app.yaml"
    parsed = session.parsed_files
    session.opened(path.as_uri(), "a: {b: [c, d]}\n" * 400_000, 1)
    session.refresh()
    assert session.parsed_files == parsed
