#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-gen: the generator protocol, failures that cost one record, directories of their own, nothing left behind.

load lib/common

setup() {
    rv_setup
    need jq
}

# records N: s0, s1, ... with seeds 0, 1, ...
records() {
    local i
    for ((i = 0; i < $1; i++)); do
        printf '{"id":"s%d","seed":%d,"seed_mode":"seq","x":1.10}\n' "$i" "$i"
    done
}

# program NAME: makes an executable shell script of stdin.
program() {
    { echo '#!/bin/sh'; cat; } >"$1"
    chmod +x "$1"
}

# one STATUS ARG...: rv-gen on one record ends with that status.
one() {
    run -"$1" --separate-stderr rv-gen "${@:2}" <<<'{"id":"a","seed":1}'
}

# fails CODE TEXT ARG...: the record becomes an error of that kind whose message holds TEXT; `gen` is not there.
fails() {
    one 1 "${@:3}"
    jq -e --arg code "$1" --arg text "$2" \
        '.error.tool == "rv-gen" and .error.code == $code and (.error.message | contains($text)) and (has("gen") | not)' \
        <<<"$output" >/dev/null || { echo "$output"; return 1; }
}

@test "the request has params, seed, seed_mode, root_dir and work_dir" {
    run --separate-stderr -0 rv-gen "jq -c '{result: .}'" <<<'{"id":"a","seed":7,"seed_mode":"rand","params":{"k":[1]}}'
    [ "$(jq -c .gen.gen <<<"$output")" = "{\"params\":{\"k\":[1]},\"seed\":7,\"seed_mode\":\"rand\",\"root_dir\":\"$PWD\",\"work_dir\":\"$PWD/generated/_rv_gen/a\"}" ]
    [ -d generated/_rv_gen/a ]
    run --separate-stderr -0 rv-gen "jq -c '{result: .}'" <<<'{"id":"a","seed":7,"params":null}'
    [ "$(jq -c '.gen.gen | keys' <<<"$output")" = '["params","root_dir","seed","work_dir"]' ]
    [ "$(jq -c .gen.gen.params <<<"$output")" = '{}' ]
}

@test "the program runs in the working directory with rv-gen's environment" {
    program p <<<'printf "{\"result\":[\"%s\",\"%s\"]}" "$(pwd)" "$RV_KEPT"'
    RV_KEPT=yes one 0 ./p
    [ "$(jq -c .gen.gen <<<"$output")" = "[\"$PWD\",\"yes\"]" ]
}

@test "--param overlays params: JSON when it parses, else a string, as one wrote it" {
    program p <<<'tee request >/dev/null; echo "{\"result\":null}"'
    run --separate-stderr -0 rv-gen --param a=1.50 -p b=true -p 'c=[1, 2]' -p d=text -p e= -p 'f="q"' -p g=a=b ./p \
        <<<'{"id":"a","seed":1,"params":{"a":0,"z":2.0}}'
    grep -F '"params":{"a":1.50,"z":2.0,"b":true,"c":[1,2],"d":"text","e":"","f":"q","g":"a=b"},' request
}

@test "a result that makes the record deeper than a line may be is an error" {
    cat >deep <<'END'
import json, sys
depth = json.load(sys.stdin)["seed"]
print('{"result":' + "[" * depth + "]" * depth + "}")
END
    printf '{"id":"a","seed":248}\n{"id":"b","seed":249}\n' >in
    rv-gen -- python3 ./deep <in >out 2>/dev/null || [ $? = 1 ]
    jq -es '(.[0] | has("gen")) and (.[1] | .error.code == "limit" and (has("gen") | not))' out
    # The next tool reads both.
    rv-verify --where false <out >again 2>/dev/null || [ $? = 1 ]
    cmp out again
}

