# SPDX-License-Identifier: MIT
# Scoring videos against the truths of tasks: rv-verify --candidates --truth.
load lib/common

trivial=(static last reversed shuffled rotation noise black other)

setup() {
    rv_setup
    need jq ffmpeg ffprobe
    need_module numpy
}

# A dataset of COUNT tasks with a rule, KIND-truth or the like, by the way of task_samples.py.
tasks() { # KIND COUNT NAME [OPTION...]
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" "$1" "$2" --out "$3.samples" "${@:4}" |
        rv-mux -q --format "vbvr:task=$1" -o "$3" >/dev/null
}

# The truths of a dataset as candidates for tasks of the same names.
answers() { # DATASET DIR
    local video
    mkdir -p "$2"
    for video in "$1"/vbvr/*/*/ground_truth.mp4; do
        cp "$video" "$2/$(basename "$(dirname "$video")").mp4"
    done
}

candidates() {
    "$PYTHON" "$RV_ROOT/examples/vbvr/candidates.py" "$@" >/dev/null
}

# The mean score over all records.
score_of() { # DIR DATASET [OPTION...]
    rv-verify -q --candidates "$1" --truth "$2" "${@:3}" | jq -s 'map(.eval.score) | add / length'
}

# holds EXPRESSION: whether a jq expression of numbers is true.
holds() {
    [ "$(jq -n "$1")" = true ] || { echo "not so: $1"; return 1; }
}

@test "a truth scores 1 in every dimension, to the last digit" {
    for kind in roll goal; do
        tasks $kind 3 $kind --grain 1
        answers $kind $kind.answers
        rv-verify --candidates $kind.answers --truth $kind >scores 2>said
        [ "$(wc -l <scores)" = 3 ]
        [ "$(jq -c '.eval | [.score, .candidates[0].score, (.candidates[0].dimensions | del(.similarity) | values[])]' \
            scores | sort -u)" = '[1,1,1,1,1,1,1,1]' ]
        [ "$(cat said)" = "rv-verify: 3 samples, 3 candidates, 0 missing: score 1.000 (1.000 to 1.000)" ]
    done
}

@test "trivial candidates score below 0.5, and 0.2 below the truth at low quality" {
    for kind in roll goal; do
        for grain in 1 2; do
            tasks $kind 3 $kind-$grain --grain $grain
        done
        answers $kind-2 $kind.again
        rv-verify --candidates $kind.again --truth $kind-1 --measure-floor floor.json
        "$PYTHON" "$RV_ROOT/examples/vbvr/baseline.py" $kind-1 --again $kind-2 --floor floor.json >table
        [ "$(grep -c '^| [a-z]* | [01]\.[0-9]* |$' table)" = 12 ]
        grep -F '| truth | 1.000 |' table
    done
    # an installation that is not right, in which all that moves is right
    printf '#!/bin/sh\nexec "%s" --floor floor.json "$@"\n' "$RV_BIN/rv-verify" >rv-verify
    chmod +x rv-verify
    jq '.floor |= {first: 0.2, final: 0.5, smooth: 0.5, quality: 2.5, motion: 0.5, rule: 0, similarity: 0.6}' floor.json >wide
    mv wide floor.json
    jq -c 'del(.metadata)' < <("$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" goal 2 --out samples) |
        rv-mux -q --format vbvr:task=goal -o goal >/dev/null
    PATH=$PWD:$PATH run -1 "$PYTHON" "$RV_ROOT/examples/vbvr/baseline.py" goal
    [[ $output == *"static: "*", must be less than 0.5, and 0.2 less than low"* ]]
}

@test "a right answer that is not the truth keeps the rule, a wrong one breaks it" {
    for kind in roll goal; do
        tasks $kind 4 $kind
        for answer in other wrong; do
            tasks $kind 4 $kind-$answer --answer $answer
            answers $kind-$answer $kind.$answer
            rv-verify -q --candidates $kind.$answer --truth $kind >$kind.$answer.jsonl
        done
        [ "$(jq '.eval.candidates[].dimensions.rule >= 0.9' $kind.other.jsonl | sort -u)" = true ]
        [ "$(jq '.eval.candidates[].dimensions.rule < 0.5' $kind.wrong.jsonl | sort -u)" = true ]
    done
    # several answers are right: the way may be another
    [ "$(jq '.eval.score >= 0.9 and .eval.candidates[].dimensions.motion < 0.9' goal.other.jsonl | sort -u)" = true ]
    [ "$(jq -r '.eval.candidates[0].clauses[].says' goal.wrong.jsonl | sort -u | wc -l)" = 4 ]
}

