# The two commands that a newcomer needs are `make run` and `make test`. Python, make and git must be there; the rest is installed.

PYTHON ?= python3
RUN := .venv
DEV := .venv-dev
PIP := -m pip --disable-pip-version-check --no-input
# Modules are compiled when they are first imported: many never are, and the folder stays a fifth smaller.
# Where Python is told not to keep what it compiled, each start would take two seconds longer.
unexport PYTHONDONTWRITEBYTECODE
INSTALL := $(PIP) install --quiet --no-compile
LOCK := CUSTOM_COMPILE_COMMAND='make lock' $(DEV)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(UPGRADE)
BABEL := $(DEV)/bin/pybabel --quiet
# Tests make thousands of small databases: in memory, where there is room for them, that takes a fifth less time.
MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "TMPDIR=/dev/shm" }')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: bench clean format help lint lock messages run screenshots soak test

help: ## Say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name words; do printf '%-18s %s\n' "$$name" "$$words"; done

run: $(RUN)/installed ## Serve on http://127.0.0.1:8000; the first time, install and load the sample (ARGS='--port 9000' for another port)
	@exec $(RUN)/bin/annotator run $(ARGS)

test: $(DEV)/installed ## Check everything: lint, types, tests on both databases and in a browser
	@sh tests/prerequisites.sh
	@$(MAKE) --no-print-directory lint
	$(MEMORY) $(DEV)/bin/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(DEV)/installed ## Check style and types
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy

format: $(DEV)/installed ## Format the code and mend what can be mended by rule
	$(DEV)/bin/ruff format .
	$(DEV)/bin/ruff check --fix .

bench: $(DEV)/installed ## Measure a saved verdict, the start and the memory, the annotate page in a browser, imports, plans, and the report
	$(DEV)/bin/python -m benchmarks.save $(ARGS)
	$(DEV)/bin/python -m benchmarks.imports $(ARGS)
	$(DEV)/bin/python -m benchmarks.annotate $(ARGS)
	$(DEV)/bin/python -m benchmarks.assignment
	$(DEV)/bin/python -m benchmarks.report

soak: $(DEV)/installed ## Save under load, and import, while the process is killed again and again; edit at random and prove the tallies
	$(DEV)/bin/python -m benchmarks.soak $(ARGS)
	$(DEV)/bin/python -m benchmarks.import_kills $(ARGS)
	$(DEV)/bin/python -m benchmarks.tally_edits

screenshots: $(DEV)/installed ## Take the README's pictures from the running program
	@sh tests/prerequisites.sh
	$(DEV)/bin/python docs/screenshots.py $(ARGS)

messages: $(DEV)/installed ## Bring the translations' catalogues up to date with the pages, and compile them
	@mkdir -p build
	$(BABEL) extract --mapping-file pyproject.toml --keywords _l --add-location file --width 110 --output-file build/messages.pot annotator templates seeds
	$(BABEL) update --output-dir annotator/translations --input-file build/messages.pot --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
	$(BABEL) compile --directory annotator/translations --statistics

lock: $(DEV)/installed ## Pin the dependencies with hashes (UPGRADE=--upgrade for the newest)
	@$(DEV)/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo 'Pins are made with Python 3.11, the oldest that is supported, so that they fit all: make clean lock PYTHON=python3.11' >&2; exit 1; }
	$(LOCK) --extra fonts --output-file requirements/run.txt pyproject.toml requirements/run.in
	$(LOCK) --output-file requirements/postgresql.txt requirements/postgresql.in
	$(LOCK) --output-file requirements/oidc.txt requirements/oidc.in
	$(LOCK) --extra fonts --extra oidc --extra postgresql --output-file requirements/dev.txt pyproject.toml requirements/dev.in

clean: ## Remove what was installed or built; the database stays
	rm -rf $(RUN) $(DEV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is made anew when its pins change, so it never holds more than they say.
# The project itself comes last, with the build backend that is pinned too: nothing is downloaded without a hash.
define environment
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo 'Claim Annotator needs Python 3.11 or newer, and $(PYTHON) is not. Name another: make run PYTHON=python3.12' >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo 'The module venv is missing from $(PYTHON). On Debian and Ubuntu: sudo apt-get install python3-venv' >&2; exit 1; }
@echo 'Installing into $(@D); this is needed once and takes about a minute.'
@$(PYTHON) -m venv --clear $(@D)
@$(@D)/bin/python $(INSTALL) --require-hashes --requirement $(1)
@$(@D)/bin/python $(INSTALL) --no-build-isolation --no-deps --editable .
@touch $@
endef

$(RUN)/installed: requirements/run.txt pyproject.toml
	$(call environment,requirements/run.txt)

$(DEV)/installed: requirements/dev.txt pyproject.toml
	$(call environment,requirements/dev.txt)
