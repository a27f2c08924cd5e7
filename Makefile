# The first call sets up .venv from pyproject.toml and constraints.txt; later calls install again only when these change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Six tests side by side, as the long ones only wait; each may take 1.5 GB. The longest begin first (tests/conftest.py).
BESIDE := -n 6 --dist loadgroup --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-sandbox test-fast lint format docs bench constraints clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## A virtual environment with exact versions, in .venv

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "xyztf needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: $(READY) ## dev, applied for real on loopback, without an account; then a second plan, which must be empty
	$(BIN)/xyztf up dev --sandbox
	@echo; echo 'demo: dev is applied. Planning it a second time, which must find nothing to change:'
	@$(BIN)/xyztf plan dev --sandbox --detailed-exitcode || { code=$$?; \
		echo "demo: failed: the second plan $$(test $$code = 2 && echo is not empty || echo "ended with $$code")"; exit 1; }
	@echo 'demo: passed: the second plan is empty. $(BIN)/xyztf sandbox stop dev keeps it, $(BIN)/xyztf destroy dev --sandbox takes it down.'

test: $(READY) lint ## Style, types, all tests: about half an hour on two cores, much of it the provider's own waits
	$(BIN)/python -m pytest $(BESIDE)
	$(BIN)/xyztf render --check

test-sandbox: $(READY) ## The long runs alone: prod's whole life, kills, each service of the sandbox with the real provider
	$(BIN)/python -m pytest $(BESIDE) -m sandbox

test-fast: $(READY) ## The part that takes seconds
	$(BIN)/python -m pytest -q -m 'not terraform and not wheel and not sandbox and not upstream and not checkov' --ignore tests/functions --ignore tests/sandbox

lint: $(READY) ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@for function in templates/modules/*/functions/*/; do MYPYPATH=$$function $(BIN)/mypy $$function || exit 1; done

format: $(READY) ## Put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## Write docs/rules.md from the rules
	$(BIN)/xyztf rules --format markdown --no-own-rules > docs/rules.md

bench: $(READY) ## Speed, as ratios to a baseline measured beside it; writes benchmarks/results.json
	$(BIN)/python -m benchmarks

constraints: $(READY) ## Write the exact versions that are installed now into constraints.txt
	{ sed '/^[^#]/,$$d' constraints.txt; $(BIN)/python -m pip freeze --all --exclude-editable | grep -v -e ' @ ' -e '^setuptools=='; } > constraints.new
	mv constraints.new constraints.txt

clean: ## Remove what can be made again
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist benchmarks/results.json
