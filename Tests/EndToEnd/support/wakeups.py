"""How often a process woke up: what the kernel counts of each of its threads."""

import pathlib


def count(pid):
    """The threads' numbers, each with its name and how often it was switched away so far."""
    seen = {}
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            lines = (thread / "status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile: one that ended counts, too
            continue
        fields = dict(line.split(":\t", 1) for line in lines)
        switches = int(fields["voluntary_ctxt_switches"]) + int(fields["nonvoluntary_ctxt_switches"])
        seen[thread.name] = (fields["Name"], switches)
    return seen


def between(before, after):
    """What happened between two counts, by the threads' names; empty where all slept. A new thread and one that ended
    count, too."""
    changed = [thread for thread in before.keys() | after.keys() if before.get(thread) != after.get(thread)]
    return sorted((after.get(thread) or before[thread])[0] for thread in changed)
