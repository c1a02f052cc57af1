"""Where things stand."""

from dataclasses import dataclass

SPACING = 3.2  # metres from house to house
COLUMNS = 3


@dataclass(frozen=True)
class Plot:
    """A place for a house: its middle, and how it is turned, in degrees."""

    x: float
    y: float
    turn: float


def plots(rng, count):
    """`count` plots in rows about the origin, none exactly in line."""
    rows = -(-count // COLUMNS)
    result = []
    for i in range(count):
        x = (i % COLUMNS - (COLUMNS - 1) / 2) * SPACING + rng.uniform(-0.4, 0.4)
        y = (i // COLUMNS - (rows - 1) / 2) * SPACING + rng.uniform(-0.4, 0.4)
        result.append(Plot(x, y, rng.uniform(-20, 20)))
    return result
