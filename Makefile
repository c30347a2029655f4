# Every target does its own set-up: a machine with Python 3.11+ and make is enough.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS := 3
SEED := 1
ROUNDS := 100
SECONDS ?= 60

# The first interpreter that really runs and is new enough (a version manager's shim may exist and not run).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && { echo $$p; break; }; done)

.PHONY: help install demo cluster tour chaos test coverage lint format screenshots bench fuzz audit sbom lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: $(READY) ## build .venv from the pinned, hashed requirements

$(READY): requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "Drawbridge needs Python 3.11 or newer; none was found. Install it, or run make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $(READY)

demo: $(READY) ## local Slack in the browser, with the real app in front of it, until Ctrl-C
	@$(BIN)/python -m localslack.demo $(ARGS)

cluster: $(READY) ## three replicas on one PostgreSQL behind a load balancer, against local Slack, until Ctrl-C
	@$(BIN)/python -m localslack.cluster $(ARGS)

tour: $(READY) ## play one full story per operation in the terminal, against local Slack
	@$(BIN)/python -m localslack.tour $(ARGS)

test: $(READY) ## run the tests on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

coverage: $(READY) ## the same, measuring which lines run: twice as slow, since every process is traced
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(READY) ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(READY) ## take the pictures in docs/images anew, of the page in Chromium
	@$(BIN)/python -m tests.browser.screenshots

chaos: $(READY) ## break everything at random and count what was lost: make chaos SEED=1 ROUNDS=100
	@$(BIN)/python -m tests.chaos --seed $(SEED) --rounds $(ROUNDS) $(ARGS)

bench: $(READY) ## measure everything beside its yardstick, into docs/benchmarks.md (ARGS="--only ack --quick")
	@$(BIN)/python -m bench $(ARGS)

fuzz: $(READY) ## send the signed endpoint what nobody would write by hand, SECONDS=60
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	$(BIN)/python -m tests.fuzz -max_total_time=$(SECONDS) -max_len=600 -artifact_prefix=build/ $(ARGS)

audit: $(VENV)-audit/.ready ## known vulnerabilities of the pinned packages, where their list can be reached
	$(VENV)-audit/bin/pip-audit --timeout 15 --require-hashes --disable-pip -r requirements/app.txt

sbom: $(VENV)-audit/.ready ## the bill of materials, CycloneDX, into build/sbom.cdx.json
	@mkdir -p build
	$(VENV)-audit/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible --output-file build/sbom.cdx.json requirements/app.txt

$(VENV)-audit/.ready: requirements/audit.txt
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.txt
	@touch $(VENV)-audit/.ready

LOCK := $(VENV)-lock/bin/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11

lock: ## resolve requirements/*.txt anew, for Linux and macOS, Python 3.11 to 3.13
	$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet uv==0.13.9
	$(LOCK) pyproject.toml --output-file requirements/app.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --group fuzz --output-file requirements/fuzz.txt
	$(LOCK) --group audit --output-file requirements/audit.txt

clean: ## remove the virtual environments and caches
	rm -rf $(VENV) $(VENV)-lock $(VENV)-audit .mypy_cache .ruff_cache .pytest_cache htmlcov .coverage*
