# make build      the environment, the notebooks executed, the figures
# make test       the environment, every check
# make browser    the tests that need a browser, which it installs where it can
# make thorough   make test with every mutant of the data instead of one in forty, and more
# make lab        JupyterLab on the notebooks
# make clean      remove what these made and git does not track
#
# Needs Python 3.11 or later with venv, and make. Another Python: make build PYTHON=python3.12

PYTHON ?= python3
FICHE ?= ../shared/source/fiche-ambition-4.txt
BIN := .venv/bin
# Many processes are started: each would compile the package again if none were allowed to keep what it compiled.
export PYTHONDONTWRITEBYTECODE :=
CODE := src tests benchmarks notebooks examples
# One worker for each core: with one more, two cores took half as long again.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(os.cpu_count() or 1, 4))')
SPREAD := -n $(WORKERS)

.PHONY: build test thorough browser lab clean environment

build: environment
	@$(BIN)/neoterra build --lang all

# The environment's stamps are copies of what it was made from: made again when these differ, or after an
# interruption. The first one holds the folder too, because an environment cannot be moved.
environment:
	@if ! { pwd; cat requirements.lock; } | cmp -s - .venv/locked || ! $(BIN)/python -c '' 2>/dev/null; then \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or later is needed (here: $$($(PYTHON) -V)): make build PYTHON=python3.12" >&2; exit 1; }; \
	  echo "Installing the locked packages in .venv (one to two minutes, once)"; \
	  rm -rf .venv && $(PYTHON) -m venv .venv && \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements.lock && \
	  { pwd; cat requirements.lock; } > .venv/locked; \
	fi
	@if ! cmp -s pyproject.toml .venv/project || ! $(BIN)/python -c 'import neoterra_analysis' 2>/dev/null; then \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	  cp pyproject.toml .venv/project; \
	fi

# The notebooks are checked against the project's own data and in French, whatever the reader's settings are, and
# write their figures aside. They come first, because the other tests find again what they computed. What they import
# is compiled before several of them do it at once, and the font cache made: matplotlib would tell about it in an output.
test: export NEOTERRA_LANG := fr
test: export NEOTERRA_DATA :=
test: export NEOTERRA_AMBITION :=
test: export NEOTERRA_MEMORY := $(CURDIR)/build/memory
test: environment
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/python -m compileall -q src
	$(BIN)/python -c 'import matplotlib.font_manager'
	rm -rf build/checked
	NEOTERRA_FIGURES="$(CURDIR)/build/checked" $(BIN)/pytest $(SPREAD) --dist loadscope --nbval --nbval-cell-timeout 120 notebooks/*.ipynb
	$(BIN)/python tests/figures_as_built.py build/checked/fr figures/fr
	$(BIN)/pytest -p no:nbval $(SPREAD) --dist worksteal --ignore tests/browser
	@if [ -f "$(FICHE)" ]; then \
	  $(BIN)/neoterra trace --fiche "$(FICHE)"; \
	elif [ "$$CI" = true ]; then \
	  echo "trace: no copy of the fiche at $(FICHE)" >&2; exit 1; \
	else \
	  echo "trace: skipped, because no copy of the fiche was found at $(FICHE) (give yours: make test FICHE=path)"; \
	fi

# Chromium and axe-core are fetched where they can be; without them these tests are skipped, and say so.
browser: export NEOTERRA_LANG := fr
browser: export NEOTERRA_MEMORY := $(CURDIR)/build/memory
browser: environment
	.ci/browser
	$(BIN)/pytest -p no:nbval $(SPREAD) --dist loadfile tests/browser

thorough: export NEOTERRA_THOROUGH := 1
thorough: test

lab: environment
	NEOTERRA_PROGRESS=1 JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" \
	  $(BIN)/jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/notebooks

clean:
	rm -rf .venv build site .pytest_cache .ruff_cache figures/*/*/*.pdf figures/*/*/*.png notebooks/*/
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
