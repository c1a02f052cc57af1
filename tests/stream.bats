#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What all filters do with their stream: bad lines cost one record, the rest passes on byte for byte, and a standard
# descriptor that fails is told by the exit status.

load lib/common

FILTERS=(rv-mask rv-gen rv-verify)

setup() {
    rv_setup
    need jq
}

# pass FILTER [OPTION]...: the filter, told to work on no record; a later --where is the one that counts.
pass() {
    local filter=$1 operands=()
    shift
    [ "$filter" != rv-gen ] || operands=(-- false)
    "$filter" --where false "$@" "${operands[@]}"
}

# exits STATUS COMMAND...: as `run -STATUS`, but leaves the standard descriptors alone.
exits() {
    local expected=$1 got=0
    shift
    "$@" || got=$?
    [ "$got" -eq "$expected" ] || { echo "exit status $got, not $expected: $*" >&2; return 1; }
}

# bad CODE TEXT: the first of three lines is a record, the second became an error record of that kind whose message
# holds TEXT, the third is a record; all for each filter. The second line comes from stdin.
bad() {
    local filter
    { echo '{"id":"a"}'; cat; echo; echo '{"id":"c"}'; } >bad.in
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" <bad.in >out 2>err
        head -c 1000 out err
        [ "$(sed -n '1p;3p' out)" = $'{"id":"a"}\n{"id":"c"}' ]
        [ "$(wc -l <out)" -eq 3 ]
        sed -n 2p out | jq -e --arg tool "$filter" --arg code "$1" --arg text "$2" \
            '.line == 2 and .error.tool == $tool and .error.code == $code and (.error.message | contains($text))'
        grep -qF "$filter: error: line 2: " err
    done
}

@test "a line that is no JSON is an error record, the stream goes on" {
    printf 'nonsense' | bad bad_json "line 2: column 1: expected a value, found 'n'"
    printf '{"id":"b"' | bad bad_json 'line 2'
    printf '{"id":"b"} {}' | bad bad_json 'line 2'
    printf '{"n":01}' | bad bad_json 'line 2'
    printf '{"n":NaN}' | bad bad_json 'line 2'
}

@test "a line that is no object is an error record" {
    printf '[{"id":"b"}]' | bad bad_json 'expected an object, found an array'
    printf '"b"' | bad bad_json 'expected an object'
    printf 'null' | bad bad_json 'expected an object'
}

@test "NUL bytes" {
    printf '{"id":"b\0"}' | bad bad_json NUL
    printf '{"id":"b"}\0' | bad bad_json 'line 2'
    printf '\0\0\0' | bad bad_json 'line 2'
}

@test "invalid UTF-8" {
    printf '{"id":"\xff"}' | bad bad_json 'invalid UTF-8'
    printf '{"id":"\xc0\xaf"}' | bad bad_json 'invalid UTF-8'
    printf '{"id":"\xed\xa0\x80"}' | bad bad_json 'invalid UTF-8'
    printf '{"id":"\xc3' | bad bad_json 'invalid UTF-8'
}

@test "a member that comes twice" {
    printf '{"id":"b","id":"b"}' | bad bad_json "the key 'id' comes twice"
    printf '{"id":"b","i\\u0064":"b"}' | bad bad_json "the key 'id' comes twice"
}

@test "a line over 64 MiB is skipped, one of 64 MiB is not" {
    local filter
    # 65 MiB, and one byte too many. An error record passes without a filter's look into it.
    head -c 68157440 /dev/zero | tr '\0' a | bad too_long 'longer than 67108864 bytes'
    { printf '{"error":1,"x":"'; head -c 67108846 /dev/zero | tr '\0' a; printf '"}'; } >exact
    [ "$(wc -c <exact)" -eq 67108864 ]
    { cat exact; printf ' '; } | bad too_long 'longer than 67108864 bytes'
    { cat exact; echo; echo '{"id":"b"}'; } >in
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" <in >out 2>err
        cmp in out
    done
}

@test "a missing final newline is forgiven, blank lines and CR are no records" {
    local filter
    for filter in "${FILTERS[@]}"; do
        printf '\n \t\r\n{"id":"a"}\n\n{"id":"b"}' >in
        exits 0 pass "$filter" <in >out
        [ "$(cat out)" = $'{"id":"a"}\n{"id":"b"}' ]
        [ "$(wc -l <out)" -eq 2 ]
        # Blank lines count when a line is named.
        printf '\n\nx' >in
        exits 1 pass "$filter" <in >out 2>err
        [ "$(jq .line out)" -eq 3 ]
    done
}

