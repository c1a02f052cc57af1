# SPDX-License-Identifier: MIT
# Every ```sh example of the documentation is run, each page in a scratch copy, block after block in one shell. A line
# `<!-- not run: REASON -->` before a block leaves it out; ```console and ```text show things and are not run.
load lib/common

# Prints the script that a page is, each block traced by its line number.
script_of() {
    awk '
        /^<!-- not run: .+ -->$/ { leave = 1; next }
        /^```sh$/ && !block { block = 1; skip = leave; leave = 0; if (!skip) print "echo \"== line " NR "\""; next }
        /^```/ { block = 0; next }
        block && !skip { print }
        !block && NF { leave = 0 }
    ' "$1"
}

# What a reader has: the examples, beside a place to write. `make` works on the real source.
run_page() { # PAGE
    script_of "$RV_ROOT/$1" >script
    [ -s script ] || { echo "$1 has no example"; return 1; }
    mkdir -p work
    cp -r "$RV_ROOT/examples" work/
    cat - script >work/.script <<'END'
set -euo pipefail
make() { command make -s -C "$RV_ROOT" B="${RV_BIN%/bin}" DEPS=no "$@"; }
# As it stands, but small: the last of an option counts.
rv-blend() { command rv-blend "$@" --resolution 64x48 --samples 1; }
END
    (cd work; exec bash .script)
}

@test "README.md" {
    need_blender
    run_page README.md
}

# All in one place, as somebody runs them who goes through them: the samples of one are not in the way of another's.
@test "examples" {
    need_blender
    for page in "$RV_ROOT"/examples/README.md "$RV_ROOT"/examples/*/README.md; do
        page=${page#"$RV_ROOT"/}
        echo "# $page"
        run_page "$page"
    done
}

# The scene that the page begins with is its first Python block; tests/python/test_scenes_page.py runs them all.
@test "docs/scenes.md" {
    need_blender
    awk '/^```/ { if (inside) { exit } inside = /^```python$/; next } inside' "$RV_ROOT/docs/scenes.md" >scene.py
    mkdir page
    cd page
    mkdir work
    cp ../scene.py work/
    run_page docs/scenes.md
}

@test "docs/render-service.md" {
    need_blender
    run_page docs/render-service.md
}

@test "docs/labels.md" {
    need_blender
    run_page docs/labels.md
}

# A label with files has a row, which shows a picture of it and names each file; one without is named among the members.
@test "docs/labels.md: each label that rv-mask knows is there, with a picture and all its files" {
    local page=$RV_ROOT/docs/labels.md
    rv-mask --labels --json >labels
    jq -r '(.roles | INDEX(.name)) as $roles | .labels[] | .name as $name | .roles[] | $roles[.] |
        "\($name) `\(.file | sub("\\*"; "NAME"))\(if .kind == "folder" then "/" else "`" end)"' labels >files
    [ "$(wc -l <files)" -gt 60 ]
    while read -r name file; do
        echo "# $name $file"
        grep "^| \`$name\` |" "$page" >row
        grep -q '!\[\](labels/[a-z_0-9]*\.png)' row
        grep -qF "$file" row
    done <files
    jq -r '.labels[] | .name as $name | .members[] | "\($name) \(.)"' labels >members
    [ "$(wc -l <members)" -gt 20 ]
    while read -r name member; do
        echo "# $name $member"
        grep "^| [^|]*\`$name\`" "$page" >row
        grep -q "\`$member[\`.]" row
    done <members
}

@test "docs/labels.md: each kind of panorama that has labels is there" {
    sed -n '/^_PANORAMAS/,/^}/s/^    "\([A-Z_]*\)".*/\L\1/p' "$RV_ROOT/blender/rv/scenes/projections.py" >kinds
    [ "$(wc -l <kinds)" -ge 7 ]
    while read -r kind; do
        echo "# $kind"
        grep -q "| \`$kind\` |" "$RV_ROOT/docs/labels.md"
    done <kinds
}

