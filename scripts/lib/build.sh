# The builds: one debug build for demo and tests, one release build for everything that is installed.
# Each has its own flags and so its own folder, so that no build throws away another's work.

readonly DEBUG_BIN=$ROOT/.build/debug
readonly RELEASE_BIN=$ROOT/.build-release/release
readonly CLIENT_BIN=$ROOT/.build-agentctl/release
readonly BUILD_LOG=$ROOT/.build/build.log

# The same flags in every debug build: an import that its target does not declare ends it.
readonly DEBUG_FLAGS=(--explicit-target-dependency-import-check error)

# build_debug [MORE FLAGS ...]
build_debug() {
  mkdir -p .build
  swift build "${DEBUG_FLAGS[@]}" "$@" 2>&1 | tee "$BUILD_LOG" | show_progress
}

# The agent and the pool: the Swift runtime inside, libsecret by the system's loader; one call for both, so that the
# big modules, each compiled by one core, are compiled side by side.
# agentctl: no loader at all, which is most of its start-up time; SwiftPM takes that flag for a whole call only.
build_release() {
  release .build-release && release .build-agentctl --product agentctl -Xswiftc -static-executable
}

# release FOLDER [MORE FLAGS ...]
release() {
  local folder=$1
  shift
  SESSION_AGENT_RELEASE=1 swift build -c release --scratch-path "$folder" --static-swift-stdlib "$@" 2>&1 | show_progress
}

# Every hundredth step is shown, and all diagnostics, but for what the linker says of every static program.
show_progress() {
  awk '/^\[[0-9]+\/[0-9]+\]/ { if (++steps % 100 == 0) { print; fflush() } next }
    /in statically linked applications requires at runtime|the use of .mktemp. is dangerous/ { next }
    { print; fflush() }'
}

# No warning in a target of ours. (They are errors already; this sees what that misses.)
refuse_warnings() {
  local found
  found=$(grep -E "^$ROOT/(Sources|Tests)/.*warning:" "$BUILD_LOG" | sort -u || true)
  [[ -z $found ]] || {
    printf '%s\n' "$found" >&2
    return 1
  }
}
