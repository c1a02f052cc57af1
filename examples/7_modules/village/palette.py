"""Materials that several modules share, made once for each scene."""

COLORS = {  # linear RGB
    "plaster": (0.62, 0.52, 0.40),
    "plaster-rose": (0.60, 0.34, 0.28),
    "plaster-blue": (0.34, 0.44, 0.52),
    "tile": (0.36, 0.07, 0.04),
    "slate": (0.08, 0.10, 0.15),
    "wood": (0.12, 0.06, 0.03),
    "needles": (0.03, 0.12, 0.07),
    "grass": (0.10, 0.17, 0.06),
}


def paint(scene, name):
    """The material of that name."""
    made = vars(scene).setdefault("_palette", {})
    if name not in made:
        made[name] = scene.materials.basic(name.capitalize())
        made[name].set_params(base_color=COLORS[name], roughness=0.9)
    return made[name]


def lamp(scene):
    """Glowing window glass."""
    made = vars(scene).setdefault("_palette", {})
    if "lamp" not in made:
        made["lamp"] = scene.materials.basic("Lamp").set_params(
            base_color=(0.1, 0.06, 0.02), emission_color=(1.0, 0.58, 0.18), emission_strength=3
        )
    return made["lamp"]
