# Everything starts from a Python and make. `make demo` shows the main job, `make test` checks all.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo test lint types layers docs tests worlds sample bench fuzz clean

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed: make PYTHON=python3.11" if sys.version_info < (3, 10) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable '.[torch]'
	touch $@

demo: $(STAMP)
	@$(BIN)/python examples/demo.py

test: lint types layers docs tests

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

docs: $(STAMP)
	$(BIN)/python scripts/generate.py --check

tests: $(STAMP) sample
	$(BIN)/coverage erase
	$(BIN)/python -m pytest -n auto --cov --cov-report=
	$(BIN)/coverage report --fail-under=85 --format=total

# Old Pythons and libraries, really built: `worlds` all of them (an hour and more on two CPUs), `sample` two.
# What has no Python of its kind, or no package index, is skipped by the tests.
worlds: $(STAMP)
	-$(BIN)/python tests/worlds/build.py
	$(BIN)/python -m pytest tests/worlds

sample: $(STAMP)
	$(BIN)/python tests/worlds/build.py --sample

bench: $(STAMP)
	$(BIN)/python -m bench

# Changed files for every reader, or for READERS; the fuzzer has wheels for Python 3.11 to 3.13.
SECONDS ?= 10
FUZZED := .venv-fuzz/bin/python
.venv-fuzz/.installed: pyproject.toml
	test -x $(FUZZED) || $(PYTHON) -m venv .venv-fuzz
	$(FUZZED) -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(FUZZED) -m pip install --quiet --disable-pip-version-check --group fuzz --editable .
	touch $@

fuzz: .venv-fuzz/.installed
	$(FUZZED) tests/hostile/fuzz.py --seconds $(SECONDS) $(READERS)

clean:
	rm -rf .venv .venv-fuzz .fuzz .coverage* .mypy_cache .pytest_cache .ruff_cache