@test "operands are a command as they stand; one with blanks is the shell's" {
    program 'p q' <<<'printf "{\"result\":\"%s\"}" "$1|$2|$#"'
    one 0 -- "$PWD/p q" 'a b' '$(touch pwned)'
    [ "$(jq -r .gen.gen <<<"$output")" = 'a b|$(touch pwned)|2' ]
    one 0 -- printf '%s' '{"result":-0}'
    [ "$(jq -c .gen.gen <<<"$output")" = '-0' ]
    one 0 'x=5; echo "{\"result\":$x}"'
    [ "$(jq -c .gen.gen <<<"$output")" = '5' ]
    [ ! -e pwned ]
}

@test "nothing of a record reaches a shell" {
    run -0 --separate-stderr rv-gen "jq -c '{result: .params.p}'" \
        <<<'{"id":"a","seed":1,"params":{"p":"$(touch pwned)`touch pwned`; touch pwned"}}'
    [ "$(jq -r .gen.gen <<<"$output")" = '$(touch pwned)`touch pwned`; touch pwned' ]
    [ ! -e pwned ]
}

@test "the result keeps every digit, the record every byte" {
    program p <<'END'
cat <<'JSON'

  { "other" : 1, "result" : { "n" : [ 12345678901234567890123, 1.10, 1E400 ],
    "s" : "a b\u00e9 \"" } }

JSON
END
    run --separate-stderr -0 rv-gen -n wood ./p <<<'{ "id":"a", "seed":1, "big":10000000000000000000001, "gen":{"x":1.0} }'
    [ "$output" = '{ "id":"a", "seed":1, "big":10000000000000000000001, "gen":{"x":1.0,"wood":{"n":[12345678901234567890123,1.10,1E400],"s":"a b\u00e9 \""}} }' ]
}

@test "results of several generators stand side by side" {
    pipe --separate-stderr -0 "echo '{\"id\":\"a\",\"seed\":1}' | rv-gen -n one 'echo {\\\"result\\\":1}' | rv-gen -n two 'echo {\\\"result\\\":null}'"
    [ "$(jq -c .gen <<<"$output")" = '{"one":1,"two":null}' ]
}

@test "a program that fails is an error record with the tail of what it said; the stream goes on" {
    program p <<'END'
read -r request
case $request in
*'"seed":1,'*) echo "first line" >&2; seq 100000 >&2; echo "why it failed" >&2; exit 7 ;;
*'"seed":2,'*) kill -SEGV $$ ;;
esac
echo '{"result":"fine"}'
END
    records 4 >in
    run --separate-stderr -1 rv-gen -j2 ./p <in
    [ "${#lines[@]}" -eq 4 ]
    [ "$(jq -r .id <<<"$output" | tr '\n' ' ')" = 's0 s1 s2 s3 ' ]
    [ "$(jq -r '.gen.gen // .error.code' <<<"$output" | tr '\n' ' ')" = 'fine generator_failed generator_failed fine ' ]
    [[ ${lines[1]} == *'"x":1.10'* ]]
    jq -e '.error.message | (contains("exit status 7") and endswith("why it failed") and (contains("first line") | not))' <<<"${lines[1]}"
    jq -e '.error.message | contains("signal 11")' <<<"${lines[2]}"
    [[ $stderr == *"s1: "*"exit status 7"* ]]
}

@test "answers that break the protocol" {
    fails generator_failed 'wrote nothing' true
    fails generator_failed 'wrote nothing' 'echo; echo'
    fails generator_failed 'not one JSON object' 'echo not json'
    fails generator_failed 'not one JSON object' 'echo "[1]"'
    fails generator_failed 'not one JSON object' 'echo "{\"result\":1} {\"result\":2}"'
    fails generator_failed 'not one JSON object' 'echo "{\"result\":1"'
    fails generator_failed 'not one JSON object' 'printf "{\"result\":\"\\377\"}"'
    fails generator_failed 'not one JSON object' 'printf "{\"result\":1}\\000"'
    fails generator_failed "no member 'result'" 'echo "{\"Result\":1}"; echo complaint >&2'
    [[ $output == *complaint* ]]
    fails generator_failed 'only on stdout' 'echo only on stdout; exit 1'
}

