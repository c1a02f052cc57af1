# SPDX-License-Identifier: MIT
# rv-verify --judge: programs that judge candidates, and those of examples/vbvr/judges.
load lib/common

setup() {
    rv_setup
    need jq ffmpeg ffprobe
    need_module numpy
    judges=$RV_ROOT/examples/vbvr/judges
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 2 --out samples |
        rv-mux -q --format vbvr:task=roll -o roll >/dev/null
    mkdir answers
    for n in 0 1; do
        cp roll/vbvr/roll_task/roll_0000000$n/ground_truth.mp4 answers/roll_0000000$n.mp4
    done
}

teardown() {
    [ -z "${server:-}" ] || kill "$server"
}

verify() {
    rv-verify -q --candidates answers --truth roll "$@"
}

@test "a judge gets the task and both videos, and its score is merged by its weight" {
    cat >judge <<'END'
#!/bin/sh
jq -c . >>asked
echo '{"result": {"score": 0.25, "says": "no"}}'
END
    chmod +x judge
    verify -j1 --judge ./judge --scores page.html >scores
    [ "$(grep -oF 'judge: {&quot;score&quot;:0.25,&quot;says&quot;:&quot;no&quot;}' page.html | wc -l)" = 2 ]
    [ "$(jq -c '.eval.candidates[0] | [.score, .judge]' scores | sort -u)" = '[0.625,{"score":0.25,"says":"no"}]' ]
    [ "$(jq -c '.eval.candidates[0].dimensions.motion' scores | sort -u)" = 1 ]
    jq -es 'length == 2 and .[0].id == "roll_00000000" and .[1].id == "roll_00000001" and all(.seed == 0 and
        .task == "roll" and .prompt == "What happens next?" and .score == 1 and .dimensions.rule == 1 and
        (.metadata.rule | length == 2))' asked
    while read -r path; do
        [[ $path == /* ]]
        [ -f "$path" ]
    done < <(jq -r '.truth, .candidate, .first_frame, .root_dir + "/judge"' asked)
    [ "$(verify --judge 'jq "{result: .dimensions.rule}"' --judge-weight 1 | jq .eval.score | sort -u)" = 1 ]
    [ "$(verify --judge 'jq "{result: 0}"' --judge-weight 0.9 | jq '.eval.score * 10 | round' | sort -u)" = 1 ]
}

@test "a judge that fails is an error of the record, and the task does not count" {
    run -1 --separate-stderr verify --judge 'jq "if .id == \"roll_00000001\" then {result: 7} else {result: 1} end"' \
        --scores s.json
    [ "$(jq -r '.error.code // "none"' <<<"$output" | paste -sd ' ')" = "none judge_failed" ]
    [[ $stderr == *"--judge: answers/roll_00000001.mp4: member 'result', or its 'score', must be a number in 0..1, not 7"* ]]
    jq -e '.all.samples == 1 and .all.score == 1' s.json
    run -1 verify --judge 'echo broken >&2; exit 3' --json
    [[ $output == *'"code":"judge_failed"'*"the judge failed with exit status 3"*broken* ]]
    run -1 verify --judge 'echo broken' --json
    [[ $output == *'"code":"judge_failed"'* ]]
    run -1 verify --judge 'sleep 60' --judge-timeout 0.2
    [[ $output == *'"code":"timeout"'* ]]
}

@test "people: a form with both videos, and a judge that says what they said" {
    mkdir page
    "$PYTHON" "$judges/form.py" --candidates answers --truth roll -o page/form.html
    [ "$(grep -c '<article ' page/form.html)" = 2 ]
    [ "$(grep -c '<fieldset ' page/form.html)" = 8 ]
    grep -oE 'src="[^"]*"' page/form.html | cut -d'"' -f2 >videos
    [ "$(wc -l <videos)" = 4 ]
    while read -r video; do
        [ -f "page/$video" ]
    done <videos
    jq -n '{"roll_00000000.mp4": {answer: 4, process: 4, scene: 4, picture: 4},
        "roll_00000001.mp4": {answer: 0, process: 4, scene: 4, picture: 4}}' >one.json
    jq -n '{"roll_00000000.mp4": {answer: 2, process: 4, scene: 0, picture: 4}}' >two.json
    # 1 and (4 * 0.5 + 3 + 0 + 1) / 10; 0 where the answer is wrong
    [ "$(verify --judge-weight 1 --judge "'$PYTHON' '$judges/people.py' one.json two.json" |
        jq -c '.eval | [.score, .candidates[0].judge.people]' | paste -sd ' ')" = "[0.8,2] [0,1]" ]
    run -1 verify --judge "'$PYTHON' '$judges/people.py' two.json"
    [[ $output == *"nobody has judged"* ]]
}

@test "a model behind the chat API: frames, questions, a key, and an answer with words around it" {
    "$PYTHON" "$RV_ROOT/tests/lib/chat_stub.py" port log 'I cannot say.' \
        'Well: {"answer": 4, "process": 2, "scene": 4, "picture": 2, "says": "it rolls"} That is all.' &
    server=$!
    wait_until test -s port
    url=http://127.0.0.1:$(cat port)/v1
    JUDGE_KEY=secret verify -j1 --judge-weight 1 --judge "'$PYTHON' '$judges/chat.py' --url $url --model M --frames 4" >scores
    [ "$(jq -c '.eval.candidates[0] | [.score, .judge.says]' scores | sort -u)" = '[0.8,"it rolls"]' ]
    jq -es 'length == 4 and all(.path == "/v1/chat/completions" and .key == "Bearer secret" and .asked.model == "M" and
        (.asked.messages[0].content | map(.type) == ["text", "text", "image_url", "image_url", "image_url", "image_url",
        "text", "image_url", "image_url", "image_url", "image_url", "text"]) and
        (.asked.messages[0].content[2].image_url.url | startswith("data:image/jpeg;base64,/9j/")))' log
    kill "$server"
    server=
    run -1 verify --judge "'$PYTHON' '$judges/chat.py' --url $url --model M"
    [[ $output == *"$url: "* ]]
}

@test "several judges and the rule, by weights" {
    jq -n '{"roll_00000000.mp4": {answer: 4, process: 4, scene: 4, picture: 4},
        "roll_00000001.mp4": {answer: 0, process: 4, scene: 4, picture: 4}}' >one.json
    people="'$PYTHON' '$judges/people.py' one.json"
    [ "$(verify --judge-weight 1 --judge "'$PYTHON' '$judges/combine.py' 2 rule 1 \"$people\" 1 \"echo '{\\\"result\\\": 0}'\"" |
        jq -c '.eval.candidates[0] | [.score, .judge.scores.rule]' | paste -sd ' ')" = "[0.75,1] [0.5,1]" ]
}
