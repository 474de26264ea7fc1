# Every target makes its own .venv when it is missing or out of date, and is safe to run twice.
#   make book    set up, build, and serve the book        make test     all tests
#   make serve   serve the book that was built last       make lint     style of code and notebooks
#   make execute re-run changed chapters                  make bench    speed against peers
#   make clean   remove what was built
# PYTHON=python3.13 make book    picks the Python that .venv is made with

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# --no-compile: most of what is installed is never imported, and a first import compiles it
PIP := $(PY) -m pip --disable-pip-version-check install -q --no-compile
export PYTHONUTF8 := 1

.PHONY: book build serve test lint execute bench clean help
.DEFAULT_GOAL := help

help:
	@sed -n '2,6s/^#//p' Makefile

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Python was not found as '$(PYTHON)': install Python 3.11 or newer, or say PYTHON=<path>."; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python {v[0]}.{v[1]} is too old: the book needs 3.11 or newer. Try: make PYTHON=python3.13 ...")'
	@echo "Making $(VENV) with $$($(PYTHON) -V) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }

# The tested versions first; where they don't exist for this Python, whatever the ranges allow.
define install
	@$(PIP) -c constraints.txt $(1) || { echo "The tested versions do not fit this Python; taking the newest that the ranges allow ..."; $(PIP) $(1); }
endef

$(VENV)/stamp-book: requirements.txt constraints.txt pyproject.toml | $(PY)
	@echo "Installing what the book needs (a few minutes the first time) ..."
	$(call install,-r requirements.txt)
	@$(PIP) --no-deps -r
	@touch $@

$(VENV)/stamp-dev: requirements-dev.txt $(VENV)/stamp-book
	@echo "Installing what the tests need ..."
	$(call install,-r requirements-dev.txt)
	@touch $@

$(VENV)/stamp-bench: requirements-bench.txt $(VENV)/stamp-dev
	@echo "Installing the peers of the benchmarks ..."
	@$(PIP) --no-deps -r requirements-bench.txt
	@touch $@

book: build serve

build: $(VENV)/stamp-book
	@$(PY) -m web.build

serve: $(VENV)/stamp-book
	@$(PY) -m web.serve

execute: $(VENV)/stamp-book
	@$(PY) -m web.notebooks execute

test: $(VENV)/stamp-dev
	@$(PY) -m tests.run

lint: $(VENV)/stamp-dev
	@$(PY) -m tests.run lint

bench: $(VENV)/stamp-bench
	@$(PY) -m benchmarks

clean:
	@echo "Removing _build and caches ($(VENV) stays; rm -r $(VENV) removes it)."
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis
