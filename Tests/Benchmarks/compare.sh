#!/usr/bin/env bash
# Side by side: epimetheus and Debian's promtool and prometheus, on the same machine, in turns.
#
#   compare.sh EPIMETHEUS FIXTURES        FIXTURES holds block1m/data, explosion/data, head1m/data
#
# Prints a table in the form of Docs/benchmarks.md: medians of wall time, CPU time and peak memory,
# and how many times less epimetheus needs. Server and promtool only ever see a copy in a temporary
# folder: both write into the directory they open. Environment: PROMTOOL, PROMETHEUS (default: in PATH), RUNS (5), SERVER_RUNS (3),
# PARTS ("block head commands check chunks").
set -euo pipefail

epimetheus=$(realpath "$1")
fixtures=${2:-}
promtool=${PROMTOOL:-promtool}
prometheus=${PROMETHEUS:-prometheus}
runs=${RUNS:-5}
server_runs=${SERVER_RUNS:-3}
parts=" ${PARTS:-block head commands check chunks} "
work=$(mktemp -d)

# The server is started in a subshell; its number is in a file so that the end of either stops it.
stop_server() {
  [ -s "$work/pid" ] || return 0
  kill -KILL "$(cat "$work/pid")" 2>/dev/null || true
  rm "$work/pid"
}

cleanup() {
  stop_server
  rm -rf "$work"
}
trap cleanup EXIT

say() { echo "bench: $*" >&2; }
have() { command -v "$1" >/dev/null; }

# median NUMBER…
median() {
  printf '%s\n' "$@" | sort -g |
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# column N LINES: the Nth field of every line
column() { awk -v n="$1" '{ print $n }' <<<"$2"; }

# measure COMMAND…: prints "wall cpu peak", in seconds, seconds and KiB. Exit status 1 means findings.
measure() {
  local begin=$EPOCHREALTIME status=0
  /usr/bin/time -f '%U %S %M' -o "$work/time" "$@" >/dev/null 2>"$work/stderr" || status=$?
  local end=$EPOCHREALTIME
  if [ "$status" -gt 1 ]; then
    say "$* failed with $status:"
    cat "$work/stderr" >&2
    exit 2
  fi
  # time(1) writes a line of its own before the numbers where the status is not 0.
  tail -n 1 "$work/time" |
    awk -v begin="${begin/,/.}" -v end="${end/,/.}" '{ printf "%.3f %.2f %d\n", end - begin, $1 + $2, $3 }'
}

# seconds DURATION: Go's notation (1m2.5s, 870.2ms) as seconds
seconds() {
  awk -v text="$1" 'BEGIN {
    while (match(text, /^[0-9.]+(h|ms|µs|ns|m|s)/)) {
      part = substr(text, 1, RLENGTH); text = substr(text, RLENGTH + 1)
      number = part + 0; unit = part; gsub(/[0-9.]/, "", unit)
      scale["h"] = 3600; scale["m"] = 60; scale["s"] = 1
      scale["ms"] = 1e-3; scale["µs"] = 1e-6; scale["ns"] = 1e-9
      total += number * scale[unit]
    }
    printf "%.3f", total
  }'
}

# free_port: a port of the loopback interface that nobody answers on
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# copy DATA NAME: a copy in the temporary folder, also of what a link points to; prints its path
copy() {
  local target="$work/$2"
  rm -rf "$target"
  mkdir "$target"
  cp --recursive --dereference --reflink=auto "$1/." "$target/"
  chmod -R u+w "$target"
  echo "$target"
}

# measure_replay DATA: starts a server on a copy; prints "replay cpu peak" when the WAL is replayed
measure_replay() {
  local copy log="$work/server.log" ticks
  copy=$(copy "$1" server)
  : >"$work/empty.yml"
  : >"$log"
  "$prometheus" --storage.tsdb.path="$copy" --config.file="$work/empty.yml" \
    --storage.tsdb.retention.time=100y --web.listen-address="127.0.0.1:$(free_port)" \
    --log.level=info >"$log" 2>&1 &
  local server=$!
  echo "$server" >"$work/pid"
  until grep -q 'WAL replay completed' "$log"; do
    # A server that repairs its WAL starts without that line, and measures something else.
    if grep -q 'TSDB started' "$log" || ! kill -0 "$server" 2>/dev/null; then
      grep -q 'WAL replay completed' "$log" && break
      say "the server did not replay the WAL of $1 to its end:"
      tail -n 5 "$log" >&2
      exit 2
    fi
    sleep 0.02
  done
  local peak cpu duration
  peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$server/status")
  ticks=$(getconf CLK_TCK)
  cpu=$(awk -v ticks="$ticks" '{ printf "%.2f", ($14 + $15) / ticks }' "/proc/$server/stat")
  duration=$(grep -o 'total_replay_duration=[^ ]*' "$log" | head -n 1 | cut -d= -f2)
  stop_server
  wait "$server" 2>/dev/null || true
  rm -rf "$copy"
  echo "$(seconds "$duration") $cpu $peak"
}