@test "empty input is an empty output" {
    local filter
    for filter in "${FILTERS[@]}"; do
        exits 0 pass "$filter" -q </dev/null >out 2>err
        [ ! -s out ]
        [ ! -s err ]
        exits 0 pass "$filter" -q < <(printf '\n\n') >out 2>err
        [ ! -s out ]
        [ ! -s err ]
    done
}

@test "a standard input that is closed or cannot be read is an error of the environment" {
    local filter
    for filter in "${FILTERS[@]}"; do
        exits 3 pass "$filter" <&- >out 2>err
        grep -F "$filter: error: cannot read the input: Bad file descriptor" err
        exits 3 pass "$filter" <. >out 2>err
        grep -F "$filter: error: cannot read the input: Is a directory" err
        [ ! -s out ]
    done
}

@test "a standard output that is closed or full is an error of the environment, told once" {
    local filter
    [ -w /dev/full ] || skip "no /dev/full"
    # More than the buffer holds, so that writing fails in the middle as well.
    head -n 50000 < <(yes '{"id":"a"}') >many
    echo '{"id":"a"}' >one
    for filter in "${FILTERS[@]}"; do
        for in in one many; do
            exits 3 pass "$filter" <$in >&- 2>err
            [ "$(cat err)" = "$filter: error: cannot write the output: Bad file descriptor" ]
            exits 3 pass "$filter" <$in >/dev/full 2>err
            [ "$(cat err)" = "$filter: error: cannot write the output: No space left on device" ]
        done
    done
}

@test "a standard error that is closed or full changes nothing" {
    local filter
    printf '{"id":"a"}\nx\n' >in
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" <in >expected 2>err
        exits 1 pass "$filter" <in >out 2>&-
        cmp expected out
        exits 1 pass "$filter" <in >out 2>/dev/full
        cmp expected out
    done
}

@test "a reader that goes away ends a filter quietly, and nothing is left behind" {
    local filter
    for filter in "${FILTERS[@]}"; do
        exits 141 pass "$filter" < <(yes '{"id":"a"}') 2>err | head -n 1 >out
        [ "$(cat out)" = '{"id":"a"}' ]
        [ ! -s err ] || { cat err; return 1; }
    done
    no_orphans
}

@test "records with an error pass untouched, whatever --where and --set say" {
    local filter
    cat >in <<'END'
{ "id" : "a" ,"error":{"tool":"other","code":"x","message":"\u00e9\/"}, "n":1.0e+02 }
{"error":"text","unknown":[1.10,{"a":-0}],"id":7}
	{"error":false,"seed":-1}
{"error":{},"id":"a"}
{"error":[],"id":"a"}
END
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" -q --where true --set '.x = 1' <in >out 2>err
        cmp in out
        [ ! -s err ]
    done
    # null is none.
    echo '{"id":"a","error":null}' >in
    for filter in "${FILTERS[@]}"; do
        exits 0 pass "$filter" <in >out
        cmp in out
    done
}

@test "what no filter knows is kept, and each number to its last digit" {
    local filter
    cat >in <<'END'
{ "z" : 1.10, "id":"a", "big":123456789012345678901234567890, "tiny":1e-400, "huge":-1E+400, "zero":-0.0 }
{"\u0069d":"b","":null,"deep":[[[{"a":[{},[],""]}]]],"text":"\ud83d\ude00 \/ é ☃ \u0000","n":9007199254740993}
END
    for filter in "${FILTERS[@]}"; do
        exits 0 pass "$filter" <in >out
        cmp in out
        exits 0 pass "$filter" --set . <in >out
        cmp in out
    done
}

