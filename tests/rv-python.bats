# SPDX-License-Identifier: MIT
# rv python install: typed stubs in a virtual environment, and what editors and type checkers make of them.
load lib/common

environment() {
    need python3
    python3 -m venv --without-pip venv || skip "python3 has no venv"
    export VIRTUAL_ENV=$PWD/venv
    site=$(echo venv/lib/python3*/site-packages)
    (cd venv && find . | sort) >before
}

installed() {
    environment
    rv python install -q
}

@test "it puts a package of stubs there, and nothing else" {
    environment
    run -0 --separate-stderr rv python install
    [ -z "$output" ]
    [[ $stderr == *"$PWD/$site/rv'" ]]
    (cd venv && find . -path "./${site#venv/}/rv" -prune -o -print | sort) | diff before -
    (cd "$site/rv" && find . -type f -not -path './client/*') >names
    run -1 grep -vE '^\./(__init__\.py|([a-z]+/)?[a-z_0-9]+\.pyi|py\.typed|plain/(__init__|curves|limits|meant)\.py|\.rv-python-install)$' names
    [ -s "$site/rv/__init__.pyi" ]
    [ -s "$site/rv/scenes/scene.pyi" ]
    # To no private name, and to no place of this machine.
    run -1 grep -rE --exclude-dir=client 'def _[a-z]|/home/|site-packages|'"$PWD" "$site/rv"
    diff -r -x __pycache__ "$RV_ROOT/blender/rv/client" "$site/rv/client"
}

@test "installed again it is the same; a newer one takes its place" {
    installed
    cp -r "$site/rv" first
    rv python install -q
    same_tree first "$site/rv"
    echo stale >"$site/rv/scenes/scene.pyi"
    rm "$site/rv/scenes/camera.pyi"
    echo gone.pyi >>"$site/rv/.rv-python-install"
    echo stale >"$site/rv/gone.pyi"
    rv python install -q
    same_tree first "$site/rv"
    nothing find venv/lib -name '.rv.*'
}

@test "--uninstall removes what it put there and leaves the rest" {
    installed
    "$VIRTUAL_ENV/bin/python" -c 'import rv' 2>/dev/null || true
    run -0 rv python install --uninstall
    (cd venv && find . | sort) | diff before -
    run -0 rv python install --uninstall
    rv python install -q
    echo mine >"$site/rv/mine.py"
    run -0 rv python install --uninstall
    [[ $output == *"stays: there is something in it"* ]]
    [ "$(ls -A "$site/rv")" = mine.py ]
}

@test "a package rv of somebody else stays as it is" {
    environment
    mkdir "$site/rv"
    echo theirs >"$site/rv/__init__.py"
    run -2 rv python install
    [[ $output == *"/rv' is there and is no package of this command"*"has '__init__.py'"* ]]
    run -2 rv python install --uninstall
    [ "$(cat "$site/rv/__init__.py")" = theirs ]
    rm -r "$site/rv"
    rv python install -q
    echo mine >"$site/rv/mine.py"
    run -2 rv python install
    [[ $output == *"/rv' has a file that is not of the package of this command: 'mine.py'; move it away"* ]]
    [ "$(cat "$site/rv/mine.py")" = mine ]
    nothing find venv/lib -name '.rv.*'
}

@test "without a virtual environment it says how to make one" {
    run -2 env -u VIRTUAL_ENV rv python install
    [[ $output == *"no virtual environment is active (VIRTUAL_ENV is not set)"*"python3 -m venv"* ]]
    run -2 env VIRTUAL_ENV=/nonexistent rv python install
    [[ $output == *"there is no '/nonexistent/bin/python'"* ]]
    mkdir -p fake/bin
    ln -s "$(python3 -c 'import sys; print(sys.executable)')" fake/bin/python
    run -2 env VIRTUAL_ENV="$PWD/fake" rv python install
    [[ $output == *"is no virtual environment, its Python installs elsewhere"* ]]
    for arguments in '' 'remove' 'install here' 'site'; do
        # shellcheck disable=SC2086 # words
        run -2 rv python $arguments
        [[ $output == *"say what to do: 'install', or 'site DIR' with packages or none"* ]]
    done
}

