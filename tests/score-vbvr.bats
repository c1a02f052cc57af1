# SPDX-License-Identifier: MIT
# Scoring by VBVR's formulas: rv-verify --profile vbvr, against OpenCV (lib/vbvr_score.py).
load lib/common

setup() {
    rv_setup
    need jq ffmpeg ffprobe
    need_module cv2
}

tasks() { # COUNT NAME [OPTION...]
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll "$1" --out "$2.samples" "${@:3}" |
        rv-mux -q --format vbvr:task=roll -o "$2" >/dev/null
}

# as_opencv DIR DATASET: whether all dimensions of all candidates are within 1e-3 of OpenCV's.
as_opencv() {
    local video pairs=()
    rv-verify -q --profile vbvr --candidates "$1" --truth "$2" | jq -c '.eval.candidates[0]' >ours
    while read -r video; do
        pairs+=("$video" "$2/vbvr/roll_task/$(basename "${video%.*}")")
    done < <(jq -r .path ours)
    [ "${#pairs[@]}" -gt 0 ]
    "$PYTHON" "$RV_ROOT/tests/lib/vbvr_score.py" "${pairs[@]}" >theirs
    jq -s -e --slurpfile theirs theirs 'length == ($theirs | length) and
        ([., $theirs] | transpose | all(.[0] as $a | .[1] as $b | ($a.score - $b.score | fabs < 1e-3) and
            ($b.dimensions | length == 5) and
            ($b.dimensions | to_entries | all(.value - $a.dimensions[.key] | fabs < 1e-3))))' ours ||
        { paste ours theirs; return 1; }
}

@test "every dimension is OpenCV's, of good and bad candidates" {
    tasks 2 roll --grain 1
    "$PYTHON" "$RV_ROOT/examples/vbvr/candidates.py" roll -o c >/dev/null
    for kind in static last reversed shuffled rotation noise black other shifted low; do
        as_opencv c/$kind roll
    done
}

@test "candidates of other sizes, with borders, long and short ones" {
    tasks 1 roll --size 160x100
    truth=roll/vbvr/roll_task/roll_00000000/ground_truth.mp4
    candidate() { # NAME FILTER
        mkdir "$1"
        ffmpeg -nostdin -v error -i $truth -vf "$2" -crf 15 "$1/roll_00000000.mp4"
    }
    candidate larger scale=320:200
    candidate smaller scale=80:50
    candidate black pad=160:160:0:30
    candidate white pad=240:100:40:0:white
    candidate aspect scale=160:160
    candidate long minterpolate=fps=240
    candidate two trim=end_frame=2
    candidate one trim=end_frame=1
    for name in larger smaller black white aspect long two one; do
        as_opencv $name roll
    done
}

@test "the truth does not score 1, and a still picture not much less" {
    tasks 2 roll
    "$PYTHON" "$RV_ROOT/examples/vbvr/candidates.py" roll -o c --kinds static >/dev/null
    mkdir truth
    for task in roll/vbvr/roll_task/*/; do
        cp "$task/ground_truth.mp4" "truth/$(basename "$task").mp4"
    done
    for name in truth c/static; do
        rv-verify -q --profile vbvr --candidates $name --truth roll --scores s.json >/dev/null
        jq .all.score s.json >>means
    done
    [ "$(jq -cs 'map(. < 0.95 and . > 0.6)' means)" = "[true,true]" ]
}

@test "results as VBVR's EvalKit writes them" {
    "$PYTHON" "$RV_ROOT/tests/lib/task_samples.py" roll 3 --out samples |
        rv-mux -q --format vbvr:dialect=bench-in:task=O-32_rolling_ball -o ds >/dev/null
    mkdir -p model/In-Domain_50/O-32_rolling_ball
    for n in 0 2; do
        cp ds/vbvr/In-Domain_50/O-32_rolling_ball/0000$n/ground_truth.mp4 model/In-Domain_50/O-32_rolling_ball/0000$n.mp4
    done
    rv-verify -q --profile vbvr --candidates model --truth ds/vbvr --scores m_eval_results.json --scores s.json >/dev/null
    jq -e '.overall == .In_Domain and .Out_of_Domain == 0 and .by_task["O-32_rolling_ball"] == .overall' m_eval_results.json
    [ "$(jq -r '.detailed[].video_path' m_eval_results.json | paste -sd,)" = \
        "model/In-Domain_50/O-32_rolling_ball/00000.mp4,model/In-Domain_50/O-32_rolling_ball/00002.mp4" ]
    jq -e --slurpfile s s.json '(.overall * 2 / 3 - $s[0].all.score | fabs) < 1e-9' m_eval_results.json
}

@test "without OpenCV it says what to install" {
    tasks 1 roll
    mkdir bin
    printf '#!/bin/sh\nexec /usr/bin/python3 -S "$@"\n' >bin/python3
    chmod +x bin/python3
    PATH=$PWD/bin:$PATH run -1 rv-verify --profile vbvr --candidates roll --truth roll
    [[ $output == *"it needs OpenCV: apt install python3-opencv"* ]]
}
