# SPDX-License-Identifier: MIT
"""Labels alone: the files and numbers of a side render for labels, and no picture."""

from support import SampleCase, passes, scene
from test_labels import DOWN, LENS, PLANES, files_of, parts
from test_side import RICH


class NoImageTest(SampleCase):
    def test_still(self):
        record, out = self.render(PLANES, no_image=True, samples=64)
        self.assertEqual(files_of(out), ["passes.exr"])
        self.assertEqual(record["files"], {"passes": "passes.exr"})
        self.assertEqual(set(record["channels"]), {"depth", "index"})
        self.assertNotIn("label_channels", record)
        self.assertEqual(record["render"]["labels"], {"samples": 1, "alpha_threshold": 0.001})
        self.assertIs(record["render"]["no_image"], True)
        _, other = self.render(PLANES)
        for role in ("depth", "index"):
            name = record["channels"][role]
            self.assertEqual(passes(out).plane(name), passes(other).plane(name))

    def test_labels_are_those_of_a_side_render(self):
        for body, settings in (
            (parts(0.3), {}),
            (scene(DOWN, LENS, "self.objects.sphere(radius=4)"), {"passes": ["Normal"]}),
            (RICH, {"seed": 2, "frames": "1..3", "passes": ["Vector", "Normal", "Position", "UV"]}),
        ):
            record, out = self.render(body, samples=4, **settings)
            lone, other = self.render(body, samples=4, no_image=True, **settings)
            self.assertEqual(lone["channels"], record["label_channels"])
            names = zip(of_all(record["files"]["label_passes"]), of_all(lone["files"]["passes"]))
            for name, same in names:
                for channels in lone["channels"].values():
                    for channel in of_all(channels):
                        one, two = passes(out, name), passes(other, same)
                        self.assertEqual(one.plane(channel), two.plane(channel), (name, channel))

    def test_views(self):
        line, out = self.request(PLANES, no_image=True, passes=["Normal"])
        moved = [[1, 0, 0, 5], [0, 1, 0, 0], [0, 0, 1, 10], [0, 0, 0, 1]]
        view = {"name": "right", "view": True, "camera": {"matrix_world": moved}}
        reply = self.ask(line, renders=[view, {"name": "more", "samples": 2}])
        self.assertTrue(reply["ok"], reply)
        self.assertEqual(
            files_of(out), ["passes.exr", "renders/more.exr", "views/right/passes.exr"]
        )
        (found,) = reply["record"]["views"]
        self.assertEqual(found["files"], {"passes": "views/right/passes.exr"})
        self.assertEqual(set(found["channels"]), {"depth", "index", "normal"})
        self.assertEqual(found["camera"]["matrix_world"], moved)
        index = passes(out, "views/right/passes.exr").plane(found["channels"]["index"])
        self.assertEqual(index[16][16], 4)

    def test_of_a_record_and_with_what_is_hidden(self):
        record, out = self.render(PLANES, amodal=True, record={"blend": {"no_image": True}})
        self.assertEqual(files_of(out), ["amodal_runs.json", "passes.exr"])
        self.assertEqual(set(record["files"]), {"amodal_runs", "passes"})

    def test_passes_of_light_are_left_out(self):
        wanted = ["DiffuseColor", "AO", "CryptoObject", "MaterialIndex"]
        reply, out = self.run_sample(PLANES, no_image=True, passes=wanted)
        self.assertEqual(
            set(reply["record"]["channels"]), {"crypto_object", "depth", "index", "material_index"}
        )
        self.assertIn(
            "AO, DiffuseColor: of the picture, which no_image leaves out", reply["run"]["warnings"]
        )
        coverage = passes(out).plane(reply["record"]["channels"]["crypto_object"][1])
        self.assertEqual({v for row in coverage for v in row}, {0.0, 1.0})

    def test_a_compositor_has_nothing_to_work_on(self):
        self.fails(
            PLANES,
            "scene_error",
            "composite is made of the picture, which no_image leaves out",
            no_image=True,
            composite=True,
        )


def of_all(value):
    return [value] if isinstance(value, str) else value
