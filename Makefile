# Cầu Số: `make run` starts it, `make test` tests it. Both begin with `make setup`.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -ec
PYTHON ?= python3
# The build of torch that suits the machine (one without CUDA is enough); not pinned by hash, since builds differ.
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run setup test train bench locks clean help
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

run: setup ## Start the chat page (and the channels that have a token)
	@$(BIN)/causo run --sample

setup: $(VENV)/.locked-run ## Make the environment with the locked dependencies

test: setup $(VENV)/.locked-test ## Everything the tests need, then all tests, ruff and mypy
	@sh tests/browser.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup

locks: ## Resolve the locked dependencies anew (needs uv in the environment)
	$(BIN)/python -m pip install uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--python-version 3.11 -q --extra postgresql --extra build --extra test pyproject.toml -o locks/test.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--python-version 3.11 -q --extra postgresql --extra build -c locks/test.txt pyproject.toml -o locks/run.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--python-version 3.11 -q --extra train -c locks/test.txt pyproject.toml -o locks/train.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--python-version 3.11 -q --extra bench -c locks/test.txt -c locks/train.txt pyproject.toml -o locks/bench.txt

train: $(VENV)/.locked-train ## Train what reads messages anew (about an hour on two cores)
	$(BIN)/causo train

bench: $(VENV)/.locked-bench ## Reading messages beside peers: docs/reading.md
	$(BIN)/python -m bench.reading

clean: ## Remove the environment and caches (the database in var/ stays)
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Cầu Số needs Python 3.11 or later; set PYTHON=python3.12, for example." >&2; exit 1; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Installing Debian's python3-venv, which is missing ..." ; \
		{ [ "$$(id -u)" = 0 ] && apt-get update -q && apt-get install -y -q python3-venv \
		|| sudo -n sh -c 'apt-get update -q && apt-get install -y -q python3-venv' ; } \
		&& $(PYTHON) -m venv $(VENV) \
		|| { echo "Please run once: sudo apt install python3-venv" >&2; exit 1; } ; }

$(VENV)/.locked-run: locks/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies (once, a minute or two) ..."
	@$(PIP) install --require-hashes -r locks/run.txt | sed -u -n -E 's/^(Collecting|Downloading|Installing|Successfully)/  \1/p'
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@$(BIN)/causo --help >/dev/null
	@touch $@

$(VENV)/.locked-test: locks/test.txt | $(VENV)/.locked-run
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r locks/test.txt | sed -u -n -E 's/^(Collecting|Downloading|Installing|Successfully)/  \1/p'
	@touch $@

$(VENV)/.locked-train: locks/train.txt | $(VENV)/.locked-run
	@echo "Installing what training needs ..."
	@$(PIP) install --require-hashes -r locks/train.txt | sed -u -n -E 's/^(Collecting|Downloading|Installing|Successfully)/  \1/p'
	@$(PIP) install -q "$(TORCH)"
	@touch $@

$(VENV)/.locked-bench: locks/bench.txt | $(VENV)/.locked-run
	@echo "Installing the peers ..."
	@$(PIP) install --require-hashes -r locks/bench.txt | sed -u -n -E 's/^(Collecting|Downloading|Installing|Successfully)/  \1/p'
	@touch $@