@test "an answer over the limit is an error, and its program is ended" {
    fails limit '16777216 bytes' 'yes'
    no_orphans
}

@test "--type str and num" {
    one 0 -t str 'echo "{\"result\":\"\"}"'
    [ "$(jq -c .gen.gen <<<"$output")" = '""' ]
    fails bad_result 'not a string' -t str 'echo "{\"result\":5}"'
    one 0 -t num 'echo "{\"result\":-1.50e1}"'
    [[ $output == *'"gen":{"gen":-1.50e1}'* ]]
    local bad
    for bad in true null '\"1\"' '[]' 1e999; do
        fails bad_result 'not a finite number' -t num "echo \"{\\\"result\\\":$bad}\""
    done
}

@test "--type path: must exist, comes out relative to the working directory" {
    program p <<'END'
work=$(jq -r .work_dir)
mkdir -p "$work/sub" && : >"$work/sub/wood.png"
printf '{"result":"%s"}' "$(eval "echo $1")"
END
    local answer
    for answer in sub/wood.png ./sub//wood.png '$work/sub/wood.png' sub/../sub/wood.png; do
        one 0 -t path ./p "$answer"
        [ "$(jq -r .gen.gen <<<"$output")" = generated/_rv_gen/a/sub/wood.png ]
    done
    # By another name of the same directory, and from outside.
    ln -s "$PWD" "$BATS_TEST_TMPDIR/../alias-$BATS_TEST_NUMBER"
    one 0 -t path ./p "$BATS_TEST_TMPDIR/../alias-$BATS_TEST_NUMBER/generated/_rv_gen/a/sub/wood.png"
    [ "$(jq -r .gen.gen <<<"$output")" = generated/_rv_gen/a/sub/wood.png ]
    one 0 -t path ./p /etc/passwd
    [ "$(jq -r .gen.gen <<<"$output")" = /etc/passwd ]
    fails bad_result "'missing.png', which is not in the work directory, the request's work_dir" -t path ./p missing.png
    fails bad_result "'/no/missing.png', which is not there" -t path ./p /no/missing.png
    fails bad_result 'not a path' -t path 'echo "{\"result\":\"\"}"'
    fails bad_result 'not a path' -t path 'echo "{\"result\":1}"'
    fails bad_result 'not a path' -t path 'echo "{\"result\":\"a\\u0000b\"}"'
}

@test "a path keeps no trace of where the tree lies" {
    program p <<<'work=$(jq -r .work_dir); : >"$work/f"; echo "{\"result\":\"f\"}"'
    mkdir one two
    (cd one && records 3 | rv-gen -t path ../p) >a
    (cd two && records 3 | rv-gen -t path ../p) >b
    cmp a b
}

@test "parallel generators that write the same file name do not meet; the order is kept" {
    program p <<'END'
request=$(cat)
work=$(jq -r .work_dir <<JSON
$request
JSON
)
seed=$(jq -r .seed <<JSON
$request
JSON
)
[ -z "$(ls -A "$work")" ] || exit 9
echo "$seed" >"$work/out.txt"
[ $((seed % 3)) -ne 0 ] || sleep 0.2
echo "{\"result\":\"$(cat "$work/out.txt")\"}"
END
    records 20 >in
    rv-gen -j8 ./p <in >out
    rv-gen -j1 --gen-dir g1 ./p <in >out1
    cmp out out1
    [ "$(jq -r '"\(.id)=\(.gen.gen)"' out | xargs)" = "$(seq 0 19 | sed 's/.*/s&=&/' | xargs)" ]
}

@test "they do run side by side" {
    # Each waits for the five others.
    program p <<<': >"here.$$"; until [ "$(ls here.* | wc -l)" = 6 ]; do sleep 0.05; done; echo "{\"result\":1}"'
    records 6 >in
    rv-gen -j6 --timeout $HANGS_S ./p <in >out
    [ "$(wc -l <out)" -eq 6 ]
}

