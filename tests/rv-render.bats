#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv render: its options, directories, summary and resuming. The fake Blender stands in where a fault is injected or
# only what reaches Blender counts; the real one renders at the end.

load lib/common

setup() {
    rv_setup
    fake_blender
}

render() {
    rv render --resolution 8,6 --seed seq "$@"
}

# The request that sample 0 led to, as the fake Blender heard it.
request() {
    FAKE_PARAMS='{"00000000":{"fault":"env"}}' rv render scene.py --json "$@" | jq -c .run.request
}

renders() { wc -l <fake/renders.log; }
meta() { jq -c "$1" out/1/_meta.json; }

# ---- what is made ----

@test "samples, their labels and a summary" {
    render scene.py -n 3 >stdout 2>stderr
    [ ! -s stdout ]
    [[ $(head -n1 stderr) == 'rv-blend: 3 of 3 done, in 0:'* ]]
    [ "$(sed 1d stderr)" = 'rv render: 3 samples in out/1' ]
    [ "$(ls -A out out/1 | xargs)" = 'out: 1 out/1: 00000000 00000001 00000002 _meta.json' ]
    [ -f out/1/00000002/DepthPreview.png ]
    cat >wanted <<'END'
{
    "resolution": [
        8,
        6
    ],
    "render_params": {
        "script_path": "scene.py",
        "cwd": "",
        "number": 3,
        "gpu_backend": "auto",
        "seed_mode": "seq"
    },
    "sample_files": [
FILES
    ],
    "rv": "VERSION",
    "samples": [
        "00000000",
        "00000001",
        "00000002"
    ],
    "failed": []
}
END
    (cd out/1/00000000 && LC_ALL=C ls) | sed 's/.*/        "&",/; $s/,$//' >names
    sed "s/VERSION/$(rv --version | head -n1 | cut -d' ' -f2)/; /^FILES/{
r names
d
}" wanted | diff - out/1/_meta.json
    no_partials out
    no_orphans
}

@test "the summary has what was asked for, no path and no number of jobs" {
    mkdir project
    cp scene.py project/
    rv render "$PWD/project/scene.py" -p 1 --resolution 8x6 --time-limit 2.5 --max-samples 9 --min-samples 2 \
        --noise-threshold-enabled --noise-threshold 0.25 --seed 77 --gpu-backend CPU
    [ "$(meta .render_params)" = '{"script_path":"project/scene.py","cwd":"","number":1,"gpu_backend":"cpu","time_limit":2.5,"max_samples":9,"min_samples":2,"noise_threshold_enabled":true,"noise_threshold":0.25,"seed_mode":"fixed","seed_value":77}' ]
    run -1 grep -rqF "$PWD" out
    rv render --cwd ./project scene.py -o two
    [ "$(jq -c '.render_params | [.script_path, .cwd]' two/1/_meta.json)" = '["scene.py","project"]' ]
    cd project
    rv render ../scene.py -o ../three
    [ "$(jq -c '.render_params | [.script_path, .cwd]' ../three/1/_meta.json)" = '["scene.py",""]' ]
}

@test "the same command gives the same bytes, whatever the number of jobs" {
    render scene.py -n 5 -p 1
    render scene.py -n 5 -p 3
    same_tree out/1 out/2
}

