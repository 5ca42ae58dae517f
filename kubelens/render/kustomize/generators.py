"""ConfigMaps and Secrets made from literals, files and env files (api ``internal/generators``, ``kv``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.render.kustomize.config_data import Entries, is_utf8, load_data, load_secret_data
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.fields import set_field
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.node import MAPPING, SCALAR, Node, bare_node, text_node
from kubelens.render.kustomize.resolution import BOOL
from kubelens.render.kustomize.resource import Resource, World
from kubelens.render.kustomize.settings import GeneratorArgs, GeneratorOptions, SecretArgs
from kubelens.render.origin import Origin, Text, origins_in
from kubelens.syntax.pattern import pattern

_SPACE: Final = " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_BEHAVIORS: Final = frozenset({"create", "merge", "replace"})
_LINE_END: Final = pattern(r"\n|\Z")
Pair = tuple[str, str, tuple[Origin, ...]]


def generate(args: GeneratorArgs, loader: Loader, world: World) -> Resource:
    """The object that a generator's settings ask for.

    Raises:
        BuildFault: a source cannot be read.
    """
    is_secret = isinstance(args, SecretArgs)
    place = args.origins.get("") or args.origins.get("name")
    if not args.name:
        raise BuildFault("a configmap must have a name", place)
    written = (place,) if place is not None else None
    node = Node(MAPPING, written=written)
    node.fields["apiVersion"] = bare_node("v1", written)
    node.fields["kind"] = bare_node("Secret" if is_secret else "ConfigMap", written)
    meta = node.fields["metadata"] = Node(MAPPING, written=written)
    set_field(meta, "name", text_node(args.name, origins_in(args.name) or None))
    if args.namespace:
        set_field(meta, "namespace", text_node(args.namespace, origins_in(args.namespace) or None))
    if isinstance(args, SecretArgs):
        kind = args.type or "Opaque"
        set_field(node, "type", text_node(kind, origins_in(kind) or written))
    entries = _entries(args, loader, place)
    if is_secret:
        load_secret_data(node, entries)
    elif entries:
        load_data(node, "data", entries)
    for field in ("data", "binaryData"):
        if field in node.fields:
            node.fields[field].written = written
    _options(node, meta, args.options)
    made = Resource(node, world)
    made.needs_hash = args.options is None or not args.options.disable_name_suffix_hash
    made.behavior = str(args.behavior) if args.behavior in _BEHAVIORS else "unspecified"
    return made


def with_global(options: GeneratorOptions | None, shared: GeneratorOptions | None) -> GeneratorOptions | None:
    """A generator's own options before those of all (``MergeGlobalOptionsIntoLocal``)."""
    if shared is None:
        return options
    own = options or GeneratorOptions()
    return GeneratorOptions(
        labels=_over(own.labels, shared.labels),
        annotations=_over(own.annotations, shared.annotations),
        disable_name_suffix_hash=own.disable_name_suffix_hash or shared.disable_name_suffix_hash,
        immutable=own.immutable or shared.immutable,
        origins={**shared.origins, **own.origins},
    )


def _over(own: dict[str, str] | None, shared: dict[str, str] | None) -> dict[str, str] | None:
    if own is None:
        return shared
    return {**(shared or {}), **own}


def _options(node: Node, meta: Node, options: GeneratorOptions | None) -> None:
    if options is None:
        return
    for name, entries in (("labels", options.labels), ("annotations", options.annotations)):
        if entries:
            made = meta.fields.setdefault(name, Node(MAPPING))
            for key in sorted(entries):
                set_field(made, key, text_node(entries[key], origins_in(entries[key]) or None))
    if options.immutable:
        place = options.origins.get("immutable")
        set_field(node, "immutable", Node(SCALAR, "true", BOOL, written=(place,) if place else None))


def _entries(args: GeneratorArgs, loader: Loader, place: Origin | None) -> Entries:
    found: Entries = {}
    try:
        for key, value, origins in _pairs(args, loader):
            if key in found:
                raise BuildFault(f"configmap {args.name} illegally repeats the key `{key}`", place)
            found[key] = (value, origins)
    except BuildFault as fault:
        if fault.origin is None:
            fault.origin = place
        raise
    return found


def _pairs(args: GeneratorArgs, loader: Loader) -> Iterator[Pair]:
    pairs: list[Pair] = []
    for shown, sources, read in (
        ("env source files: [{}]", args.envs, _from_env),
        ("literal sources [{}]", args.literals, _from_literal),
        ("file sources: [{}]", args.files, _from_file),
    ):
        for source in sources or ():
            try:
                pairs.extend(read(source, loader))
            except BuildFault as fault:
                words = shown.format(" ".join(sources or ()))
                raise fault.within(f"loading KV pairs: {words}").at(source) from None
    yield from pairs


def _from_literal(source: str, _: Loader) -> list[Pair]:
    key, equals, value = source.partition("=")
    if not equals or not key:
        raise BuildFault(f"invalid literal source {source}, expected key=value")
    start, end = len(key) + 1, len(source)
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        start, end = start + 1, end - 1
    taken: str = source.cut(start, end) if isinstance(source, Text) else source[start:end]
    return [(key, taken, origins_in(source))]


def _from_file(source: str, loader: Loader) -> list[Pair]:
    count = source.count("=")
    if count == 0:
        key, path = source.rstrip("/").rpartition("/")[2] or source, source
    elif count > 1:
        raise BuildFault(f"source \"{source}\" key name or file path contains '='")
    else:
        key, _, path = source.partition("=")
        if not key:
            raise BuildFault(f'missing key name for file path "{path}" in source "{source}"')
        if not path:
            raise BuildFault(f'missing file path for key name "{key}" in source "{source}"')
    text = loader.load(path)
    return [(key, text, origins_in(text) or origins_in(source))]


def _from_env(source: str, loader: Loader) -> list[Pair]:
    text = loader.load(source)
    pairs: list[Pair] = []
    at = 0
    number = 0
    while at < len(text):
        end = text.find("\n", at)
        stop = len(text) if end < 0 else end
        line_end = stop - 1 if stop > at and text[stop - 1] == "\r" else stop
        start = at
        line = text[start:line_end]
        if number == 0 and line.startswith("\ufeff"):
            start, line = start + 1, line[1:]
        stripped = line.lstrip(_SPACE)
        start += len(line) - len(stripped)
        if not is_utf8(line):
            raise BuildFault(f"line {number} has invalid utf8 bytes : {line}")
        if stripped and stripped[0] != "#":
            key, equals, _ = stripped.partition("=")
            begin = start + len(key) + len(equals)
            value: str = text.cut(begin, line_end) if isinstance(text, Text) else text[begin:line_end]
            if key:
                origins = text.origins_of(start, line_end) if isinstance(text, Text) else ()
                pairs.append((key, value, origins or origins_in(source)))
        at = stop + 1
        number += 1
    return pairs
