# Every target needs no more than Python 3.11 (or newer) and make; the rest is put into .venv.
# Progress goes to stderr, so that `make -s bench` and `make -s demo` can be piped.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
# Environments of their own, see scripts/environment.
RELEASE := var/release/made.lock
RUNTIME := var/runtime/made.lock

# The stamp holds the place it was made for: a moved folder or a vanished Python means a new .venv.
ifneq ($(shell cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
else ifeq ($(wildcard $(BIN)/python),)
.PHONY: $(STAMP)
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check lint types imports migrations docs examples licences \
    audit sbom release-check bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

$(STAMP): pyproject.toml requirements-dev.lock scripts/setup
	@scripts/setup

setup: $(STAMP) ## make .venv from the lock file (PYTHON=/path/to/python to choose one)
	@echo "setup: $(VENV) is ready" >&2

demo: $(STAMP) ## see the main job done on a newsroom of our own: no network, no account
	@$(BIN)/monitor demo

run: $(STAMP) ## run the monitor until it is stopped
	@$(BIN)/monitor run

test: $(STAMP) ## run all tests (ARGS="-k name" for some of them)
	@$(BIN)/python -m pytest -q $(ARGS)
	@echo "test: all passed" >&2

check: lint types imports migrations docs examples ## all that is checked beside the tests; each part is a target too
	@echo "check: all clean" >&2

lint: $(STAMP) ## style and form (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP) ## types (mypy --strict)
	@$(BIN)/mypy

imports: $(STAMP) ## imports point downwards only
	@$(BIN)/lint-imports

migrations: $(STAMP) ## migrations lead to the tables that the code declares
	@$(BIN)/monitor db drift

docs: $(STAMP) ## make the documentation as a site in site/; a link that leads nowhere ends it
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "docs: open site/index.html; with its search: $(BIN)/python -m http.server -b 127.0.0.1 -d site" >&2

examples: $(STAMP) ## the examples of the shipped watchlists come out as they say
	@$(BIN)/monitor check --examples

licences: $(STAMP) ## write docs/licences.md anew from the lock file
	@$(BIN)/python -m scripts.licences

$(RELEASE): requirements-release.lock scripts/environment $(STAMP)
	@PYTHON=$(BIN)/python scripts/environment release
	@touch $@

$(RUNTIME): requirements.lock scripts/environment $(STAMP)
	@PYTHON=$(BIN)/python scripts/environment runtime
	@touch $@

audit: $(RELEASE) ## hold the locked packages against known vulnerabilities (needs the network)
	@var/release/bin/python -m scripts.audit requirements.lock requirements-dev.lock requirements-release.lock

sbom: $(RELEASE) $(RUNTIME) ## list what is installed with the monitor, for machines: dist/sbom.cdx.json
	@mkdir -p dist
	@scripts/sbom var/release/bin/python var/runtime/bin/python dist/sbom.cdx.json
	@echo "sbom: dist/sbom.cdx.json" >&2

release-check: $(RELEASE) $(RUNTIME) ## build the wheel and look over all that a release is made of (ARGS=--final before a tag)
	@$(BIN)/python -m scripts.licences --check
	@var/release/bin/hadolint Dockerfile
	@var/release/bin/python -m scripts.release_check $(ARGS)
	@$(MAKE) -s sbom audit

bench: $(STAMP) ## measure: make bench BENCH=name (ARGS=--quick for a short one); JSON lines on stdout
	@if [ ! -f "benchmarks/$(BENCH).py" ]; then \
		echo "bench: say which: make bench BENCH=name, where name is one of:" \
			$$(ls benchmarks 2>/dev/null | sed -n 's/^\([a-z][a-z_]*\)\.py$$/\1/p') >&2; \
		exit 2; \
	fi
	@$(BIN)/python -m benchmarks.$(BENCH) $(ARGS)

lock: ## write the lock files anew from pyproject.toml (needs the network)
	@scripts/lock

clean: ## remove .venv and all caches; var/ with its data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist site
	@find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +
