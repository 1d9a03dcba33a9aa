# Everything runs in .venv, made here and kept until the requirements change.
# PORT=8502 serves elsewhere; PYTHON=/path/to/python3.12 chooses the interpreter of a new .venv;
# ARGS="-k classify" goes to pytest.

PORT ?= 8501
PYTHON ?= python3.12 python3 python3.13 python3.11
ARGS ?=

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.PHONY: all demo test quick faults check bench clean system-packages

all: .venv/.installed
	@echo "Ready. make demo | quick | test | faults | check | bench | clean"

# On one's own machine what was trained stays; a shared server forgets it after a day.
demo: .venv/.installed
	@MMDEMO_RETENTION_HOURS=$${MMDEMO_RETENTION_HOURS:-0} $(PY) -m streamlit run app.py --server.port $(PORT)

# A file stays in one process, for the sake of what its tests share; the slowest files come first.
PYTEST := -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test: .venv/.installed-dev system-packages
	@$(PY) $(PYTEST) $(ARGS)

quick: .venv/.installed-dev
	@$(PY) $(PYTEST) -m 'not browser and not slow' $(ARGS)

faults: .venv/.installed-dev
	@$(PY) -m tests.faults $(ARGS)

check: .venv/.installed-dev
	@$(PY) -m ruff check .
	@$(PY) -m mypy

bench: .venv/.installed-dev system-packages
	@$(PY) -m benchmarks

clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

system-packages: .venv/.installed-dev
	@sh .ci/system-packages $(PY)

.venv/.installed: requirements.txt
	@if ! $(PY) -c '$(SUITABLE)' 2>/dev/null; then \
	  found=; for python in $(PYTHON); do \
	    if "$$python" -c '$(SUITABLE)' 2>/dev/null; then found="$$python"; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo 'No Python 3.11, 3.12 or 3.13 with venv among: $(PYTHON).' >&2; \
	    echo 'Install one (on Debian and Ubuntu: apt install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12' >&2; \
	    exit 1; \
	  fi; \
	  echo "Making .venv with $$found"; \
	  "$$found" -m venv --clear .venv || exit 1; \
	fi
	@echo 'Installing requirements.txt: about 600 MB to download the first time, half of it TensorFlow'
	@$(PIP) install -r requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@echo 'Installing requirements-dev.txt'
	@$(PIP) install --quiet -r requirements-dev.txt
	@touch $@
