#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv export: what is asked for, what appears, what does not, with a fake Blender and the real one.

load lib/common

setup() {
    rv_setup
    cat >scene.py <<'PY'
import rv


class Pile(rv.Scene):
    def generate(self, seed):
        box = self.objects.cube("Box").set_tags("box", "pile").set_property("mass", seed)
        self.camera.set_location((7, 7, 3)).point_at(box)
PY
}

fake() {
    export RV_BLENDER=$PWD/blender
    cat >blender
    chmod +x blender
}

# The objects of a file that rv.assets gives back: name, tags, properties.
imported() {
    cat >import.py <<PY
import rv


class Import(rv.Scene):
    def generate(self):
        for loader in self.assets.objects("$1", ["Box"]):
            loader.create_instance()
            loader.create_instance()
PY
    rv-seed seq 1 | rv-blend import.py -o imported --resolution 8,8 --samples 1 |
        jq -c '.objects[] | select(.index > 1) | [.index, .tags, .properties]'
}

@test "wrong usage" {
    run -2 rv export
    [[ $output == *"no script given"* ]]
    run -2 rv export scene.py
    [[ $output == *"-o FILE.blend"* ]]
    for name in x x.bin .blend dir/.blend x.blend/; do
        run -2 rv export scene.py -o "$name"
        [[ $output == *"'$name' does not end in .blend"* ]]
    done
    run -2 rv export scene.py scene.py -o x.blend
    [[ $output == *"one script at a time"* ]]
    run -2 rv export missing.py -o x.blend
    [[ $output == *"missing.py"* ]]
    for seed in '' x 1.5 9223372036854775808; do
        run -2 rv export scene.py -o x.blend --seed "$seed"
        [[ $output == *"--seed: '$seed' is not"* ]]
    done
    run -2 rv export scene.py -o x.blend --gen-retain some
    [ "$(ls -A)" = scene.py ]
}

@test "no Blender, or one that is none" {
    RV_BLENDER=$PWD/none run -3 rv export scene.py -o x.blend
    fake <<<'#!/bin/sh'
    run -3 rv export scene.py -o x.blend
    [ ! -e x.blend ]
    rm blender
    [ "$(ls -A)" = scene.py ]
    no_orphans
}

@test "the request: seed, script, root, what was asked for" {
    fake <<'SH'
#!/usr/bin/env python3
import json, os
os.write(4, b'{"hello":1}\n')
request = json.loads(os.fdopen(3, "rb").readline())
json.dump(request, open(os.environ["HOME"] + "/request", "w"))
open(request["export"]["path"], "w").write("blend")
os.write(4, b'{"ok":true,"record":{},"deps":[],"run":{}}\n')
SH
    export HOME=$PWD
    mkdir -p proj/sub
    cp scene.py proj/sub
    run -0 rv export sub/scene.py --cwd proj -o new/dir/x.blend --seed 7 --freeze-physics
    [ "$(cat new/dir/x.blend)" = blend ]
    [ "$(ls -A new/dir)" = x.blend ]
    [ "$(jq -c '[.record.seed, .record.seed_mode, .export.freeze_physics, .export.pack_resources]' request)" \
        = '[7,"fixed",true,false]' ]
    [ "$(jq -r .scene request)" = "$PWD/proj/sub/scene.py" ]
    [ "$(jq -r .root request)" = "$PWD/proj" ]
    [[ $(jq -r .work request) == "$PWD/proj/generated/_rv_"* ]]
    [ "$(dirname "$(jq -r .export.path request)")" = "$PWD/new/dir" ]
    [ ! -e proj/generated ]
    rv export scene.py -o x.blend --seed -9223372036854775808
    [ "$(jq -c '[.record.seed, .record.params]' request)" = '[0,{"seed64":"-9223372036854775808"}]' ]
    rv export scene.py -o x.blend --seed SEQ
    [ "$(jq -c '[.record.seed, .record.seed_mode]' request)" = '[0,"seq"]' ]
    rv export scene.py -o x.blend
    cp request first
    rv export scene.py -o x.blend
    [ "$(jq .record.seed first request | uniq | wc -l)" = 2 ]
}

@test "a file that was there stays when the export fails" {
    fake <<'SH'
#!/usr/bin/env python3
import json, os
os.write(4, b'{"hello":1}\n')
request = json.loads(os.fdopen(3, "rb").readline())
open(request["export"]["path"] + "@", "w").write("half")
os.write(4, b'{"ok":false,"error":{"code":"scene_error","message":"ValueError: no\\n  scene.py, line 6"},"run":{}}\n')
SH
    echo old >x.blend
    run -1 rv export scene.py -o x.blend
    [[ $output == *"ValueError: no"*"scene.py, line 6"* ]]
    [ "$(cat x.blend)" = old ]
    no_partials .
    no_orphans
}

@test "Ctrl-C ends it, Blender too" {
    fake <<'SH'
#!/usr/bin/env python3
import os, time
os.write(4, b'{"hello":1}\n')
os.fdopen(3, "rb").readline()
open("started", "w")
time.sleep(1000)
SH
    env --default-signal=INT rv export scene.py -o x.blend &
    local pid=$! status=0
    wait_until [ -e started ]
    kill -INT $pid
    wait $pid || status=$?
    [ $status = 130 ]
    rm started
    no_orphans
    no_partials .
    [ ! -e x.blend ]
}

@test "a scene goes out and comes back" {
    need_blender
    run -0 rv export scene.py -o assets/pile.blend --seed 5
    [ "$(ls -A assets)" = pile.blend ]
    [ "$(imported assets/pile.blend)" = '[2,["box","pile"],{"mass":5}]
[3,["box","pile"],{"mass":5}]' ]
    sed -i 's/cube(/nothing(/' scene.py
    run -1 rv export scene.py -o assets/pile.blend
    [[ $output == *"AttributeError"*"scene.py, line 6, in generate"* ]]
    [ "$(imported assets/pile.blend | wc -l)" = 2 ]
}