@test "--set splices in what it changes and leaves every other byte" {
    local filter
    echo '{ "id":"a", "n": 1.10 ,"o":{"k":1E2, "l":[1.0],"m" : 0},"big":123456789012345678901234567890, "gone":1 }' >in
    for filter in "${FILTERS[@]}"; do
        # None of them can work on it, which they say behind what --set made.
        exits 1 pass "$filter" --where true --set '.o.m = "x" | .new = {"a":[1]} | del(.gone)' <in >out 2>err
        sed -i 's/,"error":.*//' out
        diff - out <<<'{ "id":"a", "n": 1.10 ,"o":{"k":1E2, "l":[1.0],"m" : "x"},"big":123456789012345678901234567890,"new":{"a":[1]}'
    done
}

@test "--set that fails or gives no object is an error record" {
    local filter program
    printf '{"id":"a","n":1.0}\n{"id":"b","n":2.0}\n' >in
    for filter in "${FILTERS[@]}"; do
        for program in 'if .n == 1 then 1 else . end' 'if .n == 1 then [.] else . end' 'if .n == 1 then empty else . end' \
            'if .n == 1 then error("no") else . end' 'if .n == 1 then .n.x = 1 else . end'; do
            exits 1 pass "$filter" --set "$program" <in >out 2>err
            [ "$(wc -l <out)" -eq 2 ]
            [ "$(sed -n 2p out)" = '{"id":"b","n":2.0}' ]
            jq -es --arg tool "$filter" '.[0] | .id == "a" and .error.tool == $tool and .error.code == "filter" and
                (.error.message | startswith("--set: "))' out
            grep -F "$filter: error: a: --set: " err
        done
    done
}

@test "--where chooses what is worked on; what it makes fail is an error record" {
    local filter program
    printf '{"id":"a","seed":1,"n":1.0}\n{"id":"b","seed":2,"n":2.0}\n' >in
    for filter in "${FILTERS[@]}"; do
        # None of these records can be worked on, so that the one that was chosen carries an error.
        exits 1 pass "$filter" --where '.seed == 2' <in >out 2>err
        [ "$(head -n 1 out)" = '{"id":"a","seed":1,"n":1.0}' ]
        jq -es --arg tool "$filter" '.[1].id == "b" and .[1].error.tool == $tool and .[1].error.code != "filter"' out
        for program in null empty 'false, true' .missing; do
            exits 0 pass "$filter" --where "$program" <in >out
            cmp in out
        done
        exits 1 pass "$filter" --where 'if .seed == 1 then error("no") else false end' <in >out 2>err
        jq -es '.[0].error.code == "filter" and .[0].error.message == "--where: no" and (.[1] | has("error") | not)' out
    done
}

@test "--where sees what --set makes; a record that it leaves out passes as it came" {
    local filter status
    printf '{ "id":"a","seed":1, "n":1.0}\n{"id" : "b","seed":2,"n":2.0}\n' >in
    for filter in "${FILTERS[@]}" rv-mux; do
        status=0
        [ "$filter" != rv-mux ] || status=1 # it has nothing to make a dataset of
        exits $status pass "$filter" --set '.skip = true | del(.n)' --where '.skip | not' <in >out 2>err
        cmp in out
        exits 1 pass "$filter" --set '.take = (.id == "b")' --where '.take' <in >out 2>err
        [ "$(head -n 1 out)" = '{ "id":"a","seed":1, "n":1.0}' ]
        sed -n 2p out | grep -F '{"id" : "b","seed":2,"n":2.0,"take":true,"error":'
    done
    # rv-seed writes every record: as --set makes it where --where takes it, else as without --set.
    rv-seed seq 2 --set '.x = .index' --where '.x == 1' >out
    [ "$(jq -c .x out | xargs)" = "null 1" ]
    rv-seed seq 2 >plain
    rv-seed seq 2 --set '.x = 1' --where '.x == 2' >out
    cmp plain out
}

@test "--where false works on no record, and --set is applied to all" {
    echo '{"id":"a","seed":1}' >in
    for tool in rv-mask rv-verify 'rv-gen true'; do
        run -0 --separate-stderr $tool --json --where false --set '.x = 1' <in
        [ "$output" = '{"id":"a","seed":1,"x":1}' ]
    done
}

@test "--set never makes what the next tool could not read" {
    local filter program
    echo '{"id":"a"}' >in
    for filter in "${FILTERS[@]}" rv-mux; do
        for program in '.x = reduce range(250) as $i (1; [.])' '.x = reduce range(300) as $i (1; {k: .})' \
            'reduce range(5000) as $i (.; .["k\($i)"] = 1)'; do
            exits 1 pass "$filter" --where true --set "$program" <in >out 2>err
            jq -e '.id == "a" and .error.code == "limit" and (keys | length) == 2' out
        done
    done
    exits 1 rv-seed seq 1 --set '.x = reduce range(250) as $i (1; [.])' >out 2>err
    jq -e '.id == "00000000" and .error.code == "limit"' out
}

