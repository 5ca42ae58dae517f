"""The key of a whole run: a digest of everything that its answer rests on before the sets of its texts are made."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from kubelens.engine.cache.installation import installation
from kubelens.engine.config import Config
from kubelens.engine.inputs import Inputs, Wanted
from kubelens.engine.loader import Loaded
from kubelens.engine.regular_files import read_regular


def run_key(inputs: Inputs, wanted: Wanted, config: Config, roots: Iterable[str], said: Sequence[object]) -> bytes:
    """A digest of texts, names, settings, the folder, what is installed, and what else the command line ``said``.

    ``roots``: the repositories that the texts lie in.
    """
    told = blake2b(installation(), digest_size=32)
    settings = (os.getcwd(), os.path.realpath("."), tuple(roots), wanted, config, tuple(said), _baseline(config))
    told.update(repr(settings).encode())
    told.update(repr(sorted(inputs.left_out.items())).encode())
    for texts in (inputs.loaded, inputs.crds, inputs.running):
        told.update(b"texts %d\n" % len(texts))
        for part in _parts(texts):
            told.update(b"%d\n" % len(part))
            told.update(part)
    return told.digest()


def _parts(texts: Iterable[Loaded]) -> Iterator[bytes]:
    for one in texts:
        about = (one.uri, one.reason, one.origins, one.chart, one.rendered, one.taken_in, one.problems)
        yield repr(about).encode()
        for source in (one.source, one.damaged):
            if source is not None:
                yield repr((source.uri, source.bom)).encode()
                yield source.text.encode("utf-8", "surrogatepass")


def _baseline(config: Config) -> bytes:
    """The known findings that are held back."""
    if not config.baseline:
        return b""
    try:
        return read_regular(config.baseline)
    except OSError as error:
        return str(error).encode()
