# Loadbearing's commands. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
PY := $(VENV)/bin/python
# Twice the cores of a small machine: a test in a browser waits for two thirds of its time.
JOBS ?= 4
# A file's tests stay in one process, which works out once what they share; the long ones begin.
ORDER := --dist loadfile --no-loadscope-reorder
OWN_MACHINE := $(PY) -m config.own_machine

.PHONY: help run dev test test-sqlite test-postgres lint lint-types lint-others format bench deploy-check lock clean

help: ## Shows this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/run.stamp: requirements/run.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/test.stamp: requirements/test.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/run.stamp

$(VENV)/bench.stamp: requirements/bench.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@ $(VENV)/test.stamp $(VENV)/run.stamp

node_modules/.stamp: package-lock.json $(VENV)/test.stamp
	$(PY) -m tests.node npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

var/secret_key:
	@mkdir -p var && (umask 077 && $(PYTHON) -c "import secrets; print(secrets.token_urlsafe(64))" > $@)

run: $(VENV)/run.stamp var/secret_key ## Installs, migrates, loads the content and serves on http://127.0.0.1:8000 (PORT=9000 moves it)
	@$(OWN_MACHINE) $(PY) manage.py prepare
	@echo "Loadbearing: http://127.0.0.1:$(PORT)  (Ctrl-C stops it)"
	@$(OWN_MACHINE) $(PY) -m config.serving --port $(PORT) --with-worker

dev: $(VENV)/run.stamp var/secret_key ## The same with Django's reloading server and debug pages
	@DEBUG=1 $(PY) manage.py prepare
	@DEBUG=1 $(PY) manage.py work & worker=$$!; trap "kill $$worker" EXIT; DEBUG=1 $(PY) manage.py runserver $(PORT)

test: lint test-sqlite test-postgres ## Linters, contracts, migrations, and the whole suite on SQLite and on PostgreSQL (-j3: side by side)

test-sqlite: $(VENV)/test.stamp node_modules/.stamp chromium
	@mkdir -p var
	$(PY) -m pytest -n $(JOBS) $(ORDER)

test-postgres: $(VENV)/test.stamp node_modules/.stamp chromium
	@mkdir -p var
	$(PY) -m tests.with_postgres $(PY) -m pytest -n $(JOBS) $(ORDER)

# The tests take the shell, which does a third less than Chromium with windows. Unasked it is installed only for root, as
# in a container.
.PHONY: chromium
chromium: $(VENV)/test.stamp
	@if command -v chromium-headless-shell >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; then :; \
	elif command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then :; \
	elif command -v apt-get >/dev/null; then \
	  sudo=$$(command -v sudo || true); $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else $(PY) -m playwright install chromium; fi

# mypy takes as long as all the others, so the two run side by side, also where `make` was asked for one job. Collecting
# the tests finds a file that cannot be imported, and leaves bytecode, which each process of the tests would compile.
lint: $(VENV)/test.stamp node_modules/.stamp ## Ruff, templates, scripts, types, import contracts, migrations, imports of tests
	@$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j 2) lint-types lint-others

lint-types:
	$(PY) -m mypy

lint-others:
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/djangofmt --check templates
	$(PY) -m tests.node node node_modules/eslint/bin/eslint.js .
	$(VENV)/bin/lint-imports
	@mkdir -p var
	$(PY) manage.py makemigrations --check --dry-run --settings tests.settings
	$(PY) -m pytest --collect-only -qq > var/collected.txt || { cat var/collected.txt; false; }

format: $(VENV)/test.stamp ## Formats code and templates, and mends what Ruff can mend
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	$(VENV)/bin/djangofmt templates

bench: $(VENV)/bench.stamp node_modules/.stamp chromium ## The benchmarks of the budgets, as a table of ratios
	@mkdir -p var
	DJANGO_SETTINGS_MODULE=tests.settings $(PY) -m benchmarks

deploy-check: $(VENV)/run.stamp var/secret_key ## Django's deployment checks with the production settings
	@SECRET_KEY=$$(cat var/secret_key) ALLOWED_HOSTS=loadbearing.example $(PY) manage.py check --deploy --fail-level WARNING

lock: $(VENV)/run.stamp ## Pins every dependency again, with hashes
	$(PY) -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	for group in run test bench; do \
	  case $$group in run) groups="";; test) groups="--group test";; bench) groups="--group test --group bench";; esac; \
	  $(PY) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml $$groups -o requirements/$$group.txt; \
	done

clean: ## Removes the virtual environment and caches; keeps var/, where the database is
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
