# make run    one hub with its embedded store and demo logins
# make test   everything that CI checks
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.SILENT:
.DELETE_ON_ERROR:
.PHONY: run test widget e2e bench-journal fmt tools browser

TARGET := $(or $(CARGO_TARGET_DIR),target)
HUB := $(TARGET)/debug/hub
WIDGET_SOURCES := $(shell find widget-js/src widget-js/scripts -type f) widget-js/package.json widget-js/tsconfig.json
NODE_MODULES := widget-js/node_modules/.package-lock.json
WIDGET := widget-js/dist/widget.js

run: tools widget
	if [ ! -x $(HUB) ]; then echo "building the hub; the first time this takes some minutes"; fi
	cargo build -p hub
	exec $(HUB) serve --demo

test: tools browser widget
	echo "== format"
	cargo fmt --all --check
	echo "== clippy"
	cargo clippy --quiet --workspace --all-targets -- -D warnings
	echo "== types and tests of widget-js"
	(cd widget-js && npm run --silent check && npm test --silent)
	echo "== tests of the hub"
	cargo test --workspace
	echo "== browser"
	$(BROWSER_TEST)

widget: tools $(WIDGET)

e2e: tools browser widget
	cargo build -p hub
	$(BROWSER_TEST)

bench-journal:
	cargo run --release -p journal --example bench

fmt:
	cargo fmt --all

# The pages are in the binary, and building them again here would make the binary look old.
BROWSER_TEST = cd widget-js && HUB_BIN="$(abspath $(HUB))" node --test e2e/*.test.mjs

$(NODE_MODULES): widget-js/package-lock.json widget-js/package.json
	echo "installing what the pages are built with"
	(cd widget-js && npm ci --no-audit --no-fund --loglevel=error)
	touch $@

$(WIDGET): $(NODE_MODULES) $(WIDGET_SOURCES)
	echo "building the widget and the desk"
	(cd widget-js && npm run --silent build)

tools:
	missing() { echo "$$1 is missing. Install it: $$2" >&2; exit 1; }
	command -v cargo >/dev/null || missing "cargo (Rust 1.95 or newer)" "apt-get install -y rustup && rustup default stable"
	command -v cc >/dev/null || missing "a C compiler (for SQLite)" "apt-get install -y gcc libc6-dev"
	command -v node >/dev/null || missing "node (20 or newer)" "apt-get install -y nodejs npm"
	command -v npm >/dev/null || missing "npm" "apt-get install -y npm"
	node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || missing "node 20 or newer (this is $$(node --version))" "apt-get install -y nodejs npm"

browser:
	packages="chromium fonts-noto-cjk"
	if command -v dpkg >/dev/null; then dpkg -s $$packages >/dev/null 2>&1 && exit 0; elif [ -x /usr/bin/chromium ]; then exit 0; fi
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "the browser test needs Chromium and a Chinese font. Install them: apt-get update && apt-get install -y --no-install-recommends $$packages" >&2
		exit 1
	fi
	echo "installing $$packages for the browser test"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$packages >/dev/null
