# Two commands on a fresh machine: `make demo` and `make test`. Everything lives in .venv.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install dev browser postgres java demo serve test spark check fmt lock golden locks kept bench clean

VENV := .venv
BIN := $(VENV)/bin
# The first Python of at least 3.11; say PYTHON=/path/to/python to choose another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV := $(BIN)/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-emit-index-url
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
# Files of tests side by side, one process for each processor; PYTEST_OPTIONS= runs them in one.
PYTEST_OPTIONS ?= -n auto --dist loadfile
BENCH ?=

help:
	@echo "make demo      install, then the service on http://127.0.0.1:8000 with four filled companies"
	@echo "make test      the whole test suite, with what it needs"
	@echo "make spark     Spark beside them, and the tests that run on it (CASES=200 by chance)"
	@echo "make install   the command in $(BIN)/troth"
	@echo "make serve     the service over your own troth.db"
	@echo "make check     ruff and mypy        make fmt    lay out the code"
	@echo "make golden    the pages and changes as they are now, kept beside the policies"
	@echo "make kept      which promises are kept: takes clauses and checks away, and sees which tests fail"
	@echo "make bench     every benchmark, or BENCH=decide alone"
	@echo "make lock      choose versions anew make clean  remove what was made"

# -- installing: once for each lock file, then nothing, and no network ----------------------------

$(UV):
	@test -n "$(PYTHON)" || { echo "no Python of at least 3.11 was found; say make PYTHON=/path/to/python" >&2; exit 2; }
	@if command -v uv >/dev/null; then \
		test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); \
		ln -sf "$$(command -v uv)" $@; \
	else \
		test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	fi

$(VENV)/.runtime: requirements.lock pyproject.toml | $(UV)
	@$(INSTALL) -r requirements.lock
	@$(INSTALL) --no-deps --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

install: $(VENV)/.runtime
dev: $(VENV)/.dev

# The pages are tested in a real browser: Debian's Chromium, or the one that CHROMIUM names.
browser:
	@for name in "$${CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do \
		command -v "$$name" >/dev/null && exit 0; done; \
	command -v apt-get >/dev/null || { \
		echo "make test needs Chromium: install it, or set CHROMIUM to its path" >&2; exit 2; }; \
	root=""; [ "$$(id -u)" = 0 ] || root="sudo"; \
	[ -z "$$root" ] || sudo -n true 2>/dev/null || { \
		echo "make test needs Chromium: run 'apt-get install chromium' as root, or set CHROMIUM to its path" >&2; exit 2; }; \
	echo "installing Chromium"; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null

# Every test of a store runs on SQLite and on a PostgreSQL of the tests' own: Debian's server.
postgres:
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && exit 0; \
	command -v initdb >/dev/null && command -v postgres >/dev/null && exit 0; \
	command -v apt-get >/dev/null || { \
		echo "make test needs the server of PostgreSQL: install it, with initdb and postgres on the PATH" >&2; exit 2; }; \
	root=""; [ "$$(id -u)" = 0 ] || root="sudo"; \
	[ -z "$$root" ] || sudo -n true 2>/dev/null || { \
		echo "make test needs PostgreSQL: run 'apt-get install postgresql' as root" >&2; exit 2; }; \
	echo "installing PostgreSQL"; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null

# -- running --------------------------------------------------------------------------------------

demo: install
	@$(BIN)/troth demo

serve: install
	@$(BIN)/troth serve

# -- working on it --------------------------------------------------------------------------------

test: dev browser postgres
	@$(BIN)/pytest $(PYTEST_OPTIONS)

# Half a gigabyte, so only where somebody wants it. Afterwards `make test` runs these tests too.
$(VENV)/.spark: requirements-spark.lock $(VENV)/.dev
	@$(INSTALL) -r requirements-spark.lock
	@touch $@

java:
	@java -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])' && exit 0; \
	command -v apt-get >/dev/null || { echo "make spark needs a Java of at least 17" >&2; exit 2; }; \
	root=""; [ "$$(id -u)" = 0 ] || root="sudo"; \
	[ -z "$$root" ] || sudo -n true 2>/dev/null || { \
		echo "make spark needs Java: run 'apt-get install default-jre-headless' as root" >&2; exit 2; }; \
	echo "installing Java"; \
	$$root apt-get update -qq && \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null

CASES ?= 200
spark: $(VENV)/.spark java
	@TROTH_CASES=$(CASES) $(BIN)/pytest tests/spark -s

check: dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fmt: dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/troth fmt

# What the public reads, kept beside each version: read the difference before you keep it.
golden: install
	@for file in policies/*/[0-9]*.md; do \
		company=$$(basename $$(dirname $$file)); day=$$(basename $$file .md); \
		mkdir -p policies/$$company/pages; \
		$(BIN)/troth page $$company@$$day >policies/$$company/pages/$$day.md; done
	@for folder in policies/*/; do company=$$(basename $$folder); old=""; \
		for file in $$folder[0-9]*.md; do day=$$(basename $$file .md); test -e $$file || continue; \
			if [ -n "$$old" ]; then mkdir -p $${folder}changes; \
				$(BIN)/troth change $$company@$$old $$company@$$day >$${folder}changes/$$old..$$day.txt; fi; \
			old=$$day; done; done

# The reconstructions are frozen on the days their texts were published. Only while they are worked on may they be frozen
# anew: a policy of one's own is published once.
PUBLISHED := callminer@2003-06-05=2003-06-05 callminer@2014-11-21=2014-11-14 incontact@2013-10-28=2013-10-28 \
	infusionsoft@2015-01-19=2015-01-19 interactive-intelligence@2010-11-04=2010-11-04
locks: install
	@rm -f policies/*/versions.lock
	@for one in $(PUBLISHED); do $(BIN)/troth publish $${one%=*} --on $${one#*=} \
		--by "the makers of this reconstruction" --reason "the text as it was archived"; done

# Clauses and checks taken away one at a time: which promises' tests fail then. Kept beside the promises.
kept: dev
	@$(BIN)/python -m tests.kept

bench: dev
	@$(BIN)/troth bench $(BENCH)

lock: $(UV)
	@$(COMPILE) pyproject.toml -o requirements.lock
	@$(COMPILE) pyproject.toml --group dev -o requirements-dev.lock
	@$(COMPILE) pyproject.toml --extra spark -c requirements.lock -o requirements-spark.lock

clean:
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
