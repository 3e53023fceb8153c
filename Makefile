# Two commands: `make run` serves the sample plant, `make test` runs every check. See README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INDEX ?= default
PORT ?= 7860
# The demonstration's questions, unless there is a settings.toml of your own.
SETTINGS ?= $(if $(wildcard settings.toml),,--settings examples/settings.toml)

.DEFAULT_GOAL := help
.PHONY: help install models run axe test torture check format bench clean

help:
	@echo "make run    install, fetch the models, read examples/ and serve the page on 127.0.0.1:$(PORT)"
	@echo "make test   every check: ruff, mypy, import-linter, pytest"
	@echo "make torture kill, starve and damage an index some 1,000 times; make test does a few of each"
	@echo "make bench  every script of benchmarks/, some hours; figures go to benchmarks/RESULTS.md by hand"
	@echo "make clean  remove what was built; indexes and models stay"

$(STAMP): pyproject.toml constraints.txt
	@echo "== 1/4 installing into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

install: $(STAMP)

models: $(STAMP)
	@echo "== 2/4 fetching and checking the models"
	@$(BIN)/millwright models fetch

run: models
	@echo "== 3/4 reading examples/ into the index $(INDEX)"
	@$(BIN)/millwright ingest examples --index $(INDEX)
	@echo "== 4/4 serving the page; stop it with Ctrl+C"
	@$(BIN)/millwright $(SETTINGS) serve --index $(INDEX) --port $(PORT)

test: check axe
	@$(BIN)/millwright models fetch multilingual-e5-small small
	@$(BIN)/python -m pytest

# The accessibility checker, for the tests only; without npm they are skipped and say so.
AXE := build/axe/node_modules/axe-core/package.json

axe:
	@test -f $(AXE) || npm install --prefix build/axe --no-save --ignore-scripts --no-audit --no-fund \
		axe-core@4.14.1 >/dev/null 2>&1 || echo "axe-core could not be fetched by npm: its tests are skipped"

torture: $(STAMP)
	@MILLWRIGHT_TORTURE=long $(BIN)/python -m pytest tests/torture -s --show-capture=no

check: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# Every script that can be run; some need the documents that lie beside the project, and say so.
BENCHMARKS = $(sort $(shell grep -l '^if __name__ == "__main__"' benchmarks/*.py))

bench: models
	@$(BIN)/millwright models fetch small
	@failed=; for script in $(BENCHMARKS); do \
		echo "== $$script"; $(BIN)/python $$script || failed="$$failed $$script"; \
	done; if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
