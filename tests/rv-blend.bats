#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-blend's pool, against a fake Blender that misbehaves on demand, and (rv-blend-render.bats) the real one.

load lib/common

setup() {
    rv_setup
    fake_blender
}

teardown() {
    umount small 2>/dev/null || true
}

# records N [FAULT [I...]]: N records; those numbered I have the fault in their params ({"fault":"segv"}).
records() {
    local i params
    for ((i = 0; i < $1; i++)); do
        params='{}'
        [[ " ${*:3} " != *" $i "* ]] || params=$2
        printf '{"id":"s%d","index":%d,"seed":%d,"params":%s}\n' "$i" "$i" "$i" "$params"
    done
}

blend() {
    rv-blend --resolution 8,6 scene.py "$@"
}

starts() { wc -l <fake/starts.log; }
renders() { wc -l <fake/renders.log; }
# The members of a record's error, on one line.
errors() { jq -c 'select(.error) | [.id, .error.code, .error.attempts]' "$@"; }

# ---- samples and records ----

@test "a sample is rendered, cleaned and committed with its record" {
    printf '{ "id":"a", "seed":7, "x":1.10, "params":{} }\n' | blend >records
    run -0 jq -r 'keys_unsorted | join(" ")' records
    [ "$output" = "id seed x params dir files channels resolution value run" ]
    grep -q '^{ "id":"a", "seed":7, "x":1.10, "params":{} *,"dir":"out/a","files":' records
    [ "$(jq -r .run.device records)" = CPU ]
    [ "$(ls -A out/a | sort | xargs)" = ".rv-blend.json Image.png _meta.json passes.exr" ]
    run -1 grep -aq Date out/a/Image.png
    run -1 grep -aq Date out/a/passes.exr
    same_output "jq -cS 'del(.run, .dir)' records" 'jq -cS . out/a/_meta.json'
    run -1 grep -q ' ' out/a/_meta.json
    same_output "jq -r '.deps[0][1]' out/a/.rv-blend.json" "sha256sum scene.py | cut -d' ' -f1"
    no_partials out
    no_orphans
}

@test "records come out in input order, whatever finishes first" {
    records 12 '{"await":["renders.log",9]}' 0 5 | blend -j4 >records
    [ "$(jq -r .id records | xargs)" = "s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11" ]
    [ "$(starts)" -le 4 ]
}

@test "the number of workers leaves no trace" {
    records 9 | blend -j1 -o one >one.records
    records 9 '{}' | blend -j3 --recycle 2 -o three >three.records
    same_tree one three
    same_records 'del(.run, .dir)' one.records three.records
}

@test "the same command again renders nothing and says the same" {
    records 5 | blend >first
    run -0 starts
    local before=$output
    records 5 | blend >second
    [ "$(starts)" = "$before" ]
    [ "$(renders)" = 5 ]
    same_records 'del(.run)' first second
    [ "$(jq -c .run second | uniq)" = '{"reused":true}' ]
}

@test "Blender is asked again when it is killed before it tells its version" {
    records 2 | blend >first
    records 2 | FAKE_MORTAL=2 blend >second
    same_records 'del(.run)' first second
    [ "$(wc -l <fake/versions.log)" = 3 ]
    rm fake/versions.log
    records 2 >two
    FAKE_MORTAL=9 run -3 blend <two
    [[ $output == *"does not answer like Blender (signal 9 (Killed))"* ]]
    [ "$(wc -l <fake/versions.log)" = 3 ]
}

@test "Blender is asked for its version only when no worker tells it" {
    records 3 | blend -j1 >/dev/null
    [ ! -e fake/versions.log ]
    records 3 | blend -j1 >/dev/null
    [ "$(wc -l <fake/versions.log)" = 1 ]
    [ "$(starts)" = 1 ]
    rm -r out/s0
    records 3 | blend -j1 >records
    [ "$(renders)" = 4 ]
    [ "$(jq -c .run.reused records | xargs)" = 'null true true' ]
}

@test "what decides pictures decides about reuse; the rest does not" {
    records 2 | blend >/dev/null
    records 2 | blend -j2 --timeout 500 --retries 7 --recycle 1 --max-rss 2G --progress none --log logs >/dev/null
    [ "$(renders)" = 2 ]
    records 2 | blend --samples 5 >/dev/null
    [ "$(renders)" = 4 ]
    records 2 | blend --samples 5 --passes normal,Z >/dev/null
    records 2 | blend --samples 5 --passes _Z,NOR_mal,Z >/dev/null
    [ "$(renders)" = 6 ]
    echo '# changed' >>scene.py
    records 2 | blend --samples 5 --passes Z,Normal >/dev/null
    [ "$(renders)" = 8 ]
    records 2 | FAKE_VERSION=4.3.2 blend --samples 5 --passes Z,Normal >/dev/null
    [ "$(renders)" = 10 ]
    records 2 '{"a":1}' 1 | FAKE_VERSION=4.3.2 blend --samples 5 --passes Z,Normal >/dev/null
    [ "$(renders)" = 11 ]
}

@test "another version of rv renders nothing anew, unless samples would be other ones" {
    cp -r "$RV_ROOT/blender" home
    records 1 | RV_HOME=home blend >/dev/null
    echo '# changed' >>home/rv/__init__.py
    records 1 | RV_HOME=home blend >/dev/null
    [ "$(renders)" = 1 ]
    echo 'Other words.' >>home/render-version
    records 1 | RV_HOME=home blend >/dev/null
    [ "$(renders)" = 1 ]
    version=$(head -n1 home/render-version)
    sed -i "1s/.*/$((version + 1))/" home/render-version
    records 1 | RV_HOME=home blend >/dev/null
    [ "$(renders)" = 2 ]
    records 1 >in
    for bad in '' x '1 2' ' 1'; do
        echo "$bad" >home/render-version
        RV_HOME=home run -3 blend <in
        [[ "$output" == *"home/render-version' does not begin with a line that is a number"* ]]
    done
    rm home/render-version
    RV_HOME=home run -3 blend <in
    [[ "$output" == *"home/render-version"* ]]
}

@test "a sample with a lost, cut or changed file is rendered anew, in its place" {
    records 4 | blend >/dev/null
    cp -r out whole
    rm out/s0/Image.png
    truncate -s 30 out/s1/passes.exr
    dd if=/dev/zero of=out/s2/Image.png bs=1 seek=50 count=4 conv=notrunc 2>/dev/null
    records 4 | blend --trust-sizes >/dev/null
    [ "$(renders)" = 6 ]
    records 4 | blend >/dev/null
    [ "$(renders)" = 7 ]
    same_tree whole out
}

@test "what a power cut leaves of a sample is rendered anew" {
    records 5 | blend >/dev/null
    cp -r out whole
    truncate -s 0 out/s0/.rv-blend.json out/s0/Image.png out/s0/_meta.json
    truncate -s 60 out/s1/.rv-blend.json
    size=$(stat -c %s out/s2/.rv-blend.json)
    head -c "$size" /dev/zero >out/s2/.rv-blend.json
    head -c "$(stat -c %s out/s3/passes.exr)" /dev/zero >out/s3/passes.exr
    records 5 | blend >/dev/null
    [ "$(renders)" = 9 ]
    same_tree whole out
}

@test "what is no sample of ours is left alone, with an error that names what is there" {
    mkdir -p out/s0 out/s1 out/s3 elsewhere
    echo thesis >out/s0/thesis.txt
    echo '{"files":[["thesis.txt",7]]}' >out/s1/.rv-blend.json
    echo thesis >out/s1/thesis.txt
    ln -s ../elsewhere out/s2
    : >out/s3/.rv-blend.json
    echo thesis >out/s3/thesis.txt
    before=$(tree_hash out)
    for option in '' --replace; do
        records 4 >in
        run -1 --separate-stderr blend $option <in
        [[ "$stderr" == *"'out/s0' is there and is no sample of rv (no .rv-blend.json of ours), and has 'thesis.txt': nothing was changed"* ]]
        [[ "$stderr" == *"'out/s1' is there and is no sample of rv"* ]]
        [[ "$stderr" == *"'out/s2' is there and is no directory"* ]]
        [ "$(jq -r .error.code <<<"$output" | sort -u)" = taken ] || [ "$option" = --replace ]
        [ "$option" = --replace ] || [ "$(tree_hash out)" = "$before" ]
    done
    [ "$(cat out/s0/thesis.txt out/s1/thesis.txt out/s3/thesis.txt | xargs)" = 'thesis thesis thesis' ]
    [ "$(renders)" = 1 ] # s3, whose marker is one that lost its contents
}

@test "what appears in the place of a sample while it is rendered stays" {
    records 1 '{"await":["go",0]}' 0 >in
    blend <in >rendered 2>errors &
    wait_until [ -s fake/renders.log ]
    mkdir out/s0
    echo thesis >out/s0/thesis.txt
    touch fake/go
    status=0
    wait $! || status=$?
    [ $status = 1 ]
    [ "$(ls -A out/s0)" = thesis.txt ]
    grep -F "'out/s0' is not as it was when this began (something has appeared there): it is left as it is; the new one is 'out/s0.new'" errors
    jq -e .id out/s0.new/_meta.json
}

