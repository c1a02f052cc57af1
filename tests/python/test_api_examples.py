# SPDX-License-Identifier: MIT
"""Every example of the API reference is run and rendered, each in a scene of its own.

Those of rv.client, which is for outside of Blender, are run by tests/docs.bats.
"""

import rv
from support import FileCase, scene
from test_scenes_page import HEAD, page_files, sections


class ApiExamplesTest(FileCase):
    def setUp(self):
        super().setUp()
        page_files(self.scratch)
        self.begin().world.name = "Studio"
        self.save("studio.blend")

    def test_every_example_runs(self):
        ran = 0
        for name, (text,) in sections("docs/api-examples.md"):
            if hasattr(rv, name):
                with self.subTest(name):
                    self.render(f"import rv\n\n\n{text}" if name == "Scene" else scene(HEAD, text))
                    ran += 1
        self.assertGreater(ran, 50)