@test "--dir installs anywhere, without an environment" {
    need python3
    unset VIRTUAL_ENV
    rv python install -q --dir a/typings
    [ -s a/typings/rv/scenes/objects.pyi ]
    rv python install -q --dir a/typings --uninstall
    nothing ls -A a/typings
}

@test "a Python that fails, or is killed, leaves nothing behind" {
    environment
    mv venv/bin/python venv/bin/real
    printf '#!/bin/sh\ncase "$*" in *stubs.py*) echo broken >&2; exit 3 ;; esac\nexec "%s" "$@"\n' \
        "$(readlink -f venv/bin/real)" >venv/bin/python
    chmod +x venv/bin/python
    # Its answer has to be that of the environment.
    sed -i "s|^exec .*|printf %s \"\$VIRTUAL_ENV/${site#venv/}\"|" venv/bin/python
    run -3 rv python install
    [[ $output == *"venv/bin/python failed: broken"* ]]
    [ ! -e "$site/rv" ]
    nothing find venv/lib -name '.rv.*'
}

@test "the module says what to do when it is run outside of Blender" {
    installed
    run -1 "$VIRTUAL_ENV/bin/python" -c 'import rv; rv.Scene'
    [[ $output == *"rv runs inside Blender"*"rv render"* ]]
    run -1 "$VIRTUAL_ENV/bin/python" -c 'from rv import Scene'
    [[ $output == *"rv runs inside Blender"*"rv render"* ]]
}

@test "the client is installed with it, and works there" {
    installed
    "$VIRTUAL_ENV/bin/python" -c 'from rv import client; from rv.client import BlenderClient; BlenderClient.spawn().close()'
    run -0 rv python install --uninstall
    [ ! -e "$site/rv" ]
}

@test "a completion engine lists every name, members of chains, and shows docstrings" {
    installed
    need_module jedi
    "$PYTHON" - "$site" "$RV_ROOT/blender/rv/__init__.py" <<'END'
import ast
import sys

import jedi

site, source = sys.argv[1:]
project = jedi.Project(".", sys_path=[site, *sys.path])
with open(source, encoding="utf-8") as file:
    listed = next(
        ast.literal_eval(node.value)
        for node in ast.parse(file.read()).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
    )


def complete(expression):
    """Name to docstring of what an editor offers behind an expression in a scene's generate."""
    lines = f"import rv\n\n\nclass Demo(rv.Scene):\n    def generate(self, seed):\n        {expression}"
    script = jedi.Script(lines, path="demo.py", project=project)
    found = script.complete(6, 8 + len(expression))
    return {completion.name: completion.docstring() for completion in found}


missing = set(listed) - complete("rv.").keys()
assert not missing, f"rv. does not complete {sorted(missing)}"
for expression, names in (
    ("self.", ("objects", "params", "scatter", "set_passes", "camera", "rng")),
    ("self.objects.", ("cube", "sphere", "plane", "empty")),
    ("self.objects.cube().set_", ("set_location", "set_keypoints", "set_tags", "set_property")),
    ("self.objects.cube().set_location((0, 0, 0)).set_tags('a').", ("copy", "point_at", "index")),
    ("self.camera.set_location((0, 0, 0)).set_f", ("set_fov",)),
    ("self.lights.spot().set_power(3).", ("set_spot_size", "set_location")),
    ("self.materials.basic().set_params().", ("set_semantic", "set_property")),
    ("rv.BasicWorld().set_params().", ("color",)),
    ("rv.Domain.", ("rect", "ellipse", "custom", "contains_point")),
    ("rv.RenderPass.", ("NORMAL", "CRYPTO_OBJECT")),
    ("self.rng('a').", ("uniform", "choice")),
    ("self.assets.object('a.blend').create_instance().move(1).", ("set_scale",)),
):
    found = complete(expression)
    missing = set(names) - found.keys()
    assert not missing, f"{expression} does not complete {sorted(missing)}: {sorted(found)}"
    assert not [name for name in found if name.startswith("_") and not name.endswith("_")]
assert "in metres" in complete("self.objects.cube().set_key")["set_keypoints"]
assert "from 1 on" in complete("self.objects.cube().ind")["index"]
assert "at least `gap` apart" in complete("self.scat")["scatter"]
signature = jedi.Script("import rv\nrv.Domain.rect(", path="demo.py", project=project)
assert "size: PairLike=(10, 10)" in signature.get_signatures(2, 15)[0].to_string()
END
}