# row INPUT WHO LINES
row() {
  local wall cpu peak
  wall=$(median $(column 1 "$3"))
  cpu=$(median $(column 2 "$3"))
  peak=$(median $(column 3 "$3"))
  awk -v input="$1" -v who="$2" -v wall="$wall" -v cpu="$cpu" -v peak="$peak" 'BEGIN {
    printf "| %s | %s | %.3f s | %.2f s | %.0f MiB |\n", input, who, wall, cpu, peak / 1024
  }'
}

# ratio INPUT THEIRS OURS
ratio() {
  local index values=()
  for index in 1 2 3; do
    values+=("$(median $(column $index "$2"))" "$(median $(column $index "$3"))")
  done
  awk -v input="$1" -v a="${values[0]}" -v b="${values[1]}" -v c="${values[2]}" -v d="${values[3]}" \
    -v e="${values[4]}" -v f="${values[5]}" '
    function times(x, y) { return y > 0 ? sprintf("**%.1fx**", x / y) : "-" }
    BEGIN { printf "| %s | ratio | %s | %s | %s |\n", input, times(a, b), times(c, d), times(e, f) }'
}

# compare_block NAME OPTIONS…: promtool tsdb analyze against epimetheus analyze, in turns
compare_block() {
  local data="$work/block" name="$1" theirs="" ours="" block run
  shift
  # Debian's 2.42 takes the last block, which is the only one here.
  block=$(find "$data" -maxdepth 1 -type d -name '01*' -printf '%f\n' | sort | tail -n 1)
  local input="analyze $name${*:+ $*}"
  for ((run = 0; run <= runs; run++)); do
    local line
    line=$(measure "$epimetheus" analyze "$data" "$block" --format promtool "$@")
    # The first turn only warms the page cache.
    [ "$run" -eq 0 ] || ours+="$line"$'\n'
    have "$promtool" || continue
    line=$(measure "$promtool" tsdb analyze "$@" "$data" "$block")
    [ "$run" -eq 0 ] || theirs+="$line"$'\n'
  done
  [ -z "$theirs" ] || row "$input" promtool "${theirs%$'\n'}"
  row "$input" epimetheus "${ours%$'\n'}"
  [ -z "$theirs" ] || ratio "$input" "${theirs%$'\n'}" "${ours%$'\n'}"
}

# compare_dump NAME SELECTOR: promtool tsdb dump against epimetheus dump samples, in turns
compare_dump() {
  local data="$work/block" input="dump $1" theirs="" ours="" run line
  # Without a log promtool refuses the directory.
  mkdir -p "$data/wal"
  for ((run = 0; run <= runs; run++)); do
    line=$(measure "$epimetheus" dump samples --format promtool --match "$2" "$data")
    [ "$run" -eq 0 ] || ours+="$line"$'\n'
    have "$promtool" || continue
    line=$(measure "$promtool" tsdb dump --match "$2" "$data")
    [ "$run" -eq 0 ] || theirs+="$line"$'\n'
  done
  [ -z "$theirs" ] || row "$input" promtool "${theirs%$'\n'}"
  row "$input" epimetheus "${ours%$'\n'}"
  [ -z "$theirs" ] || ratio "$input" "${theirs%$'\n'}" "${ours%$'\n'}"
}

# compare_head NAME: a server's replay against the census of the head and the whole diagnosis, in
# turns
compare_head() {
  local data="$fixtures/$1/data" theirs="" census="" diagnosis="" run line
  measure "$epimetheus" diagnose --format json "$data" >/dev/null
  for ((run = 1; run <= server_runs; run++)); do
    # What the copy for the server before left to be written is nobody's time.
    sync
    census+="$(measure "$epimetheus" analyze --head --format json "$data")"$'\n'
    diagnosis+="$(measure "$epimetheus" diagnose --format json "$data")"$'\n'
    have "$prometheus" || continue
    line=$(measure_replay "$data")
    theirs+="$line"$'\n'
  done
  [ -z "$theirs" ] || row "head $1" "prometheus (replay)" "${theirs%$'\n'}"
  row "head $1" "epimetheus analyze --head" "${census%$'\n'}"
  [ -z "$theirs" ] || ratio "head $1" "${theirs%$'\n'}" "${census%$'\n'}"
  row "head $1" "epimetheus diagnose" "${diagnosis%$'\n'}"
  [ -z "$theirs" ] || ratio "head $1" "${theirs%$'\n'}" "${diagnosis%$'\n'}"
}

