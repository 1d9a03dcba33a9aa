# Everything runs in .venv, made here and kept until the locked requirements change.
# PORT=8502 serves elsewhere; PYTHON=/path/to/python3.12 chooses the interpreter of a new .venv;
# ARGS="-k classify" goes to pytest, ARGS="--seconds 60 image" to the fuzzer.

PORT ?= 8501
PYTHON ?= python3.12 python3 python3.13 python3.11
ARGS ?=

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
SUITABLE := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.PHONY: all demo test quick thorough faults fuzz check screenshots bench soak lock audit clean system-packages

all: .venv/.installed
	@echo "Ready. make demo | quick | test | thorough | faults | fuzz | check | screenshots | bench | soak | lock | audit | clean"

# On one's own machine what was trained stays, and data may be named where it lies; a shared server forgets after a day.
demo: .venv/.installed
	@MMDEMO_LOCAL=1 MMDEMO_RETENTION_HOURS=$${MMDEMO_RETENTION_HOURS:-0} \
		$(PY) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT)

# A file stays in one process, for the sake of what its tests share; the slowest files come first.
PYTEST := -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test: .venv/.installed-dev system-packages
	@$(PY) $(PYTEST) -m 'not thorough' $(ARGS)

thorough: .venv/.installed-dev system-packages
	@$(PY) $(PYTEST) -m thorough $(ARGS)

quick: .venv/.installed-dev
	@$(PY) $(PYTEST) -m 'not browser and not slow and not thorough' $(ARGS)

faults: .venv/.installed-dev
	@$(PY) -m tests.faults $(ARGS)

fuzz: .venv/.installed-dev
	@$(PY) -m tests.fuzz $(ARGS)

check: .venv/.installed-dev
	@$(PY) -m ruff check .
	@$(PY) -m mypy

screenshots: .venv/.installed-dev system-packages
	@$(PY) -m tests.screenshots $(ARGS)

bench: .venv/.installed-dev system-packages
	@$(PY) -m benchmarks

soak: .venv/.installed-dev
	@$(PY) -m benchmarks.soak $(ARGS)

clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Every version that requirements*.txt lead to, with the hashes of its files for every system and Python 3.11 to 3.13.
LOCK := UV_CUSTOM_COMPILE_COMMAND='make lock' .venv/bin/uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes

lock: .venv/.installed-dev
	@$(LOCK) requirements.txt --output-file requirements.lock
	@$(LOCK) requirements-dev.txt --constraint requirements.lock --output-file requirements-dev.lock

audit: .venv/.installed-dev
	@sh .ci/audit $(PY)

system-packages: .venv/.installed-dev
	@sh .ci/system-packages $(PY)

.venv/.installed: requirements.lock
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
	@echo 'Installing requirements.lock: about 600 MB to download the first time, half of it TensorFlow'
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo 'Installing requirements-dev.lock: about 600 MB to download the first time, most of it Spark'
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@
