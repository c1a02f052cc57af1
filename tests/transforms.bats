# SPDX-License-Identifier: MIT
# transforms.json: what rv-mux writes, against closed forms; that a point of a real scene is where the file says. What
# rv-verify must find in one is in mutations/.
load lib/common

setup() {
    rv_setup
    need python3 jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
}

# Records of labelled samples of 32x24 with a camera: a lens of 50 mm on a sensor of 36 mm, pixels twice as high as wide,
# shifted by a quarter of the side that the sensor is fitted to. By Blender's rules that is the height: 2 * 24 > 32.
records() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@" | jq -c '
        .resolution = [32, 24] |
        (50 * 48 / 36) as $f |
        .camera = {type: "PERSP", K: [[$f, 0, 16 - 0.25 * 48], [0, $f / 2, 12 + 0.125 * 48 / 2], [0, 0, 1]],
            matrix_world: [[1, 0, 0, .index], [0, 0, -1, -5], [0, 1, 0, 0.1], [0, 0, 0, 1]]}'
}

# What rv-mux writes for them, by the formulas.
expected_top() {
    python3 - <<'PY'
import json, math
f = 50 * 48 / 36
print(json.dumps({"camera_model": "OPENCV", "k1": 0, "k2": 0, "p1": 0, "p2": 0, "fl_x": f, "fl_y": f / 2,
    "cx": 4, "cy": 15, "w": 32, "h": 24, "c": 4,
    "camera_angle_x": 2 * math.atan(32 / 2 / f), "camera_angle_y": 2 * math.atan(24 / 2 / (f / 2))}))
PY
}

# Both hold the same, numbers but for rounding.
same_json() {
    python3 - "$1" "$2" <<'PY'
import json, math, sys
a, b = (json.loads(text) for text in sys.argv[1:])
def same(a, b):
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return math.isclose(a, b, rel_tol=1e-11) if isinstance(a, (int, float)) else a == b
sys.exit(0 if same(a, b) else print(a, b, sep="\n") or 1)
PY
}

