#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv-seed: the modes, ids, shards, drawn parameters, grids and Sobol points; wrong usage; streams that end early.

load lib/common

setup() {
    rv_setup
    need jq python3
}

# refused TEXT ARG...: wrong usage, told by a message that holds TEXT; nothing on stdout.
refused() {
    local text=$1
    shift
    run --separate-stderr -2 rv-seed "$@"
    echo "$*: $output $stderr"
    [ -z "$output" ]
    [[ $stderr == "rv-seed: error: "*"$text"* ]]
}

# Records without what tells how many there are of this part.
whole() {
    sed 's/,"run":{"of":[0-9]*}}$/}/'
}

# sharded N ARG...: the parts of N, joined, are the whole; their sizes differ by one at most, and their records tell them.
sharded() {
    local parts=$1 i sizes=()
    shift
    : >joined
    for ((i = 0; i < parts; i++)); do
        rv-seed "$@" --shard "$i/$parts" >part
        sizes+=("$(wc -l <part)")
        [ "$(jq .run.of part | uniq)" = "${sizes[-1]#0}" ]
        whole <part >>joined
    done
    rv-seed "$@" | whole | cmp - joined
    [ $(($(printf '%s\n' "${sizes[@]}" | sort -n | tail -1) - $(printf '%s\n' "${sizes[@]}" | sort -n | head -1))) -le 1 ]
}

# holds EXPRESSION: true in Python of v, the list of values of parameter x on stdin.
holds() {
    python3 -c '
import json, math, sys
v = [json.loads(line)["params"]["x"] for line in sys.stdin]
assert v
if not eval(sys.argv[1]):
    sys.exit(f"not {sys.argv[1]}: {v[:20]}")
' "$1"
}

