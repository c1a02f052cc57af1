#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Many scenes in one stream: workers go from one to the next, and a sample does not know which ones were before it.

load lib/common

# Hundreds of .blend files and scripts, each $1 times, in an order that a seed decides.
mixed() { # TIMES
    awk -v n="$count" -v times="$1" 'BEGIN {
        srand(11)
        for (i = 0; i < 2 * n * times; i++) {
            k = i % n
            scene[i] = i % (2 * n) < n ? "blend/" k ".blend" : "py/" k "/scene.py"
        }
        for (i = 2 * n * times - 1; i > 0; i--) {
            j = int(rand() * (i + 1)); t = scene[i]; scene[i] = scene[j]; scene[j] = t
        }
        for (i = 0; i < 2 * n * times; i++) printf "{\"id\":\"s%d\",\"seed\":%d,\"scene\":\"%s\"}\n", i, i % 97, scene[i]
    }'
}

shoot() {
    rv-blend -q --resolution 16,16 --samples 1 "$@"
}

@test "Blender: hundreds of files and scripts in one stream, in two workers, each as if it were alone" {
    need_blender
    count=150
    "$RV_BLENDER" -b --factory-startup -noaudio --python-exit-code 70 --python "$RV_ROOT/tests/lib/make_scenes.py" \
        -- $count >made.log 2>&1 || { tail made.log; return 1; }
    mixed 2 >in
    [ "$(jq -r .scene in | sort | uniq -c | awk '{ print $1 }' | sort | uniq -c | xargs)" = "$((2 * count)) 2" ]

    shoot -j2 --log logs <in >records 2>errors || { head -n5 errors; return 1; }
    same_records .id records in
    nothing jq -c 'select(.error or .run.attempts)' records
    # No worker was replaced.
    [ "$(ls logs | xargs)" = "worker-1.log worker-2.log" ]
    # Once warm, they stay as large as they are.
    run -0 jq -sr 'map(.run.rss) | length as $n | (.[$n * 3 / 4:] | max) - (.[$n / 4:$n / 2] | max)' records
    echo "bytes grown: $output"
    [ "$output" -lt $((8 << 20)) ]

    # They are not the same for want of a difference.
    [ "$(sha256sum out/*/Image.png | cut -d' ' -f1 | sort -u | wc -l)" -ge $count ]
    local id
    for id in s5 s301 s450 s598 s599; do
        jq -c --arg id $id 'select(.id == $id)' in >one
        shoot -j1 -o alone <one >>alone.records
        diff -r "out/$id" "alone/$id"
        jq -c --arg id $id 'select(.id == $id)' records >>chosen.records
    done
    same_records 'del(.run, .dir)' alone.records chosen.records
    [ "$(jq -r .scene alone.records | sed 's/.*\.//' | sort -u | xargs)" = "blend py" ]
    no_partials out
    no_orphans
}

@test "files that match a pattern are part of a sample's key" {
    need_blender
    mkdir skies
    touch skies/b.exr skies/a.exr
    cat >scene.py <<'END'
import rv


class Skies(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld()
        self.set_custom_meta(chosen=list(self.assets.folder("skies/*.exr")))
END
    render() {
        rv-seed seq 1 | rv-blend scene.py -q -o out --resolution 8,8 --samples 1 >"$1"
    }
    render first
    before=$(stat -c %i out/00000000)
    touch skies/notes.txt
    render second
    [ "$(stat -c %i out/00000000)" = "$before" ]
    touch skies/c.exr
    render third
    [ "$(jq -c .custom_meta.chosen third)" = '["skies/a.exr","skies/b.exr","skies/c.exr"]' ]
    rm skies/a.exr
    render fourth
    [ "$(jq -c .custom_meta.chosen fourth)" = '["skies/b.exr","skies/c.exr"]' ]
}

@test "the port that is written as COCO has its categories and a label for each thing" {
    need_blender
    cp -r "$RV_ROOT/examples/peers" .
    rv-seed seq 2 | rv-blend peers/coco.py -q --resolution 64,64 --samples 1 | rv-mask -q |
        rv-mux -q --format coco,webdataset -o dataset >muxed
    run -0 jq -c '[.categories[].name]' dataset/coco/annotations.json
    [ "$output" = '["ball","box","ring"]' ]
    seen=$(jq -s '[.[].annotations[]] | length' muxed)
    [ "$seen" -ge 6 ]
    run -0 jq '.annotations | length' dataset/coco/annotations.json
    [ "$output" = "$seen" ]
}
