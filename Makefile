# Martlet. Two commands do everything: `make run`, `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

SWIFT ?= swift
MARTLET_SHARED ?= $(CURDIR)/../shared
PREFIX ?= /usr/local
MARTLET := .build/release/martlet
BUILD := $(SWIFT) build -c release
SQLITE := build/benchmarks/sqlite

export MARTLET_SHARED

.PHONY: help setup build guests run test examples conformance vectors oracle bench fuzz torture model \
    machine attacks bench-keep format lint install clean

help: ## Show this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: ## Install the Debian packages that building and testing need.
	@Scripts/setup.sh

build: setup ## Build the release executables.
	$(BUILD) --product martlet
	$(BUILD) --product martlet-keep
	$(BUILD) --product martlet-simtee

guests: build ## Build the WebAssembly samples with the Swift toolchain alone.
	Guests/build.sh

run: build ## Build everything; verify a keep, send it a program and a secret, get a receipt.
	Scripts/demonstrate.sh .build/release

test: setup ## Build, lint, and run every test and the conformance suites.
	Scripts/test.sh

examples: build ## Build the examples and run each in a keep, with attestation.
	examples/build.sh
	examples/sqlite/build.sh
	Tests/EndToEnd/examples.sh .build/release

conformance: build vectors ## Run the standard's test suite on every engine, and the evidence vectors.
	for engine in interpreter single-pass optimized; do \
	    $(MARTLET) wast --engine $$engine $(MARTLET_SHARED)/testsuite/core \
	        $(MARTLET_SHARED)/testsuite/legacy $(MARTLET_SHARED)/testsuite/proposals/threads \
	        $(MARTLET_SHARED)/testsuite/custom; \
	done

# `make bench ONLY=polybench/gemm` measures a part; the page then holds that part alone.
bench: build ## Measure beside native code and other engines; writes Benchmarks/RESULTS.md.
	$(SWIFT) build -c release --package-path Benchmarks/Harness
	Benchmarks/Harness/.build/release/bench run --out build/bench --rounds 5 --slow-rounds 3 \
	    $(if $(ONLY),--only '$(ONLY)')
	Benchmarks/Harness/.build/release/bench report --from build/bench/results.json

fuzz: build ## Run each fuzz target a million times.
	Scripts/fuzz.sh

torture: build ## Cut the power, flip, swap, roll back and kill vaults, many thousand times.
	$(BUILD) --product martlet-torture
	.build/release/martlet-torture
	@[ -f $(SQLITE)/sqlite-shell.wasm ] || \
	    { Benchmarks/Workloads/sqlite/fetch.sh $(SQLITE)-sources && \
	    Benchmarks/Workloads/sqlite/build.sh $(SQLITE)-sources $(SQLITE); }
	Tests/VaultKill/kill.py $(SQLITE)/sqlite-shell.wasm

machine: build ## Run a program in a process and in an emulated machine, then the examples there.
	@Scripts/setup.sh qemu-system-x86
	Scripts/kernel.sh cloud
	Tests/EndToEnd/machine.sh .build/release
	examples/build.sh
	examples/sqlite/build.sh
	LAUNCHER=vm Tests/EndToEnd/examples.sh .build/release

attacks: guests ## Attack keeps as a hostile host, network and guest; writes the table of attacks.
	@Scripts/setup.sh qemu-system-x86
	Scripts/kernel.sh cloud
	Tests/Hostile/run.py .build/release --every --table Documentation/Attacks.md

bench-keep: build ## Measure how long keeps take to be attested; writes Benchmarks/Keep/RESULTS.md.
	Benchmarks/Keep/measure.py .build/release

model: setup ## Search the attested channel's protocol for attacks, whole and with inputs left out.
	$(BUILD) --product channel-model
	.build/release/channel-model

vectors: setup ## Verify every shared attestation vector and print the counts per TEE.
	$(SWIFT) test -c release --filter VectorTests

oracle: build ## Compare verdicts and measurements with PyPI's dcap-qvl and sev-snp-measure.
	python3 -m venv .build/oracle
	.build/oracle/bin/pip -q install dcap-qvl==0.7.0 sev-snp-measure==0.0.13
	.build/oracle/bin/python Scripts/oracle.py $(MARTLET) $(MARTLET_SHARED)

format: ## Rewrite the sources in the project's format.
	$(SWIFT) format -i -r Sources Tests Fuzz Benchmarks Guests examples Package.swift

lint: ## Check the sources against the project's format.
	$(SWIFT) format lint --strict -r Sources Tests Fuzz Benchmarks Guests examples Package.swift

install: build ## Install the command, its manual page and completions under PREFIX.
	Scripts/install.sh "$(PREFIX)"

clean: ## Remove everything that building made.
	rm -rf .build build
