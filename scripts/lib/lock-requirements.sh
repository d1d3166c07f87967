#!/usr/bin/env bash
# Writes Tests/requirements.txt, with every version and hash, from Tests/requirements.in.
source "$(dirname "$0")/common.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pip-tools==7.6.2
cd Tests
"$work/venv/bin/pip-compile" --quiet --generate-hashes --strip-extras --no-header --no-annotate --allow-unsafe \
  --output-file requirements.txt requirements.in
