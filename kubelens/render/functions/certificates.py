"""Keys and certificates (sprig, ``crypto.go``): stand-ins, since a chart makes new ones each time."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from kubelens.render.functions.encoding import CorruptInput, base64_bytes
from kubelens.render.functions.family import Family
from kubelens.render.functions.stand_ins import pem
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.printing import format_value
from kubelens.render.go.types import ANY_SLICE, Struct
from kubelens.render.go.utf8 import from_bytes
from kubelens.render.origin import Text
from kubelens.syntax.pattern import pattern

CERTIFICATES = Family()
CERTIFICATE: Final = "sprig.certificate"
_KEY_SIZES: Final = {
    "": ("RSA PRIVATE KEY", 2349),
    "rsa": ("RSA PRIVATE KEY", 2349),
    "dsa": ("DSA PRIVATE KEY", 858),
    "ecdsa": ("EC PRIVATE KEY", 121),
    "ed25519": ("PRIVATE KEY", 48),
}
"""The label of each kind of key, and how many bytes such a key has."""
_RSA_2048: Final = ("RSA PRIVATE KEY", 1191)
_CERTIFICATE_SIZE: Final = 780
_BLOCK: Final = pattern(r"(?:\A|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n.*?\n-----END \1-----", re.DOTALL)
_KEY_LABELS: Final = frozenset({"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"})


@CERTIFICATES.function("genPrivateKey", takes=("string",))
def gen_private_key(kind: str) -> str:
    """A private key in PEM: ``rsa``, ``dsa``, ``ecdsa`` or ``ed25519``."""
    if kind not in _KEY_SIZES:
        return f"Unknown type {kind}"
    return pem(*_KEY_SIZES[kind])


@CERTIFICATES.function("genCA", takes=("string", "int"))
def gen_ca(_name: str, _days: int) -> Struct:
    """An authority's certificate and key."""
    return _certificate(pem(*_RSA_2048))


@CERTIFICATES.function("genCAWithKey", takes=("string", "int", "string"))
def gen_ca_with_key(_name: str, _days: int, key: str) -> Struct:
    """An authority's certificate for a key."""
    return _certificate(_parsed_key(key))


@CERTIFICATES.function("genSelfSignedCert", takes=("string", ANY_SLICE, ANY_SLICE, "int"))
def gen_self_signed_cert(_name: str, ips: list[object] | None, names: list[object] | None, _days: int) -> Struct:
    """A certificate that signs itself, and its key."""
    _check_names(ips, names)
    return _certificate(pem(*_RSA_2048))


@CERTIFICATES.function("genSelfSignedCertWithKey", takes=("string", ANY_SLICE, ANY_SLICE, "int", "string"))
def gen_self_signed_cert_with_key(
    _name: str, ips: list[object] | None, names: list[object] | None, _days: int, key: str
) -> Struct:
    """A certificate for a key, signed with it."""
    found = _parsed_key(key)
    _check_names(ips, names)
    return _certificate(found)


@CERTIFICATES.function("genSignedCert", takes=("string", ANY_SLICE, ANY_SLICE, "int", CERTIFICATE))
def gen_signed_cert(
    _name: str, ips: list[object] | None, names: list[object] | None, _days: int, authority: Struct
) -> Struct:
    """A certificate that an authority signs, and its key."""
    _check_authority(authority)
    _check_names(ips, names)
    return _certificate(pem(*_RSA_2048))


@CERTIFICATES.function("genSignedCertWithKey", takes=("string", ANY_SLICE, ANY_SLICE, "int", CERTIFICATE, "string"))
def gen_signed_cert_with_key(
    _name: str, ips: list[object] | None, names: list[object] | None, _days: int, authority: Struct, key: str
) -> Struct:
    """A certificate for a key that an authority signs."""
    found = _parsed_key(key)
    _check_authority(authority)
    _check_names(ips, names)
    return _certificate(found)


@CERTIFICATES.function("buildCustomCert", takes=("string", "string"))
def build_custom_cert(certificate: str, key: str) -> Struct:
    """A certificate and its key that are given in base64."""
    made = _decoded(certificate, "certificate"), _decoded(key, "private key")
    if _BLOCK.search(made[0]) is None:
        raise TemplateFailure("unable to decode certificate")
    problem = _key_problem(made[1])
    if problem:
        raise TemplateFailure(f"error parsing private key: {problem}")
    return Struct(CERTIFICATE, {"Cert": made[0], "Key": made[1]})


def _decoded(text: str, what: str) -> str:
    try:
        return Text.derived(from_bytes(base64_bytes(text)), (text,))
    except CorruptInput:
        raise TemplateFailure(f"unable to decode base64 {what}") from None


def _certificate(key: str) -> Struct:
    return Struct(CERTIFICATE, {"Cert": pem("CERTIFICATE", _CERTIFICATE_SIZE), "Key": key})


def _check_authority(authority: Struct) -> None:
    if _BLOCK.search(format_value(authority.fields["Cert"])) is None:
        raise TemplateFailure("unable to decode certificate")
    problem = _key_problem(format_value(authority.fields["Key"]))
    if problem:
        raise TemplateFailure(f"error parsing private key: {problem}")


def _parsed_key(key: str) -> str:
    problem = _key_problem(key)
    if problem:
        raise TemplateFailure(f"parsing private key: {problem}")
    return key


def _key_problem(key: str) -> str:
    """What is wrong with a key's PEM, as far as its label says."""
    block = _BLOCK.search(key)
    if block is None:
        return "no PEM data in input"
    if block[1] in _KEY_LABELS:
        return ""
    if not block[1].endswith(" PRIVATE KEY"):
        return f"no private key data in PEM block of type {block[1]}"
    return f"invalid private key type {block[1]}"


def _check_names(ips: list[object] | None, names: list[object] | None) -> None:
    for ip in ips or ():
        if not isinstance(ip, str):
            raise TemplateFailure(f"error parsing ip: {format_value(ip)} is not a string")
        try:
            ipaddress.ip_address(str(ip))
        except ValueError:
            raise TemplateFailure(f"error parsing ip: {ip}") from None
    for name in names or ():
        if not isinstance(name, str):
            raise TemplateFailure(f"error processing alternate dns name: {format_value(name)} is not a string")
