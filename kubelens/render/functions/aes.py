"""AES-256 on single blocks (FIPS 197): charts encrypt a few words, so plain Python is fast enough."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_ROUNDS: Final = 14
_KEY_WORDS: Final = 8
Block = list[int]


def _doubled(byte: int) -> int:
    return (byte << 1) ^ (0x11B if byte & 0x80 else 0)


def _product(one: int, other: int) -> int:
    made = 0
    while other:
        if other & 1:
            made ^= one
        one, other = _doubled(one), other >> 1
    return made


@lru_cache(maxsize=1)
def _boxes() -> tuple[bytes, bytes]:
    """The substitution and its inverse: the inverse in GF(2^8), then an affine map."""
    forward, backward = bytearray(256), bytearray(256)
    for byte in range(256):
        inverse = next((other for other in range(1, 256) if _product(byte, other) == 1), 0)
        made = 0x63
        for shift in range(5):
            made ^= ((inverse << shift) | (inverse >> (8 - shift))) & 0xFF
        forward[byte], backward[made] = made, byte
    return bytes(forward), bytes(backward)


def round_keys(key: bytes) -> list[Block]:
    """The sixteen bytes of each round that a key of 32 bytes expands to."""
    box, _ = _boxes()
    words = [list(key[at : at + 4]) for at in range(0, 32, 4)]
    constant = 1
    for index in range(_KEY_WORDS, 4 * (_ROUNDS + 1)):
        word = words[-1]
        if index % _KEY_WORDS == 0:
            word = [box[byte] for byte in word[1:] + word[:1]]
            word[0] ^= constant
            constant = _doubled(constant)
        elif index % _KEY_WORDS == 4:
            word = [box[byte] for byte in word]
        words.append([byte ^ before for byte, before in zip(word, words[-_KEY_WORDS], strict=True)])
    return [[byte for word in words[at : at + 4] for byte in word] for at in range(0, len(words), 4)]


def encrypted(block: bytes, keys: list[Block]) -> bytes:
    """Sixteen bytes, encrypted."""
    box, _ = _boxes()
    state = _added(list(block), keys[0])
    for number in range(1, _ROUNDS + 1):
        state = [box[state[(at + 4 * (at % 4)) % 16]] for at in range(16)]
        if number < _ROUNDS:
            state = _mixed(state, (2, 3, 1, 1))
        state = _added(state, keys[number])
    return bytes(state)


def decrypted(block: bytes, keys: list[Block]) -> bytes:
    """Sixteen bytes, decrypted."""
    _, box = _boxes()
    state = _added(list(block), keys[_ROUNDS])
    for number in range(_ROUNDS - 1, -1, -1):
        state = [box[state[(at - 4 * (at % 4)) % 16]] for at in range(16)]
        state = _added(state, keys[number])
        if number:
            state = _mixed(state, (14, 11, 13, 9))
    return bytes(state)


def _added(state: Block, key: Block) -> Block:
    return [byte ^ other for byte, other in zip(state, key, strict=True)]


def _mixed(state: Block, factors: tuple[int, int, int, int]) -> Block:
    return [
        _product(state[column + row], factors[0])
        ^ _product(state[column + (row + 1) % 4], factors[1])
        ^ _product(state[column + (row + 2) % 4], factors[2])
        ^ _product(state[column + (row + 3) % 4], factors[3])
        for column in range(0, 16, 4)
        for row in range(4)
    ]
