# `make demo` and `make test` are all that a newcomer needs; both set up what they use.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup demo test check format lock clean

setup: $(READY)

# Hashes are required, and nothing is resolved again, since the lock is whole. The editable install builds from the lock's
# own hatchling, so nothing comes unpinned.
$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# The main job on the embedded sample: fetch, archive, parse, normalize, dedupe, publish, and show what came out.
demo: setup
	$(BIN)/practices --home demo refresh sample
	$(BIN)/python docs/examples/load_with_polars.py demo

# Two processes, a file of tests in one of them: so files may share what is slow to make, and one starts the Prefect server.
test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# No address of any index goes into the lock: it must install wherever the packages are mirrored.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra flows --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf .venv demo