@test "samples of another scene are not replaced unless that is asked for, those of other settings with a word" {
    cp scene.py other.py
    echo '# other' >>other.py
    records 2 | blend >first
    records 3 >in
    run -1 --separate-stderr rv-blend --resolution 8,6 other.py <in
    [[ "$stderr" == *"error: s0: 'out/s0' is a sample of another scene, 'scene.py': give another -o, or --replace"* ]]
    [ "$(jq -r '.error.code // "ok"' <<<"$output" | xargs)" = 'taken taken ok' ]
    records 2 | blend >second
    same_records 'del(.run)' first second
    [ "$(renders)" = 3 ]
    records 2 >in
    run -0 --separate-stderr rv-blend --resolution 8,6 --replace other.py <in
    [ "$(grep -c "warning: 'out' has samples of another scene: they are rendered anew, and replaced" <<<"$stderr")" = 1 ]
    records 1 >in
    run -0 --separate-stderr rv-blend --resolution 8,8 other.py <in
    [[ "$stderr" == *"warning: 'out' has samples of other settings: they are rendered anew, and replaced"* ]]
    echo '# later' >>other.py
    records 1 >in
    run -0 --separate-stderr rv-blend --resolution 8,8 other.py <in
    [[ "$stderr" != *warning* ]]
    jq -c '.scene = "other.py"' <(records 2) >in
    run -0 --separate-stderr rv-blend --resolution 8,6 -o named <in
    jq -c '.scene = "scene.py"' <(records 2) >in
    run -1 --separate-stderr rv-blend --resolution 8,6 -o named <in
    [[ "$stderr" == *"'named/s0' is a sample of another scene, 'other.py'"* ]]
}

@test "passes.exr may be gone once rv-mask has committed, and only then" {
    records 2 | blend >first
    rm out/s0/passes.exr out/s1/passes.exr
    echo '{"version":1}' >out/s1/.rv-mask.json
    records 2 | blend >second
    [ "$(renders)" = 3 ]
    [ "$(jq -c '[.id, .run.reused]' second | xargs)" = '[s0,null] [s1,true]' ]
    same_records 'del(.run)' first second
}

@test "a sample that rv-mask needs again is rendered again, once" {
    records 2 | blend >first
    echo '{"version":1,"tool":"rv-mask","options":[]}' >out/s1/.rv-again.json
    records 2 | blend >second
    [ "$(renders)" = 3 ]
    [ "$(jq -c '[.id, .run.reused]' second | xargs)" = '[s0,true] [s1,null]' ]
    [ ! -e out/s1/.rv-again.json ]
    records 2 | blend | jq -se 'all(.run.reused)'
}

# ---- generators ----

# The directories that generators worked in, relative to the scene's folder.
works() { sed "s|^$PWD/||" fake/work.log; }

@test "generators of each sample have a directory of their own, which goes with it" {
    records 3 '{"generate":1}' 0 1 2 | blend -j2 >/dev/null
    run -0 works
    [ "$(sed 's|_rv_......|_rv_X|' <<<"$output" | sort | xargs)" = \
        "generated/_rv_X/s0 generated/_rv_X/s1 generated/_rv_X/s2" ]
    [ "$(cut -d/ -f2 <<<"$output" | sort -u | wc -l)" = 1 ]
    [ ! -e generated ]
}

@test "--gen-dir and --gen-retain: all, last and none; nothing of others is touched" {
    mkdir -p g/_rv_other_ones g/mine
    records 1 '{"generate":1}' 0 | blend --gen-dir g --gen-retain all >/dev/null
    [ "$(cat g/_rv_*/s0/file)" = generated ]
    local kept
    kept=$(ls -d g/_rv_??????)
    records 2 '{"generate":1}' 1 | blend --gen-dir "$PWD/g" --gen-retain last >/dev/null
    [ "$(ls g/_rv_*/s1/file | wc -l)" = 1 ]
    records 3 '{"generate":1}' 2 | blend --gen-dir g --gen-retain last >/dev/null
    [ "$(ls -d g/_rv_*/s? | xargs)" = "$(printf '%s\n' "$kept/s0" g/_rv_*/s2 | sort | xargs)" ]
    records 4 '{"generate":1}' 3 | blend --gen-dir g >/dev/null
    [ "$(ls -d g/*)" = "$(printf '%s\n' "$kept" g/_rv_other_ones g/mine | sort)" ]
    run -2 rv-blend --gen-dir '' scene.py </dev/null
    [[ $output == *"--gen-dir: an empty name"* ]]
    run -2 rv-blend --gen-retain some scene.py </dev/null
    grep -q 'gen-retain' <<<"$output"
}

@test "--gen-retain does not pull the ground from under another run" {
    records 1 '{"generate":1,"await":["go",0]}' 0 | blend --gen-retain last >/dev/null &
    wait_until [ -s fake/work.log ]
    records 2 '{"generate":1}' 1 | blend -o other >/dev/null
    [ "$(cat generated/_rv_*/s0/file)" = generated ]
    touch fake/go
    wait $!
    [ "$(cat generated/_rv_*/s0/file)" = generated ]
}

@test "a new attempt finds no files of the one before" {
    records 1 '{"generate":1,"fault":"lie","times":1}' 0 | blend --gen-retain last >records
    [ "$(jq .run.attempts records)" = 2 ]
    [ "$(wc -l <fake/work.log)" = 2 ]
    run -1 grep -q ' file' fake/work.log
}

@test "a generator that is kept: a process for each worker, the same bytes, nothing left over" {
    need_real
    cat >gen.py <<'END'
import json, os, sys
print("start", file=open("starts", "a"))
for line in sys.stdin:
    request = json.loads(line)
    print("P3 1 1 255", request["seed"] * 9, "0 0", file=open(os.path.join(request["work_dir"], "a.ppm"), "w"))
    print(json.dumps({"result": "a.ppm"}), flush=True)
END
    cat >kept.py <<'END'
import rv

class Kept(rv.Scene):
    def generate(self, seed):
        self.lights.sun()
        path = self.generators.init("python3 gen.py", persistent=True).generate_path(n=1)
        shader = rv.PrincipledBSDF(base_color=rv.TextureImage(path))
        self.objects.cube().set_material(rv.ShaderMaterial(shader))
        self.set_custom_meta(path=path)
END
    small=(kept.py --resolution 16,16 --samples 1)
    rv-seed seq 6 | rv-blend "${small[@]}" -j2 -o kept >records
    nothing jq -c 'select(.error or .run.warnings != [])' records
    [ "$(wc -l <starts)" -le 2 ]
    no_orphans
    sed -i 's/, persistent=True//' kept.py
    rv-seed seq 6 | rv-blend "${small[@]}" -j1 -o once >/dev/null
    [ "$(wc -l <starts)" -ge 7 ]
    rm -f {kept,once}/*/.rv-blend.json
    same_tree kept once
    # What rv-gen has kept is there for scenes, too.
    rm starts
    rv-seed seq 6 | rv-gen --cache answers -p n=1 --persistent 'python3 gen.py' >/dev/null
    rm starts
    sed -i 's/gen.py"/gen.py", cache="answers"/' kept.py
    rv-seed seq 6 | rv-blend "${small[@]}" -j1 -o cached >/dev/null
    [ ! -e starts ]
    rm -f cached/*/.rv-blend.json
    same_tree kept cached
    # A worker that is killed, and a pool that is.
    sed -i 's/, cache="answers"/, persistent=True/; s/self.set_custom_meta/import time; time.sleep(300 * (seed == 2))\n        &/' kept.py
    rv-seed seq 3 | rv-blend "${small[@]}" -j1 -o killed >/dev/null &
    pid=$!
    wait_until [ -d killed/00000001 ]
    wait_until [ -s starts ]
    kill -KILL $pid
    no_orphans
}

@test "where the scene's folder cannot be written to, generators work beside the samples" {
    touch generated
    records 1 '{"generate":1}' 0 | blend >/dev/null
    [[ "$(works)" = out/.rv-blend.*/generated/s0 ]]
    no_partials out
    records 1 >in
    run -3 rv-blend --gen-dir generated scene.py <in
    [[ $output == *generated* ]]
}

@test "workers get what is on a list of the environment, and what the caller had for generators" {
    printf '#!/bin/sh\nenv >"$RV_ENV_FAKE_DIR/env"\nexec "%s" "$@"\n' "$RV_BLENDER" >blender.sh
    chmod +x blender.sh
    records 1 | env -i HOME=/h PATH="$RV_BIN:$PATH" FAKE_DIR="$FAKE_DIR" OCIO=/x CYCLES_CPU_NO_AVX2=1 LANG=de_DE.UTF-8 \
        PYTHONHASHSEED=7 PYTHONDEBUG= VIRTUAL_ENV=/v TMPDIR=/var/tmp TZ=Asia/Tokyo VK_DRIVER=1 BLENDER_USER_SCRIPTS=/s \
        rv-blend --resolution 8,6 scene.py --blender ./blender.sh >/dev/null
    grep -vE '^(PWD|OLDPWD|SHLVL|_)=' fake/env >found
    sed "s|^TMPDIR=$PWD/out/.rv-blend.*|TMPDIR=ours|" found >shown
    LC_ALL=C sort shown >sorted
    LC_ALL=C sort >wanted <<EOF
BLENDER_USER_SCRIPTS=/s
HOME=/h
LC_ALL=C.UTF-8
PATH=$(realpath .):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
PYTHONHASHSEED=0
PYTHONNOUSERSITE=1
RV_ENV=PATH,TMPDIR,LC_ALL,TZ,PYTHONHASHSEED,PYTHONNOUSERSITE
RV_ENV_CYCLES_CPU_NO_AVX2=1
RV_ENV_FAKE_DIR=$FAKE_DIR
RV_ENV_LANG=de_DE.UTF-8
RV_ENV_OCIO=/x
RV_ENV_PATH=$RV_BIN:$PATH
RV_ENV_PYTHONDEBUG=
RV_ENV_PYTHONHASHSEED=7
RV_ENV_TMPDIR=/var/tmp
RV_ENV_TZ=Asia/Tokyo
RV_ENV_VIRTUAL_ENV=/v
TMPDIR=ours
TZ=UTC
VK_DRIVER=1
EOF
    diff sorted wanted
}

