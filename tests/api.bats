# SPDX-License-Identifier: MIT
# The API reference and the typed stubs, both made from the source of the Python package.
load lib/common

# A copy of what the generators read, to spoil.
copy_source() {
    mkdir -p copy/docs
    cp -r "$RV_ROOT/blender" copy/
    cp "$RV_ROOT"/docs/api{.py,-examples.md} copy/docs/
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

@test "docs/api is what make docs writes, and keeps no page of before" {
    need python3
    mkdir api
    touch api/gone.md
    python3 "$RV_ROOT/docs/api.py" api
    diff -ru "$RV_ROOT/docs/api" api || { echo "run make docs"; return 1; }
}

@test "every link between the pages of the reference leads to a heading, which is there once" {
    need python3
    python3 - "$RV_ROOT/docs/api" <<'END'
import pathlib
import re
import sys

pages = {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(sys.argv[1]).glob("*.md")}
headings = {
    name: [re.sub(r"[^\w -]", "", line.lower()) for line in re.findall(r"^#+ (.*)$", text, re.M)]
    for name, text in pages.items()
}
links = 0
for name, text in pages.items():
    for page, anchor in re.findall(r"\]\(([\w-]*\.md)?#([^)]+)\)", text):
        assert headings[page or name].count(anchor) == 1, f"{name}: {page}#{anchor}"
        links += 1
assert links > 150, links
END
}

@test "no public name lacks a docstring, a type, a chapter or an example" {
    need python3
    run -0 python3 "$RV_ROOT/docs/api.py" --missing
    [ "$output" = "nothing is missing" ]
}

@test "what lacks a docstring, a type, a chapter or an example is named" {
    need python3
    copy_source
    spoil blender/rv/scenes/camera.py '"""A camera; it looks along its -Z axis, +Y is up. TypeError when `obj` is none."""' ''
    spoil blender/rv/scenes/scene.py '"""What is recorded besides picture, depth and object index."""' ''
    spoil blender/rv/scenes/scene.py '"""Lights by index."""' ''
    spoil blender/rv/scenes/placed.py '"""Moves it by an offset."""' ''
    spoil blender/rv/plain/types.py '"""Width and height in pixels."""' ''
    spoil blender/rv/plain/tags.py 'custom_meta: Dict[str, Any] = checked(mapping, dict)' 'custom_meta = unknown()'
    spoil blender/rv/plain/tags.py '"""What scenes, objects, lights' 'x = """What scenes, objects, lights'
    spoil docs/api-examples.md '## Sampler' '## Samples'
    spoil docs/api.py 'plain.rng plain.sampling' 'plain.rng'
    run -1 python3 copy/docs/api.py --missing
    for name in scenes.camera.Camera scenes.scene.Scene.passes scenes.scene.Scene.generated_lights \
        scenes.placed.Placed.move plain.types.Resolution plain.tags; do
        grep -qxF "rv.$name has no docstring" <<<"$output" || { echo "$output"; echo "not named: $name"; return 1; }
    done
    for line in "rv.plain.tags.CustomMeta.custom_meta has no type" "rv.plain.sampling.Sampler has no chapter" \
        "rv.plain.sampling.Sampler has no example" "the example Samples is of no public class or function"; do
        grep -qxF "$line" <<<"$output" || { echo "$output"; echo "not there: $line"; return 1; }
    done
}

@test "the reference has every name of rv and the members of its classes" {
    need python3
    names=$(python3 -c "
import ast
source = open('$RV_ROOT/blender/rv/__init__.py', encoding='utf-8').read()
listed = next(n for n in ast.parse(source).body if getattr(getattr(n, 'targets', [None])[0], 'id', '') == '__all__')
print(*ast.literal_eval(listed.value))")
    for name in $names; do
        grep -qrw "$name" "$RV_ROOT/docs/api" || { echo "not there: $name"; return 1; }
    done
    for text in '### Object.set_keypoints' '### Domain.ellipse' 'Domain.ellipse(' '## simulate_physics' \
        '- `resolution: Resolution`<br>' '- `CRYPTO_OBJECT' 'From [`Object`](objects.md#object): ' \
        'From [`Tagged`](records.md#tagged): ' '- `PASS_MAP: ' '## BlenderClient'; do
        grep -qrF -- "$text" "$RV_ROOT/docs/api" || { echo "not there: $text"; return 1; }
    done
}
