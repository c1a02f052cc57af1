#!/bin/bash
# SPDX-License-Identifier: MIT
# What compilers do not see: sizes of files, banned calls, comments, line lengths, licence lines, and words that belong to
# one file only.
set -u
cd "$(dirname "$0")/../.." || exit 3

mapfile -t c_files < <(git ls-files 'tools/*.c' 'tools/*.h' 'tests/*.c' 'tests/*.h')
mapfile -t text_files < <(git ls-files | grep -vE '\.(png|jpg|webp|exr|blend|jsonl?)$|^tests/(golden|data|fuzz/corpus)/|^LICENSE$')
mapfile -t code_files < <(git ls-files '*.c' '*.h' '*.py' '*.sh' '*.bats' '*.bash' '*.awk' Makefile 'make/*.mk' docker/Dockerfile |
    grep -v '^examples/.*/')
mapfile -t python_files < <(git ls-files 'blender/*.py' | grep -v '/compat\.py$')
mapfile -t scene_files < <(git ls-files 'blender/*.py' 'examples/*.py' 'docs/*.md')

# Operators of Blender that merge or order what they make by memory addresses: another mesh on every call.
by_address='create_uvsphere|primitive_uv_sphere_add|extrude_face_region|extrude_region[a-z_]*|solidify|spin'

# Each line of stdin is a problem.
problems() { # HEADING
    local found
    found=$(cat)
    [ -z "$found" ] || printf '%s:\n%s\n' "$1" "$found"
}

sizes() {
    local file lines limit
    for file in "${c_files[@]}"; do
        lines=$(wc -l <"$file")
        case $file in
        tools/rv*.c) limit=400 ;;
        *) limit=500 ;;
        esac
        [ "$lines" -lt $limit ] || echo "$file: $lines lines, must be less than $limit"
    done
}

long_lines() {
    local file
    for file in $(git ls-files 'tools/*.c' 'tools/*.h'); do
        expand -t 8 "$file" | grep -nE '.{121}' | sed "s|^|$file:|"
    done
}

check() {
    local banned='strcpy|strcat|sprintf|vsprintf|atoi|atol|atof|strtok|gets|system|popen|tmpnam|mktemp|alloca|rand|srand'
    sizes | problems 'files that do too much'
    long_lines | problems 'lines longer than 120 columns'
    grep -nE "(^|[^a-zA-Z0-9_])($banned)\(" "${c_files[@]}" | grep -vE ':[0-9]+:[[:space:]]*/?\*' | problems 'banned calls'
    sed -s 's/"[^"]*"//g; s|/\*.*||; s|^[[:space:]]\* .*||' "${c_files[@]}" | grep -n '//' | problems 'comments are /* */'
    grep -nE '^ \*[a-z]' "${c_files[@]}" | problems 'a broken line of a comment'
    grep -nP '[ \t]+$' "${text_files[@]}" | problems 'blanks at the end of a line'
    grep -nE '(clock_gettime|gettimeofday)\(' "${c_files[@]}" | grep -v '^tools/lib/clock.h:' |
        problems 'only lib/clock.h reads a clock'
    awk 'FNR == 1 { if (file != "" && !found) print file; file = FILENAME; found = 0 }
        FNR <= 3 && /SPDX-License-Identifier: MIT/ { found = 1 }
        END { if (!found) print file }' "${code_files[@]}" | problems 'no licence line'
    grep -nE 'app\.version|\(([2-9]), [0-9]+(, [0-9]+)?\) *[<>=]|[<>]=? *\([2-9], [0-9]+' "${python_files[@]}" |
        problems 'a version of Blender outside compat.py'
    grep -nE "ops\.(mesh\.)?($by_address)\(" "${scene_files[@]}" | problems 'operators whose meshes differ from call to call'
}

found=$(LC_ALL=C.UTF-8 check)
[ -z "$found" ] || { echo "$found"; exit 1; }