@test "where Blender looks for its files is part of a sample's key, other variables are not" {
    records 1 | OCIO=/x LANG=de_DE.UTF-8 blend >/dev/null
    records 1 | blend >/dev/null
    [ "$(renders)" = 1 ]
    records 1 | BLENDER_SYSTEM_DATAFILES=/x blend >/dev/null
    [ "$(renders)" = 2 ]
}

@test "a sample from other settings is replaced whole; what others put into it is kept, when told so" {
    records 1 | blend >/dev/null
    mkdir -p out/s0/mine/deep out/s0/.rv-mask.abcdef
    echo notes >out/s0/mine/deep/notes.txt
    echo left >out/s0/.rv-mask.abcdef/Depth.exr
    echo left >out/s0/.Depth.exr.tmp-abcdef
    before=$(tree_hash out)
    records 1 >in
    run -1 --separate-stderr blend --samples 9 <in
    [[ "$stderr" == *"'out/s0' has a file that is not of the sample of rv: 'mine/deep/notes.txt'; move it away, or keep it with --replace: nothing was changed"* ]]
    [ "$(tree_hash out)" = "$before" ]
    [ "$(renders)" = 1 ]
    records 1 | blend --samples 9 --replace >/dev/null
    [ "$(cat out/s0/mine/deep/notes.txt)" = notes ]
    rm -r out/s0/mine
    no_partials out
    records 1 | blend --samples 9 -o wanted >/dev/null
    same_tree wanted out
}

@test "--cwd is the root; without it the scene's folder is" {
    mkdir -p project/scenes
    cp scene.py project/scenes/
    records 1 '{"fault":"env"}' 0 >in
    rv-blend --resolution 8,6 --cwd project scenes/scene.py <in >records
    [ "$(jq -r .run.request.root records)" = "$PWD/project" ]
    [ "$(jq -r .run.request.scene records)" = "$PWD/project/scenes/scene.py" ]
    [ "$(jq -r .run.request.cwd records)" = "$PWD" ]
    [ "$(jq -r '.deps[0][0]' out/s0/.rv-blend.json)" = scenes/scene.py ]
    rv-blend --resolution 8,6 project/scenes/scene.py <in >records
    [ "$(jq -r .run.request.root records)" = "$PWD/project/scenes" ]
    [ "$(jq -r '.deps[0][0]' out/s0/.rv-blend.json)" = scene.py ]
}

@test "where the project lies leaves no trace in a sample" {
    mkdir -p a/b c
    cp scene.py a/b/
    cp scene.py c/
    records 2 | (cd a/b && rv-blend --resolution 8,6 scene.py) >/dev/null
    records 2 | rv-blend --resolution 8,6 -o deep/er/out "$PWD/c/scene.py" >records
    same_tree a/b/out deep/er/out
    [ "$(jq -r .dir records | head -n1)" = deep/er/out/s0 ]
}

@test "settings reach the worker in one object; what is not in it was not given" {
    records 1 '{"fault":"env"}' 0 | blend --seed-cycles 3 --noise-threshold 0.5 --min-samples 2 --time-limit 1.5 \
        --device cpu --codec zip --passes uv >records
    run -0 jq -c .run.request.settings records
    [ "$output" = '{"resolution":[8,6],"min_samples":2,"noise_threshold":0.5,"time_limit":1.5,"seed_cycles":3,"engine":"cycles","device":"cpu","passes":["UV"],"codec":"zip","index":"auto"}' ]
    records 1 '{"fault":"env"}' 0 | blend -o two --frames 3,5..11:3,12..13:7 --fps 12.5 >records
    [ "$(jq -c '.run.request.settings | [.frames, .fps]' records)" = '["3,5..11:3,12",12.5]' ]
}

@test "a scene sees nothing of a record that its sample's key leaves out" {
    records 1 '{"fault":"env"}' 0 |
        jq -c '. + {x: 1, run: {of: 7}, dir: "elsewhere", verify: {ok: true}, error: null}' | blend >records
    [ "$(jq -c .run.members records)" = '["id","index","seed","params","x"]' ]
    [ "$(jq .run.of records)" = 7 ]
}

@test "a worker gets a clean environment, five descriptors and a scratch directory that goes with it" {
    records 1 '{"fault":"env"}' 0 |
        PYTHONPATH=x PYTHONHOME= PYTHONSTARTUP=x PYTHONUSERBASE=x VIRTUAL_ENV=x blend 5>&1 >records
    [ "$(jq -c .run.env records)" = '["PYTHONHASHSEED=0","PYTHONNOUSERSITE=1"]' ]
    [ "$(jq -c .run.fds records)" = '[0,1,2,3,4]' ]
    [[ $(jq -r .run.tmp records) == "$PWD/out/.rv-blend."*/tmp-1 ]]
    [ "$(jq -r '.run.args[:3] | join(" ")' records)" = '--background --factory-startup -noaudio' ]
    no_partials out
}

# ---- sequences ----

@test "a sequence is committed whole, cleaned, and used again" {
    records 2 | blend --frames 1..4 -j2 >first
    [ "$(jq -c '.files.image' first | head -n1)" = \
        '["frames/000001.png","frames/000002.png","frames/000003.png","frames/000004.png"]' ]
    [ "$(ls -A out/s0 | xargs)" = ".rv-blend.json _meta.json frames passes" ]
    [ "$(ls out/s0/passes | xargs)" = "000001.exr 000002.exr 000003.exr 000004.exr" ]
    run -1 grep -raq Date out
    no_partials out
    records 2 | blend --frames 1..4 >second
    [ "$(renders)" = 2 ]
    same_records 'del(.run)' first second
    records 2 | blend --frames 1..3 >third
    [ "$(renders)" = 4 ]
    [ "$(find out -name '*.png' | wc -l)" = 6 ]
}

@test "one frame is a sequence of one, and frames written otherwise are the same frames" {
    records 1 | blend --frames 7 >records
    [ "$(jq -c '.files.passes' records)" = '["passes/000007.exr"]' ]
    records 1 | blend --frames 7..7:3 >/dev/null
    records 1 | blend --frames 7..8:2 >/dev/null
    [ "$(renders)" = 1 ]
}

@test "the passes of a sequence may be gone once rv-mask has committed" {
    records 2 | blend --frames 1..2 >/dev/null
    rm -r out/s0/passes out/s1/passes
    echo '{}' >out/s0/.rv-mask.json
    records 2 | blend --frames 1..2 >/dev/null
    [ "$(cut -d' ' -f1 fake/renders.log | xargs)" = "s0 s1 s1" ]
    rm out/s0/frames/000002.png
    records 1 | blend --frames 1..2 >/dev/null
    [ "$(renders)" = 4 ]
}

@test "a time limit is each frame's own" {
    # All of them together never fit into it; one does, at the latest in one of many attempts.
    records 1 '{"frame_sleep":0.4}' 0 | blend --frames 1..5 --timeout 1.2 --retries 50 >records
    [ "$(jq -c '.files.image | length' records)" = 5 ]
    records 1 '{"frame_sleep":1.5}' 0 >in
    pipe -1 'rv-blend --resolution 8,6 scene.py --frames 1..2 --timeout 0.7 --retries 0 -o slow <in >records'
    [ "$(errors records)" = '["s0","timeout",1]' ]
    no_partials slow
}

@test "frames that are none are refused" {
    for frames in '' a 5..2 1.. ..3 -1 1..5:0 1..5: 4,2 1,1 1..4,4 1000000 '1 ..2' 1, 1..2..3 1..5:2:2; do
        run -2 --separate-stderr rv-blend scene.py --frames "$frames" </dev/null
        [[ $stderr == *"--frames"* ]]
    done
    run -2 --separate-stderr rv-blend scene.py --frames 5..2 </dev/null
    [[ $stderr == *"no frame from 5 to 2"* ]]
    run -2 --separate-stderr rv-blend scene.py --frames 4,2 </dev/null
    [[ $stderr == *"2 comes after 4"* ]]
    run -2 --separate-stderr rv-blend scene.py --fps 0 </dev/null
    [[ $stderr == *"--fps"* ]]
}

# ---- graphics cards ----

# cards "TOTAL FREE"...: a machine with cards of so many MiB.
cards() {
    local i=0 card
    rm -rf cards
    mkdir cards
    for card in "$@"; do
        echo "$card" >cards/$((i++))
    done
    export FAKE_GPUS=$PWD/cards FAKE_DEVICE=CUDA LD_LIBRARY_PATH=$RV_BIN/../nvml
    unset CUDA_VISIBLE_DEVICES
}

pins() { sort fake/cards.log | uniq -c | awk '{ print $1, $3 }' | paste -sd' '; }

@test "workers are pinned to the cards in turn" {
    cards '24000 20000' '24000 20000' '24000 20000'
    records 8 '{"await":["ready.log",4]}' {0..7} | blend -j4 --gpus 0,2 >/dev/null
    [ "$(pins)" = '2 CUDA_VISIBLE_DEVICES=0 2 CUDA_VISIBLE_DEVICES=2' ]
    run -0 sort -u fake/cards.log
    [ "${lines[0]}" = 'CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES=0 HIP_VISIBLE_DEVICES=0' ]
}

@test "-j auto starts a worker per card and adds what its memory holds" {
    cards '24000 20000' '24000 20000'
    [ "$(nproc)" -ge 2 ] || skip "there is one processor"
    records 24 '{"await":["ready.log",2]}' {0..23} | FAKE_VRAM=9500 blend -j auto -v 2>said >/dev/null
    [ "$(head -2 fake/cards.log | grep -c 'VISIBLE_DEVICES=[01] ')" = 2 ]
    [ "$(starts)" = 2 ] || [ "$(nproc)" -gt 2 ]
    # One that takes more than half of a card stays alone on it.
    rm -r fake out
    mkdir fake
    cards '24000 20000'
    records 8 '{"sleep":0.1}' {0..7} | FAKE_VRAM=11000 blend -j auto >/dev/null
    [ "$(starts)" = 1 ]
}

