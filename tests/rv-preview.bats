#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# rv preview: options, files on every change, other people's files, and the window on a virtual screen.

load lib/common

setup() {
    rv_setup
    mkdir lib
    cat >scene.py <<'PY'
import lib.sizes
import rv


class Shown(rv.Scene):
    def generate(self, seed):
        self.world = rv.BasicWorld().set_params(color=(0.5, 0.5, 0.5), strength=1.0)
        box = self.objects.cube("Box").set_scale(lib.sizes.SIZE).set_tags("box")
        self.camera.set_location((7, 7, 3)).point_at(box)
PY
    echo 'SIZE = 1' >lib/sizes.py
}

teardown() {
    local pid
    for pid in ${preview_pid:-} ${xvfb_pid:-}; do
        kill "$pid" 2>/dev/null || continue
        wait "$pid" || true
    done
}

preview() {
    : >log
    env --default-signal=INT rv preview scene.py "$@" >>log 2>&1 &
    preview_pid=$!
}

files() {
    preview --preview-files --no-window --resolution 32,24 --time-limit 5 "$@"
}

# wait_for COMMAND...: until it succeeds; fails, with the log, when it does not or the preview is gone.
wait_for() {
    local deadline=$((SECONDS + HANGS_S))
    until "$@"; do
        if [ $SECONDS -ge $deadline ] || ! kill -0 "$preview_pid" 2>/dev/null; then
            echo "in vain: $*"
            cat log shown
            return 1
        fi
        sleep 0.1
    done
}

# size TEXT: the size of the box, by one change of the file.
size() {
    echo "SIZE = $1" >lib/new
    mv lib/new lib/sizes.py
}

# runs N: whether so many have ended, well or not.
runs() { [ "$(grep -c '^rv preview: seed' log)" -ge "$1" ]; }
picture() { sha256sum <preview_out/Image.png; }

# ends SIGNAL: the preview ends by it, and nothing is left.
ends() {
    local status=0
    kill -"$1" "$preview_pid"
    wait "$preview_pid" || status=$?
    preview_pid=
    [ $status = $((128 + $(kill -l "$1"))) ]
    no_orphans
}

@test "wrong usage" {
    run -2 rv preview
    run -2 rv preview scene.py scene.py
    run -2 rv preview missing.py
    run -2 rv preview scene.py --no-window
    [[ $output == *"--no-window needs --preview-files"* ]]
    run -2 rv preview scene.py --resolution 32,32
    [[ $output == *"--resolution needs --preview-files"* ]]
    run -2 rv preview scene.py --time-limit 1
    [[ $output == *"--time-limit needs --preview-files"* ]]
    run -2 rv preview scene.py --preview-files --time-limit 0
    run -2 rv preview scene.py --preview-files --resolution 32
    run -2 rv preview scene.py --seed -3.5
    run -2 rv preview scene.py --gpu-backend quantum
    [ "$(ls -A | xargs)" = "lib scene.py" ]
}

@test "no Blender" {
    RV_BLENDER=$PWD/none run -3 rv preview scene.py
    RV_BLENDER=$PWD/none run -3 rv preview scene.py --preview-files --no-window
    [[ $output == *"$PWD/none"* ]]
    no_orphans
}

@test "files: on every change, of imported modules too, after errors" {
    need_blender
    files --seed seq
    wait_for runs 1
    local one two
    one=$(picture)
    [ "$(find preview_out -type f ! -name '.*' | wc -l)" -ge 5 ]
    [ ! -e preview_out/_meta.json ]
    printf 'SIZE = 2' | dd of=lib/sizes.py conv=notrunc status=none # in place
    wait_for runs 2
    two=$(picture)
    [ "$one" != "$two" ]
    size '' # by rename, with an error
    wait_for runs 3
    grep -q 'lib/sizes.py:1: SyntaxError' log
    [ "$(picture)" = "$two" ]
    size 1
    wait_for runs 4
    [ "$(grep -o 'seed [0-9]*' log | xargs)" = "seed 0 seed 1 seed 2 seed 2" ] # a failure takes no seed
    sed -i 's/SIZE/SIZE * 2/' scene.py # sed -i renames
    wait_for runs 5
    ends INT
    no_partials_but_the_list
    [ "$(ls -A | sort | xargs)" = "lib log preview_out scene.py" ]
}

no_partials_but_the_list() {
    [ "$(cd preview_out && find . -name '.?*' | xargs)" = ./.rv-preview-files.json ]
}

@test "files: an error at the start is mended in a module" {
    need_blender
    rm lib/sizes.py
    files --seed 3
    wait_for runs 1
    grep -q ModuleNotFoundError log
    size nonsense
    sed -i 's/^$//' scene.py
    wait_for grep -q "lib/sizes.py:1: NameError" log
    size 1
    wait_for test -e preview_out/Image.png
    ends TERM
}

@test "files: an asset is watched, a file that the scene writes is no endless loop" {
    need_blender
    cat >scene.py <<'PY'
import os
import rv


class Shown(rv.Scene):
    def generate(self, seed):
        with open("asset") as asset, open("seen", "a") as seen:
            seen.write(asset.read(1))
        self.add_dependency("seen").add_dependency("asset")
        self.objects.cube()
PY
    echo a >asset
    files
    wait_for runs 1
    sleep 3 # for more runs, if there were any
    [[ $(cat seen) =~ ^a{1,2}$ ]]
    echo b >new
    mv new asset
    wait_for grep -q b seen
    sleep 3
    [[ $(cat seen) =~ ^a{1,2}b{1,2}$ ]]
    ends TERM
}

