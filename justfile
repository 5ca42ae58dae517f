# Everything that must hold before a change goes in.
check: lint test

test *args:
    python -m pytest {{args}}

lint:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

# Hold the predictions against the recorded decisions of Kubernetes.
agreement *args="all":
    python -m tests.agreement {{args}}

docs:
    python tools/build_docs.py
