"""The clocks of an unmodified program, shifted under it."""

import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).parent / "clockshift.c"


class Clocks:
    """What the agent reads as CLOCK_REALTIME and CLOCK_BOOTTIME is that much ahead; the kernel's timers stay."""

    def __init__(self, world):
        self._world = world
        self._file = world.place.root / "clockshift"
        library = world.place.root / "clockshift.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True)
        world.agent.environment |= {"LD_PRELOAD": library, "CLOCKSHIFT_FILE": self._file}
        self.set()

    def set(self, civil=0, boot=0, provider=0):
        """Seconds by which the agent's civil clock, its clock for deadlines and the pool's clock are ahead."""
        self._file.write_text(f"{civil} {boot}\n")
        self._world.pool.control("clock", offset_seconds=provider)

    def suspend(self, seconds):
        """The machine slept that long."""
        self.set(seconds, seconds, seconds)
