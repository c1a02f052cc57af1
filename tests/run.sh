#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the tests and counts them: tests/run.sh [-j N] [-f REGEX] [SUITE]...
#
# A suite is `unit` (the C unit tests), a bats file by name (`rv-seed`, or `seed` for short), `mutations` (damages that
# rv-verify must find), `python` (the Python tests inside this machine's Blender), `python-4.3` or `python-5.2` (inside
# that of a Debian tree, tests/lib/blender-in-tree). Without a name: all of them. Suites run N at a time (default: one
# per core). -f runs only the bats tests and mutations whose names match. CHECK=quick leaves out what needs a Blender,
# CHECK=full adds what takes minutes, CHECK=soak what takes many. Failures are printed with their output, skipped tests
# with their reasons; the last line is always "N passed, N failed, N skipped". Exit status: 0, or 1 on a failure. The
# whole output of every suite stays in build/check/SUITE.tap.
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
export RV_ROOT=$root RV_BIN=${RV_BIN:-$root/build/release/bin}
RV_BIN=$(cd "$RV_BIN" && pwd) || exit 2
jobs=$(nproc)
limit_s=${SUITE_SECONDS:-1800} # a suite that takes longer hangs
filter=
tree_suites=(python-4.3 python-5.2)

usage() {
    echo "usage: tests/run.sh [-j N] [-f REGEX] [SUITE]..." >&2
    exit 2
}

# Prints the TAP of one suite; its exit status counts too.
suite_tap() {
    case $1 in
    unit) "$RV_BIN/rv-unit" ;;
    mutations) python3 "$root/tests/mutations/run.py" ${filter:+-f "$filter"} ;;
    python) python_tap "${RV_BLENDER:-blender}" ;;
    python-*) python_tap "$root/tests/lib/blender-${1#python-}" ;;
    *) bats --tap ${filter:+-f "$filter"} "$root/tests/$1.bats" ;;
    esac
}

# The Python tests write their TAP to a file: Blender talks on both outputs.
python_tap() {
    local blender=$1 reason='' status=0 dir
    if [ "${CHECK:-}" = quick ]; then
        reason='CHECK=quick'
    elif [ "$1" = "${RV_BLENDER:-blender}" ]; then
        command -v "$blender" >/dev/null || reason='Blender is not installed'
    else
        reason=$("$blender" --check 2>&1) && reason=
    fi
    if [ -n "$reason" ]; then
        printf '1..1\nok 1 the tests of the Python package # skip %s\n' "${reason#blender-*: }"
        return
    fi
    dir=$(mktemp -d "${TMPDIR:-/tmp}/rv-python.XXXXXX")
    (cd "$dir" && exec "$blender" --background --factory-startup -noaudio --python-exit-code 70 \
        --python "$root/tests/python/run.py" -- --tap "$dir/tap") >"$dir/log" 2>&1 </dev/null || status=$?
    cat "$dir/tap" 2>/dev/null || status=70
    [ $status = 0 ] || sed 's/^/# /' "$dir/log"
    rm -rf "$dir"
    return $status
}

if [ "${1-}" = --one ]; then
    filter=$2
    start=$(date +%s%N)
    suite_tap "$3" >"$4/$3.tap" 2>&1
    echo "$?" >"$4/$3.status"
    printf '%d' $((($(date +%s%N) - start) / 100000000)) >"$4/$3.time"
    exit 0
fi

while getopts j:f: option; do
    case $option in
    j) jobs=$OPTARG ;;
    f) filter=$OPTARG ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))

