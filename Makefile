# What a person or CI does here. `make` alone lists it.
COMMA := ,

# The profile of `make quickstart`: CI takes `dev`, so that it does not build everything twice.
PROFILE ?= release
# What `make quickstart` keeps its events in: `postgres` puts Kafka behind it.
STORE ?= sqlite
# Tools that are no part of the project are kept here, outside the clone.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/baohan
TOOLS := $(CACHE)/tools
CARGO_DENY_VERSION := 0.20.2
CARGO_DENY := $(TOOLS)/cargo-deny-$(CARGO_DENY_VERSION)/bin/cargo-deny

# Where cargo puts what it builds; asked only by the targets that run it.
BUILT = $(shell cargo metadata --format-version 1 --no-deps --locked | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

# What is optional is tested and linted, too.
FEATURES = --features baohan/pkcs11,baohan-seal/pkcs11
# With the profile `dev` the program is the one that the tests have built: for other features cargo would build half the graph anew.
BUILD_dev = cargo test --locked --workspace $(FEATURES) --no-run --quiet
BUILD = $(or $(BUILD_$(PROFILE)),cargo build --locked --profile $(PROFILE) --package baohan)

PROGRAM = $(BUILT)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/baohan
QUICKSTART = $(PROGRAM) quickstart $(if $(ONCE),--once) $(if $(DATA),--data $(DATA))
QUICKSTART_sqlite = $(QUICKSTART)
# The servers live as long as the program does.
QUICKSTART_postgres = deploy/with-servers sh -c 'exec $(QUICKSTART) --store postgres --postgres "$$BAOHAN_POSTGRES_URL" --kafka "$$BAOHAN_KAFKA_BROKERS"'

# Ledger, platform and tests talk over loopback, whatever proxy the machine is behind.
export NO_PROXY := $(if $(NO_PROXY),$(NO_PROXY)$(COMMA))127.0.0.1,localhost
export no_proxy := $(NO_PROXY)

.DEFAULT_GOAL := help
.PHONY: help quickstart up down test test-faults check fmt format lint deny bench packages contract

help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

quickstart: ## Whole lives of guarantees on this machine, shown step by step; ONCE=1 ends by itself, STORE=postgres takes PostgreSQL and Kafka.
	@deploy/install-packages run $(if $(filter postgres,$(STORE)),servers)
	$(BUILD)
	@$(QUICKSTART_$(STORE))

up: ## PostgreSQL and Kafka on loopback, under .servers/.
	@deploy/install-packages servers
	@deploy/servers/up

down: ## Ends both.
	@deploy/servers/down

test: kafka ## All tests.
	@deploy/install-packages run servers test
	cargo test --locked --workspace $(FEATURES)

# As often as it takes to believe it: 60 kills of roles, 5 of each server, 10 amid a rebuild, a broker away for a minute.
test-faults: kafka ## The faults, many times over, in about a quarter of an hour; SEED=N repeats a run.
	@deploy/install-packages run servers test
	BAOHAN_FAULTS=full $(if $(SEED),BAOHAN_FAULTS_SEED=$(SEED)) \
	  cargo test --locked --package baohan --test faults -- --test-threads=1 --nocapture

# The broker's jars, before many tests want them at once.
.PHONY: kafka
kafka:
	@deploy/install-packages servers
	@deploy/fetch-kafka >/dev/null

check: format lint deny test ## Everything that must hold before a change lands: format, lints, licences, tests.

fmt: ## Formats the code.
	cargo fmt --all

format: ## Whether the code is formatted.
	cargo fmt --all --check

lint: ## Clippy, warnings being errors.
	@deploy/install-packages run
	cargo clippy --locked --workspace --all-targets $(FEATURES) -- --deny warnings

deny: $(CARGO_DENY) ## Licences, sources and bans of dependencies.
	$(CARGO_DENY) --workspace check bans licenses sources

# The one that is installed, if it is of that version; else it is built into the cache, which takes minutes once.
$(CARGO_DENY):
	@mkdir -p $(@D)
	@if [ "$$(cargo deny --version 2>/dev/null)" = "cargo-deny $(CARGO_DENY_VERSION)" ]; then \
	  ln -sf "$$(command -v cargo-deny)" $@; \
	else \
	  CARGO_TARGET_DIR=$(TOOLS)/build cargo install cargo-deny --locked --version $(CARGO_DENY_VERSION) --root $(TOOLS)/cargo-deny-$(CARGO_DENY_VERSION) \
	    && rm -rf $(TOOLS)/build; \
	fi

contract: ## The published contract, out of the types into docs/contract; refuses what would break its readers.
	cargo run --locked --quiet --package baohan-contract --example publish -- docs/contract

bench: ## The figures of docs/performance.md, measured on this machine; it takes long, and nothing else should run.
	cargo build --locked --release --package baohan --package baohan-bench --package baohan-bench-peer
	@for what in start document apply growth postgres rebuild reconciliation seal; do $(BUILT)/release/baohan-bench $$what || exit 1; done
	cargo run --locked --release --quiet --package baohan-relay --example drain_speed

packages: ## Installs the Debian packages that are missing (as root).
	@deploy/install-packages run servers test
