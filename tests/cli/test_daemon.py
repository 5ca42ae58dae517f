"""A run through the daemon is the run without it: the same bytes, the same end, whoever else may be there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kubelens.cli.daemon import place
from kubelens.cli.daemon.client import is_asked
from kubelens.cli.daemon.freshness import Freshness
from kubelens.cli.daemon.wire import RUN, STATUS, connected, receive, send

pytestmark = pytest.mark.skipif(not hasattr(socket, "send_fds"), reason="no files through sockets here")

BAD = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, nodePort: 99}], type: NodePort}\n"
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n"


class Place:
    """A folder of manifests and a folder of sockets, both of this test's own."""

    def __init__(self, folder: Path, sockets: str) -> None:
        self.folder = folder
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "KUBELENS_DAEMON")},
            "XDG_RUNTIME_DIR": sockets,
            "KUBELENS_DAEMON_IDLE": "300",
        }
        self.sockets = Path(sockets, "kubelens")

    def run(
        self, *words: str, given: bytes = b"", folder: str = ".", **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "kubelens", *words],
            cwd=self.folder / folder, env=self.environment | environment, input=given, capture_output=True, check=False,
        )  # fmt: skip

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "kubelens", *words],
            cwd=self.folder, env=self.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def status(self) -> str:
        return self.run("daemon", "status").stdout.decode()

    def told(self) -> tuple[int, int]:
        """The runs served so far, and those under way."""
        found = re.search(r"(\d+) runs?, (\d+) under way", self.status())
        assert found is not None
        return int(found[1]), int(found[2])

    def socket(self) -> str:
        return str(next(self.sockets.glob("*.sock")))


