# Sourced first by every script here: where the project is, and how a script speaks.
set -euo pipefail
export LC_ALL=C.UTF-8

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly ROOT CALLER_FOLDER=$PWD
cd "$ROOT"

# Codes of sysexits.h that mean something to a caller; the rest is 1.
readonly EXIT_USAGE=64 EXIT_MISSING=69

say() { printf '== %s\n' "$*"; }

# die [CODE] WHAT HAPPENED AND WHAT TO DO
die() {
  local code=1
  if [[ $1 =~ ^[0-9]+$ ]]; then code=$1 && shift; fi
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit "$code"
}

# print_help FILE: the comment at the top of a script, from its second line on.
print_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# timed WHAT COMMAND ...: runs it and says how long it took, whatever its end.
timed() {
  local what=$1 started=$SECONDS status=0
  shift
  say "$what"
  "$@" || status=$?
  say "$what: $((SECONDS - started)) s, exit status $status"
  return "$status"
}
