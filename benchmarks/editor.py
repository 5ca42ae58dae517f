"""Whether the language server keeps up, driven as an editor drives it: a process of its own, over standard input and output.

    python benchmarks/editor.py [opens completion typing memory ...] [--files N]

In a folder of N files with three objects each (5,000 unless told): the CPU of opening 250 of them, and completion while
everything is analysed against completion at rest; in a file of half a megabyte: the time from the last of 20 strokes at
250 ms to its diagnostics against one stroke's; the memory before and after 2,000 edits. How a stroke compares to a cold
check says ``benchmarks/lsp.py FOLDER``; ``--keep FOLDER`` leaves the folder of files there for it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

OPENS = 250
STROKES = 20
EDITS = 2000
GAP_SECONDS = 0.25
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "diagnostic": {}},
}
OBJECTS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-{n}
  namespace: team-{team}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: app-{n}
  template:
    metadata:
      labels:
        app: app-{n}
    spec:
      containers:
        - name: app
          image: registry.example/app:{n}
          ports:
            - name: http
              containerPort: 8080
          envFrom:
            - configMapRef:
                name: app-{n}
---
apiVersion: v1
kind: Service
metadata:
  name: app-{n}
  namespace: team-{team}
spec:
  selector:
    app: app-{n}
  ports:
    - port: 80
      targetPort: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: app-{n}
  namespace: team-{team}
data:
  LEVEL: info
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gadget{n}s.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {{plural: gadget{n}s, singular: gadget{n}, kind: Gadget{n}}}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: {{type: integer, minimum: 1, maximum: 9}}
                mode: {{type: string, enum: [fast, slow]}}
                labels: {{type: object, additionalProperties: {{type: string}}}}
                parts:
                  type: array
                  items:
                    type: object
                    properties:
                      name: {{type: string}}
                      weight: {{type: integer}}
"""


