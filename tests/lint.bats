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

@test "prefix = folder" {
    tests/lint/prefix.sh
}

@test "sizes, banned calls, versions of Blender" {
    tests/lint/style.sh
}

@test "tables of the documentation are what the tools tell" {
    docs/tables.py --check
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
    mapfile -t scripts < <(git ls-files '*.sh' '*.bash' tests/lib/blender-in-tree .ci/run)
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