@test "stills with one camera: intrinsics at the top, pictures and maps beside the file" {
    records 2 >in
    rv-mux -f transforms -o ds <in >out.jsonl
    cmp in out.jsonl
    file=ds/transforms/transforms.json
    same_json "$(jq -c 'del(.frames)' $file)" "$(expected_top)"
    [ "$(jq -c '.frames[]' $file)" = '{"file_path":"images/00000000.png","segmentation_file_path":"segmentations/00000000.png","transform_matrix":[[1,0,0,0],[0,0,-1,-5],[0,1,0,0.1],[0,0,0,1]]}
{"file_path":"images/00000001.png","segmentation_file_path":"segmentations/00000001.png","transform_matrix":[[1,0,0,1],[0,0,-1,-5],[0,1,0,0.1],[0,0,0,1]]}' ]
    cmp ds/transforms/images/00000001.png out/00000001/Image.png
    cmp ds/transforms/segmentations/00000000.png out/00000000/IndexOB.png
    [ "$(jq -c .formats ds/manifest.jsonl | head -n1)" = '["transforms"]' ]
    rv-verify --deep ds
}

@test "cameras that differ: intrinsics in every frame, none at the top" {
    records 3 | jq -c 'if .index == 2 then .camera.K[0][0] = 50 else . end' >in
    rv-mux -f transforms,webdataset -o ds <in >/dev/null
    file=ds/transforms/transforms.json
    [ "$(jq -c 'del(.frames)' $file)" = '{"camera_model":"OPENCV","k1":0,"k2":0,"p1":0,"p2":0}' ]
    [ "$(jq -c '[.frames[] | [has("fl_x", "cy", "w", "camera_angle_y")] | all]' $file)" = '[true,true,true]' ]
    [ "$(jq -c '.frames[2] | [.fl_x, .fl_x * (.camera_angle_x / 2 | sin / cos) * 2 | round]' $file)" = '[50,32]' ]
    same_json "$(jq -c '.frames[0] | {fl_x, cx, cy}' $file)" "$(expected_top | jq -c '{fl_x, cx, cy}')"
    rv-verify --deep ds
}

@test "a sequence has a file of its own, with the camera of each frame" {
    records 1 --frames 3 | jq -c '.files |= {image} | .fps = 12.5 | .frames[1].frame = 7 | .frames[2].frame = 9 |
        .frames[1].camera = (.camera | .matrix_world[0][3] = 4) |
        .frames[2].camera = (.camera | .K[0][0] = 40)' >in
    rv-mux -f transforms,webdataset -o ds <in >/dev/null
    file=ds/transforms/00000000/transforms.json
    [ "$(jq -c '[.fps, has("fl_x"), [.frames[] | [.file_path, (.fl_x * 3 | round), .transform_matrix[0][3]]]]' $file)" = \
        '[12.5,false,[["images/000001.png",200,0],["images/000007.png",200,4],["images/000009.png",120,0]]]' ]
    cmp ds/transforms/00000000/images/000009.png out/00000000/frames/000003.png
    [ ! -e ds/transforms/transforms.json ]
    rv-verify --deep ds
    # Stills and sequences in one dataset, ids that are names of folders among them.
    { jq -c '.id = "images"' in; records 2 --out stills | jq -c '.id = ["images2", "transforms"][.index]'; } >both
    rv-mux -f transforms -o both.ds <both >/dev/null
    [ "$(jq -c '.frames | length' both.ds/transforms/images/transforms.json both.ds/transforms/transforms.json)" = '3
2' ]
    rv-verify --deep both.ds
}

@test "depth goes along where it was written" {
    python3 "$RV_ROOT/tests/lib/labelled.py" out a b >all.jsonl
    jq -c '.camera = {K: [[30, 0, 1], [0, 30, 1], [0, 0, 1]],
        matrix_world: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}' all.jsonl >in
    jq -s -e 'length == 2 and all(.files.depth and .resolution)' in
    rv-mux -f transforms -o ds <in >/dev/null
    [ "$(jq -r '.frames[1].depth_file_path' ds/transforms/transforms.json)" = depths/b.exr ]
    cmp ds/transforms/depths/b.exr "out/b/$(jq -r .files.depth in | tail -n1)"
    rv-verify --deep ds
}

@test "what has no such camera is an error, the others go on" {
    records 7 | jq -c '
        if .index == 0 then .camera.type = "ORTHO" | .camera.K = null
        elif .index == 1 then del(.camera)
        elif .index == 2 then .resolution = [24, 32]
        elif .index == 3 then del(.resolution)
        elif .index == 4 then .camera.matrix_world[0][0] = 2
        elif .index == 5 then .camera.K[0][0] = -1 else . end' >in
    pipe -1 --separate-stderr 'rv-mux -f transforms -o ds <in'
    [ "$(jq -r .error.message <<<"$output" | cut -c1-70)" = "format transforms needs a perspective camera, not ORTHO: --where '.cam
format transforms needs field 'camera', which the record does not have
field 'resolution' says 24x32, but 'Image.png' is 32x24
format transforms needs field 'resolution': width and height
format transforms needs field 'camera.matrix_world': 4 rows of 4 numbe
format transforms needs field 'camera.K': intrinsics in pixels
null" ]
    [ "$(jq -c '[.frames[].file_path]' ds/transforms/transforms.json)" = '["images/00000006.png"]' ]
    rv-verify --deep ds
}

@test "thousands of stills go through a temporary file" {
    records 1 | jq -c '. as $one | range(3000) | . as $i | $one | .id = "s\($i)"' >in
    rv-mux -f transforms -o ds <in >/dev/null
    [ "$(jq -c '[has("fl_x"), (.frames | length), .frames[2999].file_path]' ds/transforms/transforms.json)" = \
        '[true,3000,"images/s2999.png"]' ]
    jq -c 'if .id == "s2999" then .camera.K[0][2] = 5 else . end' in >in2
    rv-mux -f transforms -o ds2 <in2 >/dev/null
    [ "$(jq -c '[has("fl_x"), (.frames | length), .frames[0].cx, .frames[2999].cx]' ds2/transforms/transforms.json)" = \
        '[false,3000,4,5]' ]
    rv-verify --deep ds2
}

@test "a point of a scene is where the file says, for every fit, shift and aspect" {
    need_blender
    cat >scene.py <<'END'
import rv


class Cameras(rv.Scene):
    def generate(self, seed):
        p = self.params
        self.world = rv.BasicWorld().set_params(color=(1, 1, 1))
        self.resolution = tuple(p["size"])
        ball = self.objects.sphere(radius=0.3).set_location((0.4, -0.3, 0.2)).set_tags("ball")
        self.camera.set_location((3, -4, 2)).point_at(ball, angle=10)
        self.camera.rotate_around_axis((0, 0, 1), 3)
        data, render = self.camera.obj.data, rv.bpy.context.scene.render
        data.lens, data.sensor_width, data.sensor_height = p["lens"], p["sensor"][0], p["sensor"][1]
        data.sensor_fit = p["fit"]
        data.shift_x, data.shift_y = p["shift"]
        render.pixel_aspect_x, render.pixel_aspect_y = p["aspect"]
END
    cat >in <<'END'
{"id":"a","index":0,"seed":1,"params":{"size":[80,50],"lens":50,"sensor":[36,24],"fit":"AUTO","shift":[0,0],"aspect":[1,1]}}
{"id":"b","index":1,"seed":1,"params":{"size":[50,80],"lens":50,"sensor":[36,24],"fit":"AUTO","shift":[0.1,-0.05],"aspect":[1,1]}}
{"id":"c","index":2,"seed":1,"params":{"size":[50,80],"lens":40,"sensor":[36,20],"fit":"HORIZONTAL","shift":[0.1,0.2],"aspect":[1,1]}}
{"id":"d","index":3,"seed":1,"params":{"size":[80,50],"lens":40,"sensor":[36,20],"fit":"VERTICAL","shift":[-0.1,0.2],"aspect":[1,1]}}
{"id":"e","index":4,"seed":1,"params":{"size":[80,60],"lens":45,"sensor":[32,24],"fit":"AUTO","shift":[0.05,0.1],"aspect":[1,2]}}
{"id":"f","index":5,"seed":1,"params":{"size":[60,60],"lens":45,"sensor":[32,24],"fit":"VERTICAL","shift":[0.05,-0.1],"aspect":[1.5,1]}}
END
    pipe -0 'rv-blend -q -j1 --samples 1 scene.py <in | rv-mask | rv-mux -f transforms,webdataset -o ds >records'
    rv-verify --deep ds
    python3 - <<'PY'
import json, math
from pngio import read_png
params = {r["id"]: r["params"] for r in map(json.loads, open("in"))}
(whole,) = [json.load(open("ds/transforms/transforms.json"))]
assert len(whole["frames"]) == 6 and "fl_x" not in whole
for frame in whole["frames"]:
    name = frame["file_path"][7:-4]
    p = params[name]
    # Blender's manual in numbers: the sensor's width (its height only for VERTICAL) fits one side of the picture.
    (w, h), (ax, ay) = p["size"], p["aspect"]
    wide = p["fit"] == "HORIZONTAL" or (p["fit"] == "AUTO" and w * ax >= h * ay)
    side = w if wide else h * ay / ax
    fx = p["lens"] * side / p["sensor"][p["fit"] == "VERTICAL"]
    expected = {"fl_x": fx, "fl_y": fx * ax / ay, "cx": w / 2 - p["shift"][0] * side,
                "cy": h / 2 + p["shift"][1] * side * ax / ay, "w": w, "h": h,
                "camera_angle_x": 2 * math.atan(w / 2 / fx)}
    for key, value in expected.items():
        assert math.isclose(frame[key], value, rel_tol=1e-6), (name, key, frame[key], value)
    # Where the ball is, by the pose and the intrinsics, as nerfstudio reads them.
    m = frame["transform_matrix"]
    offset = [v - m[i][3] for i, v in enumerate((0.4, -0.3, 0.2))]
    x, y, z = (sum(m[i][k] * offset[i] for i in range(3)) for k in range(3))
    u, v = frame["cx"] + frame["fl_x"] * x / -z, frame["cy"] - frame["fl_y"] * y / -z
    image = read_png(f"ds/transforms/segmentations/{name}.png")
    width, values = image[0], image[-1]
    hits = [(i % width + 0.5, i // width + 0.5) for i, value in enumerate(values) if value]
    assert len(hits) > 12, (name, len(hits), u, v)
    cu, cv = (sum(c) / len(hits) for c in zip(*hits))
    assert math.hypot(cu - u, cv - v) < 0.6, (name, (cu, cv), (u, v))
PY
}

# As the original NeRF and its followers read a scene of Blender.
read_nerf() { # FOLDER RECORDS
    python3 - "$@" <<'PY'
import json, math, os, sys
folder, records = sys.argv[1:]
wanted = [json.loads(line) for line in open(records)]
for split in ("train", "val", "test"):
    meta = json.load(open(os.path.join(folder, f"transforms_{split}.json")))
    mine = [record for record in wanted if record.get("split", "train") == split]
    assert len(meta["frames"]) == len(mine), (split, len(meta["frames"]))
    focal = 0.5 * 32 / math.tan(0.5 * float(meta["camera_angle_x"]))
    for frame, record in zip(meta["frames"], mine):
        image = os.path.join(folder, frame["file_path"] + ".png")
        assert open(image, "rb").read() == open(record["dir"] + "/Image.png", "rb").read(), image
        assert frame["transform_matrix"] == record["camera"]["matrix_world"], frame
        assert abs(focal - record["camera"]["K"][0][0]) < 1e-9, focal
print(len(wanted), "frames")
PY
}

@test "nerf: a document for each split, as the original NeRF reads them" {
    need ffmpeg
    records 5 | jq -c '.camera.K = [[40, 0, 16], [0, 40, 12], [0, 0, 1]] |
        .split = ["train", "val", "train", "train", "val"][.index]' >in
    rv-mux -q -f transforms:nerf,webdataset -o ds <in >/dev/null
    [ "$(read_nerf ds/transforms in)" = "5 frames" ]
    [ "$(jq '.frames | length' ds/transforms/transforms_test.json)" = 0 ]
    rv-verify --deep ds
    # what it has no place for
    while read -r change; do
        jq -c "if .index == 3 then $change else . end" in >bad
        run -1 rv-mux -q -f transforms:nerf -o none <bad
        [[ $output == *"format transforms with nerf: the camera has pixels that are not square, a shifted lens, or another lens"* ]]
    done <<'END'
.camera.K[1][1] = 41
.camera.K[0][2] = 17
.camera.K[0][0] = 41 | .camera.K[1][1] = 41
END
    ffmpeg -v error -i out/00000000/Image.png out/00000000/Image.jpg
    head -n1 in | jq -c '.files.image = "Image.jpg"' >bad
    run -1 rv-mux -q -f transforms:nerf -o none <bad
    [[ $output == *"format transforms with nerf needs PNG files in 'files.image', not '.jpg'"* ]]
    # Sequences have documents of their own, and NeRF's are of stills.
    records 1 --out moving --frames 2 >sequence
    run -0 --separate-stderr rv-mux -f transforms:nerf -o clips <sequence
    [ "${stderr_lines[0]}" = "rv-mux: warning: format transforms: no sample is a still of one picture, so there is no transforms_train.json, which nerf asks for; each sequence has its transforms.json" ]
    [ "$(ls clips/transforms | xargs)" = 00000000 ]
}
