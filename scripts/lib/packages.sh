# What the system must give, as Debian packages, and how to get it.

# To build: the headers and libraries that the targets name, and what SwiftPM itself calls.
BUILD_PACKAGES=(git ca-certificates binutils pkg-config libc6-dev libsecret-1-dev libssl-dev libsqlite3-dev)
# A toolchain mostly came with the C++ library's headers; their package's name carries the compiler's version.
compgen -G '/usr/include/c++/*/vector' >/dev/null || BUILD_PACKAGES+=(g++)
# To build with the TPM as a key source too. Without it the agent is built as well, and says what it lacks.
readonly TPM_PACKAGES=(libtss2-dev)
# To run the demo: python3 computes the authenticator's code and starts nothing else.
readonly DEMO_PACKAGES=(python3 curl)
# To test: real keyrings on a private bus, real pinentries, a software TPM, systemd as a checker of units, and the Python
# suites.
readonly TEST_PACKAGES=(python3 python3-venv make gcc curl openssl iproute2 dbus-bin dbus-daemon gnome-keyring keepassxc
  libsecret-tools pinentry-curses pinentry-tty systemd "${TPM_PACKAGES[@]}" swtpm libtss2-tcti-swtpm0)

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# require_packages INSTALL(yes|no) PACKAGE ...: installs what is missing, or only says it.
require_packages() {
  local install=$1 package missing=()
  shift
  command -v dpkg-query >/dev/null || {
    say "this is no Debian: see to it yourself that these are there: $*"
    return 0
  }
  for package; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  if [[ $install == no ]]; then
    say "missing: ${missing[*]}"
    die $EXIT_MISSING "not installed, because of --no-install. By hand: apt-get install ${missing[*]}"
  fi
  say "installing with apt-get: ${missing[*]}"
  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || die $EXIT_MISSING "neither root nor sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  mkdir -p "$ROOT/.build"
  # One call, so that sudo asks at most once.
  "${as_root[@]}" sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@"' sh "${missing[@]}" </dev/null >"$ROOT/.build/apt.log" 2>&1 || {
    tail -n 20 "$ROOT/.build/apt.log" >&2
    die $EXIT_MISSING "apt-get failed; the whole of what it said is in .build/apt.log"
  }
}

require_swift() {
  command -v swift >/dev/null ||
    die $EXIT_MISSING "no swift in PATH. Install a Swift 6.2 or later toolchain: https://www.swift.org/install/linux/"
}
