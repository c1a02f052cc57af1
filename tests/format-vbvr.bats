# SPDX-License-Identifier: MIT
# VBVR: what its tools read, in each of its dialects; what is refused. What rv-verify must find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq ffprobe
    need_module yaml # of hf_check.py, which counts frames
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

tasks() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" --frames 3 --size 33x24 | jq -c '.prompt = "é \(.index)?\n"'
}

@test "each dialect has the folders and files that its tools want" {
    tasks 2 --views left | jq -c 'if .index == 0 then .metadata = {name: "\"é\"\n", floors: 7, ratio: 0.12345678,
        small: 0.0000004, tiny: 0.00002, big: 1e16, half: -2.5, whole: 3.0, none: null, list: [1e3, true, {b: 1, a: null}],
        "Z": {}, "é": []} else . end' >in
    for dialect in template bench-in bench-out multistep; do
        rv-mux -f vbvr:dialect=$dialect:task=O-1_ball,webdataset -o $dialect <in >out.jsonl
        cmp in out.jsonl
        [ "$("$PYTHON" "$RV_ROOT/tests/lib/vbvr_check.py" $dialect/vbvr in $dialect O-1_ball)" = "4 tasks" ]
        rv-verify --deep $dialect
    done
}

@test "numbers are written as Python writes them, so that hashes agree" {
    "$PYTHON" - >numbers <<'END2'
import json, random
draw = random.Random(1)
for power in range(-9, 20):
    print(json.dumps([draw.uniform(-1, 1) * 10.0**power, float(10**abs(power)), draw.randrange(10**19)]))
END2
    tasks 1 | jq -c '.metadata.numbers = "there"' >one
    "$PYTHON" - one numbers >in <<'END2'
import sys
print(open(sys.argv[1]).read().strip().replace('"there"', "[" + ",".join(open(sys.argv[2]).read().split("\n")[:-1]) + "]"))
END2
    rv-mux -f vbvr -o ds <in >/dev/null
    [ "$("$PYTHON" "$RV_ROOT/tests/lib/vbvr_check.py" ds/vbvr in template rv)" = "1 tasks" ]
}

@test "what has no prompt, no frames or no name that a folder can have is refused" {
    tasks 1 >in
    for change in 'del(.prompt)' '.prompt = ""' '.prompt = 7'; do
        jq -c "$change" in >bad
        run -1 rv-mux -q -f vbvr -o none <bad
        [[ $output == *"format vbvr needs field 'prompt', a text that is not empty"*"self.set_prompt"* ]]
    done
    jq -c '.metadata.x = "there"' in | sed 's/"there"/1.5e999/' >bad
    run -1 rv-mux -q -f vbvr -o none <bad
    [[ $output == *"field 'metadata': a number is too large"* ]]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 | jq -c '.prompt = "x"' >still
    run -1 rv-mux -q -f vbvr -o none <still
    [[ $output == *"format vbvr needs field 'frames'"* ]]
    for task in '' a/b ..; do
        run -2 rv-mux -q -f "vbvr:task=$task" -o none <in
        [[ $output == *"format vbvr: task '$task' must be 1..128 letters, digits, '-' and '_'"* ]]
    done
    long=$(printf '%0128d' 0)
    tasks 1 --views "v$(printf '%0126d' 0)" >in
    run -1 rv-mux -q -f "vbvr:task=$long" -o none <in
    [[ $output == *"format vbvr: a folder's name would have 265 bytes, the most is 255"* ]]
}
