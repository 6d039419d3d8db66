"""The electricity meter: what each device has drawn, exactly.

A device's power changes only when its state does. Between two changes it is taken in whole milliwatts,
so energies are whole microjoules (mW x ms) and sums are exact.
"""

from collections.abc import Callable, Iterable

from world.devices import Device, Output

WATT_HOUR = 3_600_000_000  # µJ


class Meter:
    """The energy of all devices since the start. *now* tells the time in ms."""

    def __init__(self, devices: Iterable[Device], now: Callable[[], int]) -> None:
        self._now = now
        self._power: dict[str, int] = {}  # mW
        self._used: dict[str, tuple[int, int]] = {}  # µJ until that instant
        self._outputs: dict[str, Output] = {}
        for device in devices:
            self._outputs[device.id] = device.output
            self._power[device.id], self._used[device.id] = _milliwatts(device), (0, now())
        self._total_power = sum(self._power.values())
        self._total = (0, now())

    def changed(self, device: Device) -> None:
        """From now on *device* draws what it now says."""
        output = device.output
        if output is self._outputs[device.id]:
            return
        self._outputs[device.id], power, before = output, _milliwatts(device), self._power[device.id]
        now = self._now()
        self._used[device.id] = _until(now, self._used[device.id], before), now
        self._total = _until(now, self._total, self._total_power), now
        self._power[device.id] = power
        self._total_power += power - before

    def watts(self) -> float:
        """What the home draws now, W."""
        return self._total_power / 1000

    def energy(self, device: str) -> float:
        """What a device has drawn so far, Wh."""
        return self.microjoules(device) / WATT_HOUR

    def total(self) -> float:
        """What the home has drawn so far, Wh, as the meter at the door counts it: not a sum of devices."""
        return self.microjoules() / WATT_HOUR

    def microjoules(self, device: str | None = None) -> int:
        """What a device, or the whole home, has drawn so far; exact."""
        if device is None:
            return _until(self._now(), self._total, self._total_power)
        return _until(self._now(), self._used[device], self._power[device])


def _milliwatts(device: Device) -> int:
    return round(device.output.watts * 1000)


def _until(now: int, used: tuple[int, int], power: int) -> int:
    sofar, since = used
    return sofar + power * (now - since)
