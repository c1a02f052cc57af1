# SPDX-License-Identifier: MIT
# The API reference and the typed stubs, both made from the source of the Python package.
load lib/common

# A copy of what the generators read, to spoil.
copy_source() {
    mkdir -p copy/docs
    cp -r "$RV_ROOT/blender" copy/
    cp "$RV_ROOT/docs/api.py" copy/docs/
}

# Replaces text in a file of the copy; fails when it is not there.
spoil() { # FILE OLD NEW
    python3 - "copy/$1" "$2" "$3" <<'END'
import sys

path, old, new = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    text = file.read()
assert old in text, f"{path} has no {old!r}"
with open(path, "w", encoding="utf-8") as file:
    file.write(text.replace(old, new, 1))
END
}

@test "docs/api.md is what make docs writes" {
    need python3
    python3 "$RV_ROOT/docs/api.py" >api.md
    diff -u "$RV_ROOT/docs/api.md" api.md || { echo "run make docs"; return 1; }
}

@test "no public name lacks a docstring or a type" {
    need python3
    run -0 python3 "$RV_ROOT/docs/api.py" --missing
    [ "$output" = "nothing is missing" ]
}

@test "what lacks a docstring or a type is named" {
    need python3
    copy_source
    spoil blender/rv/scenes/camera.py '"""A camera; it looks along its -Z axis, +Y is up. TypeError when `obj` is none."""' ''
    spoil blender/rv/scenes/scene.py '"""What is recorded besides picture, depth and object index."""' ''
    spoil blender/rv/scenes/scene.py '"""Lights by index."""' ''
    spoil blender/rv/scenes/placed.py '"""Moves it by an offset."""' ''
    spoil blender/rv/plain/types.py '"""Width and height in pixels."""' ''
    spoil blender/rv/plain/tags.py 'custom_meta: Dict[str, Any] = checked(mapping, dict)' 'custom_meta = unknown()'
    spoil blender/rv/plain/tags.py '"""What scenes, objects, lights' 'x = """What scenes, objects, lights'
    run -1 python3 copy/docs/api.py --missing
    for name in scenes.camera.Camera scenes.scene.Scene.passes scenes.scene.Scene.generated_lights \
        scenes.placed.Placed.move plain.types.Resolution plain.tags; do
        grep -qxF "rv.$name has no docstring" <<<"$output" || { echo "$output"; echo "not named: $name"; return 1; }
    done
    grep -qxF "rv.plain.tags.CustomMeta.custom_meta has no type" <<<"$output"
}

@test "the reference has every name of rv and the members of its classes" {
    need python3
    names=$(python3 -c "
import ast
source = open('$RV_ROOT/blender/rv/__init__.py', encoding='utf-8').read()
listed = next(n for n in ast.parse(source).body if getattr(getattr(n, 'targets', [None])[0], 'id', '') == '__all__')
print(*ast.literal_eval(listed.value))")
    for name in $names; do
        grep -qw "$name" "$RV_ROOT/docs/api.md" || { echo "not there: $name"; return 1; }
    done
    for text in '#### Object.set_keypoints' '#### Domain.ellipse' 'Domain.ellipse(' '### simulate_physics' \
        '- `resolution: Resolution`<br>' '- `CRYPTO_OBJECT' 'From [`Object`](#object): ' \
        '- `PASS_MAP: '; do
        grep -qF -- "$text" "$RV_ROOT/docs/api.md" || { echo "not there: $text"; return 1; }
    done
}