@test "a record that grows over what a line may hold is an error record that the next tool reads" {
    local filter
    # None of the filters can work on it, and the error is one member too many.
    jq -nc '{id: "a"} + (reduce range(4095) as $i ({}; .["k\($i)"] = 1))' >in
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" --where true <in >out 2>err
        jq -e --arg tool "$filter" '.id == "a" and .error.tool == $tool and .error.code == "limit" and (keys | length) == 2' out
        exits 0 pass "$filter" --where false <in >out
        cmp in out
    done
}

@test "filters see no file of the user, no environment, no clock" {
    local home=$BATS_TEST_TMPDIR/home filter name
    mkdir -p "$home/config/jq"
    printf 'def map(f): ["hijack"]; def q: 7;' | tee "$home/.jq" "$home/config/jq/m.jq" m.jq q.jq >/dev/null
    rv-seed seq 1 --set '.x = ([1, 2] | map(. + 1))' >expected
    for _ in file broken folder; do
        HOME=$home XDG_CONFIG_HOME=$home/config JQ_LIBRARY_PATH=$PWD rv-seed seq 1 --set '.x = ([1, 2] | map(. + 1))' >out
        cmp expected out
        run -2 env HOME="$home" rv-seed seq 1 --set '.x = q'
        if [ -d "$home/.jq" ]; then break; fi
        if grep -q 'def broken' "$home/.jq"; then
            rm "$home/.jq"
            mkdir "$home/.jq"
            cp m.jq q.jq "$home/.jq/"
        else
            echo 'def broken(' >"$home/.jq"
        fi
    done
    [ "$(TZ=Asia/Tokyo A=1 rv-seed seq 1 --set '.x = [env, $ENV, (0 | todate)]' | jq -c .x)" = '[{},{},"1970-01-01T00:00:00Z"]' ]
    for filter in "${FILTERS[@]}" rv-mux; do
        for name in now localtime mktime input input_line_number; do
            exits 2 pass "$filter" --set ".x = $name" </dev/null >out 2>err
            grep -F "$filter: error: --set: '.x = $name': no '$name' in filters" err
        done
        exits 2 pass "$filter" --where 'import "m" as m; m::q' </dev/null >out 2>err
        grep -F "no modules in filters" err
    done
}

# The tool is fed one record that it passes on and one at which the filter does not end; then comes the signal.
endless() { # SIGNAL FILTER OPTION PROGRAM
    local signal=$1 filter=$2 line
    shift 2
    rm -f in out
    mkfifo in out
    env --default-signal=INT bash -c 'exec "$@"' - "$filter" "$@" <in >out 2>err 3>&- &
    exec 7>in 8<out
    echo '{"id":"a","error":1}' >&7
    read -r -t $HANGS_S -u 8 line
    [ "$line" = '{"id":"a","error":1}' ]
    echo '{"id":"b","seed":1}' >&7
    kill -"$signal" $!
    exits $((128 + $(kill -l "$signal"))) wait $!
    run -1 read -r -t $HANGS_S -u 8 line # nothing of the second record
    exec 7>&- 8<&-
    [ ! -s err ] || { cat err; return 1; }
}

@test "one signal ends a tool that is inside a filter" {
    local filter signal
    for filter in rv-mask rv-verify rv-mux; do
        for signal in TERM INT; do
            endless $signal "$filter" --set 'def f: f; f'
            endless $signal "$filter" --where 'last(repeat(1))'
        done
    done
    endless TERM rv-gen --set 'def f: f; f' -- true
    # rv-seed has no input: a record too long to be kept back tells where it is.
    mkfifo seeds
    rv-seed seq inf --set 'if .index == 1 then (def f: f; f) else .pad = "x" * 200000 end' >seeds 2>err 3>&- &
    exec 8<seeds
    head -c 130000 <&8 >/dev/null
    kill -TERM $!
    exits 143 wait $!
    exec 8<&-
}

