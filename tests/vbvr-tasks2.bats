# SPDX-License-Identifier: MIT
# The tasks knot_analogy and mirror_reasoning of examples/vbvr: what is drawn is what is seen, the rule holds for right
# answers and not for wrong ones, and the same seed gives the same bytes.
load lib/common
load lib/tasks

setup() {
    rv_setup
    need_blender
    need jq
}

@test "knot_analogy: the knot that goes to the empty pedestal is the brass one" {
    holds knot_analogy 8
    jq -se 'all(.metadata | .knot == .knots[.right] and .color == .colors[.right])' truth.jsonl
    jq -se 'all(.metadata | (.knots | length) == (if .difficulty == "easy" then 2 else 3 end))' truth.jsonl
    jq -se 'all(.metadata | (.polynomials | unique | length) == (.knots | length))' truth.jsonl
    jq -se 'all(.metadata.knots == (.objects | map(select(.tags == ["candidate"]).properties.knot)))' truth.jsonl
    # A hard one has two knots that the determinant, the polynomial at -1, does not tell apart.
    jq -se 'map(select(.metadata.difficulty == "hard").metadata.polynomials |
        map(to_entries | map(.value * (1 - .key % 2 * 2)) | add | fabs) | unique | length) | unique == [2]' truth.jsonl
    # The one that went is turned as the brass one at last, in its shape.
    jq -se 'def turn: .matrix_world[:3] | map(.[:3][]) | map(1000 * . | round);
        all((.objects | map(select(.name == "BrassKnot")) | .[0] | turn) == (.frames[-1].objects[0] | turn))' truth.jsonl
    jq -se 'def box: .box3d.size | map(100 * . | round);
        all((.objects | map(select(.name == "BrassKnot")) | .[0] | box) == (.frames[-1].objects[0] | box))' truth.jsonl
}

@test "mirror_reasoning: the camera turns to what only mirror or prism show" {
    holds mirror_reasoning 8
    jq -se 'all(.metadata | .device == (if .difficulty == "hard" then "prism" else "mirror" end))' truth.jsonl
    jq -se 'all(.metadata | (.mirror_degrees != 0) == (.difficulty == "medium"))' truth.jsonl
    # Every thing is where the metadata say, and the one that is asked for is on their side of the first view, along +Y.
    jq -se 'all((.metadata | [.shown, .others[]] | map([.kind, .place])) ==
        (.objects | map(select(.tags == ["thing"]) | [.properties.kind, (.location[:2] | map(10000 * . | round | . / 10000))])))' truth.jsonl
    jq -se 'all(.metadata | .side == (if .shown.place[0] < 0 then "left" else "right" end))' truth.jsonl
    # Labels: no thing in the first frame, the one that is asked for in the middle of the last one, and it alone.
    jq -se 'def things: [.annotations[] | select(.tags == ["thing"])];
        all((.frames[0] | things) == [] and (.frames[-1] | things | length) == 1)' truth.jsonl
    jq -se 'all(.metadata.shown.kind as $kind | (.objects | map({key: "\(.index)", value: .properties.kind}) | from_entries)
        as $kinds | .frames[-1].annotations[] | select(.tags == ["thing"]) |
        $kinds["\(.index)"] == $kind and (.bbox[0] + .bbox[2] / 2 - 48 | fabs) < 4)' truth.jsonl
}
