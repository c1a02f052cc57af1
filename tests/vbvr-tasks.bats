# SPDX-License-Identifier: MIT
# The tasks of examples/vbvr: what is drawn is valid, what the rule names is where the index map has it, and the same
# seed gives the same bytes.
load lib/common
load lib/tasks

setup() {
    rv_setup
    need_blender
    need jq
    TASKS=$RV_ROOT/examples/vbvr
}

@test "a task draws again until its truth is valid, and tells how often" {
    cat >toy.py <<'END'
from task import Again, Task, at, covers, moves, steady, within

SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]


class Toy(Task):
    PARAMETERS = (*Task.PARAMETERS, "x")

    def plan(self, rng):
        return {"x": rng.integer(0, 3), "color": rng.choice(["red", "blue"])}

    def build(self, plan, answer, rng):
        ball = self.objects.sphere("Ball", radius=1).set_location((plan["x"], 0, 0))
        ball.add_rigidbody("sphere")
        self.shade = "dark" if answer == "truth" else rng.choice(["light", "lighter"])
        self.key(ball, plan["color"]).set_tags(self.shade)
        self.simulate()
        self.fall = ball.get_matrix().translation.z

    def check(self, plan, answer):
        if plan["x"] != self.params["x"]:
            raise Again(f"x is {plan['x']}")
        path = [[t, *self.seen_at((plan["x"], 0, 0))] for _, t in self.times()[::4]]
        rule = [
            at("Ball", path, 0.1, "the ball stays", required=True),
            within("Ball", SQUARE, 0, 1, 0.9, "it is in the picture", weight=2),
            covers("Ball", 0, 0.5, 0, 0.5, "it is small"),
            moves("Ball", 0, 1, 0, 0.3, "it moves a little"),
            steady("Ball", 0, 1, 0.05, "it does not jump"),
        ]
        self.set_metadata(fall=round(self.fall, 2))
        return ["Where is the ball?", "Say where the ball is."], rule
END
    cp "$TASKS/task.py" .
    render() { # NAME PARAM...
        rv-seed seq 6 "${@:2}" | rv-blend toy.py --dry-run --resolution 96,60 -o "$1" -q
    }
    render one --param 'x=const(1)' >one.jsonl
    # Chance draws one of four: six samples need several draws, and each ends with what was wanted.
    jq -s -e 'all(.metadata.x == 1) and (map(.metadata.drawn) | max > 1 and min >= 1 and max <= 20)' one.jsonl
    [ "$(jq -r .prompt one.jsonl | sort -u | wc -l)" = 2 ]
    jq -s -e 'all(.fps == 30 and (.frames | length) == 60 and .render.samples == 50)' one.jsonl
    jq -s -e 'all([.objects[] | .name] == ["Camera", "Ball"])' one.jsonl
    jq -s -e 'all(.metadata.rule_objects.Ball | .hue == 0 or .hue == 225)' one.jsonl
    jq -c '.metadata.rule[0]' one.jsonl | head -n 1 >clause
    jq -e '.points | length == 15 and .[0] == [0, 0.6389, 0.5] and .[14][0] == 0.9492' clause
    jq -e '[.kind, .object, .tolerance, .weight, .required] == ["at", "Ball", 0.1, 1, true]' clause
    jq -s -e 'all([.metadata.rule[].kind] == ["at", "in", "covers", "moves", "steady"])' one.jsonl
    # Another answer is of the same task, whose metadata it has; it differs where it says so.
    for answer in other wrong; do
        render $answer --param 'x=const(1)' --param "answer=choice($answer)" >$answer.jsonl
        same_records '.metadata | del(.answer, .drawn_answer)' one.jsonl $answer.jsonl
        same_records .prompt one.jsonl $answer.jsonl
        jq -s -e "all(.metadata.answer == \"$answer\" and .metadata.drawn_answer == 1)" $answer.jsonl
        jq -s -e 'all(.objects[1].tags[0] | startswith("light"))' $answer.jsonl
    done
    # A shorter clip shows the same fall; it is one of the same length.
    render few --param 'x=const(1)' --param 'frames=const(13)' >few.jsonl
    jq -s -e 'all((.frames | length) == 13)' few.jsonl
    jq -s -e '(map(.metadata.fall) | unique) == [-18.49]' one.jsonl
    jq -s -e 'map(.metadata.fall) | unique | length == 1 and (.[0] + 18.49 | fabs) < 0.05' few.jsonl
}

