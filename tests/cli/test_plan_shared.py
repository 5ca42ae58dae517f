"""``kubelens plan``: what several sets say alike of the same object is told once, and what is their own with each."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from kubelens.cli.commands import cli

LEVEL = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: shop}\ndata: {level: %s}\n"
SETS = ("north", "south", "east", "west")


def sides(folder: Path, own: tuple[str, ...]) -> tuple[str, str]:
    """A base of ``SETS``, of which some have an object of their own; all of them change."""
    for side, level in (("old", "info"), ("new", "debug")):
        files = {"base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": LEVEL % ("all", level)}
        for name in SETS:
            more = ", own.yaml" if name in own else ""
            files[f"{name}/kustomization.yaml"] = f"resources: [../base{more}]\n"
            if more:
                files[f"{name}/own.yaml"] = LEVEL % (f"only-{name}", level)
        for name, text in files.items():
            (folder / side / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / side / name).write_text(text)
    return str(folder / "old"), str(folder / "new")


def plan(*words: str) -> str:
    done = CliRunner().invoke(cli, ["plan", *words, "--fail-on", "never"])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_many_sets_share_is_told_once(tmp_path: Path) -> None:
    told = plan(*sides(tmp_path, ("north", "west")))
    assert told.startswith("4 apply sets change")
    assert told.count("ConfigMap shop/all") == 1
    assert "in 4 sets: east, north, south and west    1 to change in each\n" in told
    assert "\nnorth    2 to change; 1 object is told above\n    ~ ConfigMap shop/only-north" in told
    assert "\nsouth" not in told


def test_two_sets_that_share_something_are_told_each(tmp_path: Path) -> None:
    old, new = sides(tmp_path, ("north", "west"))
    for side in (old, new):
        for name in ("south", "east"):
            (Path(side) / name / "kustomization.yaml").write_text("namespace: other\nresources: [../base]\n")
    told = plan(old, new)
    assert "told above" not in told
    assert told.count("ConfigMap shop/all") == 2


def test_comments_and_pages_tell_it_once_too(tmp_path: Path) -> None:
    both = sides(tmp_path, ("north", "west"))
    for form in ("markdown", "html"):
        told = plan(*both, "--format", form)
        assert told.count("shop/all") == 1
        assert "in 4 sets: east, north, south and west" in told
        assert told.count("1 object is told above") >= 2
