# Every command of the project; bare `make` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8400
STAGE ?= dev
# `.python-version` lets pyenv and uv pick 3.13; elsewhere name it: make test PYTHON=/path/to/python3.13
PYTHON ?= $(shell python3.13 -c 'import sys; print(sys.executable)' 2>/dev/null || echo python3)
BIN := .venv/bin
SETUP := .venv/.installed
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.13 --no-header
BROWSER := $(shell command -v chromium chromium-browser google-chrome google-chrome-stable 2>/dev/null | head -1)
# These start processes: in each of the two groups one after the other. They wait much and compute little, so both groups
# and all other tests run side by side, the others with what is left of the machine.
SERVICE := tests/e2e $(if $(BROWSER)$(CI),tests/browser)
PARTS := tests/infra tests/local tests/crashes

.PHONY: help setup local test check fmt lock mutants soak kills synth diff deploy check-sam

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(SETUP) ## Install the locked tools into .venv (every other command does this by itself)

$(SETUP): requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 13) else f"Heliograph needs Python 3.13 or newer, and $(PYTHON) is {v[0]}.{v[1]}: install it, or run make PYTHON=/path/to/python3.13")'
	@echo "Installing the locked packages into .venv (once; about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

local: $(SETUP) ## Run the whole service on this machine: make local [PORT=8400]
	@exec $(BIN)/python -m local --port $(PORT)

test: $(SETUP) check ## Check and test everything
	@mkdir -p build
	@nice -n 10 $(BIN)/pytest -n 2 --dist loadfile $(addprefix --ignore=,$(SERVICE) $(PARTS) tests/browser) >build/others.log 2>&1 & others=$$!; \
	$(BIN)/pytest $(PARTS) >build/parts.log 2>&1 & parts=$$!; \
	trap 'kill $$others $$parts 2>/dev/null' INT TERM; \
	$(BIN)/pytest $(SERVICE); failed=$$?; \
	wait $$parts || failed=1; wait $$others || failed=1; \
	cat build/parts.log build/others.log; exit $$failed
	@$(if $(BROWSER)$(CI),,echo "Left out: tests/browser, as there is no chromium here (apt-get install chromium); CI runs it always.")

check: $(SETUP) ## Lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

MESSAGES ?= 1000000

soak: $(SETUP) ## A million messages under faults, and all pairs of faults (about half an hour): make soak [MESSAGES=1000000]
	@$(BIN)/python -m tests.faults.soak --messages $(MESSAGES) --report docs/soak.md

KILLS ?= 200

kills: $(SETUP) ## Kill processes under a burst, and report what was lost (a quarter of an hour): make kills [KILLS=200]
	@$(BIN)/python -m tests.crashes.kills --kills $(KILLS) --port $(PORT) --report docs/kills.md

mutants: $(SETUP) ## Take each safety away in turn: a test must notice (about three minutes)
	@$(BIN)/python -m tests.mutants

fmt: $(SETUP) ## Format and mend what can be mended
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

lock: $(SETUP) ## Lock what pyproject.toml asks for, with hashes: make lock [UPGRADE=1]
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --output-file requirements/lambda.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --extra cli --group dev --constraint requirements/lambda.txt --output-file requirements/dev.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --group sam --output-file requirements/sam.txt
	@printf 'setuptools\nuv\n' | $(COMPILE) --no-annotate - --constraint requirements/dev.txt --output-file requirements/uv.txt
	@if grep -n '://' requirements/*.txt; then echo "A lock names no address: remove it from the configuration of uv" >&2; exit 1; fi

synth: $(SETUP) ## Write the CloudFormation template to cdk.out: make synth [STAGE=dev]
	@$(BIN)/python -m infra.cdk.synth --stage $(STAGE)

diff: $(SETUP) ## Compare a stage with what AWS runs: make diff [STAGE=dev] (needs AWS credentials)
	@$(BIN)/python -m infra.cdk.deploy diff --stage $(STAGE)

deploy: $(SETUP) ## Deploy a stage: make deploy [STAGE=dev] (needs AWS credentials)
	@$(BIN)/python -m infra.cdk.deploy deploy --stage $(STAGE)

check-sam: $(SETUP) ## Prove that the SAM CLI reads the template (installs it into .venv-sam)
	@$(BIN)/python -m infra.sam.check