@test "-j auto without a usable card counts processors" {
    cards '24000 20000' '24000 20000' '24000 20000'
    records 6 | FAKE_DEVICE=CPU blend -j auto -vv 2>said >/dev/null
    [ "$(starts)" -le 3 ]
    grep -q ' 0 failed' said
}

@test "the cards that a scheduler shows are all there is, by its names" {
    cards '8000 8000' '8000 8000' '8000 8000' '8000 8000'
    export CUDA_VISIBLE_DEVICES=GPU-3,GPU-1
    records 6 '{"await":["ready.log",2]}' {0..5} | blend -j2 --gpus all >/dev/null
    [ "$(pins)" = '1 CUDA_VISIBLE_DEVICES=GPU-1 1 CUDA_VISIBLE_DEVICES=GPU-3' ]
    run -2 blend --gpus 2 </dev/null
    [[ $output == *'--gpus: there is no GPU 2, this machine shows 2'* ]]
}

@test "one worker may have all cards; none are taken from --gpus none" {
    cards '8000 8000' '8000 8000'
    records 1 | blend -j1 >/dev/null
    [ "$(pins)" = '1 CUDA_VISIBLE_DEVICES=None' ]
    rm -r fake/cards.log out
    records 1 | blend --gpus none -j2 >/dev/null
    [ "$(pins)" = '1 CUDA_VISIBLE_DEVICES=None' ]
}

@test "how many cards there are leaves no trace" {
    records 4 >in
    blend -j2 -o plain <in >/dev/null
    cards '8000 8000' '8000 8000'
    blend -j2 --gpus 1,0 -o pinned <in >/dev/null
    same_tree plain pinned
}

@test "--gpus: bad lists" {
    cards '8000 8000' '8000 8000'
    for list in x 0,,1 0, '' -1 64 0,0 1.5 nvidia; do
        run -2 blend --gpus "$list" </dev/null
        [[ $output == *'error: --gpus: '* ]]
    done
    run -2 blend --gpus 0 --device cpu </dev/null
    [[ $output == *"--gpus: '0' with --device cpu"* ]]
    unset FAKE_GPUS
    run -2 blend --gpus all </dev/null
    [[ $output == *'--gpus: none is to be seen'* ]]
}

# The devices that samples were rendered on, in order.
devices_of() { jq -r .run.device "$1" | uniq | xargs; }

@test "a card that is listed and does not render: the next kind, with one warning" {
    records 4 >in
    export FAKE_DEVICE='OPTIX CUDA HIP'
    FAKE_BROKEN='{"OPTIX":"error","CUDA":"segv"}' blend -j1 <in >out.jsonl 2>said
    [ "$(devices_of out.jsonl)" = HIP ]
    [ "$(xargs <fake/trials.log)" = 'OPTIX CUDA HIP' ]
    [ "$(grep -c 'does not render here' said)" = 2 ]
    grep -q 'warning: OPTIX does not render here, another kind of device is tried: no kernels for OPTIX$' said
    grep -q 'warning: CUDA does not render here, .*signal 11' said
    # All kinds; several workers; none is asked for: then nothing is tried.
    rm -r fake out
    mkdir fake
    FAKE_BROKEN='{"OPTIX":"error","CUDA":"error","HIP":"segv"}' blend -j3 <in >out.jsonl 2>said
    [ "$(devices_of out.jsonl)" = CPU ]
    [ "$(grep -c 'does not render here' said)" = 3 ]
    rm -r fake out
    mkdir fake
    FAKE_BROKEN='{"OPTIX":"error"}' blend -j1 --device cpu <in >out.jsonl 2>said
    [ ! -e fake/trials.log ]
}

@test "a card that does not render any more: its worker is replaced, the sample tried again" {
    cards '8000 8000'
    records 4 '{"fault":"device_error","times":1}' 3 >in
    blend -j1 <in >out.jsonl 2>said
    [ "$(devices_of out.jsonl)" = CUDA ]
    [ "$(starts)" = 2 ]
    grep -q 'attempt 1 of 3 failed: CUDA does not render any more: out of memory' said
    # For good: no sample is rendered on another kind than the others, the run fails.
    rm -r fake out
    mkdir fake
    sed 's/,"times":1//' in >bad
    run -1 --separate-stderr blend -j1 <bad
    [ "$(jq -r 'select(.error) | .id' <<<"$output" | wc -l)" = 1 ]
}

@test "a card of two that does not render is left out" {
    cards '8000 8000' '8000 8000'
    records 6 '{"await":["ready.log",2]}' {0..5} >in
    FAKE_BROKEN='{"CUDA 1":"error"}' blend -j2 --gpus all <in >out.jsonl 2>said
    [ "$(devices_of out.jsonl)" = CUDA ]
    [ "$(pins | tr -d 0-9)" = ' CUDA_VISIBLE_DEVICES=' ]
    [ "$(grep -c 'card 1 does not render on CUDA and is left out: no kernels for CUDA' said)" = 1 ]
    run -1 grep 'does not render here' said
    # Both: the kind.
    rm -r fake out
    mkdir fake
    FAKE_BROKEN='{"CUDA":"error"}' blend -j2 --gpus all >out.jsonl 2>said < <(records 6)
    [ "$(devices_of out.jsonl)" = CPU ]
    [ "$(grep -c 'CUDA does not render here' said)" = 1 ]
    run -1 grep 'left out' said
}

@test "--summary: what a run cost" {
    records 6 '{"fault":"segv","times":1}' 2 | jq -c 'if .index == 4 then .params.fault = "scene_error" else . end' >in
    run -1 --separate-stderr blend -j2 --summary sum.json --price 1.5 <in
    jq -e '.rendered == 5 and .failed == 1 and .reused == 0 and .lost == 1 and .workers == 2 and .started >= 2 and .start_s > 0 and
        .render_s > 0 and .render_share > 0 and .price == 1.5 and .seconds > 0' sum.json
    jq -e '(.samples_per_hour - .rendered / .seconds * 3600 | fabs) < 0.01 * .samples_per_hour and
        (.cost_per_1000 - 1500 / .samples_per_hour | fabs) < 0.01' sum.json
    [[ $stderr == *'rv-blend: 5 rendered in '*' an hour, '*', 1 attempt lost; 1,000 cost '*' at 1.5 an hour'* ]]
    # Nothing rendered: no share, no cost.
    jq -c 'select(.index < 4)' in | blend --summary sum.json --price 1 -q >/dev/null
    jq -e '.reused == 4 and .rendered == 0 and has("cost_per_1000") == false and has("render_share") == false' sum.json
    jq -c 'select(.index < 4)' in | blend --summary sum.json >/dev/null
    jq -e 'has("price") == false' sum.json
    jq -c 'select(.index < 4)' in >few
    run -3 blend --summary no/such/place <few
}

# ---- bad input ----

@test "bad ids and seeds become error records and cost nobody else anything" {
    cat >in <<'END'
{"id":"ok","seed":9007199254740991}
{"id":"../x","seed":1}
{"id":"","seed":1}
{"id":"..","seed":1}
{"seed":1}
{"id":"a"}
{"id":"b","seed":-1}
{"id":"c","seed":1.5}
{"id":"d","seed":9007199254740992}
{"id":"e","seed":"1"}
END
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py <in >records'
    [ "$(wc -l <records)" = 10 ]
    [ "$(jq -r '.error.code // "fine"' records | sort | uniq -c | xargs)" = '9 bad_record 1 fine' ]
    [ "$(ls out)" = ok ]
    [ ! -e x ]
}

@test "a duplicate id is an error; the first one is unharmed" {
    records 2 >in
    echo '{"id":"s0","seed":5}' >>in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py <in >records'
    [ "$(errors records)" = '["s0","duplicate_id",null]' ]
    [ "$(jq -r .seed out/s0/_meta.json)" = 0 ]
    # And the same again: nothing is rendered, the same answer.
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py <in >again'
    same_records 'del(.run)' records again
    [ "$(renders)" = 2 ]
}

@test "--again: an id may come again, and is answered after the one before" {
    records 2 >in
    records 1 >>in
    jq -c '.seed = 5' <<<'{"id":"s1","seed":0}' >>in
    pipe --separate-stderr -0 'rv-blend --again --resolution 8,6 scene.py <in >records'
    [ "$(jq -c '[.id, .seed, .run.reused]' records | xargs)" = '[s0,0,null] [s1,1,null] [s0,0,true] [s1,5,null]' ]
    [ "$(jq -r .seed out/s1/_meta.json)" = 5 ]
    [ "$(renders)" = 3 ]
}

@test "--again: a file that changes between two records" {
    mkfifo in
    rv-blend --again --resolution 8,6 scene.py <in >records &
    local pid=$!
    exec 7>in
    records 1 >&7
    wait_until prints 1 cat records
    echo '# changed' >>scene.py
    records 1 >&7
    wait_until prints 2 cat records
    records 1 >&7
    exec 7>&-
    wait $pid
    [ "$(jq -c .run.reused records | xargs)" = 'null null true' ]
}

@test "lines that are no records, and records with an error, keep their places" {
    { echo 'not json'; records 1; echo '[1]'; echo '{"id":"e","error":{"code":"x","message":"y"}}'; } >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py <in >records'
    [ "$(jq -r '.error.code // .id' records | xargs)" = 'bad_json s0 bad_json x' ]
    [ "$(tail -n1 records)" = '{"id":"e","error":{"code":"x","message":"y"}}' ]
}

@test "empty input starts no Blender; the last line may lack its newline" {
    blend </dev/null >records
    [ ! -s records ]
    [ ! -e fake/starts.log ]
    printf '{"id":"a","seed":1}' | blend >records
    [ "$(jq -r .dir records)" = out/a ]
}

