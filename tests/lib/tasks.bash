# SPDX-License-Identifier: MIT
# What the tests of tasks for video models (examples/vbvr) share; loaded after common.bash.

# A task, as few and small frames: what the rule says holds in the pictures of the truth and of another right answer, in
# none of a wrong one; the index map has each object of the rule where its looks are; equal bytes for -j1 and -j2.
holds() { # TASK [SAMPLES]
    local answer video TASKS=$RV_ROOT/examples/vbvr
    need_module numpy
    need_module PIL
    made() { # OUT ANSWER JOBS
        rv-seed seq 6 "${params[@]}" --param "answer=choice($2)" |
            rv-blend "$TASKS/$task.py" --resolution 96,60 --samples $samples -j "$3" -o "$1" -q | rv-mask >"$1.jsonl"
    }
    local task=$1 samples=${2:-1} params=(--param 'difficulty=choice(easy,medium,hard)' --param 'frames=const(14)')
    for answer in truth other wrong; do
        made $answer $answer 1
        "$PYTHON" "$RV_ROOT/tests/lib/rule_check.py" <$answer.jsonl >$answer.scores
    done
    jq -s -e 'length == 6 and all(.score == 1)' truth.scores
    jq -s -e 'length == 6 and all(.score >= 0.9)' other.scores
    jq -s -e 'length == 6 and all(.score < 0.5)' wrong.scores
    made again truth 2
    same_tree truth again
    # What another answer is asked is what the truth is asked.
    for answer in other wrong; do
        same_records '[.prompt, (.metadata | del(.answer, .drawn_answer))]' truth.jsonl $answer.jsonl
    done
    [ "$(jq -c .metadata.difficulty truth.jsonl | sort -u | wc -l)" -ge 2 ]
    [ "$(jq -r .prompt truth.jsonl | sort -u | wc -l)" -ge 4 ]
    for answer in truth other wrong; do
        rv-mux -q -f "vbvr:task=$task" --crf 8 -o d.$answer <$answer.jsonl >/dev/null
        mkdir c.$answer
        for video in d.$answer/vbvr/*/*/ground_truth.mp4; do
            cp "$video" "c.$answer/$(basename "$(dirname "$video")").mp4"
        done
        rv-verify -q --candidates c.$answer --truth d.truth >$answer.scored
    done
    rv-verify -q d.truth >/dev/null
    # As encoded videos, which are measured by another program, too.
    jq -s -e 'length == 6 and all(.eval.score == 1)' truth.scored
    jq -s -e 'length == 6 and all(.eval.candidates[0].dimensions.rule >= 0.9)' other.scored
    jq -s -e 'length == 6 and all(.eval.candidates[0].dimensions.rule < 0.5)' wrong.scored
}