@test "docs/labels.md: its rows are of labels that rv-mask knows, its pictures are those that docs/labels.sh makes" {
    local page=$RV_ROOT/docs/labels.md
    rv-mask --labels --json | jq -r '.labels[].name' | sort >known
    grep -oP '^\| `\K[a-z_0-9]+(?=`[^|]*\| (!|`))' "$page" | sort -u >shown
    [ "$(wc -l <shown)" -gt 30 ]
    comm -13 known shown >unknown
    [ ! -s unknown ]
    grep -oP '\]\(labels/\K[^)]+' "$page" | sort -u >pictures
    diff pictures <(cd "$RV_ROOT/docs/labels" && printf '%s\n' *.png)
}

# The scene of its picture, small: the labels in the middle of the upper half of each thing, and of the lower one.
@test "docs/labels.md: glass, volumes, panes, holdouts, shadow catchers and hair have the labels that it tells" {
    need_blender
    rv-seed fixed 1 | jq -c '.blend.through = ["Glass", "Fog", "Pane", "Holdout", "Hair", "Catcher"] | ., (.id = "strict" | .blend.alpha_threshold = 0.5)' |
        rv-blend "$RV_ROOT/docs/labels/clear.py" --resolution 64,40 --samples 4 -q -o out >records
    rv-mask --category-from name <records >masked
    rv-verify -q <masked >/dev/null
    run -0 python3 "$RV_ROOT/tests/lib/clear_check.py" out/00000000 out/strict
    [ "$output" = 'Glass [4, 4] [4, 4] [0, 2]
Pane [6, 6] [0, 2] [0, 2]
Holdout [0, 0] [0, 0] [0, 2]
Hair [8, 8] [8, 8] [0, 2]
Catcher [3, 3] [3, 3] [0, 0]
Fog upper [0] [0] [0]
Fog lower [2] [2] [2]
alpha Glass 1.0 1.0
alpha Holdout 0.0 0.0
alpha Catcher 0.0 0.0
alpha Pane 0.3
alpha Fog in part: True
alpha Hair from less than 0.3 to more than 0.5: True True
alpha Catcher from less than 0.3 to more than 0.5: True True
depth Holdout 10000000000.0 10000000000.0' ]
    [ "$(jq -c 'select(.id == "strict" | not) | [.annotations[].name]' masked)" = '["Wall","Catcher","Glass","Pane","Hair"]' ]
}

@test "docs/verify.md" {
    run_page docs/verify.md >printed
    awk '/^```text$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$RV_ROOT/docs/verify.md" >shown
    [ -s shown ]
    diff <(sed '/^== line /d' printed) shown
}

# Each Python block of the page is a program; they run one after the other where its files are.
@test "docs/client.md" {
    need_blender
    need python3
    need_module rich
    python3 "$RV_ROOT/tests/client/support.py" scenes
    cp scenes/monkey.blend walk.blend
    cp scenes/cube.blend run.blend
    awk '/^```/ { inside = /^```python$/; n += inside; next } inside { print >"program" n ".py" }' "$RV_ROOT/docs/client.md"
    [ "$(ls program*.py | wc -l)" = 6 ]
    for program in program?.py; do
        echo "# $program"
        PYTHONPATH=$RV_ROOT/blender PYTHONDONTWRITEBYTECODE=1 "$PYTHON" "$program" >"$program.out"
    done
    grep -q '^frames/000001.png depth/000001.exr ' program1.py.out
    [ "$(cat program6.py.out)" = scene_error ]
    ls renders/job/{frames/000001.png,depth/000001.exr}
    ls renders/walk/{frames/000005.png,depth/000001.exr,depth_preview/000001.png,index/000001.png,transforms.json,.rv}
    [ "$(ls renders/run.blend/frames renders/around/frames | grep -c png)" = 6 ]
    no_orphans
}

# Those of scenes are run by tests/python/test_api_examples.py.
@test "docs/api-examples.md: the examples of the client" {
    need_blender
    need python3
    python3 "$RV_ROOT/tests/client/support.py" scenes
    cp scenes/monkey.blend walk.blend
    cp scenes/cube.blend run.blend
    awk '/^```/ { inside = /^```python$/; n += inside; next } inside { print >"program" n ".py" }' \
        "$RV_ROOT/docs/api-examples.md"
    grep -l '^from rv.client' program*.py >programs
    [ "$(wc -l <programs)" = 8 ]
    while read -r program; do
        sed 's/^/# /' "$program"
        PYTHONPATH=$RV_ROOT/blender PYTHONDONTWRITEBYTECODE=1 python3 "$program" </dev/null
    done <programs
    ls renders/walk/depth/000002.exr renders/together/frames/000002.png renders/job/transforms.json renders/shown/frames/000001.png
    no_orphans
}

# Every block is run, or says why not; those in Python are for libraries that nobody here has.
@test "docs/recipes.md" {
    need_blender
    nothing awk '/^<!-- not run: .+ -->$/ { told = 1; next }
        /^```./ { if ($0 != "```sh" && !told) { print "line " NR ": not run, and not why" } told = 0 }' "$RV_ROOT/docs/recipes.md"
    run_page docs/recipes.md
}

teardown() {
    [ ! -f printed ] || sed 's/^/# /' printed
}

# Pages by task show what their commands print.
run_task() { # PAGE
    need_blender
    mkdir -p work
    cp -r "$RV_ROOT/pipelines" work/
    run_page "$1" >printed 2>&1
    python3 "$RV_ROOT/tests/lib/page_output.py" "$RV_ROOT/$1" printed
}

@test "docs/tasks/detection.md" {
    run_task docs/tasks/detection.md
}

@test "docs/tasks/segmentation.md" {
    run_task docs/tasks/segmentation.md
}

@test "docs/tasks/nerf.md" {
    run_task docs/tasks/nerf.md
}

@test "docs/tasks/tracking.md" {
    need_module numpy
    run_task docs/tasks/tracking.md
}

@test "docs/tasks/assets.md" {
    run_task docs/tasks/assets.md
}

@test "docs/tasks/cluster.md" {
    run_task docs/tasks/cluster.md
}

@test "docs/from/rapid-vision.md" {
    run_task docs/from/rapid-vision.md
}

@test "docs/worker.md" {
    need_blender
    run_page docs/worker.md
}

@test "pipelines/README.md" {
    need_blender
    run_page pipelines/README.md
}

@test "tests/README.md lists every benchmark" {
    cd "$RV_ROOT/tests"
    sed -n '/^## Benchmarks/,/^## Other/s/^| [a-z]* | \(`.*`\) |$/\1/p' README.md | tr -d '`' | tr ' ' '\n' | LC_ALL=C sort >"$BATS_TEST_TMPDIR/listed"
    (cd bench; ls -- *.sh | sed 's/\.sh$//' | LC_ALL=C sort) >"$BATS_TEST_TMPDIR/there"
    [ -s "$BATS_TEST_TMPDIR/there" ]
    diff "$BATS_TEST_TMPDIR/listed" "$BATS_TEST_TMPDIR/there"
}

@test "the documentation names no file that is not there" {
    cd "$RV_ROOT"
    grep -oHP '\]\(\K[^)#]+' README.md tools/README.md docker/README.md pipelines/README.md examples/README.md docs/*.md docs/*/*.md \
        examples/*/README.md >"$BATS_TEST_TMPDIR/links"
    while IFS=: read -r page link; do
        [[ $link == [a-z]*:* || -e $(dirname "$page")/$link ]] || { echo "$page: $link"; return 1; }
    done <"$BATS_TEST_TMPDIR/links"
}