@test "--json: the records, and nothing else, on stdout" {
    render scene.py -n 3 --json >records 2>/dev/null
    [ "$(jq -r '[.id, .dir, .files.depth] | join(" ")' records)" = "00000000 out/1/00000000 Depth.exr
00000001 out/1/00000001 Depth.exr
00000002 out/1/00000002 Depth.exr" ]
    pipe -141 'rv render scene.py -n 200 --resolution 8,6 --json | head -n1 | jq -r .id'
    [ "${lines[-1]}" = 00000000 ]
    no_orphans
}

# ---- options ----

@test "defaults" {
    run -0 --separate-stderr request
    [ "$(jq -c '.settings | [.resolution, .samples, .min_samples, .noise_threshold, .time_limit, .device, .passes]' <<<"$output")" = \
        '[[640,640],null,null,null,null,"auto",null]' ]
    [ "$(jq -r .scene <<<"$output")" = "$PWD/scene.py" ]
    [ "$(jq -r .root <<<"$output")" = "$PWD" ]
    [ "$(meta '[.render_params.number, .render_params.seed_mode, (.samples | length)]')" = '[1,"rand",1]' ]
    [ "$(starts)" = 1 ]
}

starts() { wc -l <fake/starts.log; }

@test "every option of the picture reaches Blender" {
    run -0 --separate-stderr request --resolution 16,9 --max-samples 7 --min-samples 3 --time-limit 1.5 \
        --noise-threshold-enabled=true --noise-threshold=0.5 --gpu-backend cpu --passes Normal,UV
    [ "$(jq -c '.settings | [.resolution, .samples, .min_samples, .noise_threshold, .time_limit, .device, .passes]' <<<"$output")" = \
        '[[16,9],7,3,0.5,1.5,"cpu",["Normal","UV"]]' ]
    run -0 --separate-stderr request --noise-threshold-enabled=false
    [ "$(jq -c .settings.noise_threshold <<<"$output")" = 0 ]
    for name in auto OptiX cuda HIP oneapi METAL cpu; do
        run -0 --separate-stderr request --gpu-backend "$name"
        [ "$(jq -r .settings.device <<<"$output")" = "${name,,}" ]
    done
}

@test "sequences" {
    render scene.py --frames 2..4 --fps 12.5 --json >records
    [ "$(jq -c '[.files.image, .fps]' records)" = '[["frames/000002.png","frames/000003.png","frames/000004.png"],12.5]' ]
    [ "$(meta '.render_params | [.frames, .fps]')" = '["2..4",12.5]' ]
    [ "$(meta ".sample_files | map(select(startswith(\"frames/\"))) | length")" = 3 ]
}

@test "generators: --gen-dir starts at the root, --gen-retain says what stays" {
    mkdir -p project
    cp scene.py project/
    while read -r kept options; do
        FAKE_PARAMS='{"00000000":{"generate":1}}' rv render project/scene.py --resolution 8,6 --gen-dir made $options </dev/null
        [ "$(find project -name file | wc -l)" = "$kept" ]
        rm -rf project/made
    done <<'CASES'
0
0 --gen-retain none
1 --gen-retain last
1 --gen-retain ALL
CASES
    [ "$(wc -l <fake/work.log)" = 4 ]
}

@test "seeds: rand, seq, one for all" {
    render scene.py -n 4 --json >records
    [ "$(jq -c '[.seed, .seed_mode]' records | xargs)" = '[0,seq] [1,seq] [2,seq] [3,seq]' ]
    rv render --resolution 8,6 scene.py -n 3 --seed 9007199254740991 --json >records
    [ "$(jq -c .seed records | uniq)" = 9007199254740991 ]
    [ "$(jq -r .seed_mode records | uniq)" = fixed ]
    # One that no seed of a record can be is a parameter besides its low 53 bits.
    rv render --resolution 8,6 scene.py -n 2 --seed -5 --json >records
    [ "$(jq -c '[.seed, .params]' records | uniq)" = '[9007199254740987,{"seed64":"-5"}]' ]
    rv render --resolution 8,6 scene.py -n 1 --seed 9007199254740992 --json >records
    [ "$(jq -c '[.seed, .params]' records)" = '[0,{"seed64":"9007199254740992"}]' ]
    rv render --resolution 8,6 scene.py -n 3 --json >one
    rv render --resolution 8,6 scene.py -n 3 --seed Random --json >two
    [ "$(jq .seed one two | sort -u | wc -l)" = 6 ]
    [ "$(jq -r .seed_mode one two | uniq)" = rand ]
    # the key in the summary gives the same seeds again
    rv seed rand 3 --key "$(jq .render_params.seed_key out/5/_meta.json)" >again
    same_records .seed one again
}

@test "paths: the script's folder is the root, or --cwd, where the script's path starts" {
    mkdir -p project/scenes elsewhere
    cp scene.py project/scenes/
    FAKE_PARAMS='{"00000000":{"fault":"env"}}'
    export FAKE_PARAMS
    cd elsewhere
    run -0 --separate-stderr rv render ../project/scenes/scene.py --json
    [ "$(jq -r .run.request.root <<<"$output")" = "$PWD/../project/scenes" ]
    [ -d out/1/00000000 ]
    run -0 --separate-stderr rv render --cwd ../project scenes/scene.py -o there/deep --json
    [ "$(jq -r .run.request.root <<<"$output")" = "$PWD/../project" ]
    [ "$(jq -r .run.request.scene <<<"$output")" = "$PWD/../project/scenes/scene.py" ]
    [ -d there/deep/1/00000000 ]
    run -2 rv render --cwd ../project scene.py
    # A path that is only right from here, as people write it beside --cwd.
    run -0 --separate-stderr rv render --cwd ../project/scenes ../project/scenes/scene.py -o both --json
    [ "$(jq -r .run.request.root <<<"$output")" = "$PWD/../project/scenes" ]
}

@test "--procs is held to the number of samples" {
    render scene.py -n 2 -p 9
    [ "$(starts)" -le 2 ]
    render scene.py -n 2 -p auto
}

@test "labels that options name bring the passes that they need" {
    run -0 --separate-stderr request --scene-flow
    [ "$(jq -c .settings.passes <<<"$output")" = '["Vector"]' ]
    run -0 --separate-stderr request --passes uv,Normal --soft --normals camera --parts material
    [ "$(jq -c .settings.passes <<<"$output")" = '["Normal","UV","MaterialIndex","CryptoObject"]' ]
    run -0 --separate-stderr request --min-area 3
    [ "$(jq -c .settings.passes <<<"$output")" = null ]
    rm -r out
    run -2 rv render scene.py --depth-range 5
    [[ $output == "rv-mask: error: "*"rv render: error: nothing was rendered"* ]]
    [ ! -e out ]
}

@test "--instances is rv-mask's" {
    render scene.py --json --instances >records
    [ "$(jq -c '.files | has("instances")' records)" = true ]
    render scene.py --json >records
    [ "$(jq -c '.files | has("instances")' records)" = false ]
}

@test "wrong usage is told, and nothing is made" {
    check() {
        local wanted=$1
        shift
        run -2 rv render "$@"
        [[ $output == "rv render: error: "*"$wanted"* ]] || { echo "$output"; return 1; }
        [ ! -e out ]
    }
    check 'no scene given'
    check 'one scene at a time' a.py b.py
    check "-n: '0' is not a whole number from 1" -n 0 scene.py
    check '-n:' -n -1 scene.py
    check '-p: ' -p 0 scene.py
    check '-p: ' -p many scene.py
    check '--resolution' --resolution 0,5 scene.py
    check '--resolution' --resolution 5 scene.py
    check 'expected one of auto, optix' --gpu-backend vulkan scene.py
    check '--time-limit' --time-limit 0 scene.py
    check '--time-limit' --time-limit -2 scene.py
    check '--max-samples' --max-samples 0 scene.py
    check '--min-samples: 5 is more than --max-samples 4' --min-samples 5 --max-samples 4 scene.py
    check 'needs --noise-threshold' --noise-threshold-enabled scene.py
    check 'needs --noise-threshold-enabled' --noise-threshold 0.1 scene.py
    check 'needs --noise-threshold-enabled' --noise-threshold-enabled=false --noise-threshold 0.1 scene.py
    check '--noise-threshold' --noise-threshold-enabled --noise-threshold 0 scene.py
    check 'neither true nor false' --noise-threshold-enabled=perhaps scene.py
    for seed in -9223372036854775809 9223372036854775808 1.5 '' x 0x10; do
        check "'$seed' is not rand, seq or a whole number of 64 bits" --seed="$seed" scene.py
    done
    check "did you mean '--resolution'" --resolutoin 8,6 scene.py
    check "no unfinished run in 'out'" --resume
}

@test "a script that is not there, a Blender that is not there: status, no empty run" {
    run -2 render nowhere.py
    [[ $output == *"cannot read scene 'nowhere.py'"* ]]
    [ ! -e out ]
    RV_BLENDER=/nowhere run -3 render scene.py
    nothing ls -A out
    touch file
    run -3 render scene.py -o file/out
}

# ---- .env ----

@test ".env sets what is not set" {
    cat >.env <<'END'
# a comment

  export SCENE_VERSION = "4.3.2"   # with a reason
SCENE_SET=/nowhere
OPENAI_API_KEY='a b # "c" \n'
SCENE_DOUBLE="a\tb \"c\" \$d\\"
SCENE_BARE=a b#c   # d
HF_TOKEN=
END
    cat >spy <<END
#!/bin/sh
env >'$PWD/environment'
exec '$RV_ROOT/tests/lib/fake-blender' "\$@"
END
    chmod +x spy
    export RV_BLENDER=$PWD/spy
    SCENE_SET=mine run -0 render scene.py
    [[ $output != *warning* ]]
    for line in SCENE_VERSION=4.3.2 SCENE_SET=mine 'OPENAI_API_KEY=a b # "c" \n' $'SCENE_DOUBLE=a\tb "c" $d\\' 'SCENE_BARE=a b#c' HF_TOKEN=; do
        grep -qxF -- "RV_ENV_$line" environment || { echo "$line"; return 1; }
    done
    printf 'SCENE_A=1\nwhat is this\n"B"=1\nC="open\n' >.env
    run -0 render scene.py
    [ "$(grep -c 'warning: .env: line [234] is not NAME=VALUE' <<<"$output")" = 3 ]
}

@test ".env cannot decide what is run" {
    cat >spy <<END
#!/bin/sh
env >'$PWD/environment'
exec '$RV_ROOT/tests/lib/fake-blender' "\$@"
END
    printf '#!/bin/sh\n: >%s/harm\nexit 9\n' "$PWD" >harm.sh
    chmod +x spy harm.sh
    export RV_BLENDER=$PWD/spy
    cat >.env <<END
LD_DEBUG=libs
LD_DEBUG_OUTPUT=$PWD/loader
LD_PRELOAD=$PWD/harm.so
PATH=$PWD
PYTHONSTARTUP=$PWD/harm.py
PYTHONPATH=$PWD
BLENDER_PATH=$PWD/harm.sh
BLENDER_USER_SCRIPTS=$PWD
RV_BLENDER=$PWD/harm.sh
RV_HOME=$PWD
GIT_SSH_COMMAND=$PWD/harm.sh
BASH_ENV=$PWD/harm.sh
ENV=$PWD/harm.sh
LD_API_KEY=x
TMPDIR=$PWD
END
    run -0 render scene.py
    while IFS='=' read -r name _; do
        [[ $output == *"warning: .env: line "*": $name is not taken from this file"* ]]
    done <.env
    run -1 grep -E '^(LD_|PYTHONSTARTUP|BLENDER_|GIT_SSH_COMMAND|BASH_ENV|ENV)' environment
    [ ! -e harm ]
    run -1 compgen -G 'loader*'
    unset RV_BLENDER
    status=0
    rv doctor >said 2>&1 || status=$?
    [ "$status" -le 3 ]
    [ ! -e harm ]
    run -1 compgen -G 'loader*'
}

# ---- runs ----

@test "a run's number is one more than that of the largest run" {
    rv-seed seq 2 --id %d --start 7 | rv-blend scene.py --resolution 8,6 -o out | rv-mask >/dev/null
    rv-seed seq 4 | rv-blend scene.py --resolution 8,6 -o out | rv-mask >/dev/null
    mkdir -p out/2 out/x12 out/9x
    touch out/11
    render scene.py
    [ -d out/1/00000000 ]
    render scene.py
    [ -d out/3/00000000 ]
    mv out/3 out/20
    render scene.py
    [ -d out/21/00000000 ]
    [ ! -e out/8/00000000 ]
    run -2 rv render --resume --run 8
    [[ $output == *"there is no run 8 in 'out'"* ]]
    rv-verify out/7 out/8 out/00000003
}

@test "renders at the same time never share a run" {
    local pids=()
    for i in 1 2 3 4; do
        render scene.py -n 2 >"$i" 2>&1 &
        pids+=($!)
    done
    for i in "${pids[@]}"; do
        wait "$i"
    done
    [ "$(ls out | sort -n | xargs)" = '1 2 3 4' ]
    for i in 1 2 3 4; do
        [ "$(jq -c .samples out/$i/_meta.json)" = '["00000000","00000001"]' ]
    done
    [ "$(grep -h '^rv render: ' 1 2 3 4 | sort -u | wc -l)" = 4 ]
}

# ---- failures ----

@test "a sample that fails costs no other; --resume tries it again" {
    export FAKE_PARAMS='{"00000001":{"fault":"scene_error","times":1}}'
    run -1 render scene.py -n 4
    [[ $output == *"3 samples in out/1, 1 failed; to try them again: rv render --resume"* ]]
    [ "$(meta .samples)" = '["00000000","00000002","00000003"]' ]
    [ "$(meta .failed)" = '[{"id":"00000001","code":"scene_error","message":"ZeroDivisionError: division by zero"}]' ]
    run -0 rv render --resume
    [ "$(renders)" = 5 ]
    [ "$(meta '[.failed, (.samples | length)]')" = '[[],4]' ]
    render scene.py -n 4 -o whole
    same_tree out/1 whole/1
    run -2 rv render --resume
    [[ $output == *"no unfinished run"* ]]
    run -2 rv render --resume --run 1
    [[ $output == *"run 'out/1' is complete"* ]]
}

@test "every sample fails: a summary all the same" {
    export FAKE_PARAMS='{"00000000":{"fault":"render_error"}}'
    run -1 render scene.py
    [ "$(meta '[.samples, .sample_files, .failed[0].code]')" = '[[],[],"render_error"]' ]
}

@test "--resume after kill -9: the seeds are the same, what is there is not rendered again" {
    export FAKE_PARAMS='{"00000003":{"sleep":600}}'
    rv render scene.py -n 6 --resolution 8,6 &
    wait_until [ -e out/1/00000002/.rv-mask.json ]
    kill -9 $!
    wait $! || true
    no_orphans
    [ ! -e out/1/_meta.json ]
    before=$(cat out/1/0000000[012]/_meta.json)
    FAKE_PARAMS='' run -0 rv render --resume --json
    [ "$(cat out/1/0000000[012]/_meta.json)" = "$before" ]
    [ "$(meta '.samples | length')" = 6 ]
    [ "$(sort fake/renders.log | uniq -c | awk '$1 > 1' | grep -cv 00000003)" = 0 ]
    cat out/1/0*/_meta.json >made
    rv seed rand 6 --key "$(meta .render_params.seed_key)" >again
    same_records .seed made again
    no_partials out
}

@test "--resume: what is given counts over what the run had" {
    export FAKE_PARAMS='{"00000001":{"fault":"scene_error"}}'
    run -1 render scene.py -n 2 --max-samples 4
    FAKE_PARAMS='' run -0 rv render --resume -n 3
    [ "$(meta '[.render_params.number, .render_params.max_samples, .render_params.seed_mode, (.samples | length)]')" = '[3,4,"seq",3]' ]
    [ "$(renders)" = 4 ]
}

@test "--resume renders again, at once, what a label needs that is lost" {
    export FAKE_PARAMS='{"00000003":{"fault":"scene_error"}}'
    run -1 render scene.py -n 4
    cp out/1/00000001/_meta.json wanted
    rm out/1/00000001/Depth.exr
    FAKE_PARAMS='' run -0 --separate-stderr rv render --resume --json
    [[ "$stderr" == *"1 sample is rendered again, since labels need passes that are gone"* ]]
    [ "$(jq -r .id <<<"$output" | xargs)" = '00000000 00000001 00000002 00000003' ]
    [ "$(jq -c .error <<<"$output" | sort -u)" = null ]
    [ -e out/1/00000001/Depth.exr ]
    cmp out/1/00000001/_meta.json wanted
    [ "$(renders)" = 6 ]
    [ "$(meta '.failed, (.samples | length)' | xargs)" = '[] 4' ]
}

@test "--resume leaves a run alone that is at work" {
    export FAKE_PARAMS='{"00000000":{"await":["go",0]}}'
    render scene.py &
    wait_until [ -d out/1 ]
    run -3 rv render --resume --run 1
    [[ "$output" =~ "'out/1' is in use by rv render, process "[0-9]+" on $(hostname)" ]]
    run -2 rv render --resume --run 4
    [[ $output == *"no run 4 in 'out'"* ]]
    rv render --resume --run 1 --wait 1m >waited 2>&1 &
    waiting=$!
    touch fake/go
    status=0
    wait $waiting || status=$?
    [ "$status" = 2 ]
    grep -F "run 'out/1' is complete" waited
    [ "$(renders)" = 1 ]
}

@test "a signal ends everything" {
    for signal in INT TERM HUP; do
        rm -rf out fake/renders.log
        export FAKE_PARAMS='{"00000000":{"sleep":600}}'
        env --default-signal=INT rv render scene.py --resolution 8,6 2>err &
        wait_until [ -e fake/renders.log ]
        kill -s $signal $!
        status=0
        wait $! || status=$?
        [ $status = $((128 + $(kill -l $signal))) ] || { echo "$signal: $status"; return 1; }
        no_orphans
        nothing ls -A out
        run -1 grep -v '^rv-blend: 0 of 1 done, in 0:' err
    done
}

@test "a stage that is killed is told, and the run can be resumed" {
    export FAKE_PARAMS='{"00000001":{"sleep":600}}'
    for stage in rv-blend rv-mask; do
        rm -rf out fake/renders.log
        render scene.py -n 2 2>err &
        rv=$!
        wait_until grep -q 00000001 fake/renders.log
        wait_until [ -e out/1/00000000/.rv-mask.json ]
        pid=$(marked_processes | awk -v stage="$stage" '$2 ~ "/" stage "$" && !n++ { print $1 }')
        kill -9 "$pid"
        status=0
        wait $rv || status=$?
        [ $status = 3 ] || { echo "$stage: $status"; cat err; return 1; }
        grep -q "'$stage' was ended by signal 9" err
        [ ! -e out/1/_meta.json ]
        no_orphans
    done
    FAKE_PARAMS='' run -0 rv render --resume
    [ "$(meta '.samples | length')" = 2 ]
}

@test "a full disk fails, and a summary is whole or not there" {
    need_failio
    run -3 failio 'write:ENOSPC:*_meta.json*' rv render scene.py --resolution 8,6
    [ ! -e out/1/_meta.json ]
    no_orphans
    run -3 failio 'write:ENOSPC:*/1/._meta.json*' rv render scene.py --resolution 8,6 -o two
    [[ $output == *'No space left'* ]]
    [ ! -e two/1/_meta.json ]
    run -0 rv render --resume -o two
    [ -e two/1/_meta.json ]
    no_partials two
}

# ---- Blender ----

@test "Blender: two runs are the same, labels are there, the version is told" {
    need_blender
    unset FAKE_DIR
    RV_BLENDER=$(command -v blender)
    cp "$RV_ROOT/examples/1_primitives/main.py" scene.py 2>/dev/null || cp "$RV_ROOT"/examples/1_primitives/*.py scene.py
    rv render scene.py -n 2 --seed 5 --resolution 48,32 --max-samples 1 --json >records
    rv render scene.py -n 2 --seed 5 --resolution 48,32 --max-samples 1
    same_tree out/1 out/2
    same_output 'jq -r .blender out/1/_meta.json' '"$RV_BLENDER" --version | sed -n "1s/Blender //p"'
    [ "$(jq -s 'map(.annotations | length) | min > 0' records)" = true ]
    run -0 --separate-stderr rv-verify out/1
}

# ---- options of the tools ----

@test "a complete run grows" {
    rv render scene.py -n 2 --seed seq --resolution 8,6
    sha256sum out/1/*/Image.png >before
    run -0 --separate-stderr rv render scene.py -n 4 --seed seq --resolution 8,6 --run 1
    sha256sum -c before
    [ "$(jq -c .samples out/1/_meta.json)" = '["00000000","00000001","00000002","00000003"]' ]
    [ "$(wc -l <"$FAKE_DIR/renders.log")" = 4 ]
    # By chance: nobody knows the seeds any more.
    run -2 rv render scene.py -n 5 --resolution 8,6 --run 1
    [[ $output == *"run 'out/1' is complete, and seeds that were drawn by chance are not known any more"* ]]
    run -2 rv render --run 1
    [[ $output == *"run 'out/1' is complete; for more samples give the scene and its options again, with --run and a larger -n"* ]]
}

@test "one seed for all samples is said" {
    run -0 --separate-stderr rv render scene.py -n 3 --seed 42 --resolution 8,6
    [[ $stderr == *'warning: --seed 42 is the seed of all 3 samples, which are the same: --seed seq gives each its own'* ]]
}

@test "what rv-mux does not take is told before anything is rendered" {
    for given in '--format coko' '--format=coco:layout=x' '-f coco,yolo:task=none' '-f coco --split 0.8,0.2' \
        '--split=0.8,0.2' '-f coco --split-by .id' '-f webdataset,coco --consume' '-f hf --info colour=red'; do
        # shellcheck disable=SC2086 # words
        run -2 rv render scene.py -n 1 -o none $given
        [[ ${lines[0]} == 'rv-mux: error: '* ]]
        [ "${lines[1]}" = 'rv render: error: nothing was rendered' ]
        [ ! -e none ]
    done
}

@test "it takes the options of the tools under it, and makes a dataset" {
    run -0 --separate-stderr render scene.py -n 3 --param 'hue=uniform(0,1)' --start=5 -f coco,webdataset --split 1,1,1 \
        --min-area 3 --retries=0 --log logs
    [ "${stderr_lines[-1]}" = 'rv render: 3 samples in out/1, a dataset in out/1/dataset' ]
    [ "$(ls out/1 | xargs)" = '00000005 00000006 00000007 _meta.json dataset' ]
    jq -se 'all(.params.hue)' out/1/*/_meta.json
    [ "$(ls out/1/dataset/coco/annotations | wc -l)" -ge 1 ]
    ls logs/worker-1.log
    rv-verify out/1/dataset
    # What was given stays with the run.
    export FAKE_PARAMS='{"s01":{"fault":"scene_error"}}'
    run -1 render scene.py -n 2 -o two --id 's%02d' --format coco
    export FAKE_PARAMS=
    run -0 rv render --resume -o two
    [ "$(ls two/1 | xargs)" = '_meta.json dataset s00 s01' ]
    rv-verify two/1/dataset
}

@test "the words of rv-blend and the older ones" {
    [ "$(request --samples 7 --device cpu -j1 | jq -c '.settings | [.samples, .device]')" = '[7,"cpu"]' ]
    rm -r out
    [ "$(request --max-samples 7 --gpu-backend CPU -p1 | jq -c '.settings | [.samples, .device]')" = '[7,"cpu"]' ]
}

@test "an option that nobody has" {
    for given in '--fromat coco|--format' '--sampels 3|--samples' '--min-aera 3|--min-area' '--parma x=1|--param'; do
        run -2 render scene.py ${given%|*}
        [[ ${lines[0]} == "rv render: error: no option '${given%% *}', did you mean '${given#*|}'?" ]]
    done
    run -2 render scene.py -Z
    [[ ${lines[0]} == "rv render: error: no option '-Z'" ]]
    [ ! -e out ]
}
