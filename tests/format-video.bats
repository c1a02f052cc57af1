# SPDX-License-Identifier: MIT
# Videos: every codec that this build of FFmpeg has, by ffprobe and ffmpeg; where frames stand alone; the tables beside
# the clips. Frame rates, sizes and what is refused are in rv-mux.bats.
load lib/common

setup() {
    rv_setup
    need jq ffprobe ffmpeg
}

clips() { # COUNT [OPTION...]
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

probe() { # FILE ENTRIES
    ffprobe -v error -count_frames -show_entries "stream=$2" -of csv=p=0 "$1" | tr -d '\r' | sed 's/,*$//'
}

@test "each codec makes files that FFmpeg reads, with tags of BT.709, twice the same" {
    clips 1 --frames 5 --size 65x67 >in
    while read -r codec encoder extension wanted; do
        grep -q " $encoder " <<<"$(ffmpeg -v error -encoders)" || continue
        rv-mux -f video:codec=$codec,hfvideo -o $codec <in >/dev/null
        [ "$(probe $codec/video/00000000.$extension codec_name,width,height,pix_fmt,color_range,color_space,nb_read_frames)" = "$wanted" ]
        cmp $codec/video/00000000.$extension $codec/hfvideo/train/00000000.$extension
        rv-verify --deep $codec
        taskset -c 0 rv-mux -j1 -f video:codec=$codec -o $codec-again <in >/dev/null
        cmp $codec/video/00000000.$extension $codec-again/video/00000000.$extension
        run -1 grep -aq "$(date +%Y)-" $codec/video/00000000.$extension
    done <<'END2'
h264 libx264 mp4 h264,66,68,yuv420p,tv,bt709,5
h265 libx265 mp4 hevc,66,68,yuv420p,tv,bt709,5
av1 libaom-av1 mp4 av1,66,68,yuv420p,tv,bt709,5
vp9 libvpx-vp9 mp4 vp9,66,68,yuv420p,tv,bt709,5
ffv1 ffv1 mkv ffv1,66,68,bgr0,pc,gbr,5
prores prores_ks mov prores,66,68,yuv422p10le,tv,bt709,5
END2
    [ -e ffv1 ]
    if [ -e h265 ]; then
        clips 1 --frames 5 --size 62x67 --out small >in
        run -2 rv-mux -q -f video:codec=h265 -o none <in
        [[ $output == *"codec h265 needs pictures of 64x64 or more, not 62x68"* ]]
    fi
}

@test "ffv1 keeps every pixel" {
    need_module PIL
    clips 1 --frames 3 >in
    rv-mux -f video:codec=ffv1 -o ds <in >/dev/null
    ffmpeg -v error -i ds/video/00000000.mkv -f rawvideo -pix_fmt rgb24 got
    "$PYTHON" -c 'import glob, sys
from PIL import Image
for path in sorted(glob.glob("out/00000000/frames/*.png")):
    sys.stdout.buffer.write(Image.open(path).convert("RGB").tobytes())' >wanted
    cmp got wanted
}

@test "frames stand alone as often as asked, and for training without later ones" {
    clips 1 --frames 20 >in
    rv-mux -f video -o plain <in >/dev/null
    rv-mux -f video:gop=5 -o gop <in >/dev/null
    rv-mux -f video:training -o training <in >/dev/null
    rv-mux -f video:training:gop=3:pix_fmt=yuv444p -o both <in >/dev/null
    kinds() {
        ffprobe -v error -show_entries frame=pict_type -of csv=p=0 "$1/video/00000000.mp4" | tr -d ',\n'
    }
    [[ $(kinds plain) == I*B* ]]
    [ "$(kinds gop | grep -o I | wc -l)" = 4 ]
    [ "$(kinds training)" = IPPPPPPPIPPPPPPPIPPP ]
    [ "$(kinds both)" = IPPIPPIPPIPPIPPIPPIP ]
    [ "$(probe both/video/00000000.mp4 pix_fmt)" = yuv444p ]
    rv-verify --deep both
}

@test "what encodes hfvideo is in the manifest, and settings that a codec lacks are refused" {
    clips 1 --frames 2 >in
    rv-mux -f hfvideo:crf=30:gop=4 -o ds <in >/dev/null
    [ "$(head -n1 ds/manifest.jsonl | jq -c .formats)" = '["hfvideo:crf=30:gop=4"]' ]
    rv-mux -f hfvideo -o plain <in >/dev/null
    [ "$(head -n1 plain/manifest.jsonl | jq -c .formats)" = '["hfvideo"]' ]
    run -1 cmp -s ds/hfvideo/train/00000000.mp4 plain/hfvideo/train/00000000.mp4
    while IFS='|' read -r spec message; do
        run -2 rv-mux -q -f "$spec" -o none <in
        [[ $output == *"$message"* ]]
    done <<'END2'
video:codec=prores:pix_fmt=yuv420p|codec prores has no pixels 'yuv420p', its own are yuv422p10le
video:pix_fmt=bgr0|codec h264 has no pixels 'bgr0', its own are yuv420p
video:crf=60|codec h264 has a quality (crf) of 0..51, not 60
video:codec=mpeg2|expected one of h264, h265, av1, vp9, ffv1, prores, h264_nvenc, hevc_nvenc, av1_nvenc
END2
    [ ! -e none ]
}

@test "codecs of a card are what they say, or are refused with what to choose" {
    clips 1 --frames 2 --size 256x192 >in
    while read -r codec name; do
        local rc=0
        rv-mux -q -f video:codec=$codec:preset=veryslow:gop=4:training -o $codec <in >/dev/null 2>err || rc=$?
        if [ $rc = 0 ]; then
            [ "$(probe $codec/video/00000000.mp4 codec_name,nb_read_frames)" = "$name,2" ]
            rv-verify --deep $codec
        else
            [ $rc = 2 ]
            stderr=$(cat err)
            [[ $stderr == "rv-mux: error: no dataset: sample '00000000': codec $codec needs an NVIDIA card that encodes 256x192, and its driver: choose h264, h265 or av1" ||
                $stderr == "rv-mux: error: no dataset: sample '00000000': this build of FFmpeg has no $codec, for codec $codec" ]]
            [ ! -e $codec ]
        fi
    done <<'END2'
h264_nvenc h264
hevc_nvenc hevc
av1_nvenc av1
END2
    clips 1 --frames 2 >small
    run -2 rv-mux -q -f video:codec=h264_nvenc -o none <small
    [[ $output == *"codec h264_nvenc needs pictures of 160x160 or more, not 32x24"* || $output == *"has no h264_nvenc"* ]]
}

@test "tables beside the clips have their prompts, rates, sizes, first and last frames" {
    clips 2 --frames 3 --views left --size 33x24 | jq -c '.fps = 29.97 |
        if .index == 0 then .prompt = "a \"ball\",\nrolls é" else . end' >in
    rv-mux -f video:metadata,webdataset -o ds <in >/dev/null
    python3 - ds/video in <<'END2'
import csv, json, os, sys
folder, records = sys.argv[1:]
rows = [json.loads(line) for line in open(f"{folder}/metadata.jsonl", encoding="utf-8")]
with open(f"{folder}/metadata.csv", encoding="utf-8", newline="") as file:
    cells = list(csv.DictReader(file))
assert [{k: str(v) for k, v in row.items()} for row in rows] == [
    {**cell, "fps": str(float(cell["fps"]))} for cell in cells], (rows, cells)
found = {(row["id"], row["view"]): row for row in rows}
for line in open(records, encoding="utf-8"):
    record = json.loads(line)
    for view in [{"name": "", "files": record["files"]}, *record["views"]]:
        row = found.pop((record["id"], view["name"]))
        assert row["prompt"] == record.get("prompt", "") and row["frames"] == 3, row
        assert abs(row["fps"] - 30000 / 1001) < 1e-9 and (row["width"], row["height"]) == (34, 24), row
        assert os.path.exists(f"{folder}/{row['file_name']}"), row
        for key, place in (("first_frame", 0), ("last_frame", -1)):
            with open(f"{folder}/{row[key]}", "rb") as one, open(
                f"{record['dir']}/{view['files']['image'][place]}", "rb") as two:
                assert one.read() == two.read(), row[key]
assert not found, found
END2
    rv-verify --deep ds
    rv-mux -f video -o plain <in >/dev/null
    [ "$(find plain/video -type f | sort | xargs)" = "plain/video/00000000.mp4 plain/video/00000000/left.mp4 plain/video/00000001.mp4 plain/video/00000001/left.mp4" ]
}

@test "segments: clips of so many frames follow each other, each with its row" {
    clips 2 --frames 5 --views left >in
    rv-mux -f video:codec=ffv1:segments=2:metadata,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(find ds/video -name '00000001*.mkv' | sort | xargs)" = "ds/video/00000001.000001.mkv ds/video/00000001.000003.mkv ds/video/00000001.000005.mkv" ]
    [ "$(find ds/video -path '*00000001/*.mkv' | wc -l)" = 3 ]
    rv-mux -q -f video:codec=ffv1 -o whole <in >/dev/null
    for clip in 00000000 00000000/left 00000001; do
        for part in ds/video/$clip.00000[135].mkv; do
            ffmpeg -v error -i "$part" -f rawvideo -pix_fmt rgb24 -
        done >got
        ffmpeg -v error -i "whole/video/$clip.mkv" -f rawvideo -pix_fmt rgb24 - | cmp - got
    done
    [ "$(jq -c 'select(.id == "00000001" and .view == "") | [.file_name, .frames, .first_frame, .last_frame]' ds/video/metadata.jsonl)" = '["00000001.000001.mkv",2,"00000001.000001.first.png","00000001.000001.last.png"]
["00000001.000003.mkv",2,"00000001.000003.first.png","00000001.000003.last.png"]
["00000001.000005.mkv",1,"00000001.000005.first.png","00000001.000005.last.png"]' ]
    cmp ds/video/00000001.000003.first.png out/00000001/frames/000003.png
    cmp ds/video/00000001.000003.last.png out/00000001/frames/000004.png
    rv-verify --deep ds
    run -2 rv-mux -f video:segments=0 -o none <in
}

@test "tiles: samples, cameras and channels fill clips row after row, pixel for pixel" {
    need_module PIL
    clips 2 --frames 3 --views left --size 33x23 | jq -c 'if .index == 1 then .prompt = "a \"ball\"" else . end' >in
    clips 1 --start 2 --frames 2 --size 33x23 --out short >>in
    clips 1 --start 3 --frames 2 --size 20x10 --out small >>in
    rv-mux -f video:codec=ffv1:tiles=2x3:channels=index_color_preview,webdataset -o ds <in >out.jsonl
    cmp in out.jsonl
    [ "$(find ds/video -type f | sort | xargs)" = "ds/video/000000.tiles.mkv ds/video/000001.tiles.mkv ds/video/000002.tiles.mkv ds/video/tiles.jsonl" ]
    [ "$(probe ds/video/000000.tiles.mkv width,height,nb_read_frames)" = 68,72,3 ]
    [ "$(probe ds/video/000002.tiles.mkv width,height,nb_read_frames)" = 40,30,2 ]
    for clip in ds/video/*.mkv; do
        ffmpeg -v error -i "$clip" -f rawvideo -pix_fmt rgb24 "$(basename "$clip").raw"
    done
    "$PYTHON" - in <<'END2'
import json, sys
from PIL import Image
wanted = []  # clip by clip, its tiles
records = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for record in records:
    for view in [{"name": "", "files": record["files"]}, *record.get("views", [])]:
        for role in ("image", "index_color_preview"):
            wanted.append((record, view["name"], role, view["files"][role]))
clips = [wanted[:6], wanted[6:10], wanted[10:]]
rows = [json.loads(line) for line in open("ds/video/tiles.jsonl", encoding="utf-8")]
assert len(rows) == len(wanted), rows
for number, tiles in enumerate(clips):
    name = f"{number:06}.tiles.mkv"
    (width, height), most = Image.open(f"{tiles[0][0]['dir']}/{tiles[0][3][0]}").size, max(len(t[3]) for t in tiles)
    even = width + width % 2, height + height % 2
    with open(f"{name}.raw", "rb") as file:
        frames = file.read()
    bytes_of_one = even[0] * 2 * even[1] * 3 * 3
    assert len(frames) == most * bytes_of_one
    got = [Image.frombytes("RGB", (even[0] * 2, even[1] * 3), frames[i * bytes_of_one:][:bytes_of_one])
           for i in range(most)]
    for place in range(6):
        x, y = place % 2 * even[0], place // 2 * even[1]
        box = (x, y, x + even[0], y + even[1])
        record, view, role, files = tiles[place] if place < len(tiles) else (None, "", "", [])
        if record:
            assert rows.pop(0) == {
                "file_name": name, "x": x, "y": y, "width": width, "height": height, "frames": len(files),
                "fps": 24, "id": record["id"], "view": view, "role": role, "prompt": record.get("prompt", "")}
        for i, frame in enumerate(got):
            tile = frame.crop(box)
            picture = Image.new("RGB", even)
            if i < len(files):
                image = Image.open(f"{record['dir']}/{files[i]}").convert("RGB")
                for dx in (1, 0):  # the last column and row again, where sides are odd
                    for dy in (1, 0):
                        picture.paste(image, (dx * (even[0] - width), dy * (even[1] - height)))
            assert tile.tobytes() == picture.tobytes(), (name, place, i)
assert not rows
END2
    rv-verify --deep ds
    taskset -c 0 rv-mux -q -j1 -f video:codec=ffv1:tiles=2x3:channels=index_color_preview,webdataset -o again <in >/dev/null
    diff -r ds again
}

@test "tiles: a rate of its own begins a clip, a sample that is refused leaves no tile, and parts do not merge" {
    clips 4 --frames 3 --views left | jq -c 'if .index > 1 then .fps = 30 else . end' >in
    printf x >out/00000001/views/left/frames/000002.png
    run -1 --separate-stderr rv-mux -q -f video:tiles=3x1 -o ds <in
    [[ $stderr == *"00000001: "*"'out/00000001/views/left/frames/000002.png'"* ]]
    [ "$(jq -r '"\(.file_name) \(.id)\(.view) \(.x) \(.fps)"' ds/video/tiles.jsonl)" = "000000.tiles.mp4 00000000 0 24
000000.tiles.mp4 00000000left 32 24
000001.tiles.mp4 00000002 0 30
000001.tiles.mp4 00000002left 32 30
000001.tiles.mp4 00000003 64 30
000002.tiles.mp4 00000003left 0 30" ]
    [ "$(probe ds/video/000001.tiles.mp4 width,height,pix_fmt,color_space,nb_read_frames)" = 96,24,yuv420p,bt709,3 ]
    rv-verify --deep ds
    clips 1 --start 4 --frames 3 | rv-mux -q -f video:tiles=3x1 -o other >/dev/null
    run -2 rv-mux -q --merge ds other -o merged
    [[ $output == *"format video cannot be merged: 'video/000000.tiles.mp4' of part 'ds' is of all samples"* ]]
    while IFS='|' read -r spec message; do
        run -2 rv-mux -q -f "$spec" -o none <in
        [[ $output == *"$message"* ]]
    done <<'END2'
video:tiles=2|format video: tiles: '2' is not
video:tiles=0x3|format video: tiles: '0x3' is not
video:tiles=20x20|tiles '20x20' are more than 256, which a clip has at most
video:tiles=2x2:segments=2|tiles and segments exclude each other
video:tiles=2x2:metadata|tiles and metadata exclude each other: the table of tiles is tiles.jsonl
video:tiles=2x2:channels=image|channels: role 'image' is there twice
video:channels=index_color_preview|channels are of tiles: say how many (tiles=CxR)
END2
    run -1 rv-mux -q -f video:tiles=2x2:channels=albedo -o none <in
    [[ $output == *"format video needs 'files.albedo', which the record does not have"* ]]
    clips 1 --frames 1 --size 6000x8 --out wide >in
    run -1 rv-mux -q -f video:tiles=3x1 -o none <in
    [[ $output == *"tiles of its size make a clip of 18000x8 pixels, whose sides may be 16384: choose fewer tiles"* ]]
    [ ! -e none ]
}
