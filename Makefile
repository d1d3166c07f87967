# `make help` lists what there is. Most targets call the script of their name.

.PHONY: help demo test crashes simulate matrix crash-test check install uninstall bench idle format release clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

demo: ## sign in and be served tokens, on a local pool in a temporary home
	scripts/demo

test: ## set up, build, run every test
	scripts/test

crashes: ## a crash at every change of a file and at two hundred instants (the tests try some)
	SESSION_AGENT_CRASHES=all swift test --filter '^SessionStoreTests\.CrashTests'

simulate: ## simulated lives for HOURS=1 from seed FROM=1, or one again: OF=session|agent SEED=n DAYS=20
	scripts/simulate

matrix: ## every cell of the login matrix (the tests take a quarter of them)
	SESSION_AGENT_MATRIX=all swift test --filter '^SessionAgentTests\.LoginMatrixTests'

crash-test: ## the real agent killed 1,000 times around refreshes; CRASHES=n
	scripts/crash-test

check: ## what CI runs: format, imports, warnings, linkage, tests
	scripts/check

install: ## release builds and systemd user units into PREFIX (default ~/.local)
	scripts/install

uninstall: ## take them away again; keystore and profiles stay
	scripts/uninstall

bench: ## the benchmarks: ratios to oidc-token and to C, in one run
	scripts/bench

idle: ## watch an agent with nothing to do for a minute: it must not wake up
	IDLE_SECONDS=60 scripts/test --python -k an_idle_agent

format: ## format the Swift sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

release: ## release builds, not installed
	scripts/install --build-only

clean: ## remove everything that was built here
	rm -rf .build .build-release .build-agentctl .build-bench
