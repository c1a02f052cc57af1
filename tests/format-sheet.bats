# SPDX-License-Identifier: MIT
# The contact sheet: which pictures it shows of stills, sequences and views, and what is written on them.

load lib/common

setup() {
    rv_setup
    need python3
}

# A sheet of one sample with these options.
sheet_of() { # OPTIONS
    rm -rf out dataset
    # shellcheck disable=SC2086
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 $1 >in
    rv-mux -q -f sheet -o dataset <in >/dev/null
}

# How its panels differ from files of the sample.
panels() { # FILE...
    python3 "$RV_ROOT/tests/lib/sheet_check.py" dataset/sheet.png "${@/#/out/00000000/}"
}

@test "a still: picture with its id, instances, depth, boxes" {
    sheet_of ""
    run -0 panels Image.png PreviewIndexOB.png DepthPreview.png Image.png
    [ "$output" = "above same same inside" ]
}

@test "a sequence: its first, middle and last frame with names, and labels of the middle one" {
    sheet_of "--frames 7"
    run -0 panels frames/00000{1,4,7}.png {index_color_preview,depth_preview,frames}/000004.png
    [ "$output" = "above+below below below same same inside" ]
    sheet_of "--frames 2"
    run -0 panels frames/00000{1,2}.png {index_color_preview,depth_preview,frames}/000002.png
    [ "$output" = "above+below below same same inside" ]
    sheet_of "--frames 1"
    run -0 panels {frames,index_color_preview,depth_preview,frames}/000001.png
    [ "$output" = "above+below same same inside" ]
}

@test "depth is shown in colours where there are some" {
    sheet_of ""
    jq -c '.files.depth_color_preview = .files.index_color_preview' in >coloured
    rm -rf dataset
    rv-mux -q -f sheet -o dataset <coloured >/dev/null
    run -0 panels Image.png PreviewIndexOB.png PreviewIndexOB.png Image.png
    [ "$output" = "above same same inside" ]
}

@test "several views: the first, the middle and the last one; of those with frames the first view's frames" {
    sheet_of "--views left,right"
    run -0 panels Image.png views/{left,right}/Image.png views/left/{PreviewIndexOB,DepthPreview,Image}.png
    [ "$output" = "above below below same same inside" ]
    sheet_of "--views a,b --only-views"
    run -0 panels views/{a,b}/Image.png views/b/{PreviewIndexOB,DepthPreview,Image}.png
    [ "$output" = "above+below below same same inside" ]
    sheet_of "--views a,b --frames 3"
    run -0 panels frames/00000{1,2,3}.png {index_color_preview,depth_preview,frames}/000002.png
    [ "$output" = "above+below below below same same inside" ]
}

@test "a long id is cut off at the end of its panel" {
    python3 "$RV_ROOT/tests/lib/mux_samples.py" 1 --frames 3 >in
    mv out/00000000 out/$(printf 'i%.0s' {1..100})
    jq -c '.id = "i" * 100 | .dir = "out/" + .id' in >long
    rv-mux -q -f sheet -o dataset <long >/dev/null
    run -0 python3 "$RV_ROOT/tests/lib/sheet_check.py" dataset/sheet.png out/i*/frames/00000{1,2,3}.png out/i*/{index_color_preview,depth_preview,frames}/000002.png
    [ "$output" = "above+below below below same same inside" ]
}