@test "one signal ends a tool that cannot write, within --grace" {
    mkfifo seeds
    rv-seed seq inf --grace 0.3 >seeds 2>err 3>&- &
    exec 8<seeds
    head -c 1 <&8 >/dev/null
    wait_until grep '^State:.S' /proc/$!/status # the pipe is full
    kill -TERM $!
    exits 143 wait $!
    exec 8<&-
    [ "$(cat err)" = "rv-seed: error: still at work 0.3 s after the signal (--grace): ended" ]
    # One that can ends at once, with whole lines only.
    rv-seed seq inf >lines 3>&- &
    wait_until [ -s lines ]
    kill -TERM $!
    exits 143 wait $!
    [ "$(tail -c 1 lines | od -An -c | tr -d ' ')" = '\n' ]
}

@test "--where and --set that do not compile are wrong usage, told before anything is read" {
    local filter option
    for filter in "${FILTERS[@]}"; do
        for option in --where --set; do
            exits 2 pass "$filter" $option '.a |' <&- >out 2>err
            [ ! -s out ]
            grep -F "$filter: error: $option: '.a |' is not a jq program" err
            exits 2 pass "$filter" $option 'nosuchfunction' <&- >out 2>err
            exits 2 pass "$filter" $option '$x' <&- >out 2>err
        done
    done
}

@test "a record arrives while the input stays open, half a line waits for its end" {
    local filter line
    mkfifo in out
    for filter in "${FILTERS[@]}"; do
        pass "$filter" -q <in >out 3>&- &
        exec 7>in 8<out
        for i in 1 2 3; do
            echo "{\"id\":\"$i\"}" >&7
            read -r -t $HANGS_S -u 8 line
            [ "$line" = "{\"id\":\"$i\"}" ]
        done
        printf '{"id":' >&7
        run -142 read -r -t 0.2 -u 8 line
        printf '"x"}\n' >&7
        read -r -t $HANGS_S -u 8 line
        [ "$line" = '{"id":"x"}' ]
        exec 7>&-
        exits 0 wait $!
        exec 8<&-
    done
}

@test "the order is kept over many records, long and short" {
    local filter
    awk 'BEGIN {
        for (long = "x"; length(long) < 200000; ) { long = long long }
        for (i = 0; i < 20000; i++) {
            print "{\"id\":\"" i "\",\"pad\":\"" (i % 5000 ? "" : long) "\"" (i % 3 ? "" : ",\"error\":1") "}"
        }
    }' >in
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" -q <in >out
        cmp in out
    done
}

# What the filter said, but for the sum of rv-verify.
said() {
    sed '/^rv-verify: [0-9]* records, /d' err
}

@test "a stream that ends early is told; it changes no status" {
    local filter
    rv-seed seq 12 >all
    head -n 5 all >some
    # Two streams in one, of which each says how long it is itself.
    { rv-seed seq 3; rv-seed seq 3 --start 3; } >two
    { rv-seed seq 3; rv-seed seq 9 --start 3 | sed -n 1p; } >half
    for filter in "${FILTERS[@]}"; do
        exits 0 pass "$filter" <some >out 2>err
        [ "$(said)" = "$filter: warning: 5 of 12 samples came" ] || { cat err; return 1; }
        exits 0 pass "$filter" <all >out 2>err
        nothing said
        # In the middle of a pipe it is for -v, and -q is for errors.
        exits 0 pass "$filter" <some 2>err | cat >out
        nothing said
        exits 0 pass "$filter" -v <some 2>err | cat >out
        grep -F "$filter: 5 of 12 samples came" err
        exits 0 pass "$filter" -q <some >out 2>err
        nothing said
        exits 0 pass "$filter" <two >out 2>err
        nothing said
        exits 0 pass "$filter" <half >out 2>err
        [ "$(said)" = "$filter: warning: 4 of 9 samples came" ]
    done
}