@test "a work directory is empty at the start of each run" {
    program p <<<'work=$(jq -r .work_dir); n=$(ls -A "$work" | wc -l); mkdir "$work/d"; : >"$work/d/f"; echo "{\"result\":$n}"'
    one 0 ./p
    one 0 ./p
    [ "$(jq .gen.gen <<<"$output")" -eq 0 ]
}

@test "--gen-retain: all, last and none; nothing of others is touched" {
    mkdir -p generated/_rv_foreign/x generated/other
    touch generated/_rv_foreign/x/file generated/file
    records 2 | rv-gen 'echo "{\"result\":1}"' >/dev/null
    echo '{"id":"b","seed":1}' | rv-gen --name two 'echo "{\"result\":1}"' >/dev/null
    echo '{"id":"b","seed":1}' | rv-gen 'echo "{\"result\":1}"' >/dev/null
    [ "$(ls generated/_rv_gen | xargs)" = 'b s0 s1' ]
    echo '{"id":"c","seed":1}' | rv-gen --gen-retain last 'echo "{\"result\":1}"' >/dev/null
    [ "$(ls generated/_rv_gen)" = c ]
    echo '{"id":"d","seed":1}' | rv-gen --gen-retain none 'ls generated/_rv_gen >seen; echo "{\"result\":1}"' >/dev/null
    [ "$(cat seen)" = d ]
    [ ! -e generated/_rv_gen ]
    [ "$(find generated -mindepth 1 ! -name '.*' -printf '%P\n' | sort | xargs)" = \
        '_rv_foreign _rv_foreign/x _rv_foreign/x/file _rv_two _rv_two/b file other' ]
    run -2 rv-gen --name foreign true <<<'{"id":"x","seed":1}'
    [[ $output == *'not made by rv-gen'* ]]
    [ -f generated/_rv_foreign/x/file ]
}

@test "--gen-retain does not pull the ground from under another run" {
    program slow <<<'work=$(jq -r .work_dir); : >"$work/f"; : >started; while [ ! -e go ]; do sleep 0.05; done; ls "$work" >seen; echo "{\"result\":1}"'
    echo '{"id":"a","seed":1}' | rv-gen ./slow >out &
    wait_until [ -e started ]
    echo '{"id":"b","seed":1}' | rv-gen --gen-retain last 'echo "{\"result\":1}"' >/dev/null
    echo '{"id":"c","seed":1}' | rv-gen --gen-retain none 'echo "{\"result\":1}"' >/dev/null
    touch go
    wait $!
    [ "$(cat seen)" = f ]
    [ "$(jq .gen.gen out)" = 1 ]
}

@test "--gen-retain none removes its files when a signal ends the run" {
    program slow <<<': >started; sleep 1000'
    echo '{"id":"a","seed":1}' >in
    rv-gen --gen-retain none ./slow <in >out 2>err &
    local pid=$!
    wait_until [ -e started ]
    kill -TERM $pid
    local status=0
    wait $pid || status=$?
    [ "$status" -eq 143 ]
    [ ! -e generated/_rv_gen ]
    no_orphans
}

@test "--gen-dir" {
    one 0 --gen-dir elsewhere/deep 'jq -c "{result: .work_dir}"'
    [ "$(jq -r .gen.gen <<<"$output")" = "$PWD/elsewhere/deep/_rv_gen/a" ]
    [ ! -e generated ]
    touch file
    one 3 --gen-dir file/x true
    [ -z "$output" ]
}

@test "--timeout kills the program and what it started" {
    program p <<<"trap '' TERM INT; sleep 1000 & echo \"started \$!\" >&2; wait; sleep 1000"
    local limit
    for limit in 0.3 3 30; do # until it has got so far
        fails timeout "longer than $limit s" --timeout $limit ./p
        no_orphans
        [[ $output != *'started '* ]] || break
    done
    [[ $output == *'started '* ]]
    one 0 --timeout 0 'echo "{\"result\":1}"'
}

