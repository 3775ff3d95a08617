# pdev-tui. `make` lists what there is; only make and python3 (3.11 or newer) are needed.
SHELL  := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV   ?= .venv
DIR    ?= .
ARGS   ?=
BIN    := $(VENV)/bin

# Re-installing only when what is installed has changed; the code itself is linked, not copied.
RUNTIME := $(VENV)/.installed
DEV     := $(VENV)/.installed-dev

# Exact versions with hashes, of the build backend too: what works today works in a year.
PIP     := $(BIN)/python -m pip --quiet --disable-pip-version-check
LOCKED  := install --require-hashes --requirement requirements/
LINKED  := install --no-deps --no-build-isolation --editable .

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: system
system: ## check for git and tmux, and install them where that is possible
	@.ci/system-packages git tmux

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; choose one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  PYTHON="$(PYTHON)" .ci/system-packages python3-venv
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): pyproject.toml requirements/run.txt | $(BIN)/python
	@echo "Installing pdev-tui into $(VENV) …"
	@$(PIP) $(LOCKED)run.txt
	@$(PIP) $(LINKED)
	@touch $@

$(DEV): pyproject.toml requirements/dev.txt | $(BIN)/python
	@echo "Installing pdev-tui and its tools into $(VENV) …"
	@$(PIP) $(LOCKED)dev.txt
	@$(PIP) $(LINKED)
	@touch $(RUNTIME) $@

.PHONY: run
run: system $(RUNTIME) ## open the dashboard (DIR=path for another repository)
	@root=$$PWD; cd "$(DIR)" && exec "$$root/$(BIN)/pdev-tui" $(ARGS)

.PHONY: demo
demo: system $(RUNTIME) ## open the dashboard on a throwaway repository with simulated agents
	@$(BIN)/pdev-tui --demo $(ARGS)

.PHONY: install-dev
install-dev: $(DEV) ## install the package with everything that its development needs

.PHONY: lock
lock: $(BIN)/python ## lock the newest versions (ARGS="-P rich" for one package alone)
	@$(BIN)/python .ci/lock $(ARGS)

.PHONY: lint
lint: $(DEV) ## check formatting, style, types and the layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(DEV) ## format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: test
test: system $(DEV) ## run all tests (ARGS="-k spawn -n 0" for some)
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

.PHONY: test-memory
test-memory: system $(DEV) ## run the tests of the services on the store in memory
	PDEV_TEST_STORE=memory $(BIN)/pytest -n auto --dist worksteal tests/services $(ARGS)

.PHONY: test-ports
test-ports: $(DEV) ## 10,000 starts and ends of sessions, killed at random: is a port given twice?
	$(BIN)/python -m tests.machine.port_storm 10000

.PHONY: test-agents
test-agents: system $(DEV) ## drive the real Claude Code, which npm installs into .venv (ARGS="-k states")
	$(BIN)/python -m tests.agents.driver.install
	PDEV_TEST_AGENTS=1 $(BIN)/pytest -n 0 tests/agents $(ARGS)

.PHONY: hammer
hammer: system $(DEV) ## let processes on a store on PostgreSQL be killed, for some minutes
	@.ci/system-packages postgresql
	PDEV_HAMMER=1 $(BIN)/pytest -n 0 --timeout 3000 tests/hosts/test_hammer.py $(ARGS)

.PHONY: hosts-cut
hosts-cut: system $(DEV) ## cut a machine's network for a minute, as root, with an open dashboard
	@.ci/system-packages postgresql
	PDEV_HOSTS_CUT=1 $(BIN)/pytest -n 0 --timeout 600 tests/hosts/test_cut.py $(ARGS)

.PHONY: hosts
hosts: system $(DEV) ## measure a store on PostgreSQL: 3, 30 and 100 machines, sizes, latency
	@.ci/system-packages postgresql
	$(BIN)/python -m tests.benchmarks.hosts $(ARGS)
	$(BIN)/python -m tests.benchmarks.hosts_sizes
	$(BIN)/python -m tests.benchmarks.hosts_latency

.PHONY: across
across: system $(DEV) ## between two machines: predictions against git's merges, and how fast they come
	@.ci/system-packages postgresql
	PDEV_HOSTS_TRUTH=50 $(BIN)/pytest -n auto tests/hosts/test_truth.py $(ARGS)
	$(BIN)/python -m tests.benchmarks.hosts_edits

.PHONY: moments
moments: system $(DEV) ## cut verbs off at every single moment (takes half an hour; ARGS="-k sync")
	PDEV_MOMENT_STRIDE=1 $(BIN)/pytest -n auto --dist worksteal tests/lifecycle/test_every_moment.py $(ARGS)

.PHONY: soak
soak: system $(DEV) ## run for ten minutes and more, and count what piles up
	PDEV_SOAK=1 $(BIN)/pytest -n auto --dist worksteal tests/soak $(ARGS)

.PHONY: typing
typing: system $(DEV) ## type fifty names while git is slow and the machine has a load of ten
	PDEV_TYPED_NAMES=50 PDEV_TYPED_LOAD=10 $(BIN)/pytest -n 0 --timeout 3600 \
	  tests/stories/test_typing_ahead.py $(ARGS)

.PHONY: screenshots
screenshots: system $(DEV) ## draw screenshots/*.svg from the demo
	$(BIN)/python -m tests.support.screenshots $(ARGS)

.PHONY: docs
docs: $(DEV) ## refresh the tables of the README from the program's own
	$(BIN)/python -m tests.support.docs

.PHONY: benchmark
benchmark: system $(DEV) ## measure the real program against floors of the same run
	$(BIN)/python -m tests.benchmarks $(ARGS)

.PHONY: prove-real
prove-real: system $(DEV) ## seed conflicts that only tests show into real packages, and find them
	$(BIN)/python -m tests.benchmarks.prove_real $(ARGS)

.PHONY: performance
performance: system $(DEV) ## measure, and write docs/performance.md (ARGS="--short" for a glance)
	$(BIN)/python -m tests.benchmarks --write $(ARGS)

.PHONY: build
build: $(DEV) ## build the wheel and the source archive into dist/
	@rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

.PHONY: newest
newest: system build ## try the newest versions that pyproject.toml allows
	@.ci/newest dist/*.whl

.PHONY: clean
clean: ## delete what was built or installed here
	rm -rf $(VENV) dist build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  .import_linter_cache snapshot_report.html
	find parallel_tui tests -name __pycache__ -type d -prune -exec rm -rf {} +
