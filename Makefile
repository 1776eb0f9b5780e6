# What a person or CI does here. `make` alone lists it.
COMMA := ,

# The profile of `make quickstart`: CI takes `dev`, so that it does not build everything twice.
PROFILE ?= release
# Tools that are no part of the project are kept here, outside the clone.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/baohan
TOOLS := $(CACHE)/tools
CARGO_DENY_VERSION := 0.20.2
CARGO_DENY := $(TOOLS)/cargo-deny-$(CARGO_DENY_VERSION)/bin/cargo-deny

# Where cargo puts what it builds; asked only by the targets that run it.
BUILT = $(shell cargo metadata --format-version 1 --no-deps --locked | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')

# Ledger, platform and tests talk over loopback, whatever proxy the machine is behind.
export NO_PROXY := $(if $(NO_PROXY),$(NO_PROXY)$(COMMA))127.0.0.1,localhost
export no_proxy := $(NO_PROXY)

.DEFAULT_GOAL := help
.PHONY: help quickstart test check fmt format lint deny bench packages

help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

quickstart: ## Whole lives of guarantees on this machine, shown step by step; ONCE=1 ends by itself.
	@deploy/install-packages run
	cargo build --locked --profile $(PROFILE) --package baohan
	@$(BUILT)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/baohan quickstart $(if $(ONCE),--once) $(if $(DATA),--data $(DATA))

test: ## All tests.
	@deploy/install-packages run test
	cargo test --locked --workspace

check: format lint deny test ## Everything that must hold before a change lands: format, lints, licences, tests.

fmt: ## Formats the code.
	cargo fmt --all

format: ## Whether the code is formatted.
	cargo fmt --all --check

lint: ## Clippy, warnings being errors.
	cargo clippy --locked --workspace --all-targets -- --deny warnings

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

bench: ## The figures of docs/performance.md, measured on this machine; it takes long, and nothing else should run.
	cargo build --locked --release --package baohan --package baohan-bench
	@for what in start document apply growth; do $(BUILT)/release/baohan-bench $$what || exit 1; done

packages: ## Installs the Debian packages that are missing (as root).
	@deploy/install-packages run test
