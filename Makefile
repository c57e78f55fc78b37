# make run    sets everything up, turns the bundled plans into a dataset, and scores it
# make test   sets everything up, then lint, types, tests
# make check  the same without the slow tests, side by side: before each commit
# make docs   writes docs/dataset.md and docs/reference.md from the code
# make images draws docs/images/ anew, in a Chromium
# make lock   resolves the dependencies anew, for all systems, each pinned to its bytes (then read the diff)
# make audit  asks whether a locked library has a known weakness; says so where there is no connection
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --disable-pip-version-check --quiet

.PHONY: run test check lint types test-reading test-dataset docs images lock audit clean

run: $(VENV)/run.stamp
	$(BIN)/dxplan run corpora/sample --out outputs --prune
	$(BIN)/dxplan score outputs corpora/sample/truth

test: lint types
	$(BIN)/pytest -m 'slow or not slow'

check: $(VENV)/dev.stamp
	$(MAKE) -j4 lint types test-reading test-dataset

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

test-reading: $(VENV)/dev.stamp
	$(BIN)/pytest -p no:cacheprovider extract normalize tests/extract tests/normalize

test-dataset: $(VENV)/dev.stamp
	$(BIN)/pytest -p no:cacheprovider tests/dxplan tests/corpora $(wildcard tests/test_*.py)

docs: $(VENV)/run.stamp
	$(BIN)/dxplan schema --format markdown > docs/dataset.md
	COLUMNS=100 $(BIN)/python -m tools.reference > docs/reference.md

images: $(VENV)/dev.stamp
	$(BIN)/python -m tools.screenshots

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(INSTALL) -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(INSTALL) -r requirements-dev.lock
	touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "dxplan needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "setting up $(VENV); the first time takes a minute or two"
	$(PYTHON) -m venv $(VENV)

COMPILE = build/lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --quiet --upgrade
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --constraints requirements.lock --output-file requirements-dev.lock
	rm -rf build

audit: $(VENV)/dev.stamp
	@test -x build/audit/bin/pip-audit || \
	  { $(PYTHON) -m venv build/audit && build/audit/bin/pip install --quiet pip-audit; } || \
	  echo "pip-audit cannot be installed"
	PATH="$(CURDIR)/build/audit/bin:$$PATH" $(BIN)/python -m tools.audit

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf outputs/.dxplan outputs/*.parquet outputs/datapackage.json outputs/plans.json outputs/dataset.jsonld