@test "what a program leaves running is ended with it" {
    SECONDS=0
    one 0 'sleep 1000 & echo "{\"result\":1}"'
    [ "$SECONDS" -lt $HANGS_S ]
    no_orphans
}

@test "kill -9 of rv-gen, or of its whole group, leaves no process" {
    program p <<<'sleep 1000 & : >"started.$$"; sleep 1000; wait'
    records 4 >in
    local how
    for how in one group; do
        rm -f started.*
        setsid rv-gen -j4 ./p <in >out &
        local pid=$!
        wait_until prints 4 find . -name 'started.*'
        if [ $how = one ]; then kill -9 $pid; else kill -9 -- -$pid; fi
        wait $pid || true
        no_orphans
    done
}

# ---- persistent programs ----

# One that counts its starts, and its answers; told by params it misbehaves.
persistent() {
    cat >./counter <<'END'
#!/usr/bin/env python3
import json, os, sys, time

with open("starts", "a") as file:
    file.write("start\n")
n = 0
for line in sys.stdin:
    request = json.loads(line)
    n += 1
    fault = request["params"].get("fault")
    if fault == "die":
        print("out of ideas", file=sys.stderr)
        sys.exit(3)
    if fault == "hang":
        time.sleep(600)
    if fault == "twice":
        sys.stdout.write("{}\n" * 2)
    if fault == "chatter":
        sys.stderr.write("chatter\n" * 100000)
    with open(os.path.join(request["work_dir"], "file"), "w") as file:
        file.write(str(request["seed"]))
    print(json.dumps({"result": [request["seed"], n]}), flush=True)
END
    chmod +x counter
}

@test "--persistent: one process answers line after line" {
    persistent
    records 50 | rv-gen -j1 --persistent ./counter >out
    [ "$(jq -c '.gen.gen' out | paste -sd' ')" = "$(seq 0 49 | awk '{ print "[" $1 "," $1 + 1 "]" }' | paste -sd' ')" ]
    [ "$(wc -l <starts)" = 1 ]
    [ "$(cat generated/_rv_gen/s49/file)" = 49 ]
    # As many as jobs; the answers are those of programs that run once.
    rm starts
    records 200 | rv-gen -j4 --persistent ./counter >out
    [ "$(wc -l <starts)" -le 4 ]
    [ "$(jq -c '.gen.gen[0]' out | paste -sd' ')" = "$(seq 0 199 | paste -sd' ')" ]
    no_orphans
}

@test "--persistent: a failure costs one record, the program is started anew" {
    persistent
    for case in 'die generator_failed exit status 3 before it answered: out of ideas' 'hang timeout longer than 2 s' \
        'twice generator_failed more than a line'; do
        read -r fault code text <<<"$case"
        rm -f starts
        records 6 | jq -c --arg f "$fault" 'if .seed == 2 then .params.fault = $f else . end' >in
        run -1 --separate-stderr rv-gen -j1 --persistent --timeout 2 ./counter <in
        [ "$(jq -c '.gen.gen // .error.code' <<<"$output" | paste -sd' ')" = "[0,1] [1,2] \"$code\" [3,1] [4,2] [5,3]" ]
        jq -se --arg text "$text" 'map(select(.error))[0].error.message | contains($text)' <<<"$output"
        [ "$(wc -l <starts)" = 2 ]
    done
    records 3 | jq -c '.params.fault = "chatter"' | rv-gen -j1 --persistent ./counter >out
    [ "$(jq -c '.gen.gen[1]' out | paste -sd' ')" = '1 2 3' ]
    no_orphans
}

@test "--persistent: ends with rv-gen, however that ends" {
    persistent
    mkfifo in
    rv-gen --persistent ./counter <in >out &
    pid=$!
    exec 5>in
    records 1 >&5
    wait_until [ -s out ]
    kill -KILL $pid
    exec 5>&-
    no_orphans
    records 2 | jq -c '.params.fault = "hang"' >lines
    rv-gen --persistent ./counter <lines >out 2>/dev/null &
    pid=$!
    wait_until prints 2 cat starts
    kill -TERM $pid
    status=0
    wait $pid || status=$?
    [ $status = 143 ]
    no_orphans
}

