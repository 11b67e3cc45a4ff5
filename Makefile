# Bare `make` lists what there is to do: the text after ## beside each target.
# Works with the make 3.81 of macOS. PYTHON=... chooses the interpreter, LAB_ARGS=... adds options for JupyterLab.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.14 python3.12 python3.11 python3 python; do \
	$$p -c "$(USABLE)" >/dev/null 2>&1 && { echo $$p; break; }; done)
USABLE := import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
# uv, where it is found, is faster than pip; both check the hashes and show how far they are. What a student imports is
# compiled then: to compile all beforehand, as pip does unless told otherwise, takes three quarters of its time. Tests
# need all compiled, since there a warning of the compiler would be an error, and get it by all cores at once.
UV := $(shell command -v uv 2>/dev/null)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --no-compile
INSTALL := $(if $(UV),$(UV) pip install --python $(BIN)/python,$(PIP))
COMPILE := PYTHONWARNINGS=ignore $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true
# In a container one is root, which JupyterLab takes for a mistake unless told otherwise.
AS_ROOT := $(shell test "$$(id -u)" = 0 && echo --allow-root)

# More threads than one in each kernel or test would only wait for one another, and for whatever else is busy: beside
# four busy processes lesson 07 takes over 120 s with two, 29 s with one. Idle, one costs nothing.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export VECLIB_MAXIMUM_THREADS := 1

# Tests in so many processes: on two cores a third one computes while another waits for a kernel, a page or an alarm.
WORKERS ?= 3

# Images for containers often forbid Python to keep what it compiled: each kernel and test would compile it all again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help lab my-library teach env test seeds test-fast tests audit coverage browser site pytorch lint type notebooks check-notebooks check-outputs bench newest holes gradescope grade-demo dist lock clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

lab: $(VENV)/lab.installed ## install what a student needs, copy the lessons to work/, open JupyterLab there
	@$(BIN)/python -m cs231n_lib start work -- $(LAB_ARGS)

my-library: $(VENV)/lab.installed ## write your own functions, those with full marks, into one module
	@$(BIN)/python -m cs231n_lib my-library

teach: $(VENV)/lab.installed ## open JupyterLab on the whole course, with the instructor's tools
	$(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" $(AS_ROOT) $(LAB_ARGS)

test: env lint type check-notebooks tests browser ## everything: lint, types, notebooks, all tests, browser
	@echo "make test: lint, types, notebooks, tests (slow ones and doctests too) and the browser tests passed."

audit: env check-outputs ## what is long and seldom fails: all notebooks run, further seeds, accessibility, grading with every cell run, hostile submissions, killed runs
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m "audit and not seeds" tests

seeds: env ## what takes longest: all twenty seeds of mistakes, milestones and claims, places, the long lessons run once more
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m seeds tests

test-fast: env ## the quick tests of all rooms but the lessons and the classroom, in less than a minute
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m "not slow and not browser and not audit" tests --ignore tests/lessons --ignore tests/classroom

env: $(VENV)/dev.installed ## install what the tests and the notebook build need besides

notebooks: env ## build the notebooks from their text sources
	$(BIN)/python -m cs231n_lib build

check-notebooks: env ## compare the notebooks with their texts, without running them, and look for leaked solutions
	$(BIN)/python -m cs231n_lib build --check --stored

check-outputs: env ## run the texts elsewhere, and compare what comes out with the notebooks
	$(BIN)/python -m cs231n_lib build --check

tests: env ## every test that needs no browser, and the library's examples
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m "not browser and not audit" --doctest-modules tests cs231n_lib

# Left out: what is interrupted within coverage's own code leaves a lock there closed, and the next call waits for ever.
INTERRUPTED := tests/checks/test_runner.py::test_what_never_ends_is_interrupted
coverage: env ## the same tests, and which branches of the library they leave out
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m "not browser and not audit" --cov=cs231n_lib --doctest-modules --deselect $(INTERRUPTED) tests cs231n_lib

browser: env ## the tests that drive JupyterLab in Chromium; screenshots go to artefacts/
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile -m "browser and not audit" tests/browser

site: env $(VENV)/site.installed ## build the public site into artefacts/site, and look it over
	$(BIN)/python -m website

pytorch: env ## run what the tables "In PyTorch" and the bridge say; installs torch (a large download)
	$(INSTALL) torch
	@$(COMPILE)
	$(BIN)/pytest tests/test_pytorch.py tests/test_bridge.py
	$(BIN)/python tests/pytorch_rows.py
	$(BIN)/python tests/bridge_cells.py

lint: env ## look for slips and for formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxlint cs231n_lib
	$(BIN)/oxfmt --check 'cs231n_lib/**/*.js'

type: env ## check the library's types
	$(BIN)/mypy

bench: env ## measure the library beside others; see benchmarks/README.md
	$(BIN)/python -m benchmarks

newest: env ## the tests with the newest release of each dependency, outside the lock
	$(INSTALL) --upgrade --no-build-isolation --editable '.[dev]'
	@$(COMPILE)
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m "not browser and not audit" --doctest-modules tests cs231n_lib
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile -m "browser and not audit" tests/browser

holes: env ## look up known holes in what students install; installs pip-audit
	$(INSTALL) pip-audit
	$(BIN)/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock

dist: env ## build the wheel, with the lessons in it, and the source archive into dist/
	rm -rf dist
	$(BIN)/hatchling build -d dist

gradescope: $(VENV)/lab.installed ## write the zip by which Gradescope grades a lesson: make gradescope LESSON=1
	@$(BIN)/python -m cs231n_lib gradescope "$(LESSON)"
LESSON ?= 1

grade-demo: env ## make up a class of 30 in artefacts/class and grade it
	rm -rf artefacts/class
	$(BIN)/python -m benchmarks grading --students 30 --keep artefacts/class

lock: env ## resolve pyproject.toml anew into the three lock files (needs the network)
	$(BIN)/uv $(LOCK) --extra lab --extra build --extra cifar --extra hpo --extra classroom --constraint .ci/constraints.txt --output-file requirements.lock
	$(BIN)/uv $(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(BIN)/uv $(LOCK) --extra site --constraint requirements-dev.lock --output-file requirements-site.lock
LOCK := pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet

clean: ## remove the installation and everything that can be made again
	rm -rf $(VENV) artefacts dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# A stamp is written last: an interrupted installation leaves none and is taken up again.
$(VENV)/lab.installed: requirements.lock pyproject.toml $(VENV)/made
	@echo "Installing what the lessons need into $(VENV): once, 0.1 GB to download, 0.5 GB on the disk, about a minute."
	@$(INSTALL) --require-hashes --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.installed: requirements-dev.lock pyproject.toml $(VENV)/made
	@echo "Installing what the tests need into $(VENV): once, 1.5 GB, some minutes."
	@$(INSTALL) --require-hashes --requirement requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@$(COMPILE)
	@touch $@ $(VENV)/lab.installed

$(VENV)/site.installed: requirements-site.lock $(VENV)/dev.installed
	@$(INSTALL) --require-hashes --requirement requirements-site.lock
	@touch $@

$(VENV)/made:
	@$(or $(PYTHON),false) -c "$(USABLE)" 2>/dev/null || { echo "$$NO_PYTHON" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

define NO_PYTHON
No Python 3.11 to 3.14 with its venv module was found$(if $(PYTHON), as "$(PYTHON)",).
Install one (Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python@3.13; else python.org/downloads),
or say where it is: make lab PYTHON=/path/to/python3
endef
export NO_PYTHON