@test "what makes no task is an error that says why" {
    cp "$TASKS/task.py" .
    tried() { # TEXT OPTION...
        pipe --separate-stderr -1 'rv-seed seq 1 "${@}" | rv-blend t.py --dry-run' tried "${@:2}"
        [[ $output == *'"code":"scene_error"'* ]]
        [[ $output == *"$1"* ]] || { echo "$output"; return 1; }
    }
    write() { # LINE...
        printf '%s\n' 'import math' 'from task import *' 'class T(Task):' '    def plan(self, rng): return {}' \
            '    def build(self, plan, answer, rng): pass' '    def check(self, plan, answer):' "${@/#/        }" >t.py
    }
    write 'raise Again("the ball is out of the picture")'
    tried 'no valid truth in 20 drawings, the last one: the ball is out of the picture'
    write 'return ["?"], [steady("Ball", 0, 1, 0.1, "no jump")]'
    tried 'the rule names objects without a look: Ball'
    tried "difficulty is 'tough', must be one of easy, medium, hard" --param 'difficulty=choice(tough)'
    tried "parameter 'dificulty' is none of this task's: difficulty, answer, frames; did you mean 'difficulty'?" \
        --param 'dificulty=const(easy)'
    tried "parameter 'x' is none of this task's: difficulty, answer, frames" --param 'x=const(1)'
    tried "answer is 'none', must be one of truth, other, wrong" --param 'answer=choice(none)'
    tried 'frames is 7, must be a whole number from 8 on' --param 'frames=const(7)'
    while IFS='|' read -r call text; do
        write "return ['?'], [$call]"
        tried "$text"
    done <<'END'
at("B", [[0, 0, 0], [0, 1, 1]], 0.1, "s")|the points must be [t, x, y] in the order of their times
at("B", [[0, 0, 0], [1.1, 1, 1]], 0.1, "s")|the last time is 1.1, must be a share from 0 to 1
at("B", [[0, 0, 0]], 0, "s")|0 must be above 0
within("B", [(0, 0), (1, 1)], 0, 1, 1, "s")|the polygon has 2 corners
within("B", [(0, 0), (1, 1), (0, 1)], 0.5, 0.4, 1, "s")|from 0.5 to 0.4: must be shares
covers("B", 0, 1, 0.5, 1.5, "s")|0.5 to 1.5: must be numbers from 0 on
moves("B", 0, 1, 0.5, math.inf, "s")|0.5 to inf
steady("B", 0, 1, 0.1, "")|needs the name of an object, words for people
END
}

@test "material and momentum: the tower does what the momentum says" {
    holds material_momentum 4
    jq -s -e 'map(.metadata.outcome) | unique == ["falls", "stands"]' truth.jsonl
    # The answer is the stated rule's: from the metadata alone.
    jq -s -e 'all(.metadata | .outcome == (if .momentum > .resistance then "falls" else "stands" end))' truth.jsonl
    rho='{"foam": 30, "cork": 220, "wood": 650, "rubber": 1200, "glass": 2500, "iron": 7800}'
    jq -s -e "$rho as \$rho | 3.14159265 as \$pi | all(.metadata | (.slope_degrees * \$pi / 180) as \$a |
        (\$rho[.material] * 4 / 3 * \$pi * (.radius_m | pow(.; 3))) as \$mass |
        ((10 * 9.81 * .way_m * (\$a | sin) / 7 | sqrt) * (2 + 5 * (\$a | cos)) / 7) as \$speed |
        ((.momentum - \$mass * \$speed) | fabs) < 0.0001)" truth.jsonl
    jq -s -e 'all(.objects | map(.tags[0]) | contains(["ball", "block", "ramp", "table", "wall"]))' truth.jsonl
}