# compare_commands NAME: what is concluded from a head against the plain census of it, in turns
compare_commands() {
  local data="$fixtures/$1/data" census="" run line name
  local names=(check churn diagnose evidence)
  local -A lines=() calls=(
    [check]="check $data" [churn]="churn --head $data" [diagnose]="diagnose $data"
    [evidence]="evidence $data --force --output $work/bundle"
  )
  for ((run = 0; run <= runs; run++)); do
    line=$(measure "$epimetheus" analyze --head "$data")
    [ "$run" -eq 0 ] || census+="$line"$'\n'
    for name in "${names[@]}"; do
      # No path here has a blank: they are the fixtures' and mktemp's.
      line=$(measure "$epimetheus" ${calls[$name]})
      [ "$run" -eq 0 ] || lines[$name]+="$line"$'\n'
    done
  done
  row "$1" "epimetheus analyze --head" "${census%$'\n'}"
  for name in "${names[@]}"; do
    row "$1" "epimetheus $name" "${lines[$name]%$'\n'}"
    awk -v input="$1" -v name="$name" -v own="$(median $(column 1 "${lines[$name]%$'\n'}"))" \
      -v census="$(median $(column 1 "${census%$'\n'}"))" 'BEGIN {
      printf "| %s | %s / analyze --head | **%.1fx** | | |\n", input, name, own / census
    }'
  done
}

# compare_check NAME: each level of check against a plain CRC-32C of the same files, in turns
compare_check() {
  local data="$fixtures/$1/data" plain="" run level
  local -A levels=([quick]="" [standard]="" [deep]="")
  for ((run = 0; run <= runs; run++)); do
    local line
    line=$(measure "$bench_bin/crc-pass" "$data")
    [ "$run" -eq 0 ] || plain+="$line"$'\n'
    for level in quick standard deep; do
      local options=(--format json)
      [ "$level" = standard ] || options+=("--$level")
      line=$(measure "$epimetheus" check "${options[@]}" "$data")
      [ "$run" -eq 0 ] || levels[$level]+="$line"$'\n'
    done
  done
  row "check $1" "CRC-32C of the files" "${plain%$'\n'}"
  for level in quick standard deep; do
    local name="epimetheus check"
    [ "$level" = standard ] || name+=" --$level"
    row "check $1" "$name" "${levels[$level]%$'\n'}"
  done
  awk -v input="check $1" -v crc="$(median $(column 1 "${plain%$'\n'}"))" \
    -v quick="$(median $(column 1 "${levels[quick]%$'\n'}"))" \
    -v standard="$(median $(column 1 "${levels[standard]%$'\n'}"))" \
    -v deep="$(median $(column 2 "${levels[deep]%$'\n'}"))" 'BEGIN {
    printf "| %s | check / CRC-32C | **%.1fx** | | |\n", input, standard / crc
    printf "| %s | check --quick / check | **%.3fx** | | |\n", input, quick / standard
    printf "| %s | check --deep, million samples per second and core | | **%.0f** | |\n", input, 120 / deep
  }'
}

if [ -z "$fixtures" ]; then
  say "skipped, because FIXTURES is not set (make bench FIXTURES=DIR, DIR holding block1m/data," \
    "explosion/data and head1m/data)."
  exit 0
fi
if [ ! -x /usr/bin/time ]; then
  say "/usr/bin/time is missing: apt-get install time"
  exit 2
fi
fixtures=$(realpath "$fixtures")
have "$promtool" || say "promtool is not installed (apt-get install prometheus): no comparison."
have "$prometheus" || say "prometheus is not installed (apt-get install prometheus): no comparison."

echo "$("$epimetheus" --version); $(have "$promtool" && "$promtool" --version 2>&1 | head -n 1)"
echo "$(nproc) cores, $(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo);" \
  "medians of $runs runs, of $server_runs where a server starts, in turns, warm page cache"
echo
echo "| input | program | wall | CPU | peak memory |"
echo "|---|---|---|---|---|"
for name in block1m; do
  [[ "$parts" == *" block "* ]] || continue
  if [ ! -d "$fixtures/$name/data" ]; then say "no $fixtures/$name/data: skipped"; continue; fi
  copy "$fixtures/$name/data" block >/dev/null
  compare_block "$name"
  compare_block "$name" --extended
  # 24 of the 500 metrics: 48,000 series, 5,760,000 samples.
  compare_dump "$name" '{__name__=~"cache_(bytes|errors)_.*"}'
  rm -rf "$work/block"
done
for name in explosion head1m; do
  [[ "$parts" == *" head "* ]] || continue
  if [ ! -d "$fixtures/$name/data" ]; then say "no $fixtures/$name/data: skipped"; continue; fi
  compare_head "$name"
done
if [[ "$parts" == *" commands "* && -d "$fixtures/explosion/data" ]]; then
  compare_commands explosion
fi

# What is compared with other loops than servers have: a package of its own, built when first needed.
[[ -d "$fixtures/block1m/data" && "$parts" =~ \ (check|chunks)\  ]] || exit 0
folder=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
build=(swift build --configuration release --package-path "$folder/Chunks")
"${build[@]}" --quiet
bench_bin=$("${build[@]}" --show-bin-path)
[[ "$parts" != *" check "* ]] || compare_check block1m

# The decoder of XOR chunks against the same loop in C.
if [[ "$parts" == *" chunks "* ]]; then
  echo
  echo "| input | loop | time | million samples/s |"
  echo "|---|---|---|---|"
  "$bench_bin/chunk-benchmark" "$fixtures/block1m/data" "$runs"
fi
