# `make demo` and `make test` are all that a new machine needs; the rest are habits.
PYTHON ?= python3
PY := .venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test site exercises proofs check check-all mutants bench fuzz gpu format clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

demo: .venv/course ## build the site, grade a sample class, say where to look
	@sh scripts/system-packages.sh demo
	$(PY) -m dlcourse.course build
	$(PY) -m dlcourse.site build
	$(PY) -m dlcourse demo _demo

test: .venv/dev ## everything that CI runs
	@sh scripts/system-packages.sh test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m codespell_lib book dlcourse solutions README.md CONTRIBUTING.md CHANGELOG.md
	$(PY) -m mypy
	$(PY) -m dlcourse.course check
	$(PY) -m pytest -q -n 2 --no-loadscope-reorder

check: .venv/dev ## the quick part of test: lint, types, library, tasks
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest -q --ignore=tests/site

check-all: .venv/dev ## test, and the longer proofs
	@$(MAKE) test
	$(PY) -m pytest -q -m slow

site: .venv/course ## the book, as _build/html
	@sh scripts/system-packages.sh demo
	$(PY) -m dlcourse.site build

exercises: .venv/course ## the graded notebooks, from solutions/
	$(PY) -m dlcourse.course build

proofs: .venv/dev ## what the tests prove of every task, and what students are told
	$(PY) tests/grading/prove.py

mutants: .venv/dev ## plant every fault of tests/planted/faults; print which test notices it
	$(PY) tests/planted/run.py

bench: .venv/dev ## the tables of benchmarks/
	$(PY) benchmarks/training.py --sizes tiny medium large
	$(PY) benchmarks/ensembles.py
	$(PY) benchmarks/grading.py
	$(PY) benchmarks/grading.py --scale 10 100 1000

gpu: .venv/dev ## tests and tables of the GPU path, where a GPU is
	$(PY) -m pytest -q tests/gpu
	$(PY) benchmarks/gpu.py

fuzz: .venv/dev ## five minutes of coverage-guided fuzzing of what reads students' bytes (Linux)
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[fuzz]'
	$(PY) tests/fuzz/fuzz.py frame --seconds 150
	$(PY) tests/fuzz/fuzz.py notebook --seconds 150

format: .venv/dev ## put the code in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

clean: ## remove what was built, the environment excepted
	rm -rf _build _demo

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "dlcourse needs Python 3.11 or newer; name one with make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/course: .venv/bin/python pyproject.toml constraints.txt
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[course]'
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	$(PY) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch .venv/course $@
