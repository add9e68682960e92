PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
UNUSED := /(tests?|testing|SelfTest|pip|setuptools|pkg_resources|mypy|mypyc|pygments|holidays|moto|botocore|f2py|distutils|sync_api)/
COMPILE := $(BIN)/python -W ignore -m compileall -qq --workers 0 -x '$(UNUSED)' $(VENV)/lib bot publisher storage

# Compiled once, by all cores; else every process would compile all of our code anew.
unexport PYTHONDONTWRITEBYTECODE

# Three for each core: tests wait more than they compute.
WORKERS ?= $(shell expr 3 \* $$(nproc))

# The page's, for: make demo PORT=8322
PORT := 8321

.PHONY: demo test types pytest tour chaos bench lock clean

demo: $(VENV)/runtime  ## the whole product on this machine, no account needed
	@$(BIN)/python -m bot --sandbox --port $(PORT)

tour: $(VENV)/runtime  ## one story, played by itself in the terminal
	@$(BIN)/python -m bot --sandbox --tour

test: $(VENV)/development  ## format, lint, types, tests
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(MAKE) --no-print-directory --jobs 2 types pytest

types:
	@$(BIN)/mypy

pytest:
	@$(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) --dist worksteal

POSTS ?= 500
KILLS ?= 100
SECONDS ?= 120
SEED ?= 1

chaos: $(VENV)/development  ## kill publishers and Postgres among many posts, then count
	@$(BIN)/python -m tests.chaos --posts $(POSTS) --kills $(KILLS) --seconds $(SECONDS) --seed $(SEED)

bench: $(VENV)/benchmark  ## every table of the project, as ratios: docs/benchmarks.md
	@$(BIN)/python -m tests.bench $(WHAT)

LOCK := compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

lock: $(VENV)/bin/uv  ## after a change of requirements*.txt: what exactly is installed
	@for name in requirements requirements-dev requirements-bench requirements-install; do \
		$(BIN)/uv pip $(LOCK) $$name.txt --output-file $$name.lock || exit 1; done
	@$(BIN)/uv pip $(LOCK) requirements.txt requirements-s3.txt --output-file requirements-s3.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Postbote needs Python 3.11 or later; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/bin/uv: requirements-install.lock | $(VENV)/bin/python
	@$(PIP) --require-hashes -r requirements-install.lock
	@touch $@

$(VENV)/runtime: requirements.lock | $(VENV)/bin/uv
	@echo "Installing what Postbote needs into $(VENV) (once) ..."
	@$(INSTALL) -r requirements.lock
	@$(COMPILE)
	@touch $@

$(VENV)/development: requirements-dev.lock | $(VENV)/bin/uv
	@echo "Installing what the tests need into $(VENV) (once) ..."
	@$(INSTALL) -r requirements-dev.lock
	@$(COMPILE)
	@touch $@ $(VENV)/runtime

$(VENV)/benchmark: requirements-bench.lock | $(VENV)/development
	@echo "Installing what the benchmarks compare with into $(VENV) (once) ..."
	@$(INSTALL) -r requirements-bench.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
