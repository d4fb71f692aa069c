.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
HOUSEHOLDS ?= 5000

.PHONY: help setup browser demo serve neo4j env test check bench mutants soak clean

## list the targets
help:
	@awk '/^## /{says=substr($$0,4)} /^[a-z0-9]+:/{split($$1,name,":"); if (says) printf "  %-9s %s\n", name[1], says; says=""}' Makefile

## make .venv and install the pinned packages
setup: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; say make PYTHON=python3.11" >&2; exit 2)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "installing packages into .venv (first time only)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

## make the county, run the whole road, print the report
demo: setup
	@$(BIN)/aidgraph demo --households $(HOUSEHOLDS)

## the pages and the API; prints where and as whom to sign in
serve: setup
	@$(BIN)/aidgraph serve

## a Neo4j of this installation, until stopped; prints where and with which password
neo4j: setup
	@$(BIN)/aidgraph store neo4j

## random passwords for docker-compose.yml into .env, once
env:
	@test ! -e .env || (echo ".env is there already, and the volumes know its passwords" >&2; exit 2)
	@umask 077 && for name in AIDGRAPH_STORE_PASSWORD POSTGRES_PASSWORD; do \
		echo "$$name=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(24))')"; done > .env
	@echo "wrote .env; next: docker compose up --detach --wait" >&2

## lint, types and every test, a worker a processor (of up to four)
test: check browser
	@POLARS_MAX_THREADS=1 $(BIN)/python -m pytest -q --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

## lint and types
check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# The browser tests drive Debian's Chromium; a machine that has one keeps its own.
browser: setup
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| (echo "installing chromium for the browser tests" >&2; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null)

## time the work beside its peers; writes docs/benchmarks.md
bench: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,bench]'
	@$(BIN)/python -m tests.benchmarks

## break the language and the matcher in a hundred ways; each must be noticed
mutants: setup
	@$(BIN)/python -m tests.mutants

## the long proofs; writes docs/soak.md
soak: setup
	@$(BIN)/python -m tests.soak

## forget everything that a run wrote
clean:
	rm -rf var
