# Cloud Window. `make` lists what there is; the rest is in scripts/.
# Not PYTHON: that one is the person's, and names what `make setup` makes the environment with.
VENV := .venv/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev bundle run test check bench mutate guards coverage fmt strings messages clients migrate lock clean

help: ## List these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | column -t -s '|'

setup: ## Install what the program needs (.venv, browser libraries)
	@scripts/setup.sh

setup-dev: ## Install what tests and checks need too
	@scripts/setup.sh --dev

bundle: ## Pack everything for an installation without internet into dist/
	@scripts/bundle.sh $(ARGS)

run: setup ## Run the demonstration: ARGS="--tls self-signed --lively 20"
	@$(VENV) -m cloudwindow demo $(ARGS)

test: setup-dev ## Run every test: ARGS="tests/unit -k ticket"
	@scripts/test.sh $(ARGS)

check: setup-dev ## Run linters, types, floor plan, freshness: ARGS="ruff mypy"
	@$(VENV) scripts/check.py $(ARGS)

bench: setup-dev ## Measure: ARGS="--quick"
	@$(VENV) -m bench $(ARGS)

mutate: setup-dev ## Put mistakes into the dear modules and count which ones no test notices: ARGS="--most 5 runtime/throttle.py"
	@$(VENV) scripts/mutate.py $(ARGS)

guards: setup-dev ## Leave each refusal, check, right, note, removal and write to disk out and tell which no test misses: ARGS="tests/unit"
	@$(VENV) scripts/left_out.py $(ARGS)

coverage: setup-dev ## Run the tests below the page and show which branches they miss: ARGS="tests/unit"
	@scripts/coverage.sh $(ARGS)

fmt: setup-dev ## Format Python, JavaScript and CSS
	@scripts/fmt.sh

strings: setup-dev ## Collect the sentences of Python, pages and scripts into the catalogues
	@$(VENV) -m webui.catalogues

messages: setup-dev ## Write the JavaScript types of the wire's messages
	@$(VENV) -m protocol.declarations

clients: setup-dev ## Write the generated parts of the Python and JavaScript clients for other systems
	@$(VENV) -m clients.writer

migrate: setup ## Bring the ledger's tables to this version: ARGS="--help"
	@$(VENV) -m cloudwindow migrate $(ARGS)

lock: setup-dev ## Choose the newest versions and write the locks
	@scripts/lock.sh

clean: ## Remove what tools left behind; not .venv, not var/
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info test-results
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
