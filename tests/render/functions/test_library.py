"""Which functions there are, what needs the render, and what nobody can know."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from kubelens.render.functions.library import library
from kubelens.render.functions.rendering import ChartFailure
from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import Struct
from kubelens.render.origin import unknown_in
from tests.render.functions.calling import Render, call, functions

NEW = {
    "mustToYaml",
    "mustToToml",
    "mustToDuration",
    "durationSeconds",
    "durationMilliseconds",
    "durationMicroseconds",
    "durationNanoseconds",
    "durationMinutes",
    "durationHours",
    "durationDays",
    "durationWeeks",
    "durationRoundTo",
    "durationTruncateTo",
}


def test_what_helm_takes_away_is_not_there() -> None:
    assert not {"env", "expandenv", "mustFromYaml", "toDuration", "cidrhost"} & set(functions())
    assert set(functions(4)) - set(functions(3)) == NEW
    assert call("getHostByName", "localhost") == ""
    assert call("lookup", "v1", "Pod", "", "") == {}


def test_what_is_asked_for_is_all_that_is_imported() -> None:
    program = (
        "import sys; from tests.render.functions.calling import functions; known = functions()\n"
        "assert known['default'].call(1, 0) == 1 and 'quote' in known\n"
        "assert 'kubelens.render.functions.dates' not in sys.modules\n"
        "assert 'now' in known and 'nope' not in known\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_chart_says_why_it_fails() -> None:
    for name, arguments in (("fail", ("no",)), ("required", ("no", None)), ("required", ("no", ""))):
        with pytest.raises(ChartFailure) as failure:
            call(name, *arguments)
        assert failure.value.message == "no"
    assert call("required", "no", False) is False
    lenient = library(Render(lenient=True))
    assert lenient["fail"].call("no") == ""
    assert lenient["required"].call("no", None) == ""


@pytest.mark.parametrize(
    ("name", "arguments", "pattern"),
    [
        ("randAlphaNum", (12,), r"[a-zA-Z0-9]{12}"),
        ("randAlpha", (8,), r"[a-zA-Z]{8}"),
        ("randNumeric", (30,), r"[0-9]{30}"),
        ("randAscii", (6,), r"[!-~]{6}"),
        ("randBytes", (6,), r"[A-Za-z0-9+/]{8}"),
        ("uuidv4", (), r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("shuffle", ("hello",), r"[hello]{5}"),
        ("bcrypt", ("p",), r"\$2a\$10\$[./A-Za-z0-9]{53}"),
        ("htpasswd", ("u", "p"), r"u:\$2a\$10\$.{53}"),
        ("encryptAES", ("k", "v"), r"[A-Za-z0-9+/=]{44}"),
        (
            "genPrivateKey",
            ("ecdsa",),
            r"-----BEGIN EC PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END EC PRIVATE KEY-----\n",
        ),
    ],
)
def test_stand_ins_have_the_form_of_what_they_stand_for(name: str, arguments: tuple[object, ...], pattern: str) -> None:
    made = call(name, *arguments)
    assert isinstance(made, str)
    assert re.fullmatch(pattern, made, re.DOTALL)
    assert unknown_in(made)
    assert call(name, *arguments) == made


def test_certificates_are_stand_ins() -> None:
    authority = call("genCA", "a", 365)
    made = call("genSignedCert", "b", ["10.0.0.1"], ["b.example"], 365, authority)
    assert isinstance(made, Struct)
    assert str(made.fields["Cert"]).startswith("-----BEGIN CERTIFICATE-----\n")
    assert unknown_in(made.fields["Key"])
    assert unknown_in(call("quote", made.fields["Cert"]))
    given = call("buildCustomCert", call("b64enc", made.fields["Cert"]), call("b64enc", made.fields["Key"]))
    assert isinstance(given, Struct)
    assert given.fields["Cert"] == made.fields["Cert"]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("randInt", (5, 5), "invalid argument to Intn"),
        ("genCAWithKey", ("a", 1, "x"), "parsing private key: no PEM data in input"),
        ("genSelfSignedCert", ("a", ["x"], None, 1), "error parsing ip: x"),
        ("genSelfSignedCert", ("a", [1], None, 1), "error parsing ip: 1 is not a string"),
        ("buildCustomCert", ("!", "x"), "unable to decode base64 certificate"),
        ("buildCustomCert", ("YQ==", "YQ=="), "unable to decode certificate"),
    ],
)
def test_failures(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(TemplateFailure) as failure:
        call(name, *arguments)
    assert failure.value.message == message


def test_a_random_number_of_one_possible_value_is_known() -> None:
    assert call("randInt", 1, 2) == 1
    assert not unknown_in(call("randInt", 1, 2))
    assert unknown_in(call("randInt", 1, 9))
