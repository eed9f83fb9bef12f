# make run    the hotel: installs what is missing, builds, migrates, seeds and serves (Ctrl-C stops it)
# make test   every test, on real engines
# make help   the rest

SHELL := /bin/sh
HOTEL := .build/release/hotel
SOURCES := Package.swift $(shell find Sources Examples -type f 2>/dev/null)
FORMATTED := Package.swift $(wildcard Sources Tests Examples Benchmarks/Package.swift Benchmarks/Benchmarks Snippets)
PRODUCTS := PandoTopology PandoTelemetry PandoDatabase PandoCache PandoMessaging PandoMessagingTesting PandoEvents \
	PandoDomains PandoConductor Pando PandoTesting PandoDashboard PandoLoad PandoEdge PandoCommands

# What runs on every SQL engine, and what of it is about SQLite's files alone.
BOTH := PandoDatabaseTests|SessionStoreTests|InvalidationTests|PandoMessagingTests|PandoEventsTests|PandoTests|PandoTestingTests|HotelTests
FILES := FileTests|PandoDatabaseTests.CrashTests|PandoMessagingTests.CrashTests|SharedSnapshotTests|HostileFuzzTests

.DEFAULT_GOAL := help
.PHONY: help run test build libraries lint format docs bench edge-demo edge-bench chaos clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: libraries $(HOTEL) ## build and serve the hotel; options in ARGS, such as ARGS="--address 127.0.0.1:8081"
	@$(HOTEL) up $(ARGS)

# The binary is newer than every source, or it is built: a second `make run` starts without asking the package manager.
$(HOTEL): $(SOURCES)
	swift build -c release --product hotel
	@touch $(HOTEL)

test: libraries ## build and run every test, on both SQL engines; options in ARGS run once, such as ARGS="--filter Topology"
	swift build --build-tests
	swift test --skip-build --no-parallel --disable-xctest $(ARGS)
ifeq ($(ARGS),)
	.build/debug/hotel test --engine postgres --filter '$(BOTH)' --skip '$(FILES)'
	.build/debug/hotel test --engine postgres --copies 2 --filter HotelTests
endif

build: libraries ## debug build of everything
	swift build --build-tests

libraries:
	@scripts/require-swift
	@scripts/install-libraries

lint: ## check the format
	swift format lint --strict --parallel --recursive $(FORMATTED)

format: ## format in place
	swift format --in-place --parallel --recursive $(FORMATTED)

docs: libraries ## the documentation of every product, as web pages in .build/docs
	@mkdir -p .build/docs
	@for product in $(PRODUCTS); do \
		swift package --allow-writing-to-directory .build/docs generate-documentation --target $$product \
			--transform-for-static-hosting --hosting-base-path $$product \
			--output-path .build/docs/$$product || exit 1; \
	done

edge-demo: libraries ## an edge in front of two nginx servers, with a page to look at
	swift build -c release --product pando
	scripts/edge-demo

edge-bench: libraries ## the CPU time of a request through the edge, beside nginx and HAProxy
	swift build -c release --product pando
	Benchmarks/edge-against-peers

bench: libraries $(HOTEL) ## the cost of a request against a plain handler, and the rates of the building blocks
	cd Benchmarks && swift build -c release
	cd Benchmarks && .build/release/HTTPRatio hotel
	cd Benchmarks && .build/release/HTTPRatio hotel --uncached
	cd Benchmarks && .build/release/BlockRates
	PANDO_TEST_FSYNC=on scripts/with-postgres Benchmarks/.build/release/BlockRates
	PANDO_TEST_FSYNC=on scripts/with-postgres Benchmarks/.build/release/PostgresRates

chaos: libraries $(HOTEL) ## kill -9, reloads and millions of requests under load, and check that nothing fails or is lost
	scripts/chaos $(HOTEL)
	CHAOS_ENGINE=postgres scripts/chaos $(HOTEL)
	scripts/edge-chaos $(HOTEL)
	EDGE_CHAOS_CONTROL=1 EDGE_CHAOS_STEPS=3 EDGE_CHAOS_SEED=4 scripts/edge-chaos $(HOTEL)
	swift build -c release --product pando
	scripts/edge-endure .build/release/pando
	scripts/edge-endure .build/release/pando --control

clean: ## remove what was built; data stays
	swift package clean
