# SPDX-License-Identifier: MIT
# rv-blend --site and rv python site: packages that scene scripts find.
load lib/common

setup() {
    rv_setup
    need_blender
    cat >scene.py <<'PY'
import loose
import rv
import shades


class S(rv.Scene):
    def generate(self, seed):
        self.objects.cube()
        self.set_custom_meta(shade=shades.SHADE, loose=loose.VALUE)
PY
}

# wheel VERSION SHADE: a wheel of the package `shades`, as pip takes it.
wheel() {
    python3 - "$@" <<'PY'
import sys
import zipfile

version, shade = sys.argv[1:]
info = f"shades-{version}.dist-info"
files = {
    "shades/__init__.py": f"SHADE = {shade}\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: shades\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(f"shades-{version}-py3-none-any.whl", "w") as archive:
    for name, text in files.items():
        archive.writestr(name, text)
PY
}

# As pip does it.
unpack() {
    rm -rf packages/shades packages/shades-*
    python3 -m zipfile -e "shades-$1-py3-none-any.whl" packages
}

render() {
    rv-seed seq 2 | rv-blend scene.py -j1 --resolution 8,8 --samples 1 "$@" >records
}

reused() {
    render --site packages
    [ "$(jq -c .run.reused records | xargs)" = "$1" ]
}

@test "scenes find packages and loose files, and their content is in the key" {
    need python3
    wheel 1.0 0.5
    wheel 1.1 0.75
    mkdir packages
    unpack 1.0
    echo 'VALUE = 1' >packages/loose.py
    render --site packages
    [ "$(jq -c '[.custom_meta.shade, .custom_meta.loose, .error]' records | sort -u)" = '[0.5,1,null]' ]
    reused 'true true'
    # Packages count by name, version and RECORD: what is in their files is not read.
    echo '# more' >>packages/shades/__init__.py
    mkdir -p packages/shades/__pycache__
    echo junk >packages/shades/__pycache__/x.pyc
    reused 'true true'
    unpack 1.1
    reused 'null null'
    [ "$(jq -c .custom_meta.shade records | sort -u)" = 0.75 ]
    # Loose files count by their content.
    echo 'VALUE = 2' >packages/loose.py
    reused 'null null'
    [ "$(jq -c .custom_meta.loose records | sort -u)" = 2 ]
    # The same from elsewhere: paths are no part of it.
    mv packages elsewhere
    render --site "$PWD/elsewhere/"
    [ "$(jq -c .run.reused records | xargs)" = 'true true' ]
}

@test "without it they are not found; a directory that is not there" {
    run -1 --separate-stderr render
    jq -se 'all(.error.code == "scene_error" and (.error.message | contains("loose")))' records
    run -2 --separate-stderr render --site nowhere
    [[ $stderr == *"--site: cannot open 'nowhere'"* ]]
    mkdir packages
    ln -s nowhere packages/loose.py
    run -2 --separate-stderr render --site packages
    [[ $stderr == *"--site: 'packages/loose.py' is a link, which may not be here"* ]]
}

@test "previews, replays and exports find them, too" {
    mkdir -p packages/shades
    echo 'SHADE = 0.5' >packages/shades/__init__.py
    echo 'VALUE = 1' >packages/loose.py
    rv render scene.py -n 1 --seed seq --resolution 8,8 --max-samples 1 --site packages
    run -0 --separate-stderr rv replay 00000000 --site packages
    run -0 --separate-stderr rv export scene.py -o scene.blend --site packages
    [ -s scene.blend ]
    run -2 --separate-stderr rv export scene.py -o scene.blend --site nowhere
    [[ $stderr == *"--site: cannot open 'nowhere'"* ]]
    run -2 --separate-stderr rv preview scene.py --site nowhere
    [[ $stderr == *"--site: cannot open 'nowhere'"* ]]
    env --default-signal=INT rv preview scene.py --preview-files --no-window --resolution 8,8 --time-limit 5 --site packages 2>log &
    wait_until grep -q '^rv preview: seed' log
    kill -INT $!
    wait $! || true
    ls preview_out/Image.png
}

@test "rv python site: pip of Blender's own Python, whatever environment is active" {
    need python3
    wheel 1.0 0.5
    echo 'VALUE = 1' >loose.py
    python3 -m venv --without-pip env || skip "python3 -m venv does not work"
    export VIRTUAL_ENV=$PWD/env PATH=$PWD/env/bin:$PATH
    run --separate-stderr -0 rv python site packages
    [[ $stderr == *"'rv-blend --site packages'"* ]]
    nothing ls packages
    rv python site packages -- --no-index ./shades-1.0-py3-none-any.whl >said 2>err ||
        { grep -q 'No module named pip' err; skip "Blender's Python has no pip"; }
    [ ! -s said ]
    ls packages/shades/__init__.py packages/shades-1.0.dist-info/RECORD
    render --site packages
    [ "$(jq -c '[.custom_meta.shade, .error]' records | sort -u)" = '[0.5,null]' ]
    run --separate-stderr -3 rv python site packages -- --no-index no-such-package
    [[ $stderr == *"-m pip' ended with exit status 1"* ]]
}