@test "seq counts up" {
    run -0 rv-seed seq 3
    [ "$output" = '{"id":"00000000","index":0,"seed":0,"seed_mode":"seq","run":{"of":3}}
{"id":"00000001","index":1,"seed":1,"seed_mode":"seq","run":{"of":3}}
{"id":"00000002","index":2,"seed":2,"seed_mode":"seq","run":{"of":3}}' ]
    run -0 rv-seed --start 41 seq 1
    [ "$output" = '{"id":"00000041","index":41,"seed":41,"seed_mode":"seq","run":{"of":1}}' ]
    run -0 rv-seed seq 0
    [ -z "$output" ]
}

@test "fixed repeats one seed" {
    run -0 rv-seed fixed 9007199254740991
    [ "$output" = '{"id":"00000000","index":0,"seed":9007199254740991,"seed_mode":"fixed","run":{"of":1}}' ]
    run -0 rv-seed fixed 7 2 --start 5
    [ "$output" = '{"id":"00000005","index":5,"seed":7,"seed_mode":"fixed","run":{"of":2}}
{"id":"00000006","index":6,"seed":7,"seed_mode":"fixed","run":{"of":2}}' ]
}

@test "rand with a key is the same everywhere, without one never twice" {
    run -0 rv-seed rand 2 --key 1
    [ "$output" = '{"id":"00000000","index":0,"seed":2419655137890070,"seed_mode":"rand","run":{"of":2}}
{"id":"00000001","index":1,"seed":140714927512358,"seed_mode":"rand","run":{"of":2}}' ]
    rv-seed rand 2000 --key 1 | jq .seed >a
    rv-seed rand 2000 --key 2 | jq .seed >b
    rv-seed rand 2000 | jq .seed >c
    rv-seed rand 2000 | jq .seed >d
    [ "$(sort a b c d | uniq | wc -l)" -eq 8000 ]
    # All 53 bits are used, none beyond.
    python3 -c 'import sys; s = [int(x) for x in sys.stdin]; assert max(s) < 2**53 and max(s) > 2**53 * .99 and min(s) < 2**53 * .01' < <(cat a c)
    # A later start is a later part of the same sequence.
    same_output 'rv-seed rand 20 --key 1 --start 10 | whole' 'rv-seed rand 30 --key 1 | tail -20 | whole'
}

@test "how many there are is told where it is known" {
    [ "$(rv-seed seq 4 -g a=1,2,3 -p 'x=int(1,2)' | jq -c .run | uniq -c | xargs)" = '12 {of:12}' ]
    run -0 rv-seed seq 2 -p 'x=const(1)'
    [ "${lines[1]}" = '{"id":"00000001","index":1,"seed":1,"seed_mode":"seq","params":{"x":1},"run":{"of":2}}' ]
    run -0 rv-seed list <<<7
    [ "$(jq -c .run <<<"$output")" = null ]
    for mode in seq rand; do
        pipe -141 "rv-seed $mode inf | head -n 1"
        [ "$(jq -c .run <<<"$output")" = null ]
    done
}

@test "list: one seed a line; blank lines and CRLF are no matter" {
    printf '12\r\n\n  99 \n\t\n7' | rv-seed list >out
    [ "$(cat out)" = '{"id":"00000000","index":0,"seed":12,"seed_mode":"fixed"}
{"id":"00000001","index":1,"seed":99,"seed_mode":"fixed"}
{"id":"00000002","index":2,"seed":7,"seed_mode":"fixed"}' ]
    run -0 rv-seed list </dev/null
    [ -z "$output" ]
    run -0 rv-seed list --start 3 --id 's{seed}' <<<5
    [ "$output" = '{"id":"s5","index":3,"seed":5,"seed_mode":"fixed"}' ]
}

@test "list: a line that is no seed ends the run and is named" {
    local bad
    for bad in 3x -1 1.5 9007199254740992 1e3 '1 2' '"1"' 99999999999999999999999; do
        run --separate-stderr -2 rv-seed list < <(printf '1\n2\n\n%s\n4\n' "$bad")
        [ "${#lines[@]}" -eq 2 ]
        [[ $stderr == *"line 4: "*"'$bad'"* ]] || { echo "$stderr"; return 1; }
    done
    for bad in '1\0002' '\0' '1\000'; do
        run --separate-stderr -2 rv-seed list < <(printf "$bad\n")
        [[ $stderr == *"line 1: "*NUL* ]]
    done
}

@test "list: a line of any length is refused in bounded memory" {
    run --separate-stderr -2 rv-seed list < <(printf '%0200d\n6\n' 5)
    [[ $stderr == *"line 1: too long for a seed: "* ]]
    [ -z "$output" ]
    [[ $RV_BIN != */asan/* && $RV_BIN != */tsan/* ]] || skip "a sanitizer takes more address space"
    pipe --separate-stderr -2 'head -c 300M /dev/zero | (ulimit -v 250000; rv-seed list)'
    [[ $stderr == *"line 1: longer than 67108864 bytes"* ]]
}

@test "a terminal gets a line for people, --json the record" {
    need script
    run -0 script -qec "rv-seed seq 2 -p 'x=const(1)'" /dev/null
    [ "${output//$'\r'/}" = '00000000  seed 0  {"x":1}
00000001  seed 1  {"x":1}' ]
    run -0 script -qec "rv-seed seq 12 --json" /dev/null
    [ "${output//$'\r'/}" = "$(rv-seed seq 12)" ]
    # An error is shown by every filter, whatever else it says of a record.
    echo '{"id":"a","error":{"code":"x","message":"no \u001b light"}}' >in
    run -1 script -qec "rv-mask -v <in" /dev/null
    [ "${output//$'\r'/}" = 'a  error: no ? light
rv-mask: 1 of 1 record with an error' ]
    run -1 script -qec "rv-mask <in" /dev/null
    [ "${output//$'\r'/}" = 'rv-mask: 1 of 1 record with an error' ]
}

@test "list is written as its lines come" {
    mkfifo in
    rv-seed list <in >out &
    exec 5>in
    echo 5 >&5
    wait_until [ -s out ]
    [ "$(jq .seed out)" = 5 ]
    exec 5>&-
    wait $!
}

@test "counts across every change of length are those of Python" {
    local case start count width
    for case in '99999990 100050 2' '0 12345 8' '7 250 1' '95 1200 3' '8888 3000 5' '9007199254740000 992 0'; do
        read -r start count width <<<"$case"
        rv-seed seq "$count" --start "$start" --id "x9%0${width}d-{index}9" >got
        python3 - "$start" "$count" "$width" >wanted <<'PY'
import sys
start, count, width = map(int, sys.argv[1:])
for i in range(start, start + count):
    print(f'{{"id":"x9{i:0{width}d}-{i}9","index":{i},"seed":{i},"seed_mode":"seq","run":{{"of":{count}}}}}')
PY
        cmp got wanted
    done
    rv-seed seq 100050 --start 99999990 --id 'x%02d' | tail -1 >got
    [ "$(cat got)" = '{"id":"x100100039","index":100100039,"seed":100100039,"seed_mode":"seq","run":{"of":100050}}' ]
}

@test "the parts of a shard, joined, are the whole" {
    local parts
    for parts in 1 2 3 7 13; do
        sharded $parts seq 10
        sharded $parts rand 11 --key 3 -p 'x=uniform(0,1)'
    done
    sharded 3 seq 1000 --start 95
    sharded 4 fixed 5 9 --id 'a%d'
    sharded 5 seq 3 -g a=1,2 -g b=x,y,z
    sharded 3 seq 50 --sobol -p 'x=uniform(0,1)'
    sharded 2 seq 0
    [ "$(rv-seed seq 9007199254740992 --shard 4503599627370495/4503599627370496 | jq -c .index | tr '\n' ' ')" = \
        '9007199254740990 9007199254740991 ' ]
}

# dealt N ARG...: the interleaved parts of N, put in order of their indices, are the whole; each tells its own size.
dealt() {
    local parts=$1 i
    shift
    : >joined
    for ((i = 0; i < parts; i++)); do
        rv-seed "$@" --shard "$i%$parts" >part
        jq -se 'length as $n | all(.run.of == $n)' part
        jq -se --argjson n "$parts" 'map(.index % $n) | unique | length <= 1' part
        whole <part >>joined
    done
    [ -s joined ]
    same_output "rv-seed ${*@Q} | whole" 'jq -c --slurp "sort_by(.index)[]" joined'
}

@test "the parts of an interleaved shard are dealt one by one" {
    local parts
    for parts in 1 2 3 7 13; do
        dealt $parts seq 10
        dealt $parts rand 11 --key 3
    done
    dealt 4 seq 1000 --start 95
    dealt 5 seq 3 -g a=1,2 -g b=x,y,z
    run -0 rv-seed seq 2 --shard 2%3
    [ -z "$output" ]
    # No end and no count is needed: lists and endless sequences are dealt as they come.
    pipe -141 'rv-seed seq inf --shard 1%3 | head -n 3'
    [ "$(jq -c '[.index, .run]' <<<"$output" | xargs)" = '[1,null] [4,null] [7,null]' ]
    run -0 rv-seed list --shard 1%2 < <(printf '%s\n' 50 51 52 53 54)
    [ "$(jq -c '[.id, .index, .seed, .run]' <<<"$output" | xargs)" = '[00000001,1,51,null] [00000003,3,53,null]' ]
}

# piece A B ARG...: the range of these indices is the piece of the whole that has them.
piece() {
    local from=$1 to=$2
    shift 2
    rv-seed "$@" --range "$from-$to" >part
    [ "$(jq .run.of part | uniq)" = $((to - from + 1)) ]
    same_output "rv-seed ${*@Q} | whole | jq -c 'select(.index >= $from and .index <= $to)'" 'whole <part | jq -c .'
}

@test "a range has the samples of these indices, in every mode and with grids" {
    piece 0 9 seq 10
    piece 3 3 seq 10
    piece 120 1099 seq 1000 --start 100
    piece 5 8 rand 11 --key 3 -p 'x=uniform(0,1)'
    piece 2 3 fixed 5 9 --id 'a%d'
    piece 4 13 seq 3 -g a=1,2 -g b=x,y,z
    piece 12 15 seq 3 --start 10 -g a=1,2
    piece 8 20 seq 50 --sobol -p 'x=uniform(0,1)'
    same_output 'rv-seed seq 10 --range 4' 'rv-seed seq 10 --range 4-4'
    same_output 'rv-seed seq inf --range 1000000-1000002 | whole' 'rv-seed seq 3 --start 1000000 | whole'
    printf '%s\n' 50 51 52 53 54 >list
    same_output 'rv-seed list --range 2-3 <list | whole' 'rv-seed list <list | sed -n 3,4p'
    # A part of a range.
    same_output 'rv-seed seq 100 --range 40-59 --shard 1/4' 'rv-seed seq 100 --range 45-49'
    [ "$(rv-seed list --range 1-4 --shard 1%2 <list | jq .index | xargs)" = '2 4' ]
    [ "$(rv-seed seq inf --range 10-19 --shard 1/2 | jq .index | xargs)" = '15 16 17 18 19' ]
}

@test "ranges that cannot be" {
    local bad
    for bad in '' - 1- -1 5-4 1-2-3 a-b 1/2 ' 0-2' '0 - 2' 1..2; do
        refused "--range '$bad' is not A-B" seq 9 "--range=$bad"
    done
    refused 'not within the indices of the sequence, 0 to 8' seq 9 --range 3-9
    refused 'not within the indices of the sequence, 5 to 13' seq 9 --start 5 --range 4-6
    refused 'not within the indices' seq 0 --range 0-0
    refused '--range of rand needs --key' rand 9 --range 0-2
    run --separate-stderr -2 rv-seed list --range 1-3 < <(printf '%s\n' 5 6 7)
    [ "$(jq -c .index <<<"$output" | xargs)" = '1 2' ]
    [[ $stderr == *'the list ends at index 2, the range at 3'* ]]
}

@test "shards that cannot be" {
    refused 'needs a known number of samples' seq inf --shard 0/2
    refused 'needs a known number of samples' list --shard 0/2
    refused 'needs --key' rand 3 --shard 0/2
    refused "'3/3'" seq 9 --shard 3/3
    local bad
    refused "'3%3'" seq 9 --shard 3%3
    for bad in '' 1 / 1/ /2 0/0 -1/2 1/2/3 a/b 0.5/2 ' 0/2' % 1% %2 0%0 1%%2 1%2/3; do
        refused "--shard '$bad'" seq 9 "--shard=$bad"
    done
}

@test "formats of ids" {
    ids() { rv-seed "$@" | jq -r .id | tr '\n' ' '; }
    [ "$(ids seq 2 --start 9 --id %d)" = '9 10 ' ]
    [ "$(ids seq 2 --start 9 --id 'train-%03d')" = 'train-009 train-010 ' ]
    [ "$(ids seq 1 --start 12345 --id %03d)" = '12345 ' ]
    [ "$(ids fixed 8 2 --id 'A_{index}-{seed}x%02d')" = 'A_0-8x00 A_1-8x01 ' ]
    [ "$(ids fixed 8 --id one)" = 'one ' ]
    [ "$(ids seq 1 --id %0100d)" = "$(printf %0100d 0) " ]
    [ "$(ids seq 2 --id '{seed}')" = '0 1 ' ]
}

@test "formats of ids that cannot be" {
    local bad
    for bad in a.b a/%d ../%d 'a %d' %5d %s %% %0 %08x {x} {index é%d "a'%d" '%d}'; do
        refused "--id '$bad'" seq 1 --id "$bad"
    done
    refused 'is none of' seq 1 --id $'%d\n'
    refused '1 to 100' seq 1 --id ''
    refused '1 to 100' seq 1 --id %0101d
    refused '1 to 100' seq 1 --id "$(printf 'a%.0s' {1..85})%d"
    refused 'more than 16 parts' seq 1 --id '%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d'
    # Samples that would have the same one.
    refused 'the same id' seq 2 --id x
    refused 'the same id' rand inf --id x
    refused 'the same id' list --id x
    refused 'the same id' fixed 1 2 --id 's{seed}'
    refused 'the same id' fixed 1 inf --id x
    refused 'the same id' seq 2 --id '{seed}' -g a=1,2
    refused 'the same id' fixed 1 -g a=1,2 --id x
}

@test "uniform, int, loguniform, normal and bool are spread as they say" {
    rv-seed seq 4000 -p 'x=uniform(-2,6)' | holds 'all(-2 <= a < 6 for a in v) and abs(sum(v)/len(v) - 2) < .15 and len(set(v)) == 4000'
    rv-seed seq 4000 -p 'x=int(-1,3)' | holds 'set(v) == {-1, 0, 1, 2, 3} and all(650 < v.count(k) < 950 for k in set(v))'
    rv-seed seq 4000 -p 'x=loguniform(0.01,100)' | holds 'all(.01 <= a <= 100 for a in v) and abs(sum(map(math.log10, v))/len(v)) < .08'
    rv-seed seq 4000 -p 'x=normal(10,3)' | holds 'abs(sum(v)/4000 - 10) < .2 and abs((sum((a-10)**2 for a in v)/4000)**.5 - 3) < .15 and min(v) < 2'
    rv-seed seq 4000 -p 'x=bool(0.25)' | holds 'set(v) == {True, False} and abs(sum(v)/4000 - .25) < .03'
    rv-seed seq 50 -p 'x=bool(0)' | holds 'set(v) == {False}'
    rv-seed seq 50 -p 'x=bool(1)' | holds 'set(v) == {True}'
    rv-seed seq 50 -p 'x=int(4,4)' | holds 'set(v) == {4}'
    rv-seed seq 50 -p 'x=uniform(4,4)' | holds 'set(v) == {4}'
    rv-seed seq 50 -p 'x=normal(4,0)' | holds 'set(v) == {4}'
}

@test "choice and const: JSON as it stands, else a string" {
    rv-seed seq 300 -p 'x=choice(1.50, red,"a,b",[1, 2],{"k":"v,w"},null,true, two words )' | tee out | \
        holds 'all(a in (1.5, "red", "a,b", [1, 2], {"k": "v,w"}, None, True, "two words") for a in v) and len({str(a) for a in v}) == 8'
    grep -q '"x":1\.50}' out
    grep -qF '"x":[1,2]}' out
    run -0 rv-seed seq 1 -p 'a=const(1e400)' -p 'b=const("x)")' -p 'c=const(é)' -p 'ü "q"=const("")'
    [[ $output == *',"params":{"a":1e400,"b":"x)","c":"é","ü \"q\"":""},"run":{"of":1}}' ]]
}

@test "a parameter depends on the seed and its name alone" {
    rv-seed seq 50 -p 'x=uniform(0,1)' | jq -c .params.x >a
    rv-seed seq 50 -p 'w=normal(0,1)' -p 'x=uniform(0,1)' -p 'z=int(0,9)' -g 'g=1' | jq -c .params.x >b
    cmp a b
    rv-seed seq 40 --start 10 -p 'x=uniform(0,1)' | jq -c .params.x | diff - <(tail -40 a)
    seq 49 -1 0 | rv-seed list -p 'x=uniform(0,1)' | jq -c .params.x | tac | diff - a
    rv-seed fixed 3 5 -p 'x=uniform(0,1)' | jq -c .params.x | sort -u | diff - <(sed -n 4p a)
    rv-seed seq 50 -p 'y=uniform(0,1)' | jq -c .params.y >b
    run -1 cmp -s a b
    # By heart: a change of it makes other datasets of old commands.
    run -0 rv-seed rand 1 --key 1 -p 'x=int(0,1000000)' -p 'c=choice(1,2,3,4,5,6,7,8,9)' -p 'u=uniform(0,1)' \
        -p 'n=normal(0,1)'
    [ "$output" = '{"id":"00000000","index":0,"seed":2419655137890070,"seed_mode":"rand","params":{"x":243457,"c":3,"u":0.48954643279238474,"n":1.52000370609},"run":{"of":1}}' ]
}

@test "distributions that cannot be" {
    refused "--param 'x'" seq 1 -p x
    refused "--param '=1'" seq 1 -p =1
    refused "did you mean 'uniform'" seq 1 -p 'x=unifrm(0,1)'
    refused "--param x: no distribution '5'" seq 1 -p x=5
    refused '--param x: uniform takes 2 arguments, not 1' seq 1 -p 'x=uniform(1)'
    refused 'a value: column 249: nested deeper than 250 levels' seq 1 -p "x=const($(printf '[%.0s' {1..249})$(printf ']%.0s' {1..249}))"
    refused '--param x: const takes 1 argument, not 2' seq 1 -p 'x=const(a,b)'
    refused '--param x: int needs its arguments in parentheses' seq 1 -p 'x=int(1,2'
    refused '--param x: int needs its arguments in parentheses' seq 1 -p 'x=int'
    refused '--param x: uniform: the lower bound is above' seq 1 -p 'x=uniform(2,1)'
    refused '--param x: int: the lower bound is above' seq 1 -p 'x=int(2,1)'
    refused '--param x: int: the bounds must be whole' seq 1 -p 'x=int(1.5,2)'
    refused '--param x: loguniform: the lower bound must be above 0' seq 1 -p 'x=loguniform(0,1)'
    refused '--param x: normal: the standard deviation' seq 1 -p 'x=normal(0,-1)'
    refused "--param x: bool: '2'" seq 1 -p 'x=bool(2)'
    refused '--param x: choice: an empty value' seq 1 -p 'x=choice()'
    refused '--param x: choice: an empty value' seq 1 -p 'x=choice(1,,2)'
    refused "parameter 'x' is given twice" seq 1 -p 'x=int(1,2)' -p 'x=int(1,2)'
    refused "parameter 'x' is given twice" seq 1 -p 'x=int(1,2)' -g x=1,2
    refused 'not UTF-8' seq 1 -p $'\xff=int(1,2)'
    local bad
    for bad in nan inf 1e999 a ''; do
        refused '--param x: ' seq 1 -p "x=uniform(0,$bad)"
    done
    refused '--param x: ' seq 1 -p 'x=int(0,9007199254740992)'
}

@test "grids: each combination, the first varies slowest" {
    run -0 rv-seed seq 2 --start 10 -g 'a=1,two' -g 'b=true,"x,y",[3]'
    [ "$(jq -c '[.index, .seed, .params.a, .params.b]' <<<"$output")" = '[10,10,1,true]
[11,11,1,true]
[12,10,1,"x,y"]
[13,11,1,"x,y"]
[14,10,1,[3]]
[15,11,1,[3]]
[16,10,"two",true]
[17,11,"two",true]
[18,10,"two","x,y"]
[19,11,"two","x,y"]
[20,10,"two",[3]]
[21,11,"two",[3]]' ]
    # Each combination is drawn alike.
    rv-seed seq 3 -g a=1,2 -p 'x=uniform(0,1)' | jq .params.x >x
    same_output 'head -3 x' 'tail -3 x'
    rv-seed rand 3 --key 5 -g a=1,2 | jq .seed >x
    same_output 'head -3 x' 'tail -3 x'
}

@test "grids that cannot be" {
    refused 'known number of samples, not inf' seq inf -g x=1,2
    refused 'known number of samples, not a list' list -g x=1,2
    refused '--grid x: an empty value' seq 1 -g x=
    refused '--grid x: an empty value' seq 1 -g x=1,,2
    refused "--grid 'x'" seq 1 -g x
    refused 'more samples than indices' seq 9007199254740992 -g x=1,2
    local many i args=()
    many=$(seq -s, 2000)
    for i in 1 2 3 4 5; do
        args+=(-g "x$i=$many")
    done
    refused 'more than 9007199254740992 combinations' seq 1 "${args[@]}"
}

@test "Sobol points fall one into each of 2^k bins, in every dimension" {
    local args=() i
    for i in $(seq 21); do
        args+=(-p "p$i=uniform(0,1)")
    done
    rv-seed seq 1024 --sobol "${args[@]}" >points
    rv-seed seq 1024 --sobol --key 77 "${args[@]}" >other
    run -1 cmp -s points other
    python3 - points other <<'PY'
import json, sys
for name in sys.argv[1:]:
    rows = [json.loads(line)["params"] for line in open(name)]
    for key in rows[0]:
        v = [row[key] for row in rows]
        for n in (2, 16, 64, 1024):
            for at in range(0, 1024, n):
                assert sorted(int(x * n) for x in v[at:at + n]) == list(range(n)), (name, key, n, at)
    # In two dimensions: every elementary box of area 1/1024 holds one point of the first two.
    for bits in range(11):
        cells = {(int(r["p1"] * 2**bits), int(r["p2"] * 2**(10 - bits))) for r in rows}
        assert len(cells) == 1024, (name, bits)
PY
    # Drawn ones do not.
    rv-seed seq 1024 -p 'x=uniform(0,1)' | holds 'len({int(a * 1024) for a in v}) < 900'
}

@test "Sobol: kinds, order, grid, keys" {
    rv-seed seq 40 --sobol -p 'x=int(1,10)' | holds 'all(2 <= v.count(k) <= 6 for k in range(1, 11)) and len(v) == 40'
    rv-seed seq 64 --sobol -p 'x=normal(5,2)' | holds 'sum(a < 5 for a in v) == 32 and abs(sum(v)/64 - 5) < .1'
    rv-seed seq 64 --sobol -p 'x=loguniform(1,100)' | holds 'sum(a < 10 for a in v) == 32'
    # Not numeric: drawn as ever.
    rv-seed seq 9 --sobol -p 'x=uniform(0,1)' -p 'c=choice(1,2,3)' >with
    rv-seed seq 9 -p 'c=choice(1,2,3)' >without
    same_records .params.c with without
    # The point is that of the sample, whatever its combination and part.
    rv-seed seq 4 --sobol -g a=1,2 -p 'x=uniform(0,1)' | jq .params.x >x
    same_output 'head -4 x' 'tail -4 x'
    same_output "rv-seed seq 4 --sobol --start 6 -p 'x=uniform(0,1)' | whole" \
        "rv-seed seq 10 --sobol -p 'x=uniform(0,1)' | tail -4 | whole"
    refused '1 to 21 numeric parameters' seq 3 --sobol
    refused 'not 0' seq 3 --sobol -p 'c=choice(1,2)' -p 'b=bool(0.5)'
    local args=() i
    for i in $(seq 22); do
        args+=(-p "p$i=uniform(0,1)")
    done
    refused 'not 22' seq 3 --sobol "${args[@]}"
}

@test "wrong usage" {
    refused 'no mode given'
    refused "did you mean 'rand'" ran 3
    refused 'one operand' seq
    refused 'one operand' rand 1 2
    refused 'a seed and at most' fixed
    refused 'a seed and at most' fixed 1 2 3
    refused 'no operand' list 3
    refused "'9007199254740992' is not" fixed 9007199254740992
    refused "'9007199254740993' is not" seq 9007199254740993
    refused 'below 2^53' seq 2 --start 9007199254740991
    refused '--start' seq 2 --start 9007199254740992
    refused '--key' rand 2 --key 9007199254740992
    refused '--key is for rand' seq 2 --key 1
    local bad
    for bad in 1.5 1e3 x '' ' 1' INF; do
        refused "'$bad' is not" seq "$bad"
        refused "'$bad' is not" fixed "$bad"
    done
    refused '--no-such' seq 3 --no-such
    refused '--set' seq 3 --set '.['
    refused '--where' seq 3 --where '.['
}

@test "--set where --where holds" {
    run -0 rv-seed seq 3 --set '.x = .seed * 2' --where '.seed != 1'
    [ "$output" = '{"id":"00000000","index":0,"seed":0,"seed_mode":"seq","run":{"of":3},"x":0}
{"id":"00000001","index":1,"seed":1,"seed_mode":"seq","run":{"of":3}}
{"id":"00000002","index":2,"seed":2,"seed_mode":"seq","run":{"of":3},"x":4}' ]
    run --separate-stderr -1 rv-seed seq 2 --set 'if .seed == 0 then error("no") else . end'
    [ "$(jq -r '.error.code // "fine"' <<<"$output" | tr '\n' ' ')" = 'filter fine ' ]
    [[ $stderr == *"no"* ]]
}

@test "a reader that goes away ends it without a word" {
    local mode
    for mode in 'seq inf' 'rand inf' 'fixed 3 inf' 'seq inf -p x=uniform(0,1)' 'seq inf --set .a=1'; do
        pipe -141 --separate-stderr "rv-seed $(printf '%q ' $mode) | head -1"
        [ -z "$stderr" ]
        [[ $output == '{"id":"00000000",'* ]]
    done
}

@test "an output that cannot be written is an error of the environment" {
    local mode
    for mode in 'seq 3' 'seq inf' 'rand 100000'; do
        run --separate-stderr -3 bash -c "rv-seed $mode >&-"
        [[ $stderr == "rv-seed: error: cannot write the output: "* ]]
        run --separate-stderr -3 bash -c "rv-seed $mode >/dev/full"
        [[ $stderr == *"No space left on device"* ]]
    done
    run --separate-stderr -3 rv-seed list </
    [[ $stderr == *"cannot read the list"* ]]
}

@test "locale and directory are no matter" {
    mkdir d
    LC_ALL=C rv-seed seq 20 -p 'x=uniform(0,1)' -p 'y=normal(0,1)' >a
    (cd d && LC_ALL=de_DE.UTF-8 rv-seed seq 20 -p 'x=uniform(0,1)' -p 'y=normal(0,1)') >b
    cmp a b
}

@test "--help, --version, --completions" {
    run -0 rv-seed --help
    [[ $output == "Usage: rv-seed "* ]]
    local option
    for option in --start --shard --key --id --param --grid --sobol --where --set; do
        [[ $output == *"$option"* ]]
    done
    run -0 rv-seed --version
    [[ ${lines[0]} =~ ^rv-seed\ [0-9]+\.[0-9]+ ]]
    run -0 rv-seed --completions
    [ "$(grep -c $'^--sobol\t\t\t' <<<"$output")" -eq 1 ]
}