@test "--where sees what --set makes; a record that it leaves out passes as it came" {
    records 3 | sed 's/,/ , /g' >in
    blend --set '.n = .seed * 2' --where '.n == 2' <in >records
    [ "$(ls out)" = s1 ]
    same_output 'sed 2d in' 'sed 2d records'
    [ "$(sed -n 2p records | jq -c '[.id, .n, .dir]')" = '["s1",2,"out/s1"]' ]
    records 1 >in
    run -2 --separate-stderr blend --set '.x = now' <in
    [[ $stderr == *"no 'now' in filters"* ]]
}

@test "a signal ends it while a filter does not end" {
    mkfifo in
    rv-blend --resolution 8,6 scene.py -j1 --set 'if .id == "s1" then (def f: f; f) else . end' <in >records 2>err &
    blend=$!
    exec 7>in
    records 1 >&7
    wait_until [ -s records ]
    records 2 | tail -n 1 >&7
    kill $blend
    local status=0
    wait $blend || status=$?
    exec 7>&-
    [ $status = 143 ]
    [ "$(jq -r .id records)" = s0 ]
    no_partials out
    no_orphans
}

@test "a closed stdin or stdout is the environment's failure" {
    pipe --separate-stderr -3 'rv-blend --resolution 8,6 scene.py <&-'
    records 1 >in
    pipe --separate-stderr -3 'rv-blend --resolution 8,6 scene.py <in >&-'
    no_orphans
}

# ---- usage and environment ----

@test "a missing scene ends it before anything starts" {
    run -2 --separate-stderr rv-blend nowhere.py </dev/null
    [[ $stderr == *"cannot read scene 'nowhere.py': No such file"* ]]
    run -2 --separate-stderr rv-blend "$PWD" </dev/null
    [[ $stderr == *"not a file"* ]]
    [ ! -e out ]
}

@test "wrong usage" {
    run -2 --separate-stderr rv-blend scene.py scene.py </dev/null
    for args in '--keyframes x' '--keyframes 0' '--keyframes 1,x' '--camera {' '--image-format PNG:9000' '--index all' \
        '--animations maybe' '--image-format PNG:8:RGB:x' '--image-format JPEG:8:RGB:101' '--image-format JPEG:8:RGB:9:9' '--percentage 0'; do
        run -2 --separate-stderr rv-blend $args scene.py </dev/null
        [[ $stderr == *"${args%% *}"* ]]
    done
    local args
    for args in '-j 0' '-j many' '-j 1025' '--resolution 0,1' '--resolution 5' '--samples 0' '--noise-threshold 2' \
        '--time-limit 0' '--device gpu' '--codec dwaa' '--samples 2 --min-samples 3' '--max-rss lots' '--retries -1'; do
        run -2 --separate-stderr rv-blend $args scene.py </dev/null
        [ -n "$stderr" ]
    done
    for args in '--blend {' '--blend []'; do
        run -2 --separate-stderr rv-blend $args scene.py </dev/null
        [[ $stderr == *"--blend"* ]]
    done
    run -2 --separate-stderr rv-blend --passes Normal,Postion scene.py </dev/null
    [[ $stderr == *"there is no pass 'Postion' (did you mean 'Position'?)"* ]]
}

@test "operations reach the worker in the same object" {
    records 1 '{"fault":"env"}' 0 | blend --keyframes 2 --keyframes 1,-10 --camera '{ "look_at": [0, 0, 1] }' \
        --image-format OPEN_EXR:16 --animations off --unbind-camera --addon a --index names --composite --save \
        --background 'sky/*.png' --motion-blur on >records
    run -0 jq -c .run.request.settings records
    [ "$output" = '{"resolution":[8,6],"engine":"cycles","device":"auto","codec":"none","image":{"format":"OPEN_EXR","depth":16},"animations":false,"keyframes":[{"scale":2,"shift":0},{"scale":1,"shift":-10}],"unbind_camera":true,"camera":{"look_at":[0,0,1]},"background":"sky/*.png","motion_blur":true,"addons":["a"],"index":"names","composite":true,"save":true}' ]
    # --blend goes along as it is: the worker lets it win.
    records 1 '{"fault":"env"}' 0 | blend -o two --fps 3 --blend '{ "fps": 4 }' >records
    [ "$(jq -c '.run.request.settings | [.fps, .blend]' records)" = '[3,{"fps":4}]' ]
}

