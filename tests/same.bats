# SPDX-License-Identifier: MIT
# The same bytes: whatever ran before in a worker, in every run; the same metadata from every Blender.
load lib/common

setup() {
    rv_setup
    cp "$RV_ROOT/tests/lib/dirty_scene.py" scene.py
    echo 'seen = 0' >sibling.py
}

blend() { # OUT ARG...
    rv-blend scene.py --resolution 16,16 --samples 1 -q -o "$@" | rv-mask -q --keep passes
}

# What differs between the metadata of two samples, so that a failure tells.
explain() { # A B
    local a=$1 b=$2
    same_output 'jq -S . "$a/_meta.json"' 'jq -S . "$b/_meta.json"'
}

@test "a sample alone, first, or after many others in one worker is the same in every file" {
    need_blender
    count=40
    if [ -n "${CI:-}" ] || [ "${CHECK:-}" = full ]; then
        count=200
    fi
    last=$(printf %08d $count)
    # Every tenth fails, for that must not matter either.
    rv-seed seq $((count + 1)) |
        jq -c --argjson last $count 'if .index % 10 == 3 and .index != $last then .params.fail = true else . end' >all
    blend many -j1 --recycle 0 <all >many.jsonl || true
    [ "$(jq -c 'select(.error) | .id' many.jsonl | wc -l)" = $((count / 10)) ]
    tail -n1 all | blend alone -j1 >alone.jsonl
    { tail -n1 all; head -n4 all; } | blend first -j1 >first.jsonl || true
    # They are not the same for want of a difference.
    [ "$(jq -s 'map(.custom_meta.state.draws[0]) | map(select(.)) | unique | length' many.jsonl)" -gt $((count * 8 / 10)) ]
    for other in many first; do
        diff -r "alone/$last" "$other/$last" || { explain "alone/$last" "$other/$last"; return 1; }
    done
    # What a sample finds is what every other one finds, draws from its seed apart.
    run -0 jq -s 'map(select(.custom_meta) | .custom_meta.state | del(.draws, .numpy, .scene.cycles.seed)) | unique | length' many.jsonl
    [ "$output" = 1 ]
    same_tree "alone/$last" "first/$last"
}

@test "the scene of these tests dirties what it should" {
    need_blender
    # With two samples in one generate, the second would find what the first left.
    cat >twice.py <<'END'
import scene
import rv


class Twice(rv.Scene):
    def generate(self, seed):
        before = scene.state()
        for thing in scene.blender_dirt(scene.random.Random(seed)) + scene.python_dirt():
            try:
                thing()
            except Exception:
                pass
        scene.sys.setprofile(None)
        after = scene.state()
        self.set_custom_meta(changed=sorted(key for key in before if before[key] != after[key]))
END
    rv-seed seq 1 | rv-blend twice.py --resolution 16,16 --samples 1 -q -o twice >record
    run -0 jq -r '.custom_meta.changed | join(" ")' record
    for part in aovs data draws drivers editing environment filters handlers here hooks keys layer \
        limits path physics scene; do
        [[ " $output " == *" $part "* ]] || { echo "not changed: $part, only: $output"; return 1; }
    done
}

@test "two runs, with one worker and with three, are the same" {
    need_blender
    rv-seed seq 6 | blend one -j1 >/dev/null
    rv-seed seq 6 | blend again -j1 >/dev/null
    rv-seed seq 6 | blend three -j3 >/dev/null
    same_tree one again
    same_tree one three
}

@test "NumPy's numbers depend on the seed alone" {
    need_blender
    cat >scene.py <<'END'
import rv


class Numbers(rv.Scene):
    def generate(self, seed):
        try:
            import numpy
        except ImportError:
            return
        self.set_custom_meta(draw=float(numpy.random.random()))
END
    rv-seed seq 3 | blend many -j1 | jq .custom_meta.draw >many.draws
    for i in 0 1 2; do
        rv-seed seq 1 --start $i | blend "one-$i" | jq .custom_meta.draw
    done >single.draws
    if grep null many.draws; then
        skip "this Blender has no NumPy"
    fi
    diff many.draws single.draws
    [ "$(sort -u many.draws | wc -l)" = 3 ]
}