@test "--memory: a program that wants more fails by itself" {
    [[ $RV_BIN != */asan/* && $RV_BIN != */tsan/* ]] || skip "a sanitizer takes the room"
    cat >hog <<'END'
#!/usr/bin/env python3
import json, sys
request = json.load(sys.stdin)
block = bytearray(request["params"]["mib"] << 20)
print(json.dumps({"result": len(block) >> 20}))
END
    chmod +x hog
    one 0 --memory 400M -p mib=50 ./hog
    [ "$(jq .gen.gen <<<"$output")" = 50 ]
    fails generator_failed MemoryError --memory 400M -p mib=500 ./hog
    one 0 -p mib=500 ./hog
}

# ---- the cache ----

# cached N ARG...: rv-gen with a cache on 4 records succeeds, and the program runs N times.
cached() {
    local n=$1
    shift
    : >runs
    records 4 | rv-gen --cache cache "$@" >out
    [ "$(wc -l <runs)" = "$n" ] || { echo "$(wc -l <runs) runs, not $n"; return 1; }
}

@test "--cache: the same program to the same request is not run again" {
    program p <<'END'
echo run >>runs
read -r request
work=$(echo "$request" | jq -r .work_dir)
mkdir -p "$work/deep"
echo "$request" | jq .seed >"$work/deep/seed"
echo '{"result": "deep/seed"}'
END
    echo one >data
    cached 4 -t path ./p
    cp out first
    rm -r generated
    cached 0 -t path ./p
    cmp first out
    [ "$(cat generated/_rv_gen/s3/deep/seed)" = 3 ]
    # Another place, another name: the same content.
    cached 0 -t path --gen-dir elsewhere -n other ./p
    [ "$(jq -r .gen.other out | head -n 1)" = elsewhere/_rv_other/s0/deep/seed ]
    # Parameters, a declared file, the program itself.
    cached 4 -t path -p k=1 ./p
    cached 4 -t path --file data ./p
    cached 0 -t path --file data ./p
    echo two >data
    cached 4 -t path --file data ./p
    echo '# changed' >>p
    cached 4 -t path ./p
    # A file that a shell command names.
    cached 4 -t path 'sh ./p'
    cached 0 -t path 'sh ./p'
    echo '# again' >>p
    cached 4 -t path 'sh ./p'
    no_partials cache
}

@test "--cache: failures are not kept, nor is what was damaged or names its place" {
    program p <<'END'
echo run >>runs
[ ! -e fail ] || exit 1
echo '{"result": 1}'
END
    touch fail
    records 4 | run -1 rv-gen --cache cache ./p
    rm fail
    cached 4 ./p
    for entry in cache/*; do
        rm "$entry/answer"
    done
    cached 4 ./p
    cached 0 ./p
    program q <<'END'
echo run >>runs
read -r request
echo "$request" | jq -c '{result: .work_dir}'
END
    cached 4 -n q ./q
    cached 4 -n q ./q
    run -2 rv-gen --file data ./p </dev/null
    run -3 rv-gen --cache cache --file no-data ./p </dev/null
}

@test "examples/9_generator: the same captions in three languages" {
    need node
    examples=$RV_ROOT/examples/9_generator
    rv-seed seq 12 | rv-gen -j2 --persistent -- python3 "$examples/caption.py" >python
    [ "$(jq -r .gen.gen python | head -n 2 | paste -sd,)" = 'a photo of a signpost at dawn,a photo of a fork in the road at noon' ]
    rv-seed seq 12 | rv-gen -j2 --persistent "$examples/caption.sh" | cmp - python
    rv-seed seq 12 | rv-gen -j2 --persistent -- node "$examples/caption.mjs" | cmp - python
    rv-seed seq 12 | rv-gen -j2 "$examples/caption.sh" | cmp - python
}

@test "what is missing is named with what to install" {
    run -3 rv-gen uv run ./gen.py </dev/null
    [[ $output == *"there is no program 'uv' (install uv: "* ]]
    printf '#!/usr/bin/env -S conda run python3\n' >gen.py
    chmod +x gen.py
    mkdir empty
    fails generator_failed 'Miniforge' env PATH=/usr/bin:/bin ./gen.py
    fails generator_failed 'Miniforge' 'PATH=/usr/bin:/bin conda run'
    printf '#!/usr/bin/env python3\nimport no_such_module\n' >gen.py
    fails generator_failed "install 'no_such_module' for the Python that runs it, or let uv run it: uv run --with no_such_module" ./gen.py
}

@test "a program that does not exist is told before anything is read" {
    one 3 ./no-such
    [ -z "$output" ]
    [[ $stderr == *"'./no-such'"* ]]
    one 3 no-such-program-anywhere
    [ -z "$output" ]
}

@test "one that cannot be executed is an error record" {
    printf '\1\2\3' >junk
    chmod +x junk
    fails child "'./junk'" ./junk
}

@test "wrong usage" {
    run -2 rv-gen </dev/null
    [[ $output == *'no generator program'* ]]
    run -2 rv-gen ' ' </dev/null
    run -2 rv-gen '' </dev/null
    run -2 rv-gen -j0 true </dev/null
    run -2 rv-gen -j 1.5 true </dev/null
    run -2 rv-gen --param x true </dev/null
    [[ $output == *"'x' is not NAME=VALUE"* ]]
    run -2 rv-gen --param =x true </dev/null
    run -2 rv-gen --name ../x true </dev/null
    run -2 rv-gen --name '' true </dev/null
    run -2 rv-gen --type int true </dev/null
    run -2 rv-gen --gen-retain some true </dev/null
    run -2 rv-gen --timeout -1 true </dev/null
    run -2 rv-gen --gen-dir '' true </dev/null
    [ ! -e generated ]
}

@test "bad records are error records" {
    program p <<<'echo "{\"result\":1}"'
    cat >in <<'END'
nonsense
[1]
{"id":"a"}
{"id":"b","seed":-1}
{"id":"c","seed":1.5}
{"id":"d","seed":9007199254740992}
{"seed":1}
{"id":"../x","seed":1}
{"id":"e","seed":1,"params":[1]}
{"id":"f","seed":9007199254740991}
{"id":"f","seed":2}
{"id":"g","seed":1,"error":{"code":"x"}}
END
    run --separate-stderr -1 rv-gen -j3 ./p <in
    [ "${#lines[@]}" -eq 12 ]
    [ "$(jq -r '.error.code // .gen.gen' <<<"$output" | tr '\n' ' ')" = \
        "bad_json bad_json bad_record bad_record bad_record bad_record bad_record bad_record bad_record 1 duplicate_id x " ]
    [ ! -e generated/x ]
    [ ! -e x ]
}

@test "--where leaves records alone, --set comes first" {
    records 3 >in
    run --separate-stderr -0 rv-gen --set '.seed += 10' --where '.id == "s1"' 'jq -c "{result: .seed}"' <in
    [ "$(jq -c '.gen.gen' <<<"$output" | tr '\n' ' ')" = 'null 11 null ' ]
}

@test "empty input is an empty output; a reader that goes away ends it" {
    run -0 rv-gen true </dev/null
    [ -z "$output" ]
    pipe -141 "rv-seed seq inf | rv-gen -j2 'echo \"{\\\"result\\\":1}\"' | head -1"
    [ "${#lines[@]}" -eq 1 ]
    no_orphans
}

@test "a full disk is an error of the environment" {
    [ -w /dev/full ] || skip "no /dev/full"
    run -3 bash -c "rv-gen 'echo \"{\\\"result\\\":1}\"' <<<'{\"id\":\"a\",\"seed\":1}' >/dev/full"
}
