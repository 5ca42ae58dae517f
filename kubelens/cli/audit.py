"""``kubelens audit``: many repositories, each checked by itself, one summary."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click
from msgspec.structs import replace

from kubelens.cli.audit_task import Audited, Repository, audited
from kubelens.cli.printing import complain, fail, say, say_json
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.config_files import load_config
from kubelens.engine.loader import is_below
from kubelens.engine.plugins import Plugins
from kubelens.engine.regular_files import read_regular, reason
from kubelens.engine.releases import check_release
from kubelens.engine.selection import choose_rules
from kubelens.engine.tasks import LOCAL, Done, NoWorkers, as_done, is_place
from kubelens.engine.whole_file import write_whole
from kubelens.report.audit import AuditedRepository, audit_as_data, audit_lines
from kubelens.report.json_text import json_text
from kubelens.rules.api import Profile
from kubelens.syntax.pattern import pattern

FOUND: Final = 1
INCOMPLETE: Final = 3
SUMMARY: Final = "summary.json"
REPORTS: Final = "repositories"
_NOT_IN_NAMES: Final = pattern(r"[^A-Za-z0-9_.-]+")
_LONGEST_NAME: Final = 100
_MOST_JOBS: Final = 64


@click.command(name="audit")
@click.argument("repositories", metavar="LIST...", nargs=-1, required=True)
@click.option("--output", "-o", "folder", required=True, metavar="DIR", help="Where the reports go.")
@click.option("--profile", type=click.Choice([p.value for p in Profile]), help="Set of rules; default: default.")
@click.option("--select", multiple=True, metavar="RULE", help="Rules or families in place of the profile's.")
@click.option("--extend-select", multiple=True, metavar="RULE", help="Rules beside the profile's.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Rules to leave out.")
@click.option("--kubernetes-version", multiple=True, metavar="1.N", help="Release to ask about (repeatable).")
@click.option(
    "--config", "config_file", type=click.Path(), help="Settings for all; those of repositories are not read."
)
@click.option("--no-plugins", is_flag=True, help="Load no installed plugins.")
@click.option("--jobs", type=click.IntRange(1, _MOST_JOBS), help="Processes of this machine; default: one a processor.")
@click.option("--on", default=LOCAL, show_default=True, metavar="dask://HOST", help="Who does it: a Dask cluster.")
@click.option("--seconds", type=click.FloatRange(1), default=300, show_default=True, help="What a repository may take.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    repositories: Sequence[str],
    folder: str,
    profile: str | None,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    kubernetes_version: tuple[str, ...],
    config_file: str | None,
    no_plugins: bool,
    jobs: int | None,
    on: str,
    seconds: float,
    form: str,
) -> None:
    """Check many repositories: LIST are their folders, or files that name one a line.

    Writes DIR/repositories/NAME.json for each and DIR/summary.json; prints the summary. Exit codes: 0 no errors found,
    1 some, 2 wrong usage, 3 a repository failed or could not be looked at whole.
    """
    if not is_place(on):
        fail(f"--on {on!r}: write local, dask://HOST or dask+tls://HOST")
    try:
        config = _config(config_file, profile, select, extend_select, ignore, kubernetes_version)
        choose_rules(config, Plugins(third_party=not no_plugins).rules())
    except ConfigError as error:
        fail(str(error))
    folders = list(_folders(repositories))
    for one in folders:
        if is_below(os.path.realpath(folder), os.path.realpath(one)):
            fail(f"{folder} lies in {one}, which may hold links: name a folder outside the repositories")
    try:
        os.makedirs(os.path.join(folder, REPORTS), exist_ok=True)
        done = list(_looked_at(folders, folder, config, not no_plugins, on, jobs or os.cpu_count() or 1, seconds))
        summary = audit_as_data(done)
        write_whole(os.path.join(folder, SUMMARY), json_text(summary).encode())
    except NoWorkers as error:
        fail(str(error))
    except OSError as error:
        fail(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}")
    if form == "json":
        say_json(summary)
    else:
        say(*audit_lines(done))
    if any(one.failure or one.troubles for one in done):
        raise SystemExit(INCOMPLETE)
    raise SystemExit(FOUND if any(one.of("error") for one in done) else 0)


def _config(
    config_file: str | None,
    profile: str | None,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    releases: tuple[str, ...],
) -> Config:
    config = load_config(Path(config_file)) if config_file is not None else Config()
    try:
        wanted = tuple(map(check_release, releases)) or config.kubernetes_version
    except ValueError as error:
        raise ConfigError(str(error)) from None
    return replace(
        config,
        profile=Profile(profile) if profile else config.profile,
        select=select or config.select,
        extend_select=(*config.extend_select, *extend_select),
        ignore=(*config.ignore, *ignore),
        kubernetes_version=wanted,
        output=(),
        baseline="",
    )


def _folders(given: Sequence[str]) -> Iterator[str]:
    """The folders that are named, and those that files name, seen from the files' folders; each once."""
    seen: set[str] = set()
    for name in given:
        for folder in [name] if os.path.isdir(name) else _listed(name):
            whole = os.path.abspath(folder)
            if whole not in seen:
                seen.add(whole)
                yield whole


def _listed(file: str) -> list[str]:
    try:
        text = read_regular(file).decode("utf-8", "surrogateescape")
    except OSError as error:
        fail(f"{file}: {reason(error)}")
    lines = [line.strip() for line in text.splitlines()]
    return [os.path.join(os.path.dirname(file), line) for line in lines if line and not line.startswith("#")]


def _looked_at(
    folders: Sequence[str], out: str, config: Config, plugins: bool, on: str, jobs: int, seconds: float
) -> Iterator[AuditedRepository]:
    """The repositories in their order; the report of each is written as soon as it is there.

    Raises:
        NoWorkers, OSError
    """
    names = _names(folders)
    tasks = (Repository(folder, config, plugins) for folder in folders)
    found: dict[int, AuditedRepository] = {}
    for done in as_done(audited, tasks, on=on, jobs=min(jobs, len(folders)) or 1, seconds=seconds):
        file = f"{REPORTS}/{names[done.number]}.json"
        found[done.number] = _as_audited(folders[done.number], file, done)
        path = os.path.join(out, file)
        if done.answer is not None:
            write_whole(path, done.answer.report.encode("utf-8", "backslashreplace"))
        elif os.path.lexists(path):
            os.unlink(path)  # of an earlier audit: it says nothing of this one
        if done.failure:
            complain(f"{folders[done.number]}: {done.failure}")
    yield from (found[number] for number in range(len(folders)))


def _as_audited(folder: str, file: str, done: Done[Audited]) -> AuditedRepository:
    if done.answer is None:
        return AuditedRepository(folder, failure=done.failure)
    answer = done.answer
    unread = ("some of it could not be read (see its report)",) if answer.blind else ()
    return AuditedRepository(folder, file, answer.objects, answer.counts, "", (*answer.failures, *unread))


def _names(folders: Sequence[str]) -> list[str]:
    """A file name for each folder: its own name without what a file name may not hold, and a number where that is taken."""
    seen: set[str] = set()
    names: list[str] = []
    for folder in folders:
        plain = _NOT_IN_NAMES.sub("-", os.path.basename(folder)).strip(".-")[:_LONGEST_NAME] or "repository"
        name, number = plain, 1
        while name.lower() in seen:
            number += 1
            name = f"{plain}-{number}"
        seen.add(name.lower())
        names.append(name)
    return names
