"""Water vapour in the air."""

from math import exp

GAS = 216.7  # g K/J of water vapour, for pressures in hPa


def saturation(celsius: float) -> float:
    """The most water vapour that air of this temperature holds, g/m³.

    Magnus formula over water, as WMO Guide no. 8 (2018, annex 4.B) gives it; below freezing too, as
    hygrometers are read.
    """
    return GAS * 6.112 * exp(17.62 * celsius / (243.12 + celsius)) / (273.15 + celsius)
