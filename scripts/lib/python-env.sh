# The Python suites' own environment, .build/venv, made from Tests/requirements.txt: versions and hashes.

readonly VENV=$ROOT/.build/venv

make_python_env() { make_python_env_of "$VENV" Tests/requirements.txt; }

# make_python_env_of FOLDER REQUIREMENTS
# Makes it where it is missing or was made from other requirements. Fails where PyPI does not answer.
make_python_env_of() {
  local folder=$1 requirements=$2 wanted
  wanted=$(sha256sum "$requirements" | cut -d ' ' -f 1)
  [[ $(cat "$folder/made-from" 2>/dev/null) == "$wanted" ]] && return 0
  say "fetching the packages of $requirements from PyPI into ${folder#"$ROOT"/}"
  rm -rf "$folder"
  python3 -m venv "$folder" &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-input --only-binary :all: \
      --require-hashes -r "$requirements" </dev/null &&
    printf '%s\n' "$wanted" >"$folder/made-from"
}
