# SPDX-License-Identifier: MIT
# What every bats file loads: `load lib/common`. Tests run in a scratch directory of their own with the tools first in
# PATH, a C locale and none of the user's settings. A pipeline fails when any part of it does, and so does $(...). What
# fails no test all the same: see README.md.
#
#   RV_ROOT   the source tree, absolute          RV_BIN   the tools under test, absolute
#
#   pipe 'rv-seed seq 3 | rv-mask'    `run` with bash -o pipefail; options of `run` go first: pipe --separate-stderr -0 '…'
#   need_blender                      skips without a Blender; sets RV_BLENDER
#   fake_blender                      sets RV_BLENDER to lib/fake-blender, FAKE_DIR to fake/; makes scene.py for it
#   need_blender_of 4.3|5.2           skips without the Debian tree that has it; sets RV_BLENDER to the wrapper
#   need_full                         skips unless CHECK=full or CI is set: for what takes minutes
#   need_soak                         skips unless CHECK=soak: for what takes many
#   need COMMAND...                   skips when one of them is not there
#   need_module NAME                  skips without that Python module; sets PYTHON to a Python that has it
#   nothing COMMAND...                fails unless it succeeds and prints nothing
#   same_output A B                   fails, and shows why, unless two lines of shell print the same, and something
#   same_records FILTER A B           fails, and shows why, unless a jq filter makes the same of two files, and something
#   same_tree A B                     fails, and shows why, unless both hold the same names, modes and bytes
#   tree_hash DIR                     prints one digest over names and bytes
#   workers_of PID                    prints the processes that a tool's guards run: rv-blend's Blenders
#   wait_until COMMAND...             runs it until it succeeds; fails, and says so, when that takes so long that it hangs
#   prints N COMMAND...               whether it prints N lines or more
#   no_orphans                        waits for the end of all that this test started; fails, and says so, when it hangs
#   no_partials DIR                   fails when a hidden, half-written file or directory is left below DIR
#   failio RULE COMMAND...            runs COMMAND with system calls that fail or kill: see tests/fault/failio.c
#   need_failio                       skips where that cannot be done: needed before failio

bats_require_minimum_version 1.8.0
set -o pipefail
shopt -s inherit_errexit

RV_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
RV_BIN=${RV_BIN:-$RV_ROOT/build/release/bin}
export RV_ROOT RV_BIN

# In a test: the scratch directory and the environment. A file with a setup of its own calls this first.
rv_setup() {
    export PATH=$RV_BIN:$PATH LC_ALL=C.UTF-8 TZ=UTC
    unset RV_HOME CDPATH
    export RV_TEST_MARK="rv-test-$BASHPID-$RANDOM$RANDOM"
    cd "$BATS_TEST_TMPDIR" || return 1
}

setup() {
    rv_setup
}

pipe() {
    local options=()
    while [[ $1 == -* || $1 == '!' ]]; do
        options+=("$1")
        shift
    done
    run "${options[@]}" bash -o pipefail -c "$@"
}

need() {
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null || skip "$command is not installed"
    done
}

# Debian's modules belong to Debian's Python, which need not be the first in PATH.
need_module() {
    for PYTHON in python3 /usr/bin/python3; do
        if "$PYTHON" -c "import $1" 2>/dev/null; then
            return
        fi
    done
    skip "python3-$1 is not installed"
}

need_blender() {
    [ "${CHECK:-}" != quick ] || skip "CHECK=quick"
    RV_BLENDER=${RV_BLENDER:-$(command -v blender || true)}
    [ -n "$RV_BLENDER" ] || skip "Blender is not installed"
    export RV_BLENDER
}

fake_blender() {
    export RV_BLENDER=$RV_ROOT/tests/lib/fake-blender FAKE_DIR=$PWD/fake
    mkdir fake
    echo 'import rv' >scene.py
}

need_blender_of() {
    local wrapper=$RV_ROOT/tests/lib/blender-$1 reason
    [ "${CHECK:-}" != quick ] || skip "CHECK=quick"
    reason=$("$wrapper" --check 2>&1) || skip "${reason#blender-*: }"
    export RV_BLENDER=$wrapper
}

need_full() {
    [ "${CHECK:-}" = full ] || [ "${CHECK:-}" = soak ] || [ -n "${CI:-}" ] || skip "takes minutes: run with CHECK=full"
}

need_soak() {
    [ "${CHECK:-}" = soak ] || skip "takes many minutes: run with CHECK=soak"
}

list_tree() {
    (cd "$1" && find . -mindepth 1 \( -type f -printf '%P %y %m ' -exec sha256sum {} \; -o -printf '%P %y %m %l\n' \)) |
        sed 's| \./.*||' | LC_ALL=C sort
}

tree_hash() {
    list_tree "$1" | sha256sum | cut -d' ' -f1
}

nothing() {
    run -0 "$@"
    [ -z "$output" ] || { printf 'not nothing: %s\n%s\n' "$*" "$output"; return 1; }
}

same_text() {
    [ -n "$1" ] || { echo 'nothing to compare'; return 1; }
    diff <(echo "$1") <(echo "$2")
}

same_output() {
    local one two
    one=$(eval "$1")
    two=$(eval "$2")
    same_text "$one" "$two"
}

same_records() {
    local one two
    one=$(jq -c "$1" "$2")
    two=$(jq -c "$1" "$3")
    same_text "$one" "$two"
}

same_tree() {
    local one two
    one=$(list_tree "$1")
    two=$(list_tree "$2")
    same_text "$one" "$two"
}

# What is waited for comes, or something hangs.
HANGS_S=60

wait_until() {
    local deadline=$((SECONDS + HANGS_S))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || { echo "in vain: $*"; return 1; }
        sleep 0.05
    done
}

prints() {
    [ "$("${@:2}" | wc -l)" -ge "$1" ]
}

# The mark is in the environment of everything that a test starts, whatever session or group it moves to; workers have
# what they do not get under a name of rv's.
marked_processes() {
    local pids pid command
    pids=$(grep -lsz -- "^\(RV_ENV_\)\?RV_TEST_MARK=$RV_TEST_MARK\$" /proc/[0-9]*/environ | cut -d/ -f3) || true
    for pid in $pids; do
        command=$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") || continue
        case $command in '' | 'grep -lsz '*) continue ;; esac
        printf '%s %s\n' "$pid" "$command"
    done
}

workers_of() {
    pgrep -P "$(pgrep -P "$1" | paste -sd,)"
}

no_orphans() {
    local deadline=$((SECONDS + HANGS_S)) left
    left=$(marked_processes)
    until [ -z "$left" ]; do
        [ $SECONDS -lt $deadline ] || { printf 'left behind:\n%s\n' "$left"; return 1; }
        sleep 0.1
        left=$(marked_processes)
    done
}

no_partials() {
    local left
    left=$(find "$1" -mindepth 1 -name '.*' ! -name '.rv-blend.json' ! -name '.rv-mask.json' 2>/dev/null)
    [ -z "$left" ] || { printf 'half-written:\n%s\n' "$left"; return 1; }
}

need_failio() {
    case $RV_BIN in
    */asan/* | */tsan/*) skip "a sanitizer's runtime takes the place of the preload" ;;
    esac
    [ -f "$RV_BIN/../failio.so" ] || skip "failio.so is not built"
}

failio() {
    RV_FAILIO=$1 LD_PRELOAD=$RV_BIN/../failio.so "${@:2}"
}
