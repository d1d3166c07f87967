# A temporary home with a local pool and an agent in it, for demo and benchmarks, and how all of it goes away again.
# make_temporary_home comes first; it takes the programs from $bin.

# Of the user grace in contrib/localpool/seed.json: the password, and the authenticator's secret as an app would hold it.
readonly PASSWORD='Correct-Horse-9'
export TOTP_SECRET=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
AGENT_PID='' POOL_PID='' POOL_URL=''
# Whatever else was started here; clean_up ends them too.
OTHER_PIDS=()

make_temporary_home() {
  # A short path: a socket's has at most 107 bytes.
  work=$(mktemp -d /tmp/session-agent.XXXXXX)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  unset "${!SESSION_AGENT_@}" "${!XDG_@}" HTTPS_PROXY https_proxy
  export HOME=$work/home XDG_RUNTIME_DIR=$work/run PATH=$bin:$PATH
  mkdir -m 0700 "$HOME" "$XDG_RUNTIME_DIR"
  mkdir -p "$HOME/.config/session-agent"
  printf '[keystore]\nkey_source = "keyfile"\nkeyfile = "%s/keyfile"\n[login]\nnotify = false\n' "$work" \
    >"$HOME/.config/session-agent/config.toml"
}

# write_seed SECONDS: the seed that comes with the project, with tokens that live so long.
write_seed() {
  sed -E "s/(\"(access|id)_token_seconds\": )[0-9]+/\1$1/" "$ROOT/contrib/localpool/seed.json" >"$work/seed.json"
}

# What an authenticator app does (RFC 6238).
authenticator_code() {
  python3 - <<'PYTHON'
import base64, hashlib, hmac, os, struct, time
key = base64.b32decode(os.environ["TOTP_SECRET"])
digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
start = digest[-1] & 15
print("%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000))
PYTHON
}

# What runs beside the commands shown has a session of its own (setsid): a Ctrl-C ends the script, and not what the script
# would miss before it ends.

# The pool says where it listens in its first line; started again with the same folder, it takes the same port.
start_pool() {
  local ready=
  exec {pool_output}< <(exec setsid localpool serve --seed "$work/seed.json" --data "$work/pool" 2>>"$work/pool.log")
  POOL_PID=$!
  read -r -t 10 -u "$pool_output" ready || { tail "$work/pool.log" >&2 && die "the local pool did not start"; }
  POOL_URL=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["url"])' "$ready")
}

# start_agent [COMMAND ... that runs it]
start_agent() {
  setsid "$@" session-agent 2>>"$work/agent.log" &
  AGENT_PID=$!
  disown
  local deadline=$((SECONDS + 10))
  until agent_answers; do
    ((SECONDS < deadline)) && kill -0 "$AGENT_PID" 2>/dev/null ||
      { tail "$work/agent.log" >&2 && die "the agent did not start"; }
    sleep 0.05
  done
}

agent_answers() { SESSION_AGENT_NO_AUTOSTART=1 agentctl status >/dev/null 2>&1; }

kill_pool() {
  end "$POOL_PID" KILL
  POOL_PID=
}

kill_agent() {
  end "$AGENT_PID" KILL
  AGENT_PID=
}

# end PID SIGNAL: sends it and waits until the process is gone, at most 5 seconds.
end() {
  local tries=0
  kill "-$2" "$1" 2>/dev/null || return 0
  while kill -0 "$1" 2>/dev/null && ((tries++ < 100)); do sleep 0.05; done
  kill -9 "$1" 2>/dev/null || true
}

# The agent that runs now may be one that agentctl started: it is asked for its pid.
running_agent() {
  SESSION_AGENT_NO_AUTOSTART=1 agentctl status --json 2>/dev/null |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["agent"]["pid"])' 2>/dev/null
}

clean_up() {
  local status=$? pid
  trap '' INT TERM
  for pid in "${OTHER_PIDS[@]}" "$(running_agent || true)" "$AGENT_PID" "$POOL_PID"; do
    [[ -z $pid ]] || end "$pid" TERM
  done
  rm -rf "$work"
  exit "$status"
}
