# Where an installation lies. PREFIX chooses; the units of a home's own installation go where systemd looks for them.

PREFIX=${PREFIX:-$HOME/.local}
[[ $PREFIX == /* ]] || PREFIX=$CALLER_FOLDER/$PREFIX
readonly PREFIX

readonly BIN_FOLDER=$PREFIX/bin
if [[ $PREFIX == "$HOME/.local" ]]; then
  readonly UNIT_FOLDER=${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
else
  readonly UNIT_FOLDER=$PREFIX/lib/systemd/user
fi

readonly PROGRAMS=(session-agent agentctl localpool)
readonly UNITS=(session-agent.service session-agent.socket)

# shell → file of its completions
declare -rA COMPLETIONS=(
  [bash]=$PREFIX/share/bash-completion/completions/agentctl
  [zsh]=$PREFIX/share/zsh/site-functions/_agentctl
  [fish]=$PREFIX/share/fish/vendor_completions.d/agentctl.fish
)