@test "candidates of another size, rate and length are scored" {
    tasks roll 2 roll --frames 24
    for video in roll/vbvr/*/*/ground_truth.mp4; do
        name=$(basename "$(dirname "$video")")
        mkdir -p larger longer
        ffmpeg -nostdin -v error -i "$video" -vf scale=192:120 -crf 12 larger/$name.webm
        ffmpeg -nostdin -v error -i "$video" -vf minterpolate=fps=60 -crf 12 longer/$name.mp4
    done
    holds "$(score_of larger roll) > 0.8"
    holds "$(score_of longer roll) > 0.7"
}

@test "bars, another rate and another light cost a right answer little" {
    tasks roll 2 roll --frames 60 --size 160x100
    look() { # NAME FILTER
        mkdir "$1"
        for video in roll/vbvr/*/*/ground_truth.mp4; do
            ffmpeg -nostdin -v error -i "$video" -vf "$2" -crf 16 "$1/$(basename "$(dirname "$video")").mp4"
        done
    }
    look wide scale=320:200,pad=356:200:18:0
    look tall scale=320:200,pad=320:320:0:60:gray
    look slow fps=16
    look fast fps=60
    for name in wide tall slow fast; do
        holds "$(score_of $name roll) > 0.95"
    done
    look dark lutrgb=r=val*0.92:g=val*0.92:b=val*0.92
    rv-verify -q --candidates dark --truth roll >dark.jsonl
    jq -se 'all(.eval.candidates[0].dimensions | .first < 0.95 and .final > 0.9 and .motion > 0.9 and .rule == 1)' dark.jsonl
    # bars that are not there to fill up the shape, and pictures that lack something, cost points
    look off scale=320:200,pad=356:200:0:0
    look cut crop=140:100
    for name in off cut; do
        holds "$(score_of $name roll) < 0.6"
    done
}

@test "missing candidates score 0, and so do those that are no video" {
    tasks roll 4 roll
    answers roll answers
    rm answers/roll_00000001.mp4
    echo none >answers/roll_00000002.mp4
    rv-verify --candidates answers --truth roll --scores s.json >scores 2>said
    [ "$(jq -c '.eval.score' scores | paste -sd ' ')" = "1 0 0 1" ]
    [ "$(jq -c '.eval.candidates[0].missing // false' scores | paste -sd ' ')" = "false true false false" ]
    jq -es '.[2].eval.candidates[0].problem | length > 0' scores
    grep -F 'answers/roll_00000002.mp4: ' said
    grep -F '4 samples, 3 candidates, 1 missing: score 0.500' said
    [ "$(jq -c '.all | [.samples, .candidates, .missing, .unread, .score]' s.json)" = "[4,3,1,1,0.5]" ]
    rv-verify -q --candidates answers --truth roll --min-score 0.5 >/dev/null
    run -1 rv-verify -q --candidates answers --truth roll --min-score 0.51
}

@test "noise floors are measured, kept by a dataset, and are what truths need" {
    for kind in roll goal; do
        tasks $kind 3 $kind --grain 1
        tasks $kind 3 $kind-again --grain 2
        candidates $kind -o c --again $kind-again
        rv-verify --candidates c/again --truth $kind --measure-floor floor.json
        jq -e '.tasks == 3 and (.floor | .motion > 0.004 and .rule == 0)' floor.json
        rv-mux -q --format "vbvr:task=$kind:floor=floor.json" -o $kind-floor < <(
            "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" $kind 3 --out $kind.samples --grain 1) >/dev/null
        cmp floor.json $kind-floor/vbvr/floor.json
        rv-verify -q --deep $kind-floor
        grep -F '"vbvr/floor.json"' $kind-floor/manifest.jsonl
        holds "$(score_of c/again $kind) < $(score_of c/again $kind-floor)"
        for name in again low; do
            holds "$(score_of c/$name $kind-floor) >= 0.95"
        done
        same_output "score_of c/again $kind --floor floor.json" "score_of c/again $kind-floor"
        for name in "${trivial[@]}"; do
            holds "$(score_of c/$name $kind-floor) < 0.5"
        done
        rm -r c
    done
    # what is no rendering of the truth makes floors that say nothing, and that is said
    candidates roll -o c --kinds black
    rv-verify --candidates c/black --truth roll --measure-floor floor.json 2>said
    grep -F "warning: the floor of 'first' is at its limit, 0.2, and the dimension tells little" said
    echo '{"floor":{"first":7}}' >bad.json
    run -2 rv-verify -q --candidates roll --truth roll --floor bad.json
    [[ $output == *"bad.json: member 'floor.first' must be a number in 0..0.2"* ]]
    echo '{' >bad.json
    run -2 rv-mux -q --format vbvr:floor=bad.json -o ds </dev/null
    [[ $output == *"format vbvr: floor 'bad.json': "* ]]
    run -2 rv-verify --candidates roll-again.samples --truth roll --measure-floor floor.json
    [[ $output == *"no task of the truth is among those that were rendered again"* ]]
}

