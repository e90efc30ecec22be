# CellGuide. `make run` and `make test` each do all set-up alone.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
OUT := demo-out
LANG_CODE ?= zh
export QT_QPA_PLATFORM_TEST := offscreen

.PHONY: help setup run test check format demo tour bench lock

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 16

setup:
	@.ci/setup

run: setup ## open the program; without a display, run the demonstration and say where its papers are
	@$(PYTHON) main.py

test: setup ## pass the tests
	@QT_QPA_PLATFORM=offscreen $(PYTHON) -m pytest -q -n 2 tests cellguide db

check: setup ## format, lint, types, contracts, tests
	@$(PYTHON) -m ruff format --check -q . || { echo "run: make format"; exit 1; }
	@$(PYTHON) -m ruff check -q .
	@$(PYTHON) -m mypy
	@$(PYTHON) -c 'import sys; sys.path.insert(0, "."); from importlinter.cli import lint_imports_command as run; run()'
	@$(MAKE) --no-print-directory test

format: setup ## put every Python file into the one form
	@$(PYTHON) -m ruff check -q --fix-only .
	@$(PYTHON) -m ruff format -q .

demo: setup ## a hospital's month through the real acts, into demo-out/
	@$(PYTHON) main.py demo --out $(OUT)

tour: setup ## a picture of every page and dialog, into tour-out/
	@$(PYTHON) main.py tour --out tour-out --lang $(LANG_CODE)

bench: setup ## the budgets of DESIGN.md 9, beside what a user would use instead
	@$(PYTHON) bench/run.py

lock: ## write requirements.lock anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --only-binary :all: --group dev pyproject.toml -o requirements.lock
