# `make` explains itself. Each target sets up what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:

export SAMLENG_HOME ?= $(CURDIR)/var
export PORT ?= 8000
export PYTHONUTF8 = 1
export LC_ALL = C.UTF-8
export UV_PYTHON_DOWNLOADS = never
# Where it is set, every process of a site, a worker or a test compiles all it imports anew: three times as long.
unexport PYTHONDONTWRITEBYTECODE
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS = 1
endif

python := .venv/bin/python
samleng := .venv/bin/samleng
uv := .venv/bin/uv

# What to test, and how: `make test T=tests/voices PYTEST='-x -n 0' DB=sqlite`
T ?= tests
DB ?= sqlite postgres
PYTEST ?= -n 2 --dist worksteal

##@ To look at it
.PHONY: demo
demo: setup ## set up, seed the labelled demo and serve it on 127.0.0.1:$PORT (8000)
	$(samleng) demo

.PHONY: run
run: setup ## serve without demo data
	$(samleng) serve

##@ To work on it
.PHONY: test
test: setup-dev tools ## everything: lint, then the tests on SQLite and on PostgreSQL
	@failed=; $(MAKE) --no-print-directory lint || failed=' lint'; \
	for db in $(DB); do \
		printf '\n==> Tests on %s\n' $$db; \
		SAMLENG_TEST_DB=$$db $(python) -m pytest $(PYTEST) $(T) || failed="$$failed $$db"; \
	done; \
	[ -z "$$failed" ] || { echo "!!! Failed:$$failed"; exit 1; }

# One after the other, whatever the one before says: a person mends all of it in one go.
lint := "ruff check --output-format concise ." "ruff format --check --output-format concise ." \
	lint-imports mypy "python -m samleng.doors.field.build --check" \
	"python -m django makemigrations --check --dry-run --skip-checks --settings=config.settings"

.PHONY: lint
lint: setup-dev ## style, types, the import contract, missing migrations
	@failed=; for check in $(lint); do \
		echo "==> $$check"; SAMLENG_HOME=.venv/scratch .venv/bin/$$check || failed="$$failed; $$check"; \
	done; \
	[ -z "$$failed" ] || { echo "!!! Failed$$failed"; exit 1; }

.PHONY: format
format: setup-dev ## put the code into the house style
	.venv/bin/ruff check --fix --exit-zero .
	.venv/bin/ruff format .

.PHONY: bench
bench: setup-dev ## measure the product against bare floors in one run
	$(python) -m bench

.PHONY: soak
soak: setup-dev tools ## the tests that need longer: kills, scale, attackers
	SAMLENG_TEST_DB=sqlite $(python) -m pytest -m soak $(T)

.PHONY: messages
messages: setup-dev tools ## collect the strings people see into locale/
	$(python) -m django makemessages --settings=config.settings -l km --no-obsolete --add-location=file \
		-i '.venv/*' -i 'var/*' -i 'tests/*' -i 'bench/*' -i 'tools/*' -i 'packs/*' -i 'docs/*' -i 'node_modules/*'
	@for po in locale/*/LC_MESSAGES/*.po; do msgfmt --statistics -o /dev/null $$po; done
	@$(MAKE) --no-print-directory catalogues

.PHONY: lock
lock: setup ## write requirements/*.txt anew from pyproject.toml (UPGRADE=1 takes newer versions)
	$(call compile,uv.txt,requirements/uv.in)
	$(call compile,node.txt,requirements/node.in)
	$(call compile,run.txt,--all-extras --group build pyproject.toml)
	$(call compile,dev.txt,--all-extras --group build --group dev -c requirements/run.txt pyproject.toml)

compile = $(uv) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url $(if $(UPGRADE),--upgrade) -o requirements/$(1) $(2) >/dev/null

.PHONY: clean
clean: ## remove what was built (the site's own data in $SAMLENG_HOME stays)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info
	rm -rf samleng/doors/web/static/built samleng/doors/field/static/app samleng/doors/field/static/map \
		samleng/doors/field/app/node_modules
	rm -rf tests/clients/*/node_modules
	find locale -name '*.mo' -delete 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Parts of the above
.PHONY: setup
setup: ## .venv from the hashed lock, catalogues, fonts and styles
	@sh tools/setup.sh run
	@$(MAKE) --no-print-directory catalogues static

.PHONY: setup-dev
setup-dev: ## the same with the tools for tests and lint
	@sh tools/setup.sh dev
	@$(MAKE) --no-print-directory catalogues static

.PHONY: tools
tools: ## what comes from Debian and npm: gettext, chromium, webkit, java, ODK's form engine, lighthouse
	@sh tools/debian.sh want msgfmt gettext || \
		printf '\n!!! gettext is missing and cannot be installed here: catalogue tests are skipped.\n\n'
	@{ [ -x "$$CHROMIUM" ] || sh tools/debian.sh want chromium chromium; } && \
		sh tools/debian.sh want libatomic.so.1 libatomic1 || \
		printf '\n!!! chromium is missing and cannot be installed here: BROWSER TESTS ARE SKIPPED.\n\n'
	@{ sh tools/debian.sh want WebKitWebDriver webkit2gtk-driver && sh tools/debian.sh want Xvfb xvfb && \
		{ /usr/bin/python3 -c 'import gi; gi.require_version("WebKit2", "4.1")' 2>/dev/null || \
			sh tools/debian.sh install python3-gi gir1.2-webkit2-4.1; }; } || \
		printf "\n!!! webkit is missing and cannot be installed here: THE APP IS NOT TRIED IN SAFARI'S ENGINE.\n\n"
	@sh tools/debian.sh want java openjdk-17-jre-headless || \
		printf '\n!!! java is missing and cannot be installed here: ODK VALIDATE IS NOT RUN.\n\n'
	@$(python) -m tests.clients.fetch || true

# Pure Python, because a machine that only looks at the demo has no gettext.
catalogues := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
.PHONY: catalogues
catalogues: $(catalogues)
	@:
%.mo: %.po
	@.venv/bin/pybabel -q compile -i $< -o $@ && echo "==> $@"

.PHONY: static
static:
	@$(python) -m samleng.doors.web.look.build
	@$(python) -m samleng.doors.field.build

.PHONY: help
help: ## this page
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nPORT=%s  SAMLENG_HOME=%s\n' "$(PORT)" "$(SAMLENG_HOME)"
	@printf 'DATABASE_URL and EVIDENCE_URL choose other engines than the embedded ones.\n'
