# SPDX-License-Identifier: MIT
# rv view: which page it opens, and how it makes one.
load lib/common

setup() {
    rv_setup
    need jq
    export PYTHONPATH=$RV_ROOT/tests/lib PYTHONDONTWRITEBYTECODE=1
    unset DISPLAY WAYLAND_DISPLAY
    # A thing that opens addresses, and notes which.
    mkdir bin
    printf '#!/bin/sh\necho "$1" >>%s/opened\n' "$PWD" >bin/xdg-open
    chmod +x bin/xdg-open
    export PATH=$PWD/bin:$PATH
}

samples() { # COUNT
    python3 "$RV_ROOT/tests/lib/mux_samples.py" "$@"
}

@test "the page of a dataset is opened as it is" {
    samples 2 | rv-mux -f html,coco >/dev/null
    run -0 --separate-stderr rv view
    [ "$output" = "file://$PWD/dataset/html/index.html" ]
    [[ $stderr == *'there is no display here'* ]]
    [ ! -e opened ]
    DISPLAY=:0 run -0 --separate-stderr rv view dataset
    [ "$(cat opened)" = "$output" ]
    [ -z "$stderr" ]
    DISPLAY=:0 run -0 rv view --print dataset/
    [ "$(wc -l <opened)" = 1 ]
    [ ! -e dataset.page ]
}

@test "samples get a page beside them, made anew each time" {
    python3 "$RV_ROOT/tests/lib/labelled.py" 'a b%/ds' x y >/dev/null
    run -0 --separate-stderr rv view --print 'a b%/ds'
    [ "$output" = "file://$PWD/a%20b%25/ds.page/html/index.html" ]
    [ -s 'a b%/ds.page/html/index.html' ]
    rv-verify --deep 'a b%/ds.page'
    run -0 rv view --print -o mine 'a b%/ds'
    [ -s mine/html/index.html ]
    run -0 rv view --print 'a b%/ds'
}

@test "the newest run is shown, by its dataset's page where there is one" {
    for run in 1 2; do
        python3 "$RV_ROOT/tests/lib/labelled.py" out/$run x >/dev/null
        echo '{"samples": ["x"]}' >out/$run/_meta.json
    done
    run -0 --separate-stderr rv view --print
    [ "$output" = "file://$PWD/out/2.page/html/index.html" ]
    [ -s out/2.page/html/index.html ]
    rm -r out/2.page
    rv-mux -q -f html -o out/2/dataset out/2 >/dev/null
    for dir in out out/2 out/2/dataset; do
        run -0 --separate-stderr rv view --print $dir
        [ "$output" = "file://$PWD/out/2/dataset/html/index.html" ]
    done
    # A sample that is called as a run.
    python3 "$RV_ROOT/tests/lib/labelled.py" samples 00 5 >/dev/null
    run -0 --separate-stderr rv view --print samples
    [ "$output" = "file://$PWD/samples.page/html/index.html" ]
    # A dataset without a page, and the samples that it is of.
    rv-mux -q -f coco -o dataset out/2 >/dev/null
    run -0 --separate-stderr rv view --print
    [ "$output" = "file://$PWD/out/2/dataset/html/index.html" ]
}

@test "a browser that cannot be opened is no failure" {
    samples 1 | rv-mux -f html >/dev/null
    printf '#!/bin/sh\nexit 3\n' >bin/xdg-open
    DISPLAY=:0 run -0 --separate-stderr rv view
    [[ $stderr == *'no browser was found'* ]]
    [ "$output" = "file://$PWD/dataset/html/index.html" ]
}

@test "what cannot be shown" {
    run -2 rv view
    [[ $output == *"there is no 'dataset': name the directory of a dataset, or of samples"* ]]
    run -2 rv view nothing
    [[ $output == *"there is no 'nothing'"* ]]
    run -2 rv view a b
    samples 1 | rv-mux -f coco >/dev/null
    run -2 rv view dataset
    [[ $output == *"give a dataset a page with 'rv-mux --format html,...'"* ]]
    [ ! -e dataset.page ]
    mkdir dataset.page
    echo mine >dataset.page/notes
    run -2 rv view out
    [ "$(cat dataset.page/notes)" = mine ]
}
