# Martlet. Two commands do everything: `make run`, `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

SWIFT ?= swift
MARTLET_SHARED ?= $(CURDIR)/../shared
PREFIX ?= /usr/local
MARTLET := .build/release/martlet
BUILD := $(SWIFT) build -c release

export MARTLET_SHARED

.PHONY: help setup build guests run test torture conformance bench fuzz format lint install clean

help: ## Show this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: ## Install the Debian packages that building and testing need.
	@Scripts/setup.sh

build: setup ## Build the release executables.
	$(BUILD) --product martlet

guests: build ## Build the WebAssembly samples with the Swift toolchain alone.
	Guests/build.sh

run: guests ## Build everything and run a real program.
	$(MARTLET) run --env GREETING=Hello build/guests/hello.wasm Martlet

test: setup ## Build, lint, and run every test and the conformance suites.
	Scripts/test.sh

torture: setup ## Attack vaults: 10,000 changes by the host, power cuts everywhere, failing disks.
	$(SWIFT) run -c release martlet-torture

conformance: build ## Run the WebAssembly standard's own test suite.
	$(MARTLET) wast $(MARTLET_SHARED)/testsuite/core $(MARTLET_SHARED)/testsuite/legacy \
	    $(MARTLET_SHARED)/testsuite/proposals/threads $(MARTLET_SHARED)/testsuite/custom

format: ## Rewrite the sources in the project's format.
	$(SWIFT) format -i -r Sources Tests Guests Package.swift

lint: ## Check the sources against the project's format.
	$(SWIFT) format lint --strict -r Sources Tests Guests Package.swift

install: build ## Install the command, its manual page and completions under PREFIX.
	Scripts/install.sh "$(PREFIX)"

clean: ## Remove everything that building made.
	rm -rf .build build
