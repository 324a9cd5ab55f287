# Two commands do all of their own set-up on a new machine: make demo, make test.
PYTHON ?= python3
BIN := .venv/bin
# Many processes start here: without their compiled modules each would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo lab sandbox test lint build pins clean bench

setup: .venv/.installed

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "cartproof needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …"; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/.installed: .venv/.python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv/.tests-installed: .venv/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python tests/find_browser.py --install
	$(BIN)/python tests/find_postgresql.py --install
	touch $@

demo: .venv/.installed
	$(BIN)/cartproof demo

# For more than the first page: make lab LAB="stone-edge --sandbox"
lab: .venv/.installed
	$(BIN)/cartproof lab $(LAB)

sandbox: .venv/.installed
	$(BIN)/cartproof sandbox

test: .venv/.tests-installed
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/.tests-installed
	$(BIN)/ruff format --check lib tests
	$(BIN)/ruff check lib tests
	$(BIN)/mypy
	$(BIN)/cartproof runbook check
	$(BIN)/cartproof build --check

build: .venv/.installed
	$(BIN)/cartproof build

pins:
	$(BIN)/python -m pip install --quiet uv
	@echo "python-dateutil<3" > .venv/constraints.txt  # botocore, below the extra s3, takes no newer one
	@{ echo "# What cartproof runs on, pinned with everything below it, for Python 3.11 and newer. Made by: make pins"; \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --upgrade -c .venv/constraints.txt pyproject.toml; } > requirements.txt
	@{ echo "# What the tests and linters need as well. Made by: make pins"; \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --no-header --no-annotate --upgrade requirements-dev.in -c requirements.txt; } > requirements-dev.txt

.venv-bench/.installed: benchmarks/requirements.txt requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# BENCH=--quick tries it in a minute; what is measured already is kept in bench/results.json
bench: .venv-bench/.installed
	.venv-bench/bin/python benchmarks/bench.py $(BENCH)

clean:
	rm -rf .venv demo runs