@test "egocentric navigation: the camera goes the shortest way, crosses no wall, and ends before the goal" {
    holds egocentric_navigation 4
    cat >walk.py <<'END'
import json
import math
import sys


def far(box, place):  # metres in the plan from the box of an object, which has no turn but of 90 degrees
    matrix, size = box["matrix_world"], [d / 2 for d in box["dimensions"]]
    scale = [math.hypot(*(matrix[i][k] for i in range(3))) for k in (0, 1)]
    half = [abs(matrix[i][0]) / scale[0] * size[0] + abs(matrix[i][1]) / scale[1] * size[1] for i in (0, 1)]
    return math.hypot(*(max(0, abs(place[i] - matrix[i][3]) - half[i]) for i in (0, 1)))


for line in sys.stdin:
    record = json.loads(line)
    task = record["metadata"]
    doors = {tuple(map(tuple, door)) for door in task["doors"]}
    way = [tuple(cell) for cell in task["way"]]
    assert way[0] == tuple(task["entrance"]) and way[-1] == tuple(task["goal"])
    assert all(tuple(sorted(step)) in doors for step in zip(way, way[1:])), way
    reached = [{way[0]}]
    while tuple(task["goal"]) not in reached[-1]:
        reached.append(reached[-1] | {b for d in doors for a, b in (d, d[::-1]) if a in reached[-1]})
    assert len(reached) == len(way) and task["cells"] == len(way) - 1
    least, most = {"easy": (3, 4), "medium": (5, 6), "hard": (7, 9)}[task["difficulty"]]
    assert least <= task["cells"] <= most
    cameras = [frame.get("camera", record["camera"]) for frame in record["frames"]]
    places = [[row[3] for row in camera["matrix_world"]] for camera in cameras]
    walls = [item for item in record["objects"] if item["tags"] == ["wall"]]
    near = min(far(wall, place) for wall in walls for place in places)
    goal = next(item for item in record["objects"] if item["name"] == "Goal")
    end = math.dist(places[-1][:2], [goal["matrix_world"][i][3] for i in (0, 1)])
    print(len(walls), near > 0.6, abs(end - 1) < 0.01)
END
    "$PYTHON" walk.py <truth.jsonl >walked
    [ "$(cut -d' ' -f2- walked | sort -u)" = "True True" ]
    "$PYTHON" walk.py <other.jsonl >walked
    [ "$(cut -d' ' -f2- walked | sort -u)" = "True True" ]
    # Some other answer takes other places; a wrong one ends elsewhere.
    "$PYTHON" walk.py <wrong.jsonl >walked
    [ "$(cut -d' ' -f2- walked | sort -u)" = "True False" ]
    jq -s -e '[.[:6], .[6:] | map(.frames[7].camera)] | .[0] != .[1]' truth.jsonl other.jsonl
}

@test "object permanence: the named thing is hidden to the last pixel and comes out where it must" {
    holds object_permanence 4
    cat >hidden.py <<'END'
import json
import os
import sys

import numpy
from PIL import Image

for line in sys.stdin:
    record = json.loads(line)
    task, last = record["metadata"], len(record["frames"]) - 1
    named, part = task["rule"][0]["object"], task["things"][0]
    index = {item["name"]: item["index"] for item in record["objects"]}
    paths = [os.path.join(record["dir"], path) for path in record["files"]["index"]]
    pixels = [numpy.asarray(Image.open(path)) == index[named] for path in paths]
    hidden = next(clause for clause in task["rule"] if clause["kind"] == "covers")
    gone = [i for i, found in enumerate(pixels) if not found.any()]
    told = range(round(hidden["from"] * last), round(hidden["to"] * last) + 1)
    assert told and set(told) <= set(gone), (told, gone)
    assert gone == list(range(gone[0], gone[-1] + 1)), gone
    least = {"easy": 0.12, "medium": 0.2, "hard": 0.28}[task["difficulty"]]
    assert hidden["to"] - hidden["from"] + 2 / last >= least
    assert len(task["things"]) == {"easy": 1, "medium": 2, "hard": 3}[task["difficulty"]]
    # Where it is at the end follows from start, speed and wall; the picture has it there.
    x = part["start_m"] + part["speed_m"]
    x = x if part["turn_m"] is None else 2 * part["turn_m"] - x
    side = "left" if x < task["screen_m"][0] else "right"
    seen = numpy.nonzero(pixels[-1])[1].mean() / pixels[-1].shape[1]
    assert part["comes_out"] == side == ("left" if seen < 0.5 else "right"), (x, seen)
    assert (part["turn_m"] is None) == ((part["start_m"] < 0) != (x < 0))
    print(named, task["wall_m"] is not None)
END
    "$PYTHON" hidden.py <truth.jsonl >told
    [ "$(wc -l <told)" = 6 ]
    "$PYTHON" hidden.py <other.jsonl >other.told
    cmp told other.told
    [ "$(sort -u told | wc -l)" = 2 ] # with and without a wall
}
