"""Water vapour in the air."""

from math import e

from world.sun import Real

GAS = 216.7  # g K/J of water vapour, for pressures in hPa


def saturation(celsius: Real) -> Real:
    """The most water vapour that air of this temperature holds, g/m³.

    Magnus formula over water, as WMO Guide no. 8 (2018, annex 4.B) gives it; below freezing too, as
    hygrometers are read.
    """
    held: Real = GAS * 6.112 * e ** (17.62 * celsius / (243.12 + celsius)) / (273.15 + celsius)
    return held
