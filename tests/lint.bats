# SPDX-License-Identifier: MIT
# The source against its own rules. What depends on the version of a checker runs with CHECK=full (make lint) only.
load lib/common

setup() {
    rv_setup
    cd "$RV_ROOT"
}

warnings_with() {
    need "$1"
    local dir=$RV_ROOT/build/lint-$1
    make -s -j"$(nproc)" B="$dir" CC="$1" CFLAGS=-Werror V=1 all "$dir/bin/rv-unit" "$dir/failio.so" fuzz-programs
}

@test "headers compile alone" {
    tests/lint/headers.sh
}

@test "layers and third-party headers" {
    tests/lint/layers.sh
}

@test "layers of the Python package, and no circle of imports" {
    tests/lint/layers.py
    mkdir -p "$BATS_TEST_TMPDIR/copy"
    cp -r blender "$BATS_TEST_TMPDIR/copy"
    cd "$BATS_TEST_TMPDIR/copy"
    printf 'if __debug__:\n    from ..scenes.scene import Scene\n\n\ndef f():\n    import bpy\n' >>blender/rv/plain/paths.py
    run -1 "$RV_ROOT/tests/lint/layers.py" .
    [[ $output == *"plain/paths.py:"*": imports scenes.scene, which does not stand before plain"* ]]
    [[ $output == *"plain/paths.py:"*": imports bpy, but plain knows no Blender"* ]]
    [[ $output == *"imports form a circle: "*"plain.paths"* ]]
}

@test "prefix = folder" {
    tests/lint/prefix.sh
}

@test "sizes, banned calls, versions of Blender" {
    tests/lint/style.sh
}

@test "a mutation for each check" {
    tests/lint/mutations.sh
}

@test "tables of the documentation are what the tools tell" {
    docs/tables.py --check
}

@test "a record may have the settings that the table allows to records" {
    need jq
    rv-blend --settings --json | jq -r '.[] | select(.of_record) | .member' | LC_ALL=C sort >"$BATS_TEST_TMPDIR/table"
    [ "$(grep -c . "$BATS_TEST_TMPDIR/table")" -ge 20 ]
    same_output 'cat "$BATS_TEST_TMPDIR/table"' "jq -r '.properties.blend.properties | keys[]' tests/lib/record.schema.json"
}

@test "bats files have no line that cannot fail a test" {
    need python3
    tests/lint/assertions.py tests/lib/common.bash tests/*.bats
}

@test "lines that cannot fail a test are found, others are not" {
    need python3
    cd "$BATS_TEST_TMPDIR"
    cat >lines.bats <<'END'
load lib/common
several() {
    true
    false
}
one() {
    local file=$1
    [ -e "$file" ]
}
# ---- bad
[ -e a ] && [ -e b ]
one a || one b && one c
[[ -e a ]] && false
{ one a && one b; }
(one a && cd b)
echo "$(one a && one b)"
! one a
one a; ! one b | cat
local x=$(one a)
export x="$(one a)"
for x in $(one a); do one "$x"; done
several || return 1
if several; then one a; fi
while X=1 several; do one a; done
several && one a # for two reasons
several | cat || one a
run -0 several
run one a
X=1 run --separate-stderr one a
run ! one a
pipe 'one a | one b'
run -0 bash -c 'one a | one b'
[ -z "$(one a)" ]
[ "$(one a)" = '' ]
[ "$(one a)" = "$(one b)" ]
[ "$(one a)" != b ]
diff <(one a) <(one b)
wait
# ---- good
several
X=1 several
(cd a && one b)
x=$(cd "$(one a)" && one b)
one a || skip "no a"
one a || { several; return 1; }
one a || one b || [ $? = 1 ]
if one a && ! one b; then several; fi
until one a && one b; do sleep 1; done
[[ -e a && ! -e b ]]
((a && b))
one 'a && b' "! $x && $y" \! # && !
run -0 one a
pipe -141 --separate-stderr 'one a | one b'
run -"$1" one a
local x y=1 z=$((2 + 3))
x=$(one a | one b)
for x in $(seq 3) "$@" *.txt; do one "$x"; done
[ "$(one a)" = "$x" ]
[ -n "$(one a)" ]
diff <(printf '%s\n' a b) <(one b)
case $x in
a | b) one a ;;
esac
cat <<EOF >file
! one a && one b
EOF
wait $!
END
    run -1 "$RV_ROOT/tests/lint/assertions.py" lines.bats
    same_output "sed -n '/^# ---- bad/,/^# ---- good/{/^#/!=}' lines.bats" 'cut -d: -f2 <<<"$output" | uniq'
    echo 'one a' >bare.bats
    run -1 "$RV_ROOT/tests/lint/assertions.py" bare.bats
    [[ $output == *'load lib/common'* ]]
}

@test "no warning with gcc" {
    need_full
    warnings_with gcc
}

@test "no warning with clang" {
    need_full
    warnings_with clang
}

@test "shell scripts: shellcheck" {
    need_full
    need shellcheck
    mapfile -t scripts < <(git ls-files '*.sh' '*.bash' tests/lib/blender-in-tree pipelines/rv.sbatch .ci/run)
    shellcheck -x -S warning "${scripts[@]}"
}

@test "man pages: mandoc" {
    need_full
    need mandoc
    mapfile -t pages < <(git ls-files 'tools/man/*')
    [ ${#pages[@]} -gt 0 ]
    mandoc -T lint -W warning "${pages[@]}"
}

@test "Python: flake8" {
    need_full
    need flake8
    mapfile -t files < <(git ls-files '*.py')
    flake8 --max-line-length 100 --extend-ignore E203,W503 "${files[@]}"
}

@test "Python: black" {
    need_full
    need black
    mapfile -t files < <(git ls-files '*.py')
    black -q -l 100 --check --diff "${files[@]}"
}

@test "Python: mypy" {
    need_full
    need mypy
    (cd blender && mypy --ignore-missing-imports --no-error-summary --cache-dir "$BATS_TEST_TMPDIR" -p rv)
}