class Editor:
    """A client that says what it is told to, and waits for answers."""

    def __init__(self, folder: Path) -> None:
        command = (sys.executable, "-m", "kubelens", "lsp")
        self.server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.ids = itertools.count(1)
        self.answers: dict[int, queue.Queue[Any]] = {}
        self.sending = threading.Lock()
        self.versions: dict[str, int] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        asked = {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": CAPABILITIES}
        self.ask("initialize", {**asked, "workspaceFolders": folders})
        self.say("initialized", {})

    def _listen(self) -> None:
        stream = self.server.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.rpartition(b":")[2])
            while stream.readline().strip():
                pass
            message = json.loads(stream.read(length))
            if "method" not in message:
                self.answers.pop(message["id"]).put(message.get("result"))
            elif "id" in message:
                self._send({"id": message["id"], "result": None})

    def _send(self, message: dict[str, Any]) -> None:
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self.server.stdin
        assert stream is not None
        with self.sending:
            stream.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
            stream.flush()

    def say(self, method: str, parameters: object) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": parameters})

    def begin(self, method: str, parameters: object) -> queue.Queue[Any]:
        """Ask something, and go on."""
        number, answer = next(self.ids), queue.Queue[Any]()
        self.answers[number] = answer
        self._send({"id": number, "method": method, "params": parameters})
        return answer

    def ask(self, method: str, parameters: object) -> Any:
        """Ask something, and wait up to ten minutes."""
        return self.begin(method, parameters).get(timeout=600)

    def open(self, file: Path) -> str:
        """Open a file, and give its address."""
        uri = file.as_uri()
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": file.read_text(encoding="utf-8")}
        self.say("textDocument/didOpen", {"textDocument": document})
        return uri

    def type(self, uri: str, line: int, column: int, text: str, *, over: int = 0) -> None:
        """Write ``text`` over ``over`` characters."""
        self.versions[uri] += 1
        place = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + over}}
        named = {"uri": uri, "version": self.versions[uri]}
        change = {"textDocument": named, "contentChanges": [{"range": place, "text": text}]}
        self.say("textDocument/didChange", change)

    def diagnostics(self, uri: str) -> Any:
        """The diagnostics of everything said until now."""
        return self.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})

    def complete(self, uri: str, line: int, column: int) -> float:
        """The seconds until completion answers."""
        begin = time.perf_counter()
        self.ask(
            "textDocument/completion",
            {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}},
        )
        return time.perf_counter() - begin

    def cpu(self) -> float:
        """The seconds of CPU that the server took so far."""
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """The memory that the server holds now."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def leave(self) -> None:
        """End the server."""
        self.ask("shutdown", None)
        self.say("exit", None)
        self.server.wait(20)


def filled(folder: Path, files: int) -> Path:
    """A folder of so many files of three objects each, fifty files to a folder."""
    for n in range(files):
        file = folder / f"part-{n // 50}" / f"app-{n}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(OBJECTS.format(n=n, team=n // 50), encoding="utf-8")
    return folder


def opens(folder: Path) -> str:
    """What opening many files takes: a text that nothing has changed, and one with a stroke in each."""
    editor = Editor(folder)
    files = sorted(folder.rglob("*.yaml"))[:OPENS]
    editor.diagnostics(files[0].as_uri())
    begin = editor.cpu()
    uris = [editor.open(file) for file in files]
    editor.diagnostics(uris[-1])
    as_they_are = editor.cpu() - begin
    begin = editor.cpu()
    for uri in uris:
        editor.type(uri, 6, 12, "3", over=1)
    editor.diagnostics(uris[-1])
    written = editor.cpu() - begin
    editor.leave()
    return f"{len(uris)} opens: {as_they_are:.2f} s of CPU; a stroke in each of them: {written:.2f} s"


def completion(folder: Path) -> str:
    """Completion at rest, while the folder is analysed for a stroke in another file, and in the text that was just typed in."""
    editor = Editor(folder)
    first, other = sorted(folder.rglob("*.yaml"))[:2]
    uri, elsewhere = editor.open(first), editor.open(other)
    editor.diagnostics(uri)
    idle = [editor.complete(uri, 25, 16) for _ in range(20)]
    medians = [statistics.median(idle) * 1000]
    for typed in (elsewhere, uri):
        waits = []
        for _ in range(30):
            editor.type(typed, 3, 10, "x")
            time.sleep(0.15)
            waits.append(editor.complete(uri, 25, 16))
            time.sleep(0.1)
        medians.append(statistics.median(waits) * 1000)
    editor.leave()
    rest, under, own = medians
    return (
        f"completion: {rest:.1f} ms at rest, {under:.1f} ms under analysis ({under / rest:.1f} times),"
        f" {own:.1f} ms in a text that is being typed"
    )


def typing(folder: Path) -> str:
    """From the last of many strokes in a large file to its diagnostics, against one stroke's."""
    file = folder / "definitions.yaml"
    count = 500_000 // len(DEFINITION) + 1
    file.write_text("---\n".join(DEFINITION.format(n=n) for n in range(count)), encoding="utf-8")
    editor = Editor(folder)
    uri = editor.open(file)
    editor.diagnostics(uri)
    alone = []
    for _ in range(5):
        time.sleep(1)
        editor.type(uri, 3, 14, "x")
        begin = time.perf_counter()
        editor.diagnostics(uri)
        alone.append(time.perf_counter() - begin)
    for _ in range(STROKES):
        editor.type(uri, 3, 14, "x")
        time.sleep(GAP_SECONDS)
    begin = time.perf_counter()
    editor.diagnostics(uri)
    after = time.perf_counter() - begin
    waits = []
    for _ in range(12):
        editor.type(uri, 3, 14, "x")
        waits.append(editor.complete(uri, 8, 4))
        time.sleep(GAP_SECONDS)
    editor.leave()
    one = statistics.median(alone)
    return (
        f"{file.stat().st_size / 1e6:.1f} MB: diagnostics {one:.2f} s after one stroke, {after:.2f} s after the last of {STROKES},"
        f" {after / one:.1f} times; completion while somebody types: at most {max(waits) * 1000:.0f} ms"
    )


def memory(folder: Path) -> str:
    """The memory before and after thousands of edits, in tens of files."""
    editor = Editor(folder)
    uris = [editor.open(file) for file in sorted(folder.rglob("*.yaml"))[:40]]
    held = []
    for edit in range(EDITS + 400):
        uri = uris[edit % len(uris)]
        editor.type(uri, 6, 12, str(edit % 9 + 1), over=1)
        if edit % 4 == 0:
            editor.ask("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 9, "character": 12}})
        if edit >= 400 and edit % 100 == 0:
            held.append(editor.megabytes())
    editor.diagnostics(uris[0])
    held.append(editor.megabytes())
    editor.leave()
    return f"memory: {held[0]:.0f} MB, after {EDITS} edits {held[-1]:.0f} MB, at most {max(held):.0f} MB"


MEASURES = {"opens": opens, "completion": completion, "typing": typing, "memory": memory}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", choices=MEASURES, default=list(MEASURES))
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--keep", type=Path, help="where the folder is written and left")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for name in told.measures:
            folder = told.keep / name if told.keep else Path(scratch) / name
            folder.mkdir(parents=True, exist_ok=True)
            if name == "memory":
                filled(folder, 200)
            elif name != "typing":
                filled(folder, told.files)
            print(MEASURES[name](folder), flush=True)


if __name__ == "__main__":
    main()