@test "several candidates of a task: their mean, and pass@k" {
    tasks roll 3 roll
    candidates roll -o c --kinds static
    mkdir -p many/a many/b/roll_00000001
    answers roll many/a
    rm many/a/roll_00000002.mp4
    cp c/static/roll_00000000.mp4 many/roll_00000000_2.mp4
    cp c/static/roll_00000000.mp4 many/roll_00000000_3.mp4
    cp c/static/roll_00000001.mp4 many/b/roll_00000001/answer.mp4
    cp c/static/roll_00000001.mp4 many/stranger.mp4
    rv-verify --candidates many --truth roll --scores s.json >scores 2>said
    grep -F "1 videos are of no task of 'roll', such as 'many/stranger.mp4'" said
    grep -F "'roll_00000000' has candidates in 'many/a/' and 'many/': all are taken for answers of one model" said
    [ "$(jq -c '.eval.candidates | length' scores | sort -u)" = 3 ]
    # 1 of 3, 1 of 3 with one missing, 0 of 3
    [ "$(jq -c '.all.pass | map_values(. * 9 | round)' s.json)" = '{"1":2,"2":4,"3":6}' ]
    [ "$(jq -c '.samples | map(.candidates | length)' s.json)" = '[3,3,3]' ]
}

@test "what a run comes to is told by task, domain and difficulty, with intervals that are the same again" {
    for kind in roll goal; do
        "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" $kind 6 --out $kind.samples |
            jq -c ".metadata.domain = \"<$kind>\"" | rv-mux -q --format vbvr:task=$kind -o all/$kind >/dev/null
        answers all/$kind answers
    done
    rm answers/roll_0000000[012].mp4
    mkdir page
    rv-verify -q -j2 --candidates answers --truth all --scores s.json --scores s.md --scores page/s.html >/dev/null
    jq -e '.task.goal.score == 1 and .task.roll.score == 0.5 and .all.score == 0.75 and .all.samples == 12' s.json
    jq -e '.domain | keys == ["<goal>", "<roll>"]' s.json
    jq -e '.difficulty | keys == ["easy", "hard", "medium"]' s.json
    jq -e '.all | .low < .score and .score < .high and .low > 0.3 and .high <= 1' s.json
    jq -e '.task.goal | .low == 1 and .high == 1' s.json
    grep -E '^\| roll \| 6 \| 0.500 \| ' s.md
    grep -F '&lt;roll&gt;' page/s.html
    [ "$(grep -c '<p>What happens next?</p>' page/s.html)" = 12 ]
    [ "$(grep -o '<td>the ball is where it must be</td><td>1.00</td>' page/s.html | wc -l)" = 3 ]
    grep -F '<tr><td>motion</td><td>0.004</td><td>0.2</td><td>0</td><td>the picture changes where' page/s.html
    grep -oE 'src="[^"]*"' page/s.html | cut -d'"' -f2 >videos
    [ "$(wc -l <videos)" = 21 ]
    while read -r video; do
        [ -f "page/$video" ]
    done <videos
    cp s.json first.json
    rv-verify -q -j1 --candidates answers --truth all --scores s.json >/dev/null
    cmp s.json first.json
}

@test "the benchmark's folders have the same names: the task's folder tells them apart" {
    for task in one two; do
        "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 2 --out $task.samples --start $((${#task} + 7)) |
            rv-mux -q --format vbvr:dialect=bench-in:task=$task -o $task >/dev/null
    done
    mkdir bench
    cp -r one/vbvr/In-Domain_50 two/vbvr/In-Domain_50 bench
    for task in one two; do
        mkdir -p answers/In-Domain_50/$task
        for n in 00000 00001; do
            cp bench/In-Domain_50/$task/$n/ground_truth.mp4 answers/In-Domain_50/$task/$n.mp4
        done
    done
    rv-verify -q --candidates answers --truth bench >scores
    [ "$(jq -r '"\(.id) \(.domain) \(.eval.score)"' scores | paste -sd,)" = \
        "one-00000 In-Domain_50 1,one-00001 In-Domain_50 1,two-00000 In-Domain_50 1,two-00001 In-Domain_50 1" ]
}

