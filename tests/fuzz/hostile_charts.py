"""Charts that want too much: of time, of memory, and of what lies outside of them. And charts that somebody broke."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from random import Random
from typing import Final

from tests.agreement.suite import RECORDINGS, read_records

SECRET: Final = "outside-of-the-chart-7f3a"
"""What stands in the file beside the chart, and in the environment."""
Files = dict[str, bytes]
CHART: Final = b"apiVersion: v2\nname: hostile\nversion: 1.0.0\n"
_TEMPLATE: Final = "templates/t.yaml"
_JUNK: Final = (
    *("{{", "}}", "{{ end }}", ": ", "\n", "- ", '"', "'", "\0", "[", "{", "&a ", "*a", "<<: ", "1e999", ".inf", "|\n"),
    *("---\n", "#", "\t", "~", "../", "{{ tpl . $ }}", '{{ include "x" . }}', "%YAML", "{{- range . }}", "{{ . }}"),
    *("{{ toYaml . }}", "{{ template `x` . }}", "{{ $x := . }}", "!!binary ", "? ", "..."),
)
_OF_TEXT: Final = (
    *(
        "upper",
        "title",
        "snakecase",
        "camelcase",
        "kebabcase",
        "swapcase",
        "quote",
        "squote",
        "trim",
        "b64enc",
        "b32enc",
    ),
    *("sha256sum", "adler32sum", "nospace", "initials", "indent 4", "nindent 8", "wrap 2", 'wrapWith 3 "x"', "toJson"),
    *("toYaml", "fromYaml", "fromJson", "fromYamlArray", "fromToml", 'splitList ""', 'split ","', "urlquery", "html"),
    *('replace "x" "yy"', 'regexReplaceAll "x*" "z"', 'regexFind "(x+x+)+y"', 'regexMatch "(.*)(.*)(.*)z"', "js"),
    *('regexSplit "" . -1', 'regexFindAll "x" . -1', "regexQuoteMeta", 'trimSuffix "x"', "reverse", "toString", "len"),
    *('semverCompare ">1"', 'printf "%100000s"', 'printf "%q"', "abbrev 5", "substr 0 9", "untitle", "plural `a` `b`"),
    *("sortAlpha", "uniq", "toStrings", "genPrivateKey", "htpasswd `a`", "bcrypt", "derivePassword 1 `a` `b` `c`"),
)
_OF_VALUES: Final = (
    *("toYaml", "toJson", "toPrettyJson", "toToml", 'printf "%v"', 'printf "%#v"', "toString", "deepCopy", "quote"),
    *("mustMerge (dict)", "deepEqual $d", "merge (dict)", "toRawJson", "values", "keys", 'pick "a"', "len", "print"),
    *("tpl `{{ . }}`", "include `show`", "kindOf", "empty", "default $d", "coalesce", "list", "toYamlPretty"),
)
_ASKED: Final = "- {{name: sub, alias: a{}, version: '>=0', condition: a.b.c, tags: [x]}}\n"
_PATTERNS: Final = ("(x+x+)+y", "(.*)(.*)(.*)(.*)z", "(x|xx)*$", "x{1,1000}", "((x{0,9}){0,9}){0,9}y", "[^y]*y[^y]*")


def doubled_text(random: Random) -> Files:
    """A text that is put behind itself again and again, and given to a function."""
    make = random.choice(("print $s $s", 'printf "%s%s" $s $s', "cat $s $s", 'list $s $s | join ""', "repeat 2 $s"))
    call = random.choice(_OF_TEXT)
    return _chart(
        f"{{{{ $s := `x` }}}}{{{{ range until {random.randint(10, 40)} }}}}{{{{ $s = {make} }}}}{{{{ end }}}}"
        f"a: {{{{ $s | {call} }}}}\n"
    )


def function_in_a_loop(random: Random) -> Files:
    """A function that is called with a long text often."""
    call, size = random.choice(_OF_TEXT), random.choice((1_000, 20_000, 400_000))
    unit = random.choice(("x", "x,", "- x\n", "[", "{a: ", "1.", "&a x\n", "é", "\\n", "x: {y: z}\n", '{"a":1},', "* "))
    return _chart(
        f"{{{{ $s := repeat {size} {json.dumps(unit)} }}}}{{{{ range until {random.choice((5, 300, 20000))} }}}}"
        f"a{{{{ . }}}}: {{{{ $s | {call} | len }}}}\n{{{{ end }}}}"
    )


def doubled_values(random: Random) -> Files:
    """A map or list that holds itself twice, many levels deep."""
    make = random.choice(('dict "a" $d "b" $d', "list $d $d", 'dict "a" (list $d $d)', 'set (deepCopy $d) "c" $d'))
    call = random.choice(_OF_VALUES)
    return _chart(
        f'{{{{ $d := dict "a" 1 }}}}{{{{ range until {random.randint(5, 60)} }}}}{{{{ $d = {make} }}}}{{{{ end }}}}'
        f"a: {{{{ $d | {call} }}}}\n{{{{ define `show` }}}}{{{{ . }}}}{{{{ end }}}}"
    )


def long_lists(random: Random) -> Files:
    """Lists of very many numbers, and loops over them inside one another."""
    count = random.choice((1_000, 100_000, 999_999, 3_000_000))
    call = random.choice(
        (
            "toYaml",
            "toJson",
            "join `,`",
            "uniq",
            "sortAlpha",
            "reverse",
            "without 1",
            "has 5",
            "len",
            "toStrings",
            "chunk 2",
            "compact",
            "first",
            "shuffle",
            "concat (list 1)",
            "append 2",
        )
    )
    inner = (
        f"{{{{ range until {random.choice((10, 1000))} }}}}{{{{ . }}}}{{{{ end }}}}" if random.random() < 0.5 else ""
    )
    return _chart(f"{{{{ $l := until {count} }}}}a: {{{{ $l | {call} }}}}\n{{{{ range $l }}}}{inner}{{{{ end }}}}")


def calls_itself(random: Random) -> Files:
    """Templates that call themselves and each other, by every way there is."""
    ways = (
        "{{ include `a` . }}",
        "{{ template `a` . }}",
        "{{ tpl .Values.text . }}",
        "{{ include `b` . }}{{ include `b` . }}",
        "{{ range until 9 }}{{ include `b` $ }}{{ end }}",
        '{{ tpl (print `{{ include "a" . }}` .Values.text) . }}',
    )
    text = (
        f"{{{{ define `a` }}}}{random.choice(ways)}{{{{ end }}}}{{{{ define `b` }}}}{random.choice(ways)}{{{{ end }}}}"
    )
    return {**_chart(f"{text}a: {{{{ include `a` . }}}}\n"), "values.yaml": b"text: '{{ tpl .Values.text . }}'\n"}


def deep_templates(random: Random) -> Files:
    """Blocks, parentheses and pipelines far inside one another, or very many of them."""
    deep = random.choice((100, 5_000, 100_000))
    return _chart(
        random.choice(
            (
                "{{ if true }}" * deep + "x" + "{{ end }}" * deep,
                "a: {{ " + "(" * deep + "1" + ")" * deep + " }}",
                "a: {{ 1" + " | print" * deep + " }}",
                "{{/* x */}}" * deep,
                "{{ .Values" + ".a" * deep + " }}",
                "{{ define `a` }}x{{ end }}" * deep,
                "{{ $a := 1 }}" * deep,
                "{{ print" + " 1" * deep + " }}",
                "{{" * deep,
                "{{ `" + "x" * deep + "` | quote }}\n" * 50,
            )
        )
    )


def odd_output(random: Random) -> Files:
    """Text that is hard to read as YAML."""
    deep = random.choice((50, 2_000, 60_000))
    call = random.choice(("print", "fromYaml", "fromYamlArray"))
    bombs = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(22)
    )
    text = random.choice(
        (
            bombs,
            "[" * deep,
            "{a: " * deep,
            "- " * deep,
            "---\na: b\n" * deep,
            "? " * deep,
            "a: b\n" * deep,
            "&a " * deep,
            "a: |\n" + " x\n" * deep,
            "!!x " * deep,
            "'" * deep,
            "a: 'x\n" * deep,
            "\t" * deep,
            "x" * 20 * deep,
            "a:\n b:\n" * deep,
            "a: &a\n  b: *a\n",
            "<<: " * deep,
            "".join(f"{' ' * i}a:\n" for i in range(min(deep, 3000))),
        )
    )
    if call == "print":
        return _chart(text)
    return {**_chart(f"a: {{{{ .Files.Get `f` | {call} | toJson | len }}}}\n"), "f": text.encode()}


def odd_values(random: Random) -> Files:
    """Files of values that are hard to read, or to merge."""
    files = odd_output(random)
    return {**_chart("a: {{ toYaml .Values | len }}\n"), "values.yaml": files.get("f", files[_TEMPLATE])}


def odd_schema(random: Random) -> Files:
    """Schemas that refer to files and hosts, to themselves, or take long to hold against a value."""
    pattern, deep = random.choice(_PATTERNS), random.choice((5, 500, 20_000))
    schema: object = random.choice(
        (
            {"$ref": "file:///etc/passwd"},
            {"$ref": "http://127.0.0.1:9/x"},
            {"$ref": "../secret"},
            {"$ref": "#"},
            {"$ref": "#/definitions/a", "definitions": {"a": {"allOf": [{"$ref": "#/definitions/a"}]}}},
            {"properties": {"a": {"pattern": pattern}}},
            {"patternProperties": {pattern: {}}},
            {"properties": {"a": {"$schema": "https://127.0.0.1:9/s", "$id": "file:///etc/", "$ref": "hosts"}}},
            {"oneOf": [{"anyOf": [{"type": "object"}] * 30}] * 30},
            {"properties": {"a": {"uniqueItems": True}}},
        )
    )
    text = json.dumps(schema) if random.random() < 0.8 else '{"not": ' * deep + "{}" + "}" * deep
    value = random.choice(('"' + "x" * 50_000 + '"', "[" + "{}," * 3000 + "{}]"))
    return {**_chart("a: b\n"), "values.schema.json": text.encode(), "values.yaml": f"a: {value}\n".encode()}


def far_files(random: Random) -> Files:
    """Paths, links and functions that lead out of the chart; a name ending in ``->`` is a link to what it holds."""
    paths = (
        "../secret",
        "../../secret",
        "/etc/passwd",
        "templates/../../secret",
        "link",
        "**",
        "../*",
        "/**",
        "{..,.}/*",
    )
    calls = (
        ".Files.Get `{}`",
        "(.Files.Glob `{}`).AsConfig",
        "(.Files.Glob `{}`).AsSecrets",
        ".Files.Lines `{}`",
        "tpl (.Files.Get `{}`) .",
    )
    more = (
        "env `HOSTILE`",
        "expandenv `$HOSTILE`",
        "getHostByName `localhost`",
        "lookup `v1` `Secret` `a` `b`",
        "osBase `../secret`",
    )
    lines = [random.choice(calls).format(random.choice(paths)) for _ in range(4)] + [random.choice(more)]
    files = _chart("\n".join(f"a{number}: {{{{ {line} | toJson }}}}" for number, line in enumerate(lines)))
    if random.random() < 0.3:
        files = _chart("\n".join(f"a{number}: {{{{ {line} | toJson }}}}" for number, line in enumerate(lines[:-1])))
    files[
        random.choice(("link->", "templates/l.yaml->", "charts->", "crds/c.yaml->", "values.schema.json->", "ci->"))
    ] = random.choice(
        (b"../secret", b"/etc/passwd", b"..", b"/", b"/dev/zero", b"/proc/self/environ", b".", b"templates")
    )
    return files


def archives(random: Random) -> Files:
    """Archives of subcharts that unpack to very much, or to somewhere else."""
    kind = random.choice(("bomb", "path", "link", "many", "nested", "broken"))
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        if kind == "bomb":
            _entry(archive, "sub/templates/big.yaml", bytes(120_000_000))
        elif kind == "path":
            for name in ("../../secret", "/etc/x", "sub/../../x", "..\\x", "sub/templates/../../../x", "C:\\x"):
                _entry(archive, name, b"a: b\n")
        elif kind == "link":
            link = tarfile.TarInfo("sub/templates/l.yaml")
            link.type, link.linkname = random.choice((tarfile.SYMTYPE, tarfile.LNKTYPE)), "../../../secret"
            archive.addfile(link)
        elif kind == "many":
            for number in range(30_000):
                _entry(archive, f"sub/templates/{number}.yaml", b"a: b\n")
        _entry(archive, "sub/Chart.yaml", CHART.replace(b"hostile", b"sub"))
    data = gzip.compress(made.getvalue(), 1)
    if kind == "broken":
        data = data[: len(data) // 2] + random.randbytes(20)
    for _ in range(45 if kind == "nested" else 0):
        outer = io.BytesIO()
        with tarfile.open(fileobj=outer, mode="w") as archive:
            _entry(archive, "sub/Chart.yaml", CHART.replace(b"hostile", b"sub"))
            _entry(archive, "sub/charts/sub-1.tgz", data)
        data = gzip.compress(outer.getvalue(), 1)
    return {**_chart("a: b\n"), "charts/sub-1.0.0.tgz": data}


def odd_chart_file(random: Random) -> Files:
    """A Chart.yaml of wrong types, endless lists, conditions and constraints."""
    count = random.choice((3, 300, 5_000))
    more = random.choice(
        (
            "dependencies:\n" + "".join(_ASKED.format(number) for number in range(count)),
            "dependencies: [" * count + "]" * count,
            "kubeVersion: '" + ">1 || " * count + ">1'\n",
            "kubeVersion: '>=" + "9" * count + "'\n",
            "annotations: &a {a: *a}\n",
            "dependencies: {a: b}\nname: [x]\n",
            "maintainers: " + "[" * count,
            "type: library\ntype: application\n",
            "version: " + "1." * count + "\n",
            "dependencies:\n- name: sub\n  import-values:\n" + "  - {child: a.b, parent: c.d}\n" * count,
        )
    )
    sub = {
        "charts/sub/Chart.yaml": CHART.replace(b"hostile", b"sub"),
        "charts/sub/values.yaml": b"a: {b: {c: 1}}\n",
        "charts/sub/templates/t.yaml": b"a: {{ .Values.a }}\n",
    }
    return {**_chart("a: {{ .Values | toJson }}\n"), **sub, "Chart.yaml": CHART + more.encode()}


def patterns(random: Random) -> Files:
    """Patterns of regular expressions, file names and versions that take long to try."""
    pattern, size = random.choice(_PATTERNS), random.choice((100, 20_000, 300_000))
    call = random.choice(("regexMatch", "regexFind", "regexFindAll", "regexReplaceAll", "regexSplit"))
    rest = {"regexFindAll": " -1", "regexSplit": " -1", "regexReplaceAll": " `${1}`"}.get(call, "")
    glob = random.choice(("*" * 40 + "x", "{a,b}" * 12, "**/**/**/**/x", "?" * 99, "{" * 9 + "a,b" + "}" * 9))
    looked = f"{{{{ {call} `{pattern}` (repeat {size} `x`){rest} | toJson | len }}}}"
    files = _chart(f"a: {looked}\nb: {{{{ .Files.Glob `{glob}` | len }}}}\n")
    if random.random() < 0.3:
        ignored = [random.choice(("*" * 30 + "a", "!x", "a/" * 99 + "b", "[a-z]*[a-z]*x", "?" * 99)) for _ in range(50)]
        files[".helmignore"] = "\n".join(ignored).encode()
    return {**files, "a" * 60: b"x"}


def random_bytes(random: Random) -> Files:
    """Files of any bytes, some of them behind a beginning that is right."""
    names = (
        "Chart.yaml",
        "values.yaml",
        _TEMPLATE,
        "values.schema.json",
        "charts/sub-1.0.0.tgz",
        ".helmignore",
        "crds/c.yaml",
    )
    begins = (b"", b"\x1f\x8b\x08", b"a: ", b"{{ ", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"apiVersion: v2\nname: ")
    files = _chart("a: {{ .Values | toJson }}\n")
    for name in random.sample(names, random.randint(1, 4)):
        files[name] = random.choice(begins) + random.randbytes(random.choice((1, 300, 200_000)))
    return files


def mutated(random: Random) -> Files:
    """A recorded chart with junk put in and parts taken out."""
    recorded = random.choice(_recorded())
    files = {name: bytearray(data) for name, data in recorded.items()}
    for _ in range(random.randint(1, 8)):
        data = files[random.choice(list(files))]
        at = random.randint(0, len(data))
        if random.random() < 0.6:
            data[at:at] = random.choice(_JUNK).encode()
        else:
            del data[at : at + random.randint(1, 30)]
    return {name: bytes(data) for name, data in files.items()}


KINDS: Final[tuple[Callable[[Random], Files], ...]] = (
    *(
        doubled_text,
        function_in_a_loop,
        doubled_values,
        long_lists,
        calls_itself,
        deep_templates,
        odd_output,
        odd_values,
    ),
    *(odd_schema, far_files, archives, odd_chart_file, patterns, random_bytes, mutated, mutated),
)


def hostile_chart(random: Random, number: int) -> tuple[str, Files]:
    """(kind, files) of a chart; kinds come in turn."""
    kind = KINDS[number % len(KINDS)]
    return kind.__name__, kind(random)


def _chart(template: str) -> Files:
    return {"Chart.yaml": CHART, _TEMPLATE: template.encode()}


def _entry(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


_RECORDED: Final[list[Files]] = []


def _recorded() -> list[Files]:
    if not _RECORDED:
        for _, record in read_records(RECORDINGS / "helm", "charts"):
            files = {name.removeprefix("c/"): text for name, text in record["files"].items() if name.startswith("c/")}
            _RECORDED.append({name: text.encode("utf-8", "surrogateescape") for name, text in files.items()})
    return _RECORDED
