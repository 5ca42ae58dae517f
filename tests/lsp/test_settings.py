"""What is set in the editor goes before the configuration, and what is wrong in it is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from kubelens_lsp.convert import UTF16, key_of
from kubelens_lsp.hints import inlay_hints
from kubelens_lsp.session import Session
from kubelens_lsp.settings import Settings, read_settings
from lsprotocol import types
from pytest_lsp import LanguageClient

from kubelens.rules.api import Profile
from tests.lsp.conftest import opening, settled


def test_settings_stand_by_themselves_or_under_the_name() -> None:
    given = {"profile": "strict", "kubernetesVersion": "1.33", "hints": ["pods"], "lenses": False, "sets": False}
    wanted = Settings(Profile.STRICT, "1.33", frozenset({"pods"}), lenses=False, sets=False)
    assert read_settings(given) == (wanted, [])
    assert read_settings({"kubelens": given}) == (wanted, [])
    for nothing in (None, {}, {"kubelens": None}, {"profile": "", "kubernetesVersion": "", "hints": None}):
        assert read_settings(nothing) == (Settings(), [])


@pytest.mark.parametrize(
    ("given", "word"),
    [({"profile": "loud"}, "loud"), ({"kubernetesVersion": 1.3}, "1.3"), ({"hints": ["pods", "jokes"]}, "jokes")],
)
def test_what_is_wrong_is_said(given: dict[str, object], word: str) -> None:
    settings, problems = read_settings(given)
    assert [word in problem for problem in problems] == [True]
    assert settings in (Settings(), Settings(hints=frozenset({"pods"})))


def test_the_profile_and_the_release_go_before_the_configuration(folder: Path) -> None:
    (folder / "kubelens.toml").write_text('profile = "works"\nkubernetes-version = ["1.30"]\n')
    session = Session(folders=[folder])
    session.configure()
    assert (session.config.profile, session.release) == (Profile.WORKS, "1.30")
    session.settings = Settings(Profile.STRICT, "1.35")
    session.reload()
    assert (session.config.profile, session.release) == (Profile.STRICT, "1.35")
    assert session.view.release == "1.35"


def test_only_the_hints_that_are_wanted(folder: Path) -> None:
    session = Session(folders=[folder])
    view = session.index()
    key = key_of((folder / "app.yaml").as_uri())
    whole = types.Range(types.Position(0, 0), types.Position(100, 0))
    told = {one: {str(h.label) for h in inlay_hints(view, key, whole, UTF16, [one])} for one in ("totals", "quality")}
    assert told["quality"] == {"QoS class Burstable"}
    assert "= 1 of 3" in told["totals"]
    assert not told["totals"] & told["quality"]
    assert inlay_hints(view, key, whole, UTF16, []) == []


async def test_a_client_that_tells_settings_is_heard(client: LanguageClient, folder: Path) -> None:
    app = folder / "app.yaml"
    client.text_document_did_open(opening(app))
    before = {one.code for one in await settled(client, app.as_uri())}
    client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"kubelens": {"profile": "strict", "lenses": False}})
    )
    document = types.TextDocumentIdentifier(app.as_uri())
    after = before
    for _ in range(100):
        after = {one.code for one in await settled(client, app.as_uri())}
        if after > before:
            break
        await asyncio.sleep(0.1)
    assert after > before
    assert not await client.text_document_code_lens_async(types.CodeLensParams(document))
