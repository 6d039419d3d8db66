"""Where the cities lie whose climates are shipped, for homes that are made up."""

from collections.abc import Mapping

from scenarios.home import Address

CITIES: Mapping[str, Address] = {
    name: Address(latitude=latitude, longitude=longitude, zone=zone)
    for name, latitude, longitude, zone in (
        ("athens", 37.98, 23.73, "Europe/Athens"),
        ("berlin", 52.52, 13.40, "Europe/Berlin"),
        ("cape_town", -33.93, 18.42, "Africa/Johannesburg"),
        ("delhi", 28.61, 77.21, "Asia/Kolkata"),
        ("dubai", 25.20, 55.27, "Asia/Dubai"),
        ("london", 51.51, -0.13, "Europe/London"),
        ("madrid", 40.42, -3.70, "Europe/Madrid"),
        ("new_york", 40.71, -74.01, "America/New_York"),
        ("oslo", 59.91, 10.75, "Europe/Oslo"),
        ("paris", 48.86, 2.35, "Europe/Paris"),
        ("phoenix", 33.45, -112.07, "America/Phoenix"),
        ("reykjavik", 64.15, -21.94, "Atlantic/Reykjavik"),
        ("rome", 41.90, 12.50, "Europe/Rome"),
        ("sao_paulo", -23.55, -46.63, "America/Sao_Paulo"),
        ("seoul", 37.57, 126.98, "Asia/Seoul"),
        ("singapore", 1.35, 103.82, "Asia/Singapore"),
        ("stockholm", 59.33, 18.07, "Europe/Stockholm"),
        ("sydney", -33.87, 151.21, "Australia/Sydney"),
        ("tokyo", 35.68, 139.69, "Asia/Tokyo"),
    )
}
"""City -> address; the name is that of its file among the climates."""
