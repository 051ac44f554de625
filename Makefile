# make advise   set everything up and run the advisor
# make test     set everything up and pass the tests
# make oracle   the one test that wants pymcdm, which the environment doesn't have

VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that the pinned frameworks have builds for.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)

.PHONY: advise test oracle pictures examples schemas clean

advise: $(VENV)/.advise
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/advisor; \
	else $(BIN)/advisor --text --probe quick --answers docs/example-answers.yaml; fi

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile

# Beside the environment and not in it: what pymcdm wants, the frameworks import where they find it, and what the probes
# measure would change.
oracle: $(VENV)/.test
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt --upgrade --target $(VENV)/oracle pymcdm
	PYTHONPATH=$(VENV)/oracle $(BIN)/python -c 'import pymcdm.methods'
	PYTHONPATH=$(VENV)/oracle $(BIN)/pytest tests/decision/test_acceptability.py -k pymcdm

pictures: $(VENV)/.test
	$(BIN)/python -m tests.tui.picture docs

examples: $(VENV)/.test
	rm -f docs/examples/0001-*
	$(BIN)/advisor --json --probe none --answers docs/example-answers.yaml --as-of 2026-11-30 -o docs/examples/result.json
	$(BIN)/advisor report docs/examples/result.json --as record --into docs/examples
	$(BIN)/advisor report docs/examples/result.json --as html -o docs/examples/page.html
	$(BIN)/advisor report docs/examples/result.json -o docs/examples/verdict.txt
	rm docs/examples/result.json
	$(BIN)/python -m tests.support.pages

schemas: $(VENV)/.test
	$(BIN)/advisor schema -o schemas

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/.advise: pyproject.toml constraints.txt | $(BIN)/pip
	@echo "Installing the advisor with PyTorch, TensorFlow, Keras and JAX: about 3 GB, a few minutes."
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[frameworks,web]'
	@touch $@

$(VENV)/.test: $(VENV)/.advise
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[frameworks,web,test]'
	@touch $@

$(BIN)/pip:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one, or name it: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv $(VENV)
