"""Go's regular expressions: read as Go reads them, run in time that grows with the text alone. Knows no Kubernetes."""

from kubelens.regexp.errors import RegexpError, TooMuch
from kubelens.regexp.regexp import Match, Regexp, compile

__all__ = ["Match", "Regexp", "RegexpError", "TooMuch", "compile"]
