# SPDX-License-Identifier: MIT
# COLMAP's models: poses and points against the samples, and by COLMAP itself where it is installed. What rv-verify must
# find is in mutations/.
load lib/common

setup() {
    rv_setup
    need jq
    need_module numpy
    need_module PIL
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Cameras that look this way and that: each a turn of the one before about the three axes.
with_cameras() {
    jq -c 'def turn($a): [[($a | cos), -($a | sin), 0, 0], [($a | sin), ($a | cos), 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
        def turned($a): [[1, 0, 0, $a], [0, ($a | cos), -($a | sin), -5], [0, ($a | sin), ($a | cos), 0.1], [0, 0, 0, 1]];
        def camera($m): {type: "PERSP", K: [[50, 0, 16.5], [0, 45, 12], [0, 0, 1]], matrix_world: $m};
        .resolution = [40, 30] | .camera = camera(turned(.index * 1.1)) |
        if .views then .views[0].camera = camera(turn(3)) else . end |
        if .frames then .frames[1].camera = camera(turn(2) | .[0][3] = 7) else . end'
}

stills() { # ID...
    python3 "$RV_ROOT/tests/lib/labelled.py" out "$@" | with_cameras
}

check() { # DATASET RECORDS POINTS
    "$PYTHON" "$RV_ROOT/tests/lib/colmap_check.py" "$@"
}

@test "stills are one model, with points where there is depth" {
    stills a b c d e f | jq -c 'if .id == "c" then .camera.K[0][0] = 60 elif .id == "e" then del(.files.depth) else . end' >in
    rv-mux -f colmap,transforms -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(check ds/colmap in 1000)" = "6 images, 1006 points" ]
    [ "$(cut -d' ' -f1-5 ds/colmap/sparse/0/cameras.txt | xargs)" = "1 PINHOLE 40 30 50 2 PINHOLE 40 30 60 3 PINHOLE 40 30 50" ]
    rv-verify --deep ds
    for points in 0 1 7; do
        rv-mux -f colmap:points=$points -o few$points <in >/dev/null
        [[ $(check few$points/colmap in $points) == "6 images, "*" points" ]]
        rv-verify --deep few$points
    done
    [ ! -s few0/colmap/sparse/0/points3D.txt ]
    if command -v colmap; then
        colmap model_analyzer --path ds/colmap/sparse/0 | grep -E "Registered images: 6|Images: 6"
    fi
}

@test "a sample with several pictures is a model of its own" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --size 40x30 --views left | with_cameras >in
    python3 "$RV_ROOT/tests/lib/labelled.py" --sequence 3 out s | with_cameras >>in
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --start 2 --frames 2 --size 40x30 --views left | with_cameras >>in
    rv-mux -f colmap,webdataset -o ds <in >/dev/null
    [[ $(check ds/colmap in 1000) == "9 images, "*" points" ]]
    [ "$(ls ds/colmap)" = "$(printf '00000000\n00000002\ns')" ]
    [ "$(ls ds/colmap/00000000/images ds/colmap/00000002/images | xargs)" = \
        "ds/colmap/00000000/images: 0.png left.png ds/colmap/00000002/images: 000001.png 000002.png left.000001.png left.000002.png" ]
    rv-verify --deep ds
}

@test "a camera that is not perspective, and depth of another size, are refused" {
    stills a | jq -c '.camera.type = "PANO"' >in
    run -1 rv-mux -q -f colmap -o none <in
    [[ $output == *"format colmap needs a perspective camera, not PANO"*"--where '.camera.type == "* ]]
    stills c | cat in - | rv-mux -q -f colmap -o cured --where '.camera.type == "PERSP"' >/dev/null
    rv-verify --deep cured
    stills b >in
    python3 -c 'from labelled import exr; exr("out/b/Depth.exr", [[1.0] * 9] * 9)'
    run -1 rv-mux -q -f colmap -o none <in
    [[ $output == *"'Depth.exr' has 9x9 pixels, but 'Image.png' has 40x30"* ]]
}
