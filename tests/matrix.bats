# SPDX-License-Identifier: MIT
# The Blenders side by side: docs/blenders.md is true, and a scene says the same of itself in each.
load lib/common

# Each cell of the table is what that Blender answers now.
column_is_true() { # BLENDER
    local version
    "$RV_ROOT/tests/matrix/probe.sh" "$1" >found || { grep FAILS found; return 1; }
    version=$(sed -n 's/^facts\tBlender\t//p' found)
    awk -F ' *[|] *' -v version="$version" '
        $2 == "Blender" { for (i = 3; i < NF; i++) if ($i == version) column = i }
        column && $2 !~ /^(-+|[*].*)$/ { print $2 "\t" $column }' "$RV_ROOT/docs/blenders.md" >documented
    [ -s documented ] || skip "docs/blenders.md has no column for Blender $version"
    command -v Xvfb >/dev/null || sed -i '/^window\t/d' documented
    diff documented <(cut -f 2,3 found)
}

@test "this machine's Blender does what the table says" {
    need_blender
    column_is_true "$RV_BLENDER"
}

@test "Blender 4.3 does what the table says" {
    need_blender_of 4.3
    column_is_true "$RV_BLENDER"
}

@test "Blender 5.2 does what the table says" {
    need_blender_of 5.2
    column_is_true "$RV_BLENDER"
}

# Everything that the record says of the scene; of physics only what has not hit anything yet is the same everywhere.
descriptions() { # BLENDER
    local script
    for script in 1_primitives/scene 2_properties/scene 3_scattering/ellipse_2d 8_shader_graph/scene shapes/scene; do
        rv-seed seq 1 | RV_BLENDER=$1 rv-blend "$RV_ROOT/examples/$script.py" --resolution 32,32 --samples 1 -q -o out |
            jq -c 'del(.render, .channels, .run, .dir)'
        rm -rf out
    done
}

# The last bits of a float are those of the libraries that a Blender is linked with: 1e-5 of a number, or of 1.
same_descriptions() {
    python3 - "$1" "$2" <<'END'
import json, sys

def differ(a, b, at):
    if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        for key in a:
            yield from differ(a[key], b[key], f"{at}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differ(x, y, f"{at}[{i}]")
    elif type(a) in (int, float) and type(b) in (int, float):
        if abs(a - b) > 1e-5 * max(1, abs(a), abs(b)):
            yield f"{at}: {a} and {b}"
    elif a != b:
        yield f"{at}: {a} and {b}"

here, there = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
assert all("objects" in record for record in here), "an example failed"
found = list(differ(here, there, ""))
print("\n".join(found[:20]))
sys.exit(bool(found))
END
}

same_as_here() { # VERSION
    local here
    need_blender
    here=$RV_BLENDER
    need_blender_of "$1"
    descriptions "$here" >here
    descriptions "$RV_BLENDER" >there
    [ "$(wc -l <here)" = 5 ]
    same_descriptions here there
}

@test "placement and metadata are those of Blender 4.3" {
    same_as_here 4.3
}

@test "placement and metadata are those of Blender 5.2" {
    same_as_here 5.2
}