@test "a record may name its scene, which wins" {
    mkdir scenes
    echo '# other' >scenes/other.py
    cat >in <<'END'
{"id":"a","index":0,"seed":1,"params":{"fault":"env"}}
{"id":"b","index":1,"seed":1,"scene":"scenes/other.py","params":{"fault":"env"}}
{"id":"c","index":2,"seed":1,"scene":"nowhere.py"}
{"id":"d","index":3,"seed":1,"scene":7}
END
    pipe -1 'rv-blend --resolution 8,6 scene.py <in >records'
    [ "$(jq -r 'select(.run.request) | .run.request.scene' records)" = "$PWD/scene.py
$PWD/scenes/other.py" ]
    [ "$(errors records)" = '["c","bad_record",null]
["d","bad_record",null]' ]
    # Without an operand every record has to.
    pipe -1 'rv-blend --resolution 8,6 -o two <in >records'
    [ "$(jq -r .run.request.root records | head -n2 | tail -n1)" = "$PWD" ]
    jq -e '.error.message == "no scene: neither the command nor the record names one"' <<<"$(head -n1 records)"
    # Another scene is another sample.
    sed -i 2s/other.py/more.py/ in
    echo '# more' >scenes/more.py
    pipe -1 'rv-blend --resolution 8,6 --replace scene.py <in >records'
    [ "$(renders)" = 4 ]
}

@test "--dry-run renders and commits nothing" {
    records 2 | blend --dry-run >records
    [ "$(jq -c '[.dry_run, .error]' records | sort -u)" = '[true,null]' ]
    nothing ls -A out
}

@test "a single record may be a dry run, also of a sample that is there" {
    records 2 | blend >first
    local before
    before=$(tree_hash out)
    records 2 | jq -c 'if .index == 1 then .blend = {dry_run: true} else . end' | blend >records
    [ "$(jq -c '[.dry_run, .run.reused, .error]' records)" = $'[null,true,null]\n[true,null,null]' ]
    [ "$(tree_hash out)" = "$before" ]
    records 1 | jq -c '.blend = {dry_run: true} | .id = "new"' | blend >records
    [ "$(jq -c '[.dry_run, .error]' records)" = '[true,null]' ]
    [ ! -e out/new ]
}

@test "no Blender: status 3 and how to get one" {
    local bin=$RV_BIN
    mkdir empty
    unset RV_BLENDER BLENDER_PATH
    run -3 --separate-stderr /usr/bin/env PATH="$PWD/empty" "$bin/rv-blend" scene.py </dev/null
    [[ $stderr == *"no Blender found: install it"* ]]
    run -3 --separate-stderr rv-blend --blender /no/blender scene.py </dev/null
    [[ $stderr == *"'/no/blender', which --blender names"* ]]
    RV_BLENDER=/no/blender run -3 --separate-stderr rv-blend scene.py </dev/null
    [[ $stderr == *"which RV_BLENDER names"* ]]
    [ ! -e out ]
    run -3 --separate-stderr rv-blend --blender /bin/true scene.py </dev/null
    [[ $stderr == *"does not answer like Blender"* ]]
    no_partials out
}

@test "a path that is not UTF-8 is refused by its name, before anything is made" {
    local odd=$'caf\xe9'
    mkdir "$odd"
    cp scene.py "$odd"
    cp scene.py "$odd.py"
    refused() { # OPTION...
        run -2 --separate-stderr rv-blend --resolution 8,6 "$@" <in
        [[ $stderr == "rv-blend: error: '"*"$odd"*"' is not UTF-8, as the paths in records must be: rename it" ]]
        [ -z "$output" ]
    }
    records 1 >in
    refused "$odd.py"
    refused "$odd/scene.py"
    refused scene.py -o "$odd/out"
    refused scene.py --gen-dir "$odd/made"
    refused scene.py --cwd "$odd"
    cp in "$odd/in"
    cd "$odd"
    refused ../scene.py
    refused "$BATS_TEST_TMPDIR/scene.py" -o "$BATS_TEST_TMPDIR/out"
    cd ..
    nothing find . -name out -o -name made -o -name generated
    rv-blend --resolution 8,6 scene.py -o 'größe 1' <in | jq -e '.dir == "größe 1/s0" and (has("error") | not)'
}

@test "Blender may be a command with arguments" {
    mkdir 'a b'
    printf '#!/bin/sh\nsaid=$1; shift; echo "$said" >>%q; exec %q "$@"\n' "$PWD/said" "$RV_BLENDER" >'a b/run it'
    chmod +x 'a b/run it'
    records 1 >in
    rv-blend --resolution 8,6 scene.py --blender "env WHO='you and me' '$PWD/a b/run it' one\\ two" <in >/dev/null
    RV_BLENDER="'a b/run it' \"it's\"" rv-blend --resolution 8,6 -o other scene.py <in >/dev/null
    [ "$(sort -u said | xargs -d '\n')" = "it's one two" ]
    # The version alone is asked for: nothing is left to render.
    RV_BLENDER="'a b/run it' again" rv-blend --resolution 8,6 -o other scene.py <in | jq -se '.[0].run.reused'
    grep -qx again said
    # A program whose name has blanks is itself.
    printf '#!/bin/sh\nexec %q "$@"\n' "$RV_BLENDER" >'env X'
    chmod +x 'env X'
    PATH=$PWD:$PATH rv-blend --resolution 8,6 -o third scene.py --blender 'env X' <in | jq -se 'all(.error == null)'
    local bad
    for bad in "no-such-thing run" "env 'X" 'env X\'; do
        run -3 --separate-stderr rv-blend --blender "$bad" scene.py </dev/null
        [[ $stderr == *", which --blender names as Blender"* ]]
    done
}

@test "Blender is found by --blender, RV_BLENDER, BLENDER_PATH, PATH, in this order" {
    local name
    mkdir bin
    for name in option rv configured bin/blender; do
        printf '#!/bin/sh\necho %s >>"$FAKE_DIR/asked"\nexec "%s" "$@"\n' "$name" "$RV_BLENDER" >"$name"
        chmod +x "$name"
    done
    export PATH=$PWD/bin:$PATH
    BLENDER_PATH=$PWD/configured RV_BLENDER=./rv blend --blender ./option </dev/null
    BLENDER_PATH=$PWD/configured RV_BLENDER=./rv blend </dev/null
    unset RV_BLENDER
    BLENDER_PATH=$PWD/configured blend </dev/null
    BLENDER_PATH=$PWD/gone blend </dev/null
    [ "$(xargs <fake/asked)" = 'option rv configured bin/blender' ]
}

@test "an output directory that cannot be made or written" {
    echo file >taken
    records 1 >in
    pipe --separate-stderr -3 'rv-blend scene.py -o taken <in'
    pipe --separate-stderr -3 'rv-blend scene.py -o /proc/nowhere/out <in'
    [[ $stderr == *"/proc/nowhere"* ]]
    [ ! -e fake/starts.log ]
}

@test "a full output directory: no_space, and the good samples stay" {
    mkdir small
    mount -t tmpfs -o size=2m tmpfs small 2>/dev/null || skip "cannot mount a tmpfs"
    records 12 >in
    local good
    pipe --separate-stderr -1 'rv-blend --resolution 256,256 scene.py -j2 -o small/out <in >records'
    [ "$(jq -r '.error.code // empty' records | sort -u)" = no_space ]
    [ "$(wc -l <records)" = 12 ]
    good=$(jq -r 'select(.dir) | .id' records | wc -l)
    [ "$good" -ge 1 ]
    [ "$good" -lt 12 ]
    no_partials small
}

@test "a Blender that does not start ends it with its own words; one that starts late does not" {
    records 2 >in
    FAKE_START=exit pipe --separate-stderr -3 'rv-blend --resolution 8,6 scene.py <in'
    [[ $stderr == *"did not start 3 times in a row"*"exit status 1"*"cannot find the display"* ]]
    [ -z "$output" ]
    FAKE_START=error pipe --separate-stderr -3 'rv-blend --resolution 8,6 scene.py <in'
    [[ $stderr == *"no cycles in this build"* ]]
    FAKE_START=garbage pipe --separate-stderr -3 'rv-blend --resolution 8,6 scene.py <in'
    FAKE_START=hang pipe --separate-stderr -3 'rv-blend --start-timeout 300ms --resolution 8,6 scene.py <in'
    [[ $stderr == *"not ready after 0.3 s"* ]]
    no_partials out
    rm fake/starts.log
    FAKE_START=exit FAKE_START_TIMES=2 blend -j1 <in >records
    [ "$(jq -r .dir records | xargs)" = 'out/s0 out/s1' ]
    no_orphans
}

# ---- lost workers ----

@test "a worker that dies once costs nothing" {
    records 6 '{"fault":"segv","times":1}' 2 4 >in
    blend -j2 <in >records
    [ "$(jq -c '[.id, .run.attempts]' records | xargs)" = '[s0,null] [s1,null] [s2,2] [s3,null] [s4,2] [s5,null]' ]
    run -0 starts
    [ "$output" -ge 3 ]
    no_partials out
}

@test "a sample that always kills its worker is an error with signal, attempts and the log's tail" {
    records 5 '{"fault":"last_words"}' 1 >in
    records 1 | sed 's/"s0"/"k"/; s/{}/{"fault":"segv"}/' >>in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j2 --retries 1 <in >records'
    [ "$(errors records | xargs)" = '[s1,worker_crashed,2] [k,worker_crashed,2]' ]
    jq -r 'select(.id == "s1").error.message' records >message
    grep -qx 'Blender ended: exit status 3' message
    grep -qx 'line 39 ?\[31m' message
    [ "$(wc -l <message)" -le 21 ]
    [[ $(jq -r 'select(.id == "k").error.message' records) == *'signal 11'*'rendering k' ]]
    [ "$(ls out | xargs)" = 's0 s2 s3 s4' ]
    no_partials out
}

@test "a worker that cannot be started is tried again, with nothing else to wait for" {
    need_failio
    records 1 >in
    run -0 --separate-stderr failio 'open:EROFS:*worker-1.log:0:1' rv-blend --resolution 8,6 -j1 --progress none scene.py <in
    [[ "$stderr" == *"worker 1 did not start"* ]]
    [ "$(jq -c .error <<<"$output")" = null ]
}

@test "--retries 0 means one attempt" {
    records 1 '{"fault":"exit"}' 0 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py --retries 0 <in >records'
    [ "$(errors records)" = '["s0","worker_crashed",1]' ]
    [ "$(renders)" = 1 ]
}

@test "a worker that hangs is killed, even one that ignores SIGTERM" {
    records 1 '{"fault":"deaf"}' 0 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py --timeout 500ms --retries 1 <in >records'
    [ "$(errors records)" = '["s0","timeout",2]' ]
    [[ $(jq -r .error.message records) == "not rendered within 0.5 s (--timeout)"* ]]
    # Those that hang no more are rendered, at the latest in one of many attempts.
    records 4 '{"fault":"hang","times":1}' 1 | blend -j2 --timeout 500ms --retries 50 >records
    [ "$(jq -r .dir records | xargs)" = 'out/s0 out/s1 out/s2 out/s3' ]
    [ "$(jq -r 'select(.id == "s1").run.attempts' records)" -ge 2 ]
    no_partials out
    no_orphans
}

@test "a bloated worker is replaced" {
    records 3 '{"fault":"bloat","times":1}' 0 >in
    blend --max-rss 200M -j1 <in >records 2>messages
    grep -q 'above --max-rss 200 MiB' messages
    [ "$(jq -r .run.attempts records | xargs)" = '2 null null' ]
    records 1 '{"fault":"bloat"}' 0 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py --max-rss 200M --retries 0 -o other <in >records'
    [ "$(errors records)" = '["s0","max_rss",1]' ]
}

@test "answers that cannot be right count as a lost worker" {
    local fault
    for fault in lie escape usurp garbage array no_deps twice endless odd_error; do
        rm -rf out fake/*
        records 2 "{\"fault\":\"$fault\"}" 0 >in
        pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j1 --retries 1 <in >records'
        [ "$(errors records)" = '["s0","worker_crashed",2]' ] || { echo "$fault: $(cat records)"; return 1; }
        [[ $(jq -r '.error.message // empty' records) == *'broke the protocol'* ]]
        [ "$(jq -r .dir records | xargs)" = 'null out/s1' ]
        [ "$(ls -A out)" = s1 ]
        [ "$(starts)" -ge 2 ] || { echo "$fault: worker kept"; return 1; }
    done
    no_orphans
}

@test "a worker that closes its replies is lost" {
    records 2 '{"fault":"mute","times":1}' 0 | blend -j1 >records
    [ "$(jq -r .run.attempts records | xargs)" = '2 null' ]
    no_orphans
}

@test "a forged answer costs the samples after it nothing" {
    records 3 '{"fault":"forge"}' 0 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j1 --timeout 100 <in >records'
    [ "$(jq -c '[.id, .error.code, .run.attempts]' records | xargs)" = '[s0,worker_crashed,null] [s1,null,null] [s2,null,null]' ]
}

@test "a file that is cut is made again" {
    records 3 '{"fault":"bad_exr","times":1}' 0 >in
    records 1 | sed 's/"s0"/"p"/; s/{}/{"fault":"bad_png","times":1}/' >>in
    blend <in >records
    [ "$(jq -c '[.id, .run.attempts]' records | xargs)" = '[s0,2] [s1,null] [s2,null] [p,2]' ]
    [ "$(ls -A out | xargs)" = 'p s0 s1 s2' ]
}

@test "a file that cannot be decoded, or is none, is the sample's error" {
    records 3 '{"fault":"bad_exr"}' 0 >in
    records 1 | sed 's/"s0"/"l"/; s/{}/{"fault":"link"}/' >>in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py <in >records'
    [ "$(jq -r 'select(.error) | .id' records | xargs)" = 's0 l' ]
    [ "$(jq -c 'select(.id == "s0").error | [.code, .attempts]' records)" = '["worker_crashed",3]' ]
    [[ $(jq -r 'select(.id == "s0").error.message' records) == *"'passes.exr' is not whole"* ]]
    [ "$(ls -A out | xargs)" = 's1 s2' ]
}

@test "the scene's own errors are told and not tried again" {
    records 3 '{"fault":"scene_error"}' 0 >in
    records 1 | sed 's/"s0"/"r"/; s/{}/{"fault":"render_error"}/' >>in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j1 <in >records'
    [ "$(errors records | xargs)" = '[s0,scene_error,1] [r,render_error,1]' ]
    [ "$(jq -r 'select(.id == "s0").error.message' records | head -n1)" = 'ZeroDivisionError: division by zero' ]
    [[ $stderr == *"s0: ZeroDivisionError"* ]]
    [ "$(renders)" = 4 ]
    [ "$(starts)" = 1 ]
}

@test "a reason for which many samples fail is told once, a scene's in one line; every record has it" {
    records 8 '{"fault":"scene_error"}' 0 1 2 3 4 5 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j2 <in >records'
    [ "$(grep -c ZeroDivisionError <<<"$stderr")" = 1 ]
    [[ $stderr != *"scene.py:3 in generate"* ]]
    [[ $stderr == *"rv-blend: 5 more failed for reasons that are told above"* ]]
    [ "$(jq -s 'map(select(.error)) | length' records)" = 6 ]
    [ "$(jq -r 'select(.error).error.message' records | sort | uniq -c | awk '{print $1}' | xargs)" = '6 6' ]
    [[ $stderr != *'every sample failed'* ]]
    records 3 '{"fault":"scene_error"}' 0 1 2 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j2 -o none <in >records'
    grep -qx 'rv-blend: error: every sample failed, the first with: s0: ZeroDivisionError: division by zero' <<<"$stderr"
    records 1 '{"fault":"scene_error"}' 0 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -j2 -o none <in >records'
    [[ $stderr != *'every sample failed'* ]]
}

@test "settings that no sample can have end the run, and what is asked for is told" {
    records 40 '{"fault":"usage_error"}' 2 >in
    pipe --separate-stderr -2 'rv-blend --resolution 8,6 scene.py -j1 <in >records'
    [ "$(grep error <<<"$stderr")" = "rv-blend: error: the command's settings.fps is 0, it must be in 0.001 to 1000" ]
    [ "$(renders)" -lt 10 ]
    [ "$(jq -c '[.id, has("error")]' records | xargs)" = '[s0,false] [s1,false]' ]
    no_partials out
    no_orphans
}

@test "half-written files of a lost worker are never seen; its children end with it" {
    records 3 '{"fault":"partial","times":2}' 1 >in
    records 1 | sed 's/"s0"/"c"/; s/{}/{"fault":"child","times":1}/' >>in
    blend -j2 <in >records
    [ "$(jq -r .run.attempts records | xargs)" = 'null 3 null 2' ]
    no_partials out
    no_orphans
}

@test "megabytes of chatter do no harm and are not kept" {
    records 3 '{"fault":"chatter"}' 0 1 2 | blend -j1 >records
    [ "$(jq -r .dir records | wc -l)" = 3 ]
    no_partials out
}

@test "--log keeps what the workers say" {
    records 2 | blend -j1 --log logs/deep >/dev/null
    [ "$(cat logs/deep/worker-1.log | xargs)" = 'rendering s0 rendering s1' ]
}

@test "a worker that says that it is spoiled gets no other sample" {
    records 4 '{"fault":"spoil"}' 1 | blend -j1 >records
    [ "$(jq -c 'select(.error)' records | wc -l)" = 0 ]
    [ "$(jq -c .run.pid records | uniq | wc -l)" = 2 ]
    [ "$(jq -r 'select(.run.spoiled).id' records)" = s1 ]
    [ "$(starts)" = 2 ]
}

@test "--recycle replaces workers" {
    records 40 '{"await":["ready.log",2]}' {9..39} | blend -j1 --recycle 3 >records
    [ "$(jq -r .dir records | wc -l)" = 40 ]
    # Each serves so many, but for the last, and some more until its successor is up.
    jq .run.pid records | sort | uniq -c >served
    [ "$(wc -l <served)" -ge 2 ]
    [ "$(awk '$1 < 3' served | wc -l)" -le 1 ]
    [ "$(starts)" -le 14 ]
    no_orphans
}

@test "a worker's successor makes its first picture before it is needed" {
    modes() { jq -r '.run.args | map(select(startswith("--replies", "--warm"))) | join(" ")' "$1" | sort -u | xargs; }
    warmed() { jq -r '.run.args | select(index("--warm")) | .[-1]' "$1" | sort -u; }
    records 30 '{"fault":"env"}' {0..29} | jq -c 'if .index >= 9 then .params.await = ["ready.log", 2] else . end' >in
    blend -j1 --recycle 2 <in >records
    [ "$(modes records)" = '--replies --replies --warm' ]
    [ "$(warmed records)" = auto ]
    rm fake/*
    blend -j1 --recycle 2 --device cpu -o cpu <in >records
    [ "$(warmed records)" = cpu ]
    rm fake/*
    blend -j1 --recycle 2 --dry-run -o dry <in >records
    [ "$(modes records)" = --replies ]
    [ "$(starts)" -ge 2 ]
}

# ---- flow ----

@test "a record is out before the next one comes" {
    mkfifo in out.fifo
    rv-blend --resolution 8,6 scene.py <in >out.fifo &
    exec 6>in 7<out.fifo
    records 1 >&6
    run -0 timeout $HANGS_S head -n1 <&7
    [ "$(jq -r .id <<<"$output")" = s0 ]
    printf '{"id":"half",' >&6
    sleep 0.3
    printf '"seed":1}\n' >&6
    run -0 timeout $HANGS_S head -n1 <&7
    [ "$(jq -r .id <<<"$output")" = half ]
    exec 6>&-
    wait $!
    exec 7<&-
}

@test "workers go on while half a line waits" {
    mkfifo in
    rv-blend --resolution 8,6 scene.py -j1 <in >records &
    exec 6>in
    { records 3; printf '{"id":"half",'; } >&6
    wait_until prints 3 cat records
    exec 6>&-
    wait $! || [ $? = 1 ]
    [ "$(tail -n1 records | jq -r .error.code)" = bad_json ]
}

@test "the window is bounded: input waits for the slowest sample" {
    local i pad params='{"await":["go",0]}'
    pad=$(printf '%060000d' 0)
    : >written
    {
        for ((i = 0; i < 100; i++)); do
            printf '{"id":"s%d","seed":1,"pad":"%s","params":%s}\n' $i "$pad" "$params"
            echo >>written
            params='{}'
        done
    } | blend -j2 >records &
    wait_until prints 20 cat written
    sleep 1 # for more to be taken, if it were
    [ "$(wc -l <written)" -le 40 ]
    touch fake/go
    wait $!
    [ "$(wc -l <records)" = 100 ]
}

@test "a reader that goes away ends it quietly, at once" {
    records 200 '{"await":["gone",0]}' {1..199} >in
    pipe --separate-stderr -141 'rv-blend --resolution 8,6 scene.py -j2 <in | { head -n1 >first; exec <&-; touch fake/gone; }'
    [ -z "$stderr" ]
    [ "$(jq -r .id first)" = s0 ]
    [ "$(renders)" -le 8 ]
    no_partials out
    no_orphans
}

@test "--progress=json" {
    records 3 '{"fault":"scene_error"}' 0 >in
    pipe --separate-stderr -1 'rv-blend --resolution 8,6 scene.py -q --progress=json <in >/dev/null'
    run -1 grep '"of"' <<<"$stderr"
    [ "$(tail -n1 <<<"$stderr" | jq -c '[.done, .failed, .reused, .in_flight]')" = '[3,1,0,0]' ]
    rv-seed seq 3 | blend -o told --progress=json >/dev/null 2>progress
    [ "$(tail -n1 progress | jq -c '[.done, .of]')" = '[3,3]' ]
}

# ---- signals and kills ----

# Starts a run in the background (pid in $blend): four of its samples are done and two are being rendered, until there is
# a file fake/go.
start_long() {
    records 60 '{"await":["go",0]}' {4..59} >in
    : >records
    # A shell has what it starts in the background ignore SIGINT.
    env --default-signal=INT rv-blend --resolution 8,6 scene.py -j2 <in >records 2>messages &
    blend=$!
    wait_until prints 4 cat records
    wait_until prints 6 cat fake/renders.log
}

finish_and_compare() {
    no_orphans
    touch fake/go
    blend -j2 <in >again 2>/dev/null
    no_partials out
    [ "$(wc -l <again)" = 60 ]
    local finished
    finished=$(wc -l <records)
    [ "$(grep -c '"reused":true' again)" -ge "$finished" ]
    blend -j3 -o unbroken <in >/dev/null
    same_tree unbroken out
}

@test "SIGTERM and SIGINT: a clean end by the signal; the same again completes it" {
    local signal status
    for signal in TERM INT HUP; do
        rm -rf out unbroken fake/*
        start_long
        kill -$signal $blend
        status=0
        wait $blend || status=$?
        [ $status = $((128 + $(kill -l $signal))) ]
        no_partials out
        no_orphans
        [ "$(wc -l <records)" = 4 ]
        same_output 'jq -r .id records' 'head -n "$(wc -l <records)" in | jq -r .id'
    done
    finish_and_compare
}

@test "a signal ends it while a worker is deaf" {
    records 2 '{"fault":"deaf"}' 0 1 >in
    rv-blend --resolution 8,6 scene.py -j2 <in >records &
    blend=$!
    wait_until [ -s fake/renders.log ]
    kill $blend
    SECONDS=0
    local status=0
    wait $blend || status=$?
    [ $status = 143 ]
    [ $SECONDS -lt $HANGS_S ]
    no_partials out
    no_orphans
}

@test "kill -9 of rv-blend: no orphan, and the same again completes it" {
    start_long
    kill -9 $blend
    wait $blend || [ $? = 137 ]
    finish_and_compare
}

@test "kill -9 of rv-blend ends what its workers have started, whatever session that is in" {
    records 2 '{"fault":"daemon"}' 0 1 >in
    rv-blend --resolution 8,6 scene.py <in >/dev/null 2>&1 &
    local blend=$!
    wait_until [ -s fake/daemon.log ]
    kill -0 "$(head -n1 fake/daemon.log)"
    kill -9 $blend
    no_orphans
}

@test "kill -9 of a worker: its sample is tried again" {
    start_long
    kill -9 "$(workers_of $blend | head -n1)"
    touch fake/go
    wait $blend
    [ "$(wc -l <records)" = 60 ]
    nothing errors records
    [ "$(jq -r '.run.attempts // empty' records)" = 2 ]
    finish_and_compare
}

@test "kill -9 of the whole group, again and again: the end is that of an unbroken run" {
    records 40 '{"sleep":0.03}' {0..39} >in
    RANDOM=4711
    for round in {1..6}; do
        setsid bash -c 'rv-blend --resolution 8,6 scene.py -j2 <in >records 2>/dev/null' 2>/dev/null &
        local group=$!
        sleep "0.$((RANDOM % 9))$((RANDOM % 9))"
        kill -9 -$group 2>/dev/null || true
        wait $group 2>/dev/null || true
        no_orphans
        # Whatever is visible is whole.
        for dir in out/s*; do
            [ ! -d "$dir" ] || [ "$(ls -A "$dir" | wc -l)" = 4 ]
        done
    done
    blend -j2 <in >again
    [ "$(wc -l <again)" = 40 ]
    no_partials out
    blend -o unbroken <in >/dev/null
    same_tree unbroken out
}

@test "two runs share an output directory when both say so" {
    records 20 '{"sleep":0.05}' {0..19} >in
    head -n10 in | blend -j2 --share >first &
    tail -n10 in | blend -j2 --share --wait 10 >second
    wait $!
    blend -o unbroken <in >/dev/null
    same_tree unbroken out
}

# hold_back: starts a run of one sample that renders until there is fake/go, and waits until it does.
hold_back() {
    records 1 '{"await":["go",0]}' 0 >in
    blend "$@" <in >first 2>first.err &
    holder=$!
    wait_until [ -s fake/renders.log ]
}

@test "two runs in one output directory: the second is refused, or waits" {
    hold_back
    run -3 --separate-stderr blend <in
    [ -z "$output" ]
    [[ "$stderr" =~ "'out' is in use by rv-blend, process "[0-9]+" on $(hostname): --wait S waits for its end"$ ]]
    run -3 --separate-stderr blend --share <in
    blend --wait 1m <in >second &
    second=$!
    touch fake/go
    wait $holder
    wait $second
    [ "$(jq -c .run.reused second)" = true ]
    [ "$(renders)" = 1 ]
    [ ! -e out/.rv-blend.lock ]
}

@test "of two that render a sample the second drops its own, whatever has come to the first" {
    hold_back --share
    FAKE_DIR=$PWD/other
    mkdir other
    blend --share <in >second 2>second.err &
    second=$!
    wait_until [ -s other/renders.log ]
    touch fake/go
    wait $holder
    echo '{"version":2,"products":{"depth":{"key":"k","files":[["Depth.exr",5]]}},"files":[]}' >out/s0/.rv-mask.json
    echo depth >out/s0/Depth.exr
    before=$(tree_hash out/s0)
    touch other/go
    wait $second
    [ "$(tree_hash out/s0)" = "$before" ]
    jq -c 'del(.run)' first >first.kept
    jq -c 'del(.run)' second | cmp - first.kept
}

@test "a run that has lost its lock changes nothing any more" {
    hold_back
    rm out/.rv-blend.lock
    touch fake/go
    status=0
    wait $holder || status=$?
    [ $status = 3 ]
    grep -F "'out' is not ours any more: another run has it, or 'out/.rv-blend.lock' was removed" first.err
    [ ! -e out/s0 ]
    records 1 | blend >/dev/null
}

# ---- with Blender itself ----

real() {
    need_real
    cat >cube.py <<'END'
import rv


class Cube(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld()
        cube = self.objects.cube(size=1.0).set_tags("cube")
        cube.set_location((seed % 5 - 2, seed % 3 - 1, 0))
        self.lights.sun(power=3.0)
        if seed == 100:
            raise KeyError("hundred")
        if seed == 101:
            import bpy
            bpy.context.scene.camera = None
        if seed == 102:
            import os
            os.kill(os.getpid(), 11)
END
}

need_real() {
    unset RV_BLENDER
    need_blender
}

shoot() {
    rv-blend --resolution 32,32 --samples 1 "$@"
}

@test "Blender: the number of workers leaves no trace in samples or records" {
    real
    records 6 >in
    shoot cube.py -j1 -o one <in >one.records
    shoot cube.py -j2 --recycle 2 -o two <in >two.records
    same_tree one two
    same_records 'del(.run, .dir)' one.records two.records
    [ "$(jq -c .resolution one.records | uniq)" = '[32,32]' ]
    [ "$(jq -r '.objects[1].tags[0]' one.records | uniq)" = cube ]
    head -c 4000 one/s0/passes.exr | tr '\0' '\n' >header
    run -1 grep -aiE 'date|rendertime|hostname|/tmp' header
    shoot cube.py -j1 -o one <in >again
    [ "$(grep -c '"reused":true' again)" = 6 ]
    no_orphans
}

@test "Blender: the order of Python's sets is the same in every worker, whatever the environment says" {
    need_real
    cat >sets.py <<'END'
import rv

class Sets(rv.Scene):
    def generate(self, seed):
        for name in {"ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen"}:
            self.objects.empty(name)
END
    records 1 >in
    shoot sets.py -o one <in >one.records
    PYTHONHASHSEED=7 PYTHONOPTIMIZE=2 PYTHONINSPECT=1 shoot sets.py -o two <in >two.records
    same_tree one two
}

@test "Blender: an exception, no camera and a crash cost their own samples only" {
    real
    { records 2; for seed in 100 101 102; do echo "{\"id\":\"x$seed\",\"seed\":$seed}"; done; } >in
    echo '{"id":"last","seed":7}' >>in
    pipe --separate-stderr -1 'rv-blend --resolution 32,32 --samples 1 cube.py -j1 --retries 1 <in >records'
    [ "$(errors records | xargs)" = '[x100,scene_error,1] [x101,render_error,1] [x102,worker_crashed,2]' ]
    [[ $(jq -r 'select(.id == "x100").error.message' records) == *KeyError*hundred* ]]
    [[ $(jq -r 'select(.id == "x100").error.message' records) == *cube.py* ]]
    [[ $(jq -r 'select(.id == "x101").error.message' records) == *camera* ]]
    [ "$(ls out | xargs)" = 'last s0 s1' ]
    no_partials out
    no_orphans
}

@test "Blender: settings that no sample can have are no error of the samples, those of a record are" {
    real
    records 2 >in
    pipe --separate-stderr -2 "rv-blend --resolution 32,32 --samples 1 cube.py -j1 --camera '{\"look_at\":3}' <in >records"
    [[ $stderr == *"error: the command's settings.camera.look_at is 3, it must be a list of 3 numbers"* ]]
    [ ! -s records ]
    jq -c '.blend.camera.look_at = 3' in >asking
    pipe -1 "rv-blend --resolution 32,32 --samples 1 cube.py -j1 <asking >records"
    [ "$(errors records | xargs)" = '[s0,scene_error,1] [s1,scene_error,1]' ]
}

@test "Blender: a scene that cannot be parsed, and one with two Scene classes" {
    real
    records 1 >in
    echo 'def (' >broken.py
    printf 'import rv\nclass A(rv.Scene):\n    def generate(self): pass\nclass B(rv.Scene):\n    def generate(self): pass\n' >two.py
    local scene
    for scene in broken two; do
        pipe --separate-stderr -1 "rv-blend --resolution 32,32 --samples 1 $scene.py <in >records"
        [ "$(errors records)" = '["s0","scene_error",1]' ]
        nothing ls out
    done
}

@test "Blender: kill -9 of everything at random instants; then the same again gives the same bytes" {
    real
    records 12 >in
    shoot cube.py -j2 -o unbroken <in >unbroken.records
    RANDOM=20240229
    local round
    for round in {1..4}; do
        setsid bash -c 'rv-blend --resolution 32,32 --samples 1 cube.py -j2 <in >records 2>/dev/null' 2>/dev/null &
        local group=$!
        sleep "$((1 + RANDOM % 2)).$((RANDOM % 10))"
        case $((round % 3)) in
        0) kill -9 -$group 2>/dev/null || true ;;
        1) pkill -9 -s $group -x rv-blend || true ;;
        2) pkill -9 -g "$(pgrep -s $group -x rv-blend)" blender 2>/dev/null || kill -9 -$group 2>/dev/null || true ;;
        esac
        wait $group 2>/dev/null || true
        no_orphans
    done
    shoot cube.py -j2 <in >records
    no_partials out
    same_tree unbroken out
    same_records 'del(.run, .dir)' unbroken.records records
}

@test "Blender: the passes that --passes takes are those of rv.RenderPass" {
    local name names
    names=$(sed -n 's/^    [A-Z_]* = "\([A-Za-z]*\)"$/\1/p' "$RV_ROOT/blender/rv/engine/passes.py")
    for name in $names; do
        run -0 --separate-stderr rv-blend --passes "$name" --blender "$RV_BLENDER" scene.py </dev/null
        echo "$name" >>seen
    done
    [ "$(wc -l <seen)" -ge 25 ]
}

@test "Blender: an add-on that it lacks is told once, and ends with status 2 before anything is rendered" {
    real
    records 4 >in
    run -2 --separate-stderr shoot cube.py -j2 --addon no_such --addon node_wranglr <in
    [ -z "$output" ]
    [ "$(grep -c "no add-on 'no_such'" <<<"$stderr")" = 1 ]
    run -2 --separate-stderr shoot cube.py -j1 --addon node_wranglr <in
    [[ $stderr == *"no add-on 'node_wranglr', did you mean 'node_wrangler'?"* ]]
    nothing ls out
    sed -i '1s/}$/,"blend":{"addons":["no_such"]}}/; 3,$d' in
    run -1 --separate-stderr shoot cube.py -j1 <in
    [ "$(jq -r '.error.code // "ok"' <<<"$output" | xargs)" = 'scene_error ok' ]
    no_orphans
}