@test "--expect: a shorter stream is a failure" {
    local filter
    for filter in "${FILTERS[@]}"; do
        rv-seed seq 12 >all
        head -n 5 all >some
        exits 0 pass "$filter" --expect all <all >out 2>err
        exits 0 pass "$filter" --expect 12 <all >out 2>err
        exits 0 pass "$filter" --expect 5 <some >out 2>err
        exits 0 pass "$filter" --expect 3 <some >out 2>err
        exits 0 pass "$filter" --expect 0 </dev/null >out 2>err
        nothing said
        exits 3 pass "$filter" --expect all <some >out 2>err
        cmp some out
        [ "$(said)" = "$filter: error: 5 of 12 samples came (--expect)" ]
        exits 3 pass "$filter" --expect 6 <some >out 2>err
        [ "$(said)" = "$filter: error: 5 of 6 samples came (--expect)" ]
        exits 3 pass "$filter" --expect all </dev/null >out 2>err
        [ "$(said)" = "$filter: error: no sample came (--expect all)" ]
        # Records with an error have come, too, and lines that are none.
        { head -n 10 all; head -n 1 all | jq -c '.error = "x"'; echo x; } >in
        exits 1 pass "$filter" --expect all <in >out 2>err
        rv-seed list <<<7 >in
        exits 2 pass "$filter" --expect all <in >out 2>err
        [ "$(said)" = "$filter: error: --expect all: no record says how many are to come (run.of, which rv-seed gives)" ]
        exits 2 pass "$filter" --expect most <in >out 2>err
        grep -F "'most'" err
        exits 2 pass "$filter" --expect -1 <in >out 2>err
    done
    # A number that is none says nothing.
    printf '{"run":{"of":-5}}\n{"run":{"of":"9"}}\n{"run":[9]}\n{"run":{"of":1e30}}\n{"run":{"of":2.5}}\n' >in
    exits 2 pass rv-mask --expect all <in >out 2>err
    exits 2 rv-seed --expect 3 seq 3 >out 2>err
}

# The longest line of what COMMAND prints to a terminal of so many columns.
longest() { # COLUMNS COMMAND
    script -qec "stty cols $1; $2" /dev/null | tr -d '\r' | sed '/^Examples:/,$d' | awk 'length > n { n = length } END { print n }'
}

@test "--ok-errors: so many records with an error are no failure" {
    rv-seed seq 8 | jq -c 'if .index < 2 then .error = {tool: "x", code: "scene", message: "no"} else . end' >in
    for filter in "${FILTERS[@]}"; do
        exits 1 pass "$filter" <in >plain 2>/dev/null
        exits 1 pass "$filter" --ok-errors 1 <in >out 2>/dev/null
        exits 0 pass "$filter" --ok-errors 2 <in >out 2>/dev/null
        cmp plain out
        exits 1 pass "$filter" --ok-errors 24.9% <in >out 2>/dev/null
        exits 0 pass "$filter" --ok-errors 25% <in >out 2>/dev/null
        exits 3 pass "$filter" --ok-errors 100% --expect 9 <in >out 2>/dev/null
        for bad in most -1 101% % 1%2; do
            exits 2 pass "$filter" --ok-errors "$bad" <in >out 2>err
            grep -q "$filter: error: --ok-errors" err
        done
    done
}

@test "--help fits the terminal, 80 columns without one, and tells the defaults that hold" {
    need script
    local tool n
    for tool in rv-seed rv-gen rv-blend rv-mask rv-mux rv-verify; do
        n=$(longest 60 "$tool --help")
        ((50 < n && n <= 60)) || { echo "$tool: $n"; return 1; }
        n=$(longest 60 "COLUMNS=70 $tool --help")
        ((60 < n && n <= 70)) || { echo "$tool: $n"; return 1; }
        n=$(COLUMNS=50 "$tool" --help | sed '/^Examples:/,$d' | awk 'length > n { n = length } END { print n }')
        ((70 < n && n <= 80)) || { echo "$tool: $n"; return 1; }
    done
    run -0 rv-mux --crf 40 --crf x --help
    [[ $output == *"quality, 0 best .. 51 worst"*"(default: 18)"*"--preset"* ]]
}

@test "an error that many records have is told once, and how many more there were" {
    run -0 rv-seed seq 5
    records=$output
    run -1 --separate-stderr rv-mask <<<"$records"
    [ "${#stderr_lines[@]}" = 2 ]
    [[ ${stderr_lines[0]} == "rv-mask: error: 00000000: "* ]]
    [ "${stderr_lines[1]}" = 'rv-mask: 4 more failed for reasons that are told above' ]
    [ "$(grep -c '"error":' <<<"$output")" = 5 ]
}
