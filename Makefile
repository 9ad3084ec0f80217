# make run    the product, from nothing to http://127.0.0.1:8000
# make test   everything that CI checks
# Both set up what they need: .venv from the hashed locks, web/node_modules from package-lock.json.

PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,\
            $(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)) python3)
BIN := .venv/bin

# Containers often set it; each command would then compile all of its modules again, which takes longer than its work.
unexport PYTHONDONTWRITEBYTECODE

# DATA: the data directory; PORT, HOST: where to listen; ARGS: anything else for `dougong serve`
DATA ?= var
HOST ?= 127.0.0.1
PORT ?= 8000
FORMAT ?= table
ARGS ?=

.PHONY: help run test test-deep lint format bench example wheel build lock web runtime dev clean

help:  ## this list
	@sed -n 's/^\([a-z -]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: web  ## start the product with the demonstration company
	@exec $(BIN)/dougong serve --demo --data "$(DATA)" --host $(HOST) --port $(PORT) $(ARGS)

test: dev  ## all checks and tests (some 25 minutes on two cores)
	@$(BIN)/python -m tools.check all

test-deep: dev  ## the property, crash and fuzz tests with many more examples (an hour or so)
	@DEEP=1 $(BIN)/python -m tools.check deep

lint: dev  ## formats, rules, imports, types, structure; about a minute
	@$(BIN)/python -m tools.check lint

format: dev  ## format the Python code and mend what ruff can mend
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

bench: runtime  ## what docs/performance.md claims, measured here
	@$(BIN)/python -m bench $(ARGS)

example: runtime  ## import examples/sales-opportunities into a fresh DATA=DIR; FORMAT=table|json
	@test "$(origin DATA)" != file || { echo "make example DATA=DIR [FORMAT=json]: DIR 应为新目录 / a fresh directory" >&2; exit 2; }
	@$(BIN)/dougong example examples/sales-opportunities --data "$(DATA)" --format $(FORMAT) $(ARGS)

wheel build: dev  ## dist/dougong-*.whl with the web application in it
	@$(BIN)/python -m build --quiet --wheel --no-isolation

lock: dev  ## resolve requirements*.in anew (ARGS=--upgrade)
	@$(BIN)/python -m tools.lock $(ARGS)

web:
	@$(PYTHON) -m tools.ready

runtime:
	@$(PYTHON) -m tools.environment runtime

dev:
	@$(PYTHON) -m tools.environment dev

clean:  ## remove what was built; the data in ./var stays
	@rm -rf .venv build dist *.egg-info dougong/http/web web/dist web/node_modules web/*.tsbuildinfo \
	  .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
