"""Random templates over the values of a small chart: fields, blocks and pipelines, mostly of the right types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from tools.mini_values import LISTS, MAPS, NUMBERS, STRINGS, TRUTHS

_DEEPEST: Final = 3
_TEXT_FUNCTIONS: Final = (
    *("upper", "lower", "title", "trim", "quote", "squote", "b64enc", "sha256sum", "nospace", "kebabcase", "snakecase"),
    *("camelcase", "untitle", "initials", "swapcase", "trunc 4", "trunc -3", 'trimSuffix "e"', 'trimPrefix "r"'),
    *('replace "a" "bb"', 'replace " " ""', "substr 0 3", "abbrev 6", 'default "none"', 'printf "%s!"', 'printf "%q"'),
    *("repeat 2", "toString", 'regexReplaceAll "[aeiou]" "<$0>"', 'regexFind "[a-z]+"', "b64enc | b64dec", "html"),
    *('printf "%-8s|"', "urlquery", "adler32sum", "toJson", 'trimAll "-"', "wrap 5", "indent 2", "cat 1"),
)
_NUMBER_FUNCTIONS: Final = (
    *("add 2", "add1", "sub 10", "mul 3", "div 100", "mod 7", "max 5", "min 3", "int", "int64", "float64", "ceil"),
    *("floor", "round 1", "toString | atoi", "addf 1.5", "mulf 2.0", "toDecimal", "biggest 4"),
)
_LIST_FUNCTIONS: Final = (
    *("uniq", "reverse", "compact", "toStrings", "concat (list 1 2)", "sortAlpha", "initial", "rest", "mustUniq"),
    *("toStrings | sortAlpha", "deepCopy", "join `,` | splitList `,`"),
)
_MAP_FUNCTIONS: Final = (
    *('merge (dict "x" "m" "k" 1)', 'mergeOverwrite (dict "x" "o")', "deepCopy", "toYaml | fromYaml"),
    *("toJson | fromJson", 'mustMerge (dict "deep" (dict "q" 1))', "merge (dict)"),
)
_CONDITIONS: Final = (
    *("empty {any}", "not {truth}", "eq {text} {text}", "ne {text} {text}", "and {truth} {truth}", "or {any} {truth}"),
    *('hasKey {map} "x"', 'has "oak" {list}', "lt (int {number}) 5", "gt (len {list}) 1", 'contains "a" {text}'),
    *(
        'kindIs "string" {any}',
        'hasPrefix "r" {text}',
        "{truth}",
        "{any}",
        "eq (int {number}) 1 7",
        "le (float64 {number}) 2.5",
    ),
    *('regexMatch "^[a-z]" {text}', 'semverCompare ">=1.2" .Chart.Version', "ge (int {number}) 3", "all {any} {any}"),
    *(
        '.Capabilities.APIVersions.Has "v1"',
        "deepEqual {any} {any}",
        'typeIs "float64" {any}',
        "any {truth} 0",
    ),
)
_TEXTS: Final = (
    *('"lit"', '"a: b"', '`raw "q"`', ".Chart.Name", ".Release.Namespace", ".Template.Name", ".Chart.AppVersion"),
    *('(printf "%d-%v" 3 {any})', "(ternary {text} {text} {truth})", '(include "mini.name" .)', '(join "," {list})'),
    *("(tpl {text} .)", "(default {text} {text})", "(coalesce {text} {text})", '(.Files.Get "files/f.txt")'),
    *(
        '(dig "deep" "x" "none" {map})',
        "(first {list} | toString)",
        "(kindOf {any})",
        "(typeOf {any})",
        "(toJson {any})",
    ),
    *('(get {map} "x" | toString)', '(index .Values "s")', "(.Values.s | quote)", "(list {any} {any} | toString)"),
)
_LISTS: Final = (
    *(
        "(list {any} {text} {number})",
        "(until 3)",
        '(splitList "a" {text})',
        "(keys {map} | sortAlpha)",
        "(seq 3 | list)",
    ),
    *(
        '(append {list} "z")',
        "(prepend {list} {any})",
        '(without {list} "x" "oak")',
        "(chunk 2 {list} | first | default list)",
    ),
    *("(untilStep 1 9 3)", "(slice (list 1 2 3) 1)", "(dict `k` (list 1) | dig `k` (list))"),
)
_MAPS: Final = (
    *('(omit {map} "x")', '(pick {map} "x" "y")', '(set (deepCopy {map}) "k" {any})', '(unset (deepCopy {map}) "y")'),
    '(dict "a" {any} "b" {number})',
    '(dict "k" (dict "x" {text}))',
    "({map} | default dict)",
    "(dict)",
)


class Writer:
    """Writes templates over ``values``; where these hold a name, mostly with fields that are there."""

    def __init__(self, random: Random, values: Mapping[str, object]) -> None:
        self.random = random
        self.values = values

    def helpers(self) -> str:
        """Named templates: a name, labels, and one that calls the others."""
        choose = self.random.choice
        return (
            f'{{{{{choose(("-", ""))} define "mini.name" -}}}}\n{{{{ .Values.s | default .Chart.Name | trunc 20 }}}}\n'
            f'{{{{- end {choose(("-", ""))}}}}}\n{{{{ define "mini.labels" }}}}app: {{{{ include "mini.name" . }}}}\n'
            f"tier: {{{{ {self.text()} | quote }}}}\n{{{{- end }}}}\n"
            f'{{{{- define "mini.both" -}}}}\n{{{{ template "mini.name" $ }}}}-{{{{ .Release.Name }}}}{{{{ end }}}}\n'
        )

    def entry(self, key: str, indent: int, depth: int = 0) -> list[str]:
        """The lines of a field, with a value of any shape, or of a block that holds fields."""
        pad, kind = " " * indent, self.random.random()
        if kind < 0.35 or depth >= _DEEPEST:
            return [f"{pad}{key}: {{{{ {self.text()}{self._piped(_TEXT_FUNCTIONS)} | {self._quoting()} }}}}"]
        if kind < 0.5:
            return [
                f"{pad}{key}: {{{{ {self.any()}{self.random.choice(('', ' | quote', ' | toJson', ' | toYaml'))} }}}}"
            ]
        if kind < 0.58:
            return [f"{pad}{key}: {{{{ {self.number()}{self._piped(_NUMBER_FUNCTIONS)} }}}}"]
        if kind < 0.72:
            value = self.random.choice(
                (self.map() + self._piped(_MAP_FUNCTIONS), self.list() + self._piped(_LIST_FUNCTIONS))
            )
            if self.random.random() < 0.3:
                return [f"{pad}{key}: {{{{ {value} | toJson }}}}"]
            return [f"{pad}{key}:", f"{pad}{{{{- {value} | toYaml | nindent {indent + 2} }}}}"]
        if kind < 0.76:
            return [f"{pad}{key}:", f'{pad}  {{{{- include "mini.labels" . | nindent {indent + 2} }}}}']
        if kind < 0.86:
            return self._if(key, indent, depth)
        if kind < 0.93:
            return self._with(key, indent, depth)
        return self._range(key, indent)

    def _if(self, key: str, indent: int, depth: int) -> list[str]:
        lines = [self._left(f"if {self.condition()}"), *self.entry(key, indent, depth + 1)]
        if self.random.random() < 0.3:
            lines += [self._left(f"else if {self.condition()}"), *self.entry(key, indent, depth + 1)]
        if self.random.random() < 0.5:
            lines += [self._left("else"), *self.entry(key, indent, depth + 1)]
        return [*lines, self._left("end")]

    def _with(self, key: str, indent: int, depth: int) -> list[str]:
        pad = " " * indent
        inner = self.random.choice(("{{ . | toJson }}", "{{ $v | toJson }}", "{{ $.Values.n }}", "{{ kindOf . }}"))
        head = f"with $v := {self.random.choice((self.any, self.text))()}"
        if self.random.random() < 0.4:
            head, inner = f"with $v := {self.map()}", self.random.choice(("{{ .x | toJson }}", "{{ len $v }}"))
        otherwise = [self._left("else"), *self.entry(key, indent, depth + 1)] if self.random.random() < 0.4 else []
        return [self._left(head), f"{pad}{key}: {inner}", *otherwise, self._left("end")]

    def _range(self, key: str, indent: int) -> list[str]:
        pad = " " * indent
        over = self.random.choice((self.list, self.map, lambda: ".Values.items", lambda: "3", self.list))()
        heads = (f"range {over}", f"range $v := {over}", f"range $i, $v := {over}")
        head = self.random.choice(heads[:2] if over == "3" else heads)
        item = {"range $i": "{{ $i }}: {{ $v | toJson | quote }}", "range $v": "{{ $v | toJson }}"}.get(head[:8], "")
        stop = self.random.choice(
            ("", "", "{{ if eq (toString .) `7` }}{{ break }}{{ end }}", "{{ if not . }}{{ continue }}{{ end }}")
        )
        line = f"{pad}  {stop}- {item or '{{ . | toJson }}'}"
        otherwise = [self._left("else"), f"{pad}  - none"] if self.random.random() < 0.4 else []
        return [f"{pad}{key}:", self._left(head), line, *otherwise, self._left("end")]

    def _left(self, inside: str) -> str:
        """An action on a line of its own, trimmed in one of the usual ways."""
        begin, end = self.random.choice(
            (("{{- ", " }}"), ("{{- ", " }}"), ("  {{- ", " }}"), ("{{- ", " -}}"), ("{{ ", " }}"))
        )
        return f"{begin}{inside}{end}" if inside != "end" or end != " -}}" else f"{begin}{inside} }}}}"

    def _piped(self, functions: tuple[str, ...]) -> str:
        return "".join(f" | {self.random.choice(functions)}" for _ in range(self.random.choice((0, 0, 1, 1, 2))))

    def _quoting(self) -> str:
        return self.random.choice(("quote", "quote", "squote", "toJson", "toYaml", "trim"))

    def condition(self) -> str:
        """Something that ``if`` may ask."""
        return self._filled(self.random.choice(_CONDITIONS))

    def text(self, depth: int = 0) -> str:
        """A text."""
        return self._one(STRINGS, _TEXTS, depth)

    def number(self) -> str:
        """A number."""
        return self.random.choice(
            (*(f".Values.{name}" for name in NUMBERS), "3", "-2", "1.5", "(len .Values.l)", "0x10")
        )

    def list(self, depth: int = 0) -> str:
        """A list."""
        return self._one(LISTS, _LISTS, depth)

    def map(self, depth: int = 0) -> str:
        """A map."""
        return self._one(MAPS, _MAPS, depth)

    def any(self, depth: int = 0) -> str:
        """A value of any type, one now and then that is not there."""
        if self.random.random() < 0.6:
            return f".Values.{self.random.choice((*self.values, 'missing'))}"
        if self.random.random() < 0.2:
            return f"(.Values.m).{self.random.choice(('x', 'y', 'Z', 'deep'))}"
        makers: tuple[Callable[[int], str], ...] = (self.text, self.list, self.map)
        return self.random.choice(makers)(depth + 1)

    def _one(self, names: tuple[str, ...], others: tuple[str, ...], depth: int) -> str:
        if depth >= _DEEPEST or self.random.random() < 0.55:
            return f".Values.{self.random.choice(names)}"
        return self._filled(self.random.choice(others), depth + 1)

    def _filled(self, form: str, depth: int = 1) -> str:
        """A form with its gaps filled in: ``{text}``, ``{number}``, ``{list}``, ``{map}``, ``{truth}``, ``{any}``."""
        makers: dict[str, Callable[[], str]] = {
            "{text}": lambda: self.text(depth + 1),
            "{number}": self.number,
            "{list}": lambda: self.list(depth + 1),
            "{map}": lambda: self.map(depth + 1),
            "{truth}": lambda: self.random.choice((*(f".Values.{name}" for name in TRUTHS), "true", "false")),
            "{any}": lambda: self.any(depth + 1),
        }
        for gap, make in makers.items():
            while gap in form:
                form = form.replace(gap, make(), 1)
        return form
