# `make` alone lists the targets with the text after their ##.
# Works with make 3.81 of macOS. PYTHON=... chooses the interpreter, and LAB_ARGS=... adds options for JupyterLab.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.14 python3.12 python3.11 python3 python; do \
	$$p -c "$(USABLE)" >/dev/null 2>&1 && { echo $$p; break; }; done)
USABLE := import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
# uv is used if it is installed, because it is faster than pip. Both check the hashes and show their progress. Modules
# compile when a student imports them, since compiling all of them in advance, pip's default, takes three quarters of
# its time. Tests need them compiled in advance, because a compiler warning would be an error, so all cores do it.
UV := $(shell command -v uv 2>/dev/null)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --no-compile
INSTALL := $(if $(UV),$(UV) pip install --python $(BIN)/python,$(PIP))
COMPILE := PYTHONWARNINGS=ignore $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
# In a container the user is root, and JupyterLab refuses to start for root without this option.
AS_ROOT := $(shell test "$$(id -u)" = 0 && echo --allow-root)

# Several threads in each kernel or test would only wait for one another and for other busy processes. Beside four busy
# processes lesson 07 takes over 120 s with two threads and 29 s with one. On an idle machine one thread costs nothing.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export VECLIB_MAXIMUM_THREADS := 1

# The number of test processes. On two cores one more computes while another waits for a kernel, a page or an alarm.
# The tests of `make test` wait more often than those of the audit.
WORKERS ?= 3
test: WORKERS = 4
PYTEST = $(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

# Container images often stop Python from saving compiled modules, so each kernel and test would compile them again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help lab my-library teach env test again seeds test-fast tests audit coverage browser site kit pytorch lint type notebooks lesson check-notebooks bench newest holes gradescope grade-demo dist lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

lab: $(VENV)/lab.installed ## install what a student needs, copy the lessons to work/, and open JupyterLab there
	@$(BIN)/python -m cs231n_lib start work -- $(LAB_ARGS)

my-library: $(VENV)/lab.installed ## write your own functions with full marks into one module
	@$(BIN)/python -m cs231n_lib my-library

teach: $(VENV)/lab.installed ## open JupyterLab on the whole course, with the instructor's tools
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" $(AS_ROOT) $(LAB_ARGS)

test: env lint ## run lint, types, notebook comparison (texts and outputs), tests and browser tests
	$(PYTEST) -m "not audit" --doctest-modules tests cs231n_lib
	@echo "make test: lint, types, notebooks, tests (with slow tests and doctests) and browser tests passed."

audit: env $(VENV)/lite.installed ## run the slow, stable tests: more seeds, accessibility, grading with every cell run, hostile submissions, killed runs
	$(PYTEST) -m "audit and not seeds" tests

again: env ## run the tests that failed last time once more, one after the other, with nothing beside them
	$(BIN)/pytest --last-failed --last-failed-no-failures none --doctest-modules tests cs231n_lib

seeds: env $(VENV)/lite.installed ## run the slowest tests: twenty seeds of all mistakes, milestones and claims, places, and the long lessons again
	$(PYTEST) -m seeds -o faulthandler_timeout=7200 $(SEEDS)
# The weekly workflow runs them in parts, as in make seeds SEEDS=tests/checks.
SEEDS ?= tests

test-fast: env ## run the quick tests of everything except the lessons and the classroom, in less than a minute
	$(PYTEST) -m "not slow and not browser and not audit" tests --ignore tests/lessons --ignore tests/classroom

env: $(VENV)/dev.installed ## install what the tests and the notebook build need

notebooks: env ## build the notebooks from their text sources; runs lessons whose code has changed, or all with ALL=1
	$(BIN)/python -m cs231n_lib build $(if $(ALL),--all)
ALL ?=

# The build runs the lesson if its code has changed, so that its outputs need no comparison by nbval here.
lesson: env ## build and test everything that concerns one lesson, as in make lesson LESSON=8
	$(BIN)/python -m cs231n_lib build "$(LESSON)"
	$(BIN)/python -m cs231n_lib build --check "$(LESSON)"
	$(PYTEST) --lesson "$(LESSON)" -m "lesson or not (audit or browser)" --doctest-modules $(OF_LESSONS)
OF_LESSONS := tests/lessons tests/test_coverage.py tests/test_language.py tests/test_notation.py tests/test_pytorch.py cs231n_lib/lessons

check-notebooks: env ## compare the notebooks with their texts without running them, and look for leaked solutions
	$(BIN)/python -m cs231n_lib build --check

tests: env ## run every test that needs no browser, and the library's doctests
	$(PYTEST) -m "not browser and not audit" --doctest-modules tests cs231n_lib

# Left out, because an interrupt inside coverage's own code leaves a lock held, and the next call waits endlessly.
INTERRUPTED := tests/checks/test_runner.py::test_endless_code_is_interrupted
coverage: env ## run the same tests except nbval's, and list the branches of the library that they miss
	$(PYTEST) -m "not browser and not audit" --cov=cs231n_lib --doctest-modules --deselect $(INTERRUPTED) --deselect tests/test_nbval.py tests cs231n_lib

browser: env ## run the tests that drive JupyterLab in Chromium; screenshots go to artefacts/
	$(PYTEST) -m "browser and not audit" tests/browser

site: env $(VENV)/site.installed $(VENV)/lite.installed ## build the public site into artefacts/site and check it
	$(BIN)/python -m website

kit: env ## write the teacher's page and the questions of each lesson into artefacts/kit, to print
	$(BIN)/python -m website.kit

pytorch: env ## test the tables "PyTorch equivalents" and the bridge; installs torch (a large download)
	$(INSTALL) torch
	@$(COMPILE)
	$(BIN)/pytest tests/test_pytorch.py tests/test_bridge.py tests/test_benchmarks.py
	$(BIN)/python tests/pytorch_rows.py
	$(BIN)/python tests/bridge_cells.py

lint: env ## run the linters and check the formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxlint cs231n_lib
	$(BIN)/oxfmt --check 'cs231n_lib/**/*.js'

type: env ## check the library's types
	$(BIN)/mypy

bench: env ## compare the library's speed with others; see benchmarks/README.md
	$(BIN)/python -m benchmarks

newest: env ## run the tests with the newest release of each dependency, outside the lock
	$(INSTALL) --upgrade --no-build-isolation --editable '.[dev]'
	@$(COMPILE)
	$(PYTEST) -m "not audit" --doctest-modules tests cs231n_lib

holes: env ## look up known vulnerabilities in what students install; installs pip-audit
	$(INSTALL) pip-audit
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock

dist: env ## build the wheel (with the lessons) and the source archive into dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist

gradescope: $(VENV)/lab.installed ## write the autograder zip for Gradescope, as in make gradescope LESSON=1
	@$(BIN)/python -m cs231n_lib gradescope "$(LESSON)"
LESSON ?= 1

grade-demo: env ## play a term with an invented class of 30 in artefacts/class, in a few minutes
	rm -rf artefacts/class
	$(BIN)/python -m benchmarks term --students 30 --keep artefacts/class

lock: env ## resolve pyproject.toml again into the lock files (needs the network)
	$(BIN)/uv $(LOCK) --extra lab --extra build --extra cifar --extra hpo --extra classroom --constraint .ci/constraints.txt --output-file requirements.lock
	$(BIN)/uv $(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(BIN)/uv $(LOCK) --extra site --constraint requirements-dev.lock --output-file requirements-site.lock
	$(BIN)/uv $(LOCK_GROUP):lite --constraint requirements.lock --output-file requirements-lite.lock
	$(BIN)/uv $(LOCK_GROUP):lite-offline --output-file requirements-lite-offline.lock
	$(BIN)/uv $(LOCK_GROUP):browser --no-deps --constraint requirements.lock --output-file requirements-browser.lock
LOCK := pip compile pyproject.toml $(LOCKED)
LOCK_GROUP := pip compile $(LOCKED) --group pyproject.toml
LOCKED := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet

clean: ## remove the installation and everything that can be rebuilt
	rm -rf $(VENV) artefacts dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The stamp is written last, so an interrupted installation leaves none and is resumed.
$(VENV)/lab.installed: requirements.lock pyproject.toml $(VENV)/made
	@echo "Installing the packages for the lessons into $(VENV), once (download 0.1 GB, on disk 0.5 GB, about a minute)."
	@$(INSTALL) --require-hashes --requirement requirements.lock $(OR_SAY)
	@$(INSTALL) --no-deps --no-build-isolation --editable . $(OR_SAY)
	@touch $@

$(VENV)/dev.installed: requirements-dev.lock pyproject.toml $(VENV)/made
	@echo "Installing the packages for the tests into $(VENV), once (1.5 GB, a few minutes)."
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock $(OR_SAY)
	@$(INSTALL) --no-deps --no-build-isolation --editable . $(OR_SAY)
	@$(COMPILE)
	@touch $@ $(VENV)/lab.installed

$(VENV)/site.installed: requirements-site.lock $(VENV)/dev.installed
	@$(INSTALL) --require-hashes --requirement requirements-site.lock $(OR_SAY)
	@touch $@

# JupyterLite has an environment of its own, so that the site holds no extension of JupyterLab besides those it needs.
$(VENV)/lite.installed: requirements-lite.lock requirements-browser.lock $(VENV)/made
	@$(BIN)/python -m venv --clear $(VENV)/lite
	@$(LITE) install --no-compile --require-hashes --requirement requirements-lite.lock $(OR_SAY)
	@$(LITE) download $(PURE) --require-hashes --requirement requirements-browser.lock --dest $(VENV)/lite/wheels $(OR_SAY)
	@touch $@
LITE := $(VENV)/lite/bin/python -m pip --disable-pip-version-check --quiet
PURE := --no-deps --only-binary :all: --implementation py --abi none --platform any

$(VENV)/made:
	@test -w "$${HOME:-}" || { echo "$$NO_HOME" >&2; exit 1; }
	@$(or $(PYTHON),false) -c "$(USABLE)" 2>/dev/null || { echo "$$NO_PYTHON" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

define NO_PYTHON
No Python 3.11 to 3.14 with its venv module was found$(if $(PYTHON), as "$(PYTHON)",).
Install one (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python@3.13; other systems: python.org/downloads),
or give its path, as in make lab PYTHON=/path/to/python3
endef
define NO_PACKAGES
The packages could not be installed. Check the network connection and the free disk space, then run the same command again.
endef
define NO_HOME
The home folder "$(HOME)" cannot be written to, and Jupyter keeps its settings there. Set HOME to a folder of yours.
endef
export NO_PYTHON NO_PACKAGES NO_HOME
OR_SAY = || { echo "$$NO_PACKAGES" >&2; exit 1; }
