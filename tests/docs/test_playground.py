"""The playground: what the page runs, and the page in a browser where one is (``KUBELENS_TEST_PLAYGROUND=1``)."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "playground"
PATIENCE = 60_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
wanted = pytest.mark.skipif("KUBELENS_TEST_PLAYGROUND" not in os.environ, reason="KUBELENS_TEST_PLAYGROUND is not set")


def played(words: list[str], text: str) -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("play", PAGE / "play.py")
    assert spec is not None and spec.loader is not None
    play = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(play)
    answer: dict[str, Any] = json.loads(play.play(words, {"now.yaml": text}))
    return answer


def test_a_command_runs_over_the_texts_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "")
    before = Path.cwd()
    answer = played(["check", "--isolated", "now.yaml"], "apiVersion: v1\nkind: ConfigMop\nmetadata: {name: a}\n")
    assert answer["code"] == 1
    assert "unknown-kind" in answer["text"]
    assert Path.cwd() == before


def test_wrong_usage_is_told_like_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "")
    answer = played(
        ["predict", "schedule", "--nodes", "many", "now.yaml"], "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    )
    assert answer["code"] == 2
    assert "many" in answer["text"]


def test_every_wheel_for_browsers_is_one_that_kubelens_needs() -> None:
    import tomllib  # noqa: PLC0415 - this test alone

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {text.split(">")[0].split(";")[0].strip() for text in project["dependencies"]}
    listed = {line.split("==")[0] for line in (ROOT / "packaging/playground/wheels.txt").read_text().splitlines()}
    assert needed - listed == {"jsonschema", "pygls", "ruamel.yaml.clib"}, "the page says what is not there"
    assert listed <= needed


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built site behind a server of this machine."""
    site = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)]
    for command in ([sys.executable, "tools/build_playground.py"], build):
        subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


class Quiet(SimpleHTTPRequestHandler):
    """Tells nobody what it was asked for."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Any]:
    """The page in a browser; at the end, whether it asked anybody else."""
    api = pytest.importorskip("playwright.sync_api")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.fail(f"none of {', '.join(BROWSERS)} is installed")
    with api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        shown = running.new_page()
        asked: list[str] = []
        shown.on("request", lambda one: asked.append(one.url))
        shown.goto(f"{address}/playground/")
        yield shown
        assert asked
        assert not [url for url in asked if not url.startswith((address, "data:", "blob:", "about:"))]
        running.close()


def answered(page: Any, code: int) -> str:
    """What the page shows, once the command has ended with an exit code."""
    page.wait_for_function(
        "code => document.querySelector('#kubelens').dataset.state === 'done'"
        " && document.querySelector('[name=status]').textContent === `exit code ${code}`",
        arg=code,
        timeout=PATIENCE,
    )
    return str(page.inner_text("[name=answer]"))


@wanted
@pytest.mark.parametrize(
    ("example", "code", "told"),
    [
        ("two mistakes", 1, ["service-selects-nothing", "path-type", "1 error, 1 warning in 2 of 3 objects"]),
        ("where a request ends", 0, ["shop/cart:80", "Deployment shop/cart:8080"]),
        ("a rollout", 0, ["lowest ready     3"]),
        ("a rollout with a gap", 0, ["lowest ready     0"]),
        ("too many Pods", 1, ["2 fit nowhere", "Insufficient cpu"]),
    ],
)
def test_an_example_is_answered_in_the_browser(page: Any, example: str, code: int, told: list[str]) -> None:
    page.select_option("[name=example]", example)
    text = answered(page, code)
    for words in told:
        assert words in text, text


@wanted
def test_what_is_typed_is_answered_and_can_be_linked_to(page: Any, address: str) -> None:
    page.check("[name=question][value=check]")
    page.fill("[name=now]", "apiVersion: v1\nkind: &kind ConfigMop\nmetadata: {name: a}\n")
    assert "unknown-kind" in answered(page, 1)
    assert page.locator("[name=answer] .red").count()
    page.click("[name=link]")
    page.wait_for_function("location.hash.length > 1")
    page.goto("about:blank")
    page.go_back()
    assert "ConfigMop" in answered(page, 1)
