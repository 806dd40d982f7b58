#!/usr/bin/env bash
# Writes a man page for every command and the completions of three shells, from the commands themselves.
#
#   manual.sh EXECUTABLE OUT [DATE]      OUT/man1/*.1, OUT/completions/{epimetheus.bash,_epimetheus,epimetheus.fish}
#
# What a page says is what `--help` says: both come from what the commands tell of themselves. Needs Python 3.
set -euo pipefail
executable=$(realpath "$1")
out=$2
date=${3:-$(date --utc --date="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" +%Y-%m-%d)}
mkdir -p "$out/man1" "$out/completions"
"$executable" --experimental-dump-help |
  python3 "$(dirname "${BASH_SOURCE[0]}")/manual.py" "$("$executable" --version | cut -d' ' -f2)" "$date" "$out/man1"
"$executable" --generate-completion-script bash >"$out/completions/epimetheus.bash"
"$executable" --generate-completion-script zsh >"$out/completions/_epimetheus"
"$executable" --generate-completion-script fish >"$out/completions/epimetheus.fish"
