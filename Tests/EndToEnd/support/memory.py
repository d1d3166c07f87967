"""Looks for byte strings in a process's memory, in all of it that can be read."""

import re

CHUNK = 1 << 22


def find(pid, needles):
    """needle's name → the regions where it lies, for those that were found. Needs root."""
    found = {}
    longest = max(len(needle) for needle in needles.values())
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ \S+ *(.*)", line)
            start, end = int(match[1], 16), int(match[2], 16)
            if match[3][0] != "r" or match[4] in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            _scan(memory, start, end, needles, longest, found, f"{match[3]} {match[4] or 'anonymous'}")
    return found


def _scan(memory, start, end, needles, longest, found, region):
    tail, position = b"", start
    while position < end:
        memory.seek(position)
        try:
            data = memory.read(min(CHUNK, end - position))
        except OSError:  # a page that is mapped but not there
            return
        if not data:
            return
        window = tail + data
        for name, needle in needles.items():
            if needle in window:
                found.setdefault(name, set()).add(region)
        tail = window[-(longest - 1):]
        position += len(data)