@test "mypy takes the examples and finds mistakes" {
    installed
    need mypy
    check() {
        mypy --no-error-summary --cache-dir cache --python-executable venv/bin/python "$@"
    }
    cat >good.py <<'END'
import array
import random

import rv


class Base(rv.Scene):
    def generate(self, seed: int) -> None:
        cube = self.objects.cube(size=1).set_location((1, 2, self.rng("a").unit())).set_tags("x")
        cube.set_rotation(rv.mathutils.Euler((0, 0, 1))).set_keypoints({"top": (0, 0, 0.5)})
        texture = rv.TextureImage("wood.png") * 0.7 + 0.1
        shader = rv.PrincipledBSDF(base_color=texture, roughness=0.4)
        cube.set_material(rv.ShaderMaterial(shader))
        cube.set_location([1, 2, 3]).set_location(rv.Vector((1, 2, 3))).set_scale((1, 2, 3))
        cube.set_location(array.array("d", [1, 2, 3])).set_rotation((0, 0, 90))
        cube.set_rotation([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).keyframe(1, location=[1, 2, 3], visible=True)
        self.camera.set_location((0, 0, 9)).set_fov(50).point_at(cube).point_at((0, 0, 0))
        self.set_passes(rv.RenderPass.NORMAL).set_passes("UV", ["Normal"]).set_tags("a")
        self.categories = ["cup", {"name": "box", "id": 3}]
        self.resolution, self.frames = (64, 48), range(1, 4)
        self.lights.point().set_color([1, 0, 0]).keyframe(1, color=(1, 0, 0), power=3)
        self.world = rv.BasicWorld().set_params(color=(1, 1, 1))

        def place(thing: rv.Object, rng: random.Random, number: int) -> None:
            thing.move(dz=number)

        for thing in self.scatter(cube, 5, rv.Domain.rect(size=(3, 3)), on_create=place):
            thing.set_scale(2)


class Short(rv.Scene):
    def generate(self) -> None:
        self.lights.sun(power=self.params["power"]).set_angle(3)
END
    check --strict good.py
    for scene in "$RV_ROOT"/examples/*/*scene*.py; do
        (cd "$(dirname "$scene")" && mypy --no-error-summary --ignore-missing-imports --cache-dir "$BATS_TEST_TMPDIR/cache" \
            --python-executable "$VIRTUAL_ENV/bin/python" "$scene")
    done
    cp "$RV_ROOT/tests/data/mistakes.py" bad.py
    run -1 check bad.py
    [[ $output == *': error: "Object" has no attribute "set_lokation"'* ]]
    [[ $output == *': error: Argument "size" to "cube"'* ]]
    sed -n 's/^bad.py:\([0-9]*\): error:.*/\1/p' <<<"$output" | uniq >found
    sed -n '/# wrong$/=' bad.py >planted
    diff planted found
}

@test "mypy finds nothing wrong in the stubs themselves" {
    installed
    need mypy
    # Blender's own modules are not here.
    run -1 mypy --strict --no-error-summary --cache-dir cache --follow-imports silent "$site/rv"
    grep error: <<<"$output" >found
    run -1 grep -vE 'named "(bpy|mathutils)(\.[a-z]+)?"' found
}
