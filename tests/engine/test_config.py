"""The configuration: what is wrong in it is named with its line, and the published schema says the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from kubelens.engine.config import KEYS, ConfigError
from kubelens.engine.config_files import discover, load_config
from kubelens.engine.config_schema import config_schema
from kubelens.engine.plugins import Plugins
from kubelens.engine.selection import choose_rules
from kubelens.rules.api import Severity

RULES = Plugins(third_party=False).rules()
SCHEMA = jsonschema.Draft202012Validator(config_schema(RULES))
WRONG = [
    ('selekt = ["a"]', ":1: unknown setting 'selekt'; did you mean 'select'?", False),
    ('\nselect = "a"', ":2: select takes a list", False),
    ("select = [1]", ":1: select takes a list", False),
    ("profile = 3", ":1: profile 3 is unknown", False),
    ('fail-on = ["x"]', ":1: severity ['x'] is unknown", False),
    ("severity = 3", ":1: severity takes a table", False),
    ('[severity]\nwrong-type = "inf"', ":2: severity 'inf' is unknown", False),
    ('[severity]\n# wrong-typ\nwrong-typ = "info"', ":3:1: no rule, alias or family is called 'wrong-typ'", True),
    ("rules = {wrong-type = 3}", ":1: rules: 'wrong-type' takes a table", False),
    ("[rules.wrong-typ]\nx = 1", ":1:8: no rule, alias or family is called 'wrong-typ'", True),
    ("[rules.wrong-type]\nx = 1", ":2:1: rule 'wrong-type' has no option 'x'", True),
    ("kubernetes-version = 1.30", ":1: kubernetes-version takes", False),
    ('[[overrides]]\npath = ["x"]', ":2: unknown setting 'path' in overrides; did you mean 'paths'?", False),
    ('[[overrides]]\npaths = ["x"]\nignore = ["bogus"]', ":3:12: no rule, alias or family", True),
    ("node-port-range = 3", ":1: node-port-range 3 is no range", False),
    ("namespace = 3", ":1: namespace takes text", False),
    ('compat = ["kubelinter"]', "did you mean 'kube-linter'?", False),
    ("[cluster]\nbogus = 1", ":1: unknown name 'bogus' in cluster", False),
    ('[cluster]\nnodes = "three big ones"', ":2: cluster: 'three big ones' describes no nodes", True),
    ('[cluster]\nfile = "nodes.yaml"', ":1: unknown name 'file' in cluster", False),
    ("[cluster]\nnodes = 3", ":2: nodes takes a list of texts", False),
    ('[[custom-rules]]\nname = "x"', ":1:3: custom-rules: 'match' is missing", False),
    ("extend = 3", ":1: extend takes text", False),
    ('extend = "nowhere.toml"', "nowhere.toml: cannot be read: no such file", True),
    ('extend = "kubelens.toml"', ":1: 'kubelens.toml' extends this file in turn", True),
    ('ignore = ["a"', ":1: no valid TOML", None),
]
RIGHT = [
    "",
    'profile = "strict"\nselect = ["ALL"]\nextend-select = ["profile:security"]\nignore = ["yaml"]\nfail-on = "error"',
    'kubernetes-version = "1.30"\noutput = ["concise", "sarif=x"]\ncrds = "crds"\ncompat = "polaris"\nnamespace = "a"',
    'pod-security = "baseline"\nnode-port-range = "1-2"\nbaseline = "x"\nassume-exists = ["Secret/*"]\nexclude = ["a/"]',
    '[severity]\nwrong-type = "info"\n[cluster]\nnodes = ["2x4cpu,8Gi"]\nzones = "a,b"',
    '[[overrides]]\npaths = ["a"]\nselect = ["yaml"]\nextend-select = []\nignore = []\nseverity = {yaml = "error"}',
    '[[custom-rules]]\nname = "x"\nmatch = "Pod"\nexpression = "true"\nmessage = "m"\nseverity = "info"\npath = "spec"',
]


@pytest.mark.parametrize(("text", "says", "passes_schema"), WRONG)
def test_what_is_wrong_is_named_with_its_line(text: str, says: str, passes_schema: bool | None, tmp_path: Path) -> None:
    file = tmp_path / "kubelens.toml"
    file.write_text(text + "\n")
    with pytest.raises(ConfigError) as error:
        choose_rules(load_config(file), RULES)
    assert says in str(error.value)
    assert str(error.value).startswith(str(tmp_path))
    if passes_schema is not None:
        assert SCHEMA.is_valid(tomllib.loads(text)) is passes_schema


@pytest.mark.parametrize("text", RIGHT)
def test_the_schema_takes_what_is_right(text: str, tmp_path: Path) -> None:
    file = tmp_path / "kubelens.toml"
    file.write_text(text + "\n")
    choose_rules(load_config(file), RULES)
    assert not list(SCHEMA.iter_errors(tomllib.loads(text)))


def test_the_schema_is_one_and_knows_every_setting() -> None:
    schema = config_schema(RULES)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(KEYS)


def test_a_configuration_extends_another(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "base.toml").write_text(
        'profile = "strict"\nignore = ["yaml"]\ncrds = ["crds"]\n[severity]\nwrong-type = "info"\nadmission = "info"\n'
    )
    own = tmp_path / "kubelens.toml"
    own.write_text('extend = "team/base.toml"\nignore = []\n[severity]\nadmission = "warning"\n')
    config = load_config(own)
    assert (config.profile, config.ignore) == ("strict", ())
    assert config.severity == {"wrong-type": Severity.INFO, "admission": Severity.WARNING}
    assert config.crds == (str(tmp_path / "team" / "crds"),)


def test_the_nearest_configuration_up_to_the_repository_counts(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    deep = repository / "a" / "b"
    deep.mkdir(parents=True)
    (repository / ".git").mkdir()
    (tmp_path / "kubelens.toml").write_text('profile = "strict"\n')
    assert discover(deep) is None
    (repository / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert discover(deep) is None
    (repository / "pyproject.toml").write_text('[tool.kubelens]\nprofile = "security"\n')
    assert discover(deep) == repository / "pyproject.toml"
    (repository / "a" / ".kubelens.toml").write_text("")
    assert discover(deep) == repository / "a" / ".kubelens.toml"
