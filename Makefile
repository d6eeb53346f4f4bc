PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Two processes: embedded brokers of their own, one Kafka for both; a file's tests stay together and share its fixtures.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile
KAFKA = test -n "$$KAFKA_BOOTSTRAP_SERVERS" || $(BIN)/python -m tests.kafka.cluster

.DEFAULT_GOAL := help
.PHONY: help demo test unit test-kafka test-faults soak evasions check format bench lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v[:2] <= (3, 13) else f"streamer needs Python 3.11 to 3.13, {sys.executable} is {v[0]}.{v[1]}: run make PYTHON=/path/to/python3.12")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments; Debian: apt-get install python3-venv"; exit 1; }
	@echo "installing into $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: $(READY) ## the main job, live, on an embedded broker
	@$(BIN)/streamer demo

test: $(READY) ## the tests, on the embedded broker
	@$(PYTEST)

unit: $(READY) ## the unit tests alone; a minute
	@$(PYTEST) tests/unit

test-kafka: $(READY) ## the tests that need Apache Kafka: fetched and started (Java 17, Maven), or KAFKA_BOOTSTRAP_SERVERS
	@$(KAFKA)
	@$(PYTEST) -m kafka

test-faults: $(READY) ## brokers and workers killed, stopped and paused, on Apache Kafka; minutes
	@$(KAFKA)
	@$(BIN)/python -m pytest -m faults -s $(ARGS)

EVENTS ?= 1000000
soak: $(READY) ## a million events (EVENTS=…) with list updates on Apache Kafka: nothing lost, memory flat?
	@$(KAFKA)
	@$(BIN)/python -m tests.soak.soak --events $(EVENTS)

CASES ?= 50000
evasions: $(READY) ## 50,000 generated evasion attempts (CASES=…, ARGS="--seed 7") and their clean twins, in tables
	@$(BIN)/python -m tests.evasions --cases $(CASES) $(ARGS)

check: $(READY) ## format, lint, types and generated files, as they should be
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/streamer schemas --check

format: $(READY) ## format, and fix what the linter can
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix --quiet

bench: $(READY) ## accuracy by family beside rapidfuzz, names as others write them, pairs, and speed, on the real lists beside the checkout
	@$(BIN)/python -m tests.bench.accuracy --peers
	@$(BIN)/python -m tests.bench.others
	@$(BIN)/python -m tests.bench.pairs
	@$(BIN)/python -m tests.bench.evidence
	@$(BIN)/python -m tests.bench.speed
	@$(BIN)/python -m tests.bench.route

lock: $(READY) ## requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
		--python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock

clean: ## remove caches and build results; .venv and the fetched Kafka (.cache) stay
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
