# Everything a newcomer needs. `make demo` and `make test` set themselves up;
# nothing but Python 3.11+ with its venv module, git and make is asked of the machine.
PY ?= python3
UV := .venv/bin/uv
INSTALL := $(UV) pip install --quiet --python .venv/bin/python --compile-bytecode
ARGS ?=
# Tests run on every core; `make test JOBS=0` runs them in one process, in order.
JOBS ?= auto

.PHONY: demo test verify check sbom docs bench servers requirements clean

demo: .venv/.runtime
	.venv/bin/dwc demo $(ARGS)

test: .venv/.dev
	.venv/bin/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

# Campaigns that take minutes; `make verify ARGS="-k described"` runs one.
verify: .venv/.dev
	.venv/bin/python -m pytest -m campaign -o timeout=1800 $(ARGS)

check: .venv/.dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/bandit --configfile pyproject.toml --quiet --recursive --severity-level medium services shared deploy
	.venv/bin/python deploy/dev/advisories.py

# What is shipped, package by package with licence and version (CycloneDX): build/sbom.json.
sbom: .venv/.dev
	$(UV) venv --quiet --clear build/shipped
	$(UV) pip install --quiet --python build/shipped --require-hashes -r requirements/runtime.txt
	.venv/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON --output-file build/sbom.json build/shipped

# Figures beside their yardsticks, paired in one run; writes docs/benchmarks.md.
bench: servers
	.venv/bin/python -m tests.benchmarks

# The pages and contracts that are drawn from the code: events, settings, routes, problems, stages, permissions, schemas.
docs: .venv/.dev
	.venv/bin/python -m services.reference
	.venv/bin/python -m tests.permissions.page > docs/permissions.md

# Real PostgreSQL and Apache Kafka for the tests that want them, without Docker.
servers: .venv/.dev
	.venv/bin/python deploy/dev/servers.py fetch

requirements: .venv/.uv
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements" pyproject.toml -o requirements/runtime.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make requirements" --extra dev pyproject.toml -o requirements/dev.txt

# Debian and Ubuntu refuse a bare `pip install`, so uv lives inside the project's own environment.
.venv/.uv:
	$(PY) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@touch $@

# Bytecode is compiled at install: start-up is several times faster for it.
.venv/.runtime: .venv/.uv requirements/runtime.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements/runtime.txt
	$(INSTALL) --no-deps --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements/dev.txt
	$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