@test "files: other people's files stay, ours go when they are stale" {
    need_blender
    mkdir -p preview_out/frames
    echo mine >preview_out/notes.txt
    echo mine >preview_out/frames/000099.png
    echo mine >preview_out/.hidden
    files
    wait_for runs 1
    [ -e preview_out/PreviewIndexOB.png ]
    sed -i 's/        box/        self.set_frames(1, 2)\n        box/' scene.py
    wait_for runs 2
    [ -e preview_out/frames/000001.png ]
    [ ! -e preview_out/Image.png ]
    [ ! -e preview_out/PreviewIndexOB.png ]
    sed -i '/set_frames/d' scene.py
    wait_for runs 3
    [ "$(cd preview_out && find frames depth -type f 2>/dev/null | xargs)" = frames/000099.png ]
    ends TERM
    [ "$(cat preview_out/{notes.txt,frames/000099.png,.hidden} | xargs)" = "mine mine mine" ]
    # A second preview knows what the first one wrote; a file that neither wrote is not overwritten.
    rm preview_out/Image.png
    echo mine >preview_out/Image.png
    rm preview_out/.rv-preview-files.json
    files
    wait_for runs 1
    grep -q "'preview_out/.*' was not written by rv preview" log
    [ "$(cat preview_out/Image.png)" = mine ]
    ends TERM
}

@test "files: nothing is removed that a link leads to, or that has changed" {
    need_blender
    mkdir -p elsewhere preview_out
    echo mine | tee elsewhere/000001.png >preview_out/changed.png
    ln -s ../elsewhere preview_out/frames
    sum=$(sha256sum <elsewhere/000001.png | cut -d' ' -f1)
    printf '[["frames/000001.png",5,"%s"],["../elsewhere/000001.png",5,"%s"],["changed.png",5,"%064d"]]' "$sum" "$sum" 0 \
        >preview_out/.rv-preview-files.json
    files
    wait_for runs 1
    [ -e preview_out/Image.png ]
    sed -i 's/        box/        self.set_frames(1, 2)\n        box/' scene.py
    wait_for runs 2
    grep -q "cannot rename .* to 'preview_out/frames/00000.\.png'\|'preview_out/frames/00000.\.png' was not written by rv preview" log
    [ "$(cat elsewhere/000001.png preview_out/changed.png | xargs)" = 'mine mine' ]
    [ "$(ls elsewhere)" = 000001.png ]
    ends TERM
}

# ---- the window ----

need_screen() {
    need_blender
    need Xvfb python3
}

# A screen of our own.
screen() {
    mkdir screen
    Xvfb -displayfd 5 -screen 0 640x480x24 -nolisten tcp -fbdir screen 5>display 2>/dev/null &
    xvfb_pid=$!
    wait_until [ -s display ]
    DISPLAY=:$(cat display)
    export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
}

end_screen() {
    kill "$xvfb_pid"
    wait "$xvfb_pid" || true
    xvfb_pid=
}

# The light pixels of the window say how large the box is, and whether there is an error below it.
shows() { python3 "$RV_ROOT/tests/lib/screen.py" screen/Xvfb_screen0 "$1" >shown; }
small='2000 < scene < 9000 and text < 200'
large='12000 < scene < 30000 and text < 200'
large_and_error='12000 < scene < 30000 and text > 300'

@test "window: it shows the scene, changes with a module, comes back after an error, and its end is ours" {
    need_screen
    screen
    preview --seed 1
    wait_for shows "$small"
    size 2
    wait_for shows "$large"
    sed -i 's/point_at(box)/point_at(box).nothing()/' scene.py
    wait_for grep -q "AttributeError.*scene.py, line 9" log
    wait_for shows "$large_and_error"
    sed -i 's/.nothing()//' scene.py
    wait_for shows "$large"
    # Its window closed: Blender ends by itself, and with it the preview, as if all were well.
    cat >quit.py <<'PY'
import bpy
import rv


class Quit(rv.Scene):
    def generate(self):
        bpy.app.timers.register(lambda: bpy.ops.wm.quit_blender() and None, first_interval=0.5)
PY
    mv quit.py scene.py
    local status=0
    wait "$preview_pid" || status=$?
    preview_pid=
    [ $status = 0 ]
    end_screen
    no_orphans
    [ ! -e generated ]
}

@test "window: with files, and Ctrl-C" {
    need_screen
    screen
    preview --preview-files --resolution 32,32 --seed 1
    wait_for shows "$small"
    wait_for runs 1
    local one two
    one=$(picture)
    size 2
    wait_for shows "$large"
    wait_for runs 2
    two=$(picture)
    [ "$one" != "$two" ]
    # An error is told once, though two meet it, the window first.
    cat >new <<'PY'
import os
import time

import rv


class Broken(rv.Scene):
    def generate(self, seed):
        while rv.bpy.app.background and not os.path.exists("go"):
            time.sleep(0.02)
        self.nothing()
PY
    mv new scene.py
    wait_for shows 'text > 300'
    touch go
    wait_for runs 3
    [ "$(grep -c AttributeError log)" = 1 ]
    kill -INT "$preview_pid"
    local status=0
    wait "$preview_pid" || status=$?
    preview_pid=
    [ $status = 130 ]
    end_screen
    no_orphans
}

@test "window: no screen is told" {
    need_blender
    unset DISPLAY WAYLAND_DISPLAY
    run -3 rv preview scene.py
    [ "$output" = "rv preview: error: no screen for a window (neither DISPLAY nor WAYLAND_DISPLAY is set): '--preview-files --no-window' renders into './preview_out' and needs none" ]
    DISPLAY=:77 run -3 rv preview scene.py
    [ "$output" = "rv preview: error: Blender cannot open a window on the screen ':77': '--preview-files --no-window' needs none" ]
    no_orphans
}
