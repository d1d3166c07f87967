# The Python suites' own environment, .build/venv, made from Tests/requirements.txt: versions and hashes.

readonly VENV=$ROOT/.build/venv

# Makes it where it is missing or was made from other requirements. Fails where PyPI does not answer.
make_python_env() {
  local wanted
  wanted=$(sha256sum Tests/requirements.txt | cut -d ' ' -f 1)
  [[ $(cat "$VENV/made-from" 2>/dev/null) == "$wanted" ]] && return 0
  say "fetching the Python suites' packages from PyPI into .build/venv"
  rm -rf "$VENV"
  python3 -m venv "$VENV" &&
    "$VENV/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: \
      --require-hashes -r Tests/requirements.txt </dev/null &&
    printf '%s\n' "$wanted" >"$VENV/made-from"
}