@test "a module from outside the root is loaded for each sample, and a dependency" {
    need_blender
    mkdir root elsewhere
    echo 'seen = []' >elsewhere/outside.py
    cat >root/scene.py <<'END'
import os
import sys

import rv

sys.path.append(os.path.abspath("../elsewhere"))
import outside


class Outside(rv.Scene):
    def generate(self, seed):
        outside.seen.append(seed)
        self.set_custom_meta(seen=outside.seen)
END
    rv-seed seq 2 | rv-blend root/scene.py -j1 --resolution 16,16 --samples 1 -q >records
    [ "$(jq -c .custom_meta.seen records | xargs)" = "[0] [1]" ]
    jq -r '.deps[][0]' out/00000001/.rv-blend.json | grep 'elsewhere/outside\.py$'
}

@test "the metadata of a scene is the same from every Blender" {
    need_blender
    cp "$RV_ROOT/tests/lib/rich_scene.py" scene.py
    made=()
    for blender in "$RV_BLENDER" "$RV_ROOT"/tests/lib/blender-[0-9]*; do
        [[ $blender != */blender-[0-9]* ]] || "$blender" --check 2>/dev/null || continue
        out=from-${#made[@]}
        rv-seed seq 2 | rv-blend scene.py --blender "$blender" -j1 --resolution 64,48 --samples 1 -q -o "$out" |
            rv-mask -q >/dev/null
        made+=("$out")
    done
    [ ${#made[@]} -gt 1 ] || skip "there is only one Blender"
    jq -r .render.blender "${made[@]/%//00000000/_meta.json}" >versions
    [ "$(sort -u versions | wc -l)" = ${#made[@]} ]
    for out in "${made[@]:1}"; do
        for id in 00000000 00000001; do
            # Labels are of pixels.
            for meta in "${made[0]}/$id" "$out/$id"; do
                jq -c 'del(.annotations)' "$meta/_meta.json" >"$meta/compared.json"
            done
            python3 "$RV_ROOT/tests/lib/same_meta.py" "${made[0]}/$id/compared.json" "$out/$id/compared.json"
        done
    done
    # It sees a difference.
    jq -c '.objects[2].location[0] += 0.001' "${made[0]}/00000000/compared.json" >other.json
    run -1 python3 "$RV_ROOT/tests/lib/same_meta.py" "${made[0]}/00000000/compared.json" other.json
    [[ $output == .objects\[2\].location\[0\]:* ]]
}

# Cycles is told so by the program that stands in for Blender: rv keeps the caller's environment from it.
@test "on a processor without AVX2 floats differ in their last digits, and nothing else does" {
    need_blender
    grep -q avx2 /proc/cpuinfo || skip "this processor has no AVX2"
    cat >balls.py <<'END'
import rv


class Balls(rv.Scene):
    def generate(self, seed):
        self.camera.set_location((4, -6, 3)).point_at(self.objects.empty())
        self.objects.plane(size=20)
        for i in range(3):
            ball = self.objects.sphere(radius=0.7).set_location((1.6 * i - 1.6, 0, 0.7))
            ball.keyframe(1, rotation=(0, 0, 0)).keyframe(4, rotation=(0, 50, 10 * i))
END
    printf '#!/bin/sh\nCYCLES_CPU_NO_AVX2=1 CYCLES_CPU_NO_AVX=1 exec %q "$@"\n' "${RV_BLENDER:-$(command -v blender)}" >without
    chmod +x without
    labels() { # OUT
        rv-seed seq 1 |
            rv-blend balls.py --frames 1..4:3 --resolution 48,36 --samples 1 --passes Normal,UV,Vector,Position -q -o "$1" |
            rv-mask --category-from name --scene-flow --occlusion -q >"$1.records"
    }
    labels with
    RV_BLENDER=$PWD/without labels none
    same_records 'del(.run, .dir)' with.records none.records
    (cd with && find . -type f ! -name '.rv-*' ! -path './*/frames/*' ! -path './*_preview/*' | sort) >files
    PYTHONPATH=$RV_ROOT/tests/lib python3 - files <<'END'
import sys

from check_labels import read_exr

different = 0
for name in open(sys.argv[1]).read().split():
    one, other = (f"{out}/{name}" for out in ("with", "none"))
    if open(one, "rb").read() == open(other, "rb").read():
        continue
    assert name.endswith(".exr"), name
    near = 1e-4 if "/flow_" in name or "/vector/" in name else 1e-5
    different += 1
    a, b = read_exr(one), read_exr(other)
    for channel, rows in a.items():
        for row, beside in zip(rows, b[channel]):
            assert all(abs(x - y) <= near * max(1, abs(x)) for x, y in zip(row, beside)), name
assert different > 0, "nothing differs: Cycles was not told"
END
}