_MOST_ASKED = 2_000


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that comes about by itself; a count of askings ends it, as no clock says how slow a machine is."""
    for _ in range(_MOST_ASKED):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it does not come about")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Place]:
    """A place where no daemon is."""
    sockets = tempfile.mkdtemp(prefix="kl-", dir="/tmp")  # noqa: S108 - the path of a socket has to be short
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "é.yaml").write_text(BAD)
    found = Place(tmp_path, sockets)
    yield found
    found.run("daemon", "stop")
    shutil.rmtree(sockets)


@pytest.fixture
def beside(alone: Place) -> Place:
    """A place where a daemon waits."""
    assert alone.run("check", "--daemon", "good.yaml").returncode == 0
    until(lambda: "process" in alone.status())
    return alone


RUNS: list[tuple[str, ...]] = [
    ("bad.yaml",),
    ("good.yaml",),
    (".", "--isolated", "-o", "json"),
    ("bad.yaml", "-o", "concise", "--exit-zero"),
    ("bad.yaml", "-oconcise", "--color=always"),
    ("-", "--stdin-filename", "x.yaml"),
    ("missing.yaml",),
    ("--nope",),
    ("--help",),
    ("below/é.yaml", "--select", "ALL"),
    ("bad.yaml", "-o", "nope"),
]


def test_a_run_is_what_it_is_without(beside: Place) -> None:
    before, _ = beside.told()
    for words in RUNS:
        alone = beside.run("check", *words, given=BAD.encode())
        served = beside.run("check", "--daemon", *words, given=BAD.encode())
        assert (served.stdout, served.stderr, served.returncode) == (alone.stdout, alone.stderr, alone.returncode)
    assert beside.told()[0] == before + len(RUNS)


def test_folder_and_environment_are_the_callers(beside: Place) -> None:
    for environment in ({"FORCE_COLOR": "1"}, {"NO_COLOR": "1"}, {"KUBELENS_NO_PLUGINS": "1"}):
        alone = beside.run("check", ".", folder="below", **environment)
        served = beside.run("check", ".", "--daemon", folder="below", **environment)
        assert (served.stdout, served.stderr, served.returncode) == (alone.stdout, alone.stderr, alone.returncode)
        assert b"\xc3\xa9.yaml" in served.stdout


def test_files_are_written_with_the_callers_mask(beside: Place) -> None:
    before = os.umask(0o027)
    try:
        beside.run("check", "--daemon", "bad.yaml", "-o", "json=report.json")
    finally:
        os.umask(before)
    assert (beside.folder / "report.json").stat().st_mode & 0o777 == 0o640


def test_a_terminal_is_seen_as_it_is(beside: Place) -> None:
    pty = pytest.importorskip("pty")
    said: list[bytes] = []
    for more in ((), ("--daemon",)):
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "kubelens", "check", "bad.yaml", *more],
            cwd=beside.folder, env=beside.environment, stdin=subprocess.DEVNULL, stdout=theirs,
        ) as process:  # fmt: skip
            os.close(theirs)
            text = b""
            try:
                while part := os.read(ours, 65536):
                    text += part
            except OSError:
                pass  # how Linux says that nobody writes any more
            assert process.wait() == 1
        said.append(text)
        os.close(ours)
    assert said[0] == said[1]
    assert b"\x1b[" in said[0]


def test_runs_at_the_same_time_do_not_wait_for_each_other(beside: Place) -> None:
    first = beside.start("check", "--daemon", "-")
    until(lambda: beside.told()[1] == 1)
    assert beside.run("check", "--daemon", "bad.yaml").returncode == 1
    assert first.poll() is None
    out, _ = first.communicate(BAD.encode())
    assert (first.returncode, b"nodePort" in out) == (1, True)


def test_ctrl_c_ends_a_run_as_it_does_without(beside: Place) -> None:
    process = beside.start("check", "--daemon", "-")
    until(lambda: beside.told()[1] == 1)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)
    assert process.stderr is not None
    assert (process.returncode, process.stderr.read()) == (130, b"kubelens: stopped\n")
    assert beside.told()[1] == 0
    process.communicate()


def test_a_caller_that_is_gone_takes_its_run_with_it(beside: Place) -> None:
    process = beside.start("check", "--daemon", "-")
    until(lambda: beside.told()[1] == 1)
    process.kill()
    process.wait()
    until(lambda: beside.told()[1] == 0)
    process.communicate()


def test_a_socket_that_nobody_listens_to_is_no_daemon(beside: Place) -> None:
    path = beside.socket()
    number = int(beside.status().split()[1].rstrip(":"))
    os.kill(number, signal.SIGKILL)
    until(lambda: "no daemon" in beside.status())
    assert os.path.exists(path)
    assert beside.run("check", "--daemon", "bad.yaml").returncode == 1
    until(lambda: "process" in beside.status())


def test_stopped_it_is_gone_and_runs_go_on_without(beside: Place) -> None:
    assert b"takes no more runs" in beside.run("daemon", "stop").stdout
    assert beside.run("daemon", "status").returncode == 1
    assert beside.run("check", "--daemon", "bad.yaml").returncode == 1


def test_it_ends_when_nobody_asks(alone: Place) -> None:
    alone.environment["KUBELENS_DAEMON_IDLE"] = "3"
    alone.run("check", "--daemon", "good.yaml")
    until(lambda: any(alone.sockets.glob("*.sock")))
    until(lambda: not any(alone.sockets.glob("*.sock")))
    assert "no daemon" in alone.status()


def test_it_serves_only_what_is_the_same_as_itself(beside: Place) -> None:
    connection = connected(beside.socket(), 10)
    with open(os.devnull) as nothing:
        send(connection, [RUN, b"another release", b"18", b"0", b"kubelens"], [nothing.fileno()] * 4)
    assert connection.recv(1) == b"n"
    connection.close()
    assert beside.told()[0] == 0


@pytest.mark.parametrize("text", [b"", b"\xff" * 64, b"\0\0\0\5abc", b"GET / HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_is_not_answered(beside: Place, text: bytes) -> None:
    connection = connected(beside.socket(), 10)
    connection.sendall(text)
    connection.shutdown(socket.SHUT_WR)
    assert connection.recv(1) == b""
    connection.close()
    connection = connected(beside.socket(), 10)
    send(connection, [STATUS])
    assert len(receive(connection)[0]) == 7
    connection.close()


def test_another_users_daemon_is_not_asked(beside: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(PermissionError):
        connected(beside.socket(), 10)


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_may_look_into_holds_no_sockets(alone: Place, mode: int) -> None:
    alone.sockets.mkdir()
    alone.sockets.chmod(mode)
    assert alone.run("check", "--daemon", "bad.yaml").returncode == 1
    assert not list(alone.sockets.iterdir())
    assert "no daemon" in alone.status()


def test_a_link_in_the_folders_place_is_not_followed(alone: Place) -> None:
    elsewhere = alone.folder / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    alone.sockets.symlink_to(elsewhere)
    assert alone.run("check", "--daemon", "bad.yaml").returncode == 1
    assert not list(elsewhere.iterdir())


def test_the_socket_is_the_users_alone(beside: Place) -> None:
    assert beside.sockets.stat().st_mode & 0o777 == 0o700
    assert all(one.stat().st_mode & 0o077 == 0 for one in beside.sockets.iterdir())


def test_what_lies_on_disk_otherwise_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kubelens_of_a_test.py").write_text("A = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("kubelens_of_a_test")
    try:
        fresh = Freshness()
        assert fresh.holds()
        (tmp_path / "kubelens_of_a_test.py").write_text("A = 1000\n")
        assert not fresh.holds()
    finally:
        del sys.modules["kubelens_of_a_test"]


def test_the_variable_asks_and_an_option_declines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBELENS_DAEMON", raising=False)
    assert not is_asked(["check", "a"])
    assert is_asked(["check", "--daemon"])
    assert not is_asked(["check", "--", "--daemon"])
    assert not is_asked(["rules", "--daemon"])
    monkeypatch.setenv("KUBELENS_DAEMON", "1")
    assert is_asked(["check", "a"])
    assert not is_asked(["check", "--no-daemon", "a"])
    monkeypatch.setenv("KUBELENS_DAEMON", "0")
    assert not is_asked(["check", "a"])


def test_what_must_be_the_same_is_part_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONUTF8", raising=False)
    before = place.identity()
    monkeypatch.setenv("PYTHONUTF8", "1")
    assert place.identity() != before
    monkeypatch.undo()
    monkeypatch.setattr(sys, "path", [*sys.path, "/elsewhere"])
    assert place.identity() != before