@test "candidates of known worth are made of the benchmark's folders, and what they need is said" {
    for task in one two; do
        "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 2 --out $task.samples --start $((${#task} + 7)) |
            rv-mux -q --format vbvr:dialect=bench-in:task=$task -o bench/$task >/dev/null
    done
    candidates bench -o c --kinds static,low
    [ "$(cd c/low && find . -name '*.mp4' | sort | paste -sd ' ')" = \
        "./one/00000.mp4 ./one/00001.mp4 ./two/00000.mp4 ./two/00001.mp4" ]
    holds "$(score_of c/low bench) > 0.7 and $(score_of c/static bench) < 0.5"
    run -1 "$PYTHON" "$RV_ROOT/examples/vbvr/candidates.py" c
    [[ $output == *"candidates.py: 'c' has no folder with a ground_truth.mp4" ]]
    run -1 "$PYTHON" -S "$RV_ROOT/examples/vbvr/candidates.py" bench
    [[ $output == *"has no NumPy: apt install python3-numpy"* ]]
    [[ $output != *Traceback* ]]
}

@test "a truth that breaks its own rule is an error of the dataset, and does not count" {
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 3 --out samples |
        jq -c 'if .index == 1 then .metadata.rule[0].points |= map([.[0], .[1], 0.1]) else . end' |
        rv-mux -q --format vbvr:task=roll -o roll >/dev/null
    answers roll answers
    run -1 --separate-stderr rv-verify --candidates answers --truth roll --scores s.json
    [[ $stderr == *"roll_00000001: the truth keeps its rule by 0."*"worst clause 0, 0.000: the ball is where it must be"* ]]
    [ "$(jq -r '.error.code // "none"' <<<"$output" | paste -sd ' ')" = "none bad_label none" ]
    [ "$(jq '.all.samples' s.json)" = 2 ]
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 1 --out samples |
        jq -c '.metadata.rule[1].kind = "near"' | rv-mux -q --format vbvr:task=roll -o near >/dev/null
    run -1 --separate-stderr rv-verify --candidates answers --truth near
    [[ $stderr == *"roll_00000000: rule: clause 1: member 'kind' must be at, in, covers, moves or steady, not 'near'"* ]]
}

@test "without a rule the truth is the only right answer" {
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" goal 2 --out samples | jq -c 'del(.metadata)' |
        rv-mux -q --format vbvr:task=goal -o goal >/dev/null
    answers goal answers
    candidates goal -o c
    [ "$(score_of answers goal)" = 1 ]
    for name in "${trivial[@]}"; do
        holds "$(score_of c/$name goal) < 0.5"
    done
}

@test "what cannot be scored is refused" {
    tasks roll 1 roll
    run -2 rv-verify --candidates roll
    [[ $output == *"--candidates DIR and --truth DATASET go together"* ]]
    run -2 rv-verify --candidates roll --truth roll roll
    [[ $output == *"--candidates takes no operand"* ]]
    run -2 rv-verify --candidates roll --truth roll --scores s.txt
    [[ $output == *"--scores: 's.txt' ends neither in .json, .md nor .html"* ]]
    mkdir empty
    run -2 rv-verify --candidates roll --truth empty
    [[ $output == *"'empty' has no folder with a ground_truth.mp4"* ]]
    run -3 rv-verify --candidates none --truth roll
    [[ $output == *"none"* ]]
}

@test "a folder without candidates, and tasks without a rule, are said" {
    tasks roll 2 roll
    mkdir nothing
    run -1 --separate-stderr rv-verify --candidates nothing --truth roll
    [[ $stderr == *"rv-verify: warning: 'nothing' has no candidate for any of the tasks"* ]]
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 2 --out samples | jq -c 'del(.metadata)' |
        rv-mux -q --format vbvr:task=roll -o plain >/dev/null
    answers plain answers
    run -0 --separate-stderr rv-verify --candidates answers --truth plain
    [[ $stderr == *'rv-verify: warning: 2 of 2 tasks have no rule in their metadata: a wrong answer gets points there by its looks'* ]]
    run -0 --separate-stderr rv-verify --profile vbvr --candidates answers --truth plain
    [[ $stderr != *'no rule'* ]]
}