# The long ones first, so that none is left alone at the end.
all_suites() {
    local file name
    [ -x "$RV_BIN/rv-unit" ] && echo unit
    [ -f "$root/tests/mutations/run.py" ] && echo mutations
    [ -f "$root/tests/python/run.py" ] && printf '%s\n' python "${tree_suites[@]}"
    for name in pipeline rv-blend; do
        [ -f "$root/tests/$name.bats" ] && echo $name
    done
    for file in "$root"/tests/*.bats; do
        name=$(basename "$file" .bats)
        case $name in pipeline | rv-blend | '*') ;; *) echo "$name" ;; esac
    done
}

suites=()
for name in "$@"; do
    case " unit mutations python ${tree_suites[*]} " in
    *" $name "*) suites+=("$name") ;;
    *)
        name=${name#tests/}
        name=${name%.bats}
        if [ -f "$root/tests/$name.bats" ]; then
            suites+=("$name")
        elif [ -f "$root/tests/rv-$name.bats" ]; then
            suites+=("rv-$name")
        else
            echo "tests/run.sh: no suite '$name'; there are: $(all_suites | tr '\n' ' ')" >&2
            exit 2
        fi
        ;;
    esac
done
[ ${#suites[@]} -gt 0 ] || mapfile -t suites < <(all_suites)

out=$root/build/check
mkdir -p "$out"
for name in "${suites[@]}"; do
    rm -f "$out/$name".{tap,status,time}
done

echo "${#suites[@]} suites, $jobs at a time, each shown when it ends: ${suites[*]}"
if [ $# = 0 ] && [ -z "$filter" ]; then
    echo "this takes $(cat "$out/all.minutes" 2>/dev/null || echo 'some 30 to 90') minutes; one suite: make check-NAME"
fi

# What a suite says is shown as soon as it has ended; sums are made at the end.
report() {
    awk -v suite="$1" -v status="$2" -v tenths="$3" '
        # What a test has to say stands behind its line (bats) or before it (unit tests).
        function said(first,   i, text) { # the lines from there on; of many, the last ones
            for (i = n - first < 200 ? first : n - 199; i <= n; i++) text = text "\n       " lines[i]
            return text
        }
        function finish() {
            if (failing != "") { failures = failures failing said(since) "\n"; failing = ""; since = n + 1 }
            before = said(since)
            since = n + 1
        }
        BEGIN { since = 1 }
        /^1\.\.[0-9]+/ { plan = substr($0, 4) + 0; next }
        /^ok / {
            finish()
            if (match($0, /# [sS][kK][iI][pP]/)) {
                skipped++
                name = substr($0, 1, RSTART - 1); sub(/^ok [0-9]+ *(- )?/, "", name)
                reason = substr($0, RSTART + RLENGTH); sub(/^[: (]*/, "", reason); sub(/\)$/, "", reason)
                skips = skips "  skip " suite ": " name (reason == "" ? "" : "(" reason ")") "\n"
            } else passed++
            next
        }
        /^not ok / {
            finish(); failed++
            name = $0; sub(/^not ok [0-9]+ *(- )?/, "", name)
            failing = "  FAIL " suite ": " name before
            next
        }
        { lines[++n] = $0 }
        END {
            finish()
            if (passed + failed + skipped < plan || (status != 0 && failed == 0) || passed + failed + skipped == 0) {
                failed++
                failures = failures "  FAIL " suite ": ended with status " status " after " \
                    (passed + failed - 1 + skipped) " of " plan + 0 " tests" said(1) "\n"
            }
            printf "%s%s%-12s %4d passed %3d failed %3d skipped  %5.1f s\n", failures, skips, suite, passed, failed,
                skipped, tenths / 10
            printf "%d %d %d\n", passed, failed, skipped >"/dev/stderr"
        }' "$out/$1.tap"
}

# A shell that runs us in the background has SIGINT ignored, and what is ignored at the start stays so: tests send it.
printf '%s\n' "${suites[@]}" |
    xargs -P "$jobs" -I {} env --default-signal=HUP,INT,QUIT timeout --kill-after=10 "$limit_s" \
        "$0" --one "$filter" {} "$out" &
runner=$!
# Each `timeout` hands the signal on to all that its suite started.
trap 'kill $(cat /proc/$runner/task/$runner/children) $runner 2>/dev/null; wait $runner; exit 130' INT TERM

passed=0 failed=0 skipped=0
pending=("${suites[@]}")
while [ ${#pending[@]} -gt 0 ]; do
    left=()
    running=1
    kill -0 $runner 2>/dev/null || running=0
    for name in "${pending[@]}"; do
        if [ -s "$out/$name.time" ] || [ $running = 0 ]; then
            touch "$out/$name.tap"
            report "$name" "$(cat "$out/$name.status" 2>/dev/null || echo "none (killed, or took over $limit_s s)")" "$(cat "$out/$name.time" 2>/dev/null || echo 0)" \
                2>"$out/$name.counts"
            p='' f='' s=''
            read -r p f s <"$out/$name.counts"
            # Without counts, whatever the reason, it has not passed.
            [ -n "$s" ] || { echo "  FAIL $name: its results are gone"; p=0 f=1 s=0; }
            passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
            rm -f "$out/$name".{status,time,counts}
        else
            left+=("$name")
        fi
    done
    pending=("${left[@]}")
    [ ${#pending[@]} -eq 0 ] || sleep 0.2
done
wait $runner

if [ $# = 0 ] && [ -z "$filter" ]; then
    echo $(((SECONDS + 59) / 60)) >"$out/all.minutes"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
