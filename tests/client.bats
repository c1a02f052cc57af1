# SPDX-License-Identifier: MIT
# rv.client, which drives the tools from Python outside of Blender: tests/client/ by plain python3.
load lib/common

setup_file() {
    [ "${CHECK:-}" != quick ] || return 0
    command -v "${RV_BLENDER:-blender}" >/dev/null || return 0
    python3 "$RV_ROOT/tests/client/support.py" "$BATS_FILE_TMPDIR/scenes"
}

# The Python that has rich, where one has.
setup() {
    rv_setup
    need_blender
    need python3 ps
    for PYTHON in python3 /usr/bin/python3 python3; do
        if "$PYTHON" -c 'import rich' 2>/dev/null; then
            break
        fi
    done
    export RV_CLIENT_SCENES=$BATS_FILE_TMPDIR/scenes RV_EXR_AT=$RV_ROOT/tests/lib/exr_at.py
    export PYTHONPATH=$RV_ROOT/blender PYTHONDONTWRITEBYTECODE=1
}

python_tests() {
    (cd "$RV_ROOT/tests/client" && "$PYTHON" -W error::ResourceWarning -m unittest -v "$@")
}

@test "what it refuses, without a Blender" {
    python_tests test_arguments
}

@test "renders: files, poses, labels, resume, errors" {
    python_tests test_renders.RendersTest
}

@test "whatever is killed, nothing is left behind and the same again completes it" {
    python_tests test_renders.BreakTest
}

@test "several clients write what one writes" {
    python_tests test_renders.SeveralTest
}

@test "the pool and its progress" {
    python_tests test_pool.PoolTest
}

@test "the pool over ssh" {
    python_tests test_pool.SshTest >said 2>&1 || { cat said; false; }
    local reason
    reason=$(sed -n "s/.* skipped '\(.*\)'$/\1/p" said)
    [ -z "$reason" ] || skip "$reason"
}

@test "programs in the style of visionsim run as they are" {
    python_tests test_programs
}

@test "it needs nothing but Python 3.9" {
    "$PYTHON" -S -c '
import ast, pathlib, sys
import rv.client
assert "bpy" not in sys.modules
for path in pathlib.Path(rv.client.__file__).parent.glob("*.py"):
    ast.parse(path.read_text(), feature_version=(3, 9))
'
}
