"""``python -m kubelens``."""

from kubelens.cli.main import main

main()
