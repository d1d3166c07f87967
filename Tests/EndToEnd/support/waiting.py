"""Waiting for something that can be seen, with a deadline. Never a sleep in the hope that it was long enough."""

import time


def until(look, what, seconds=15.0, every=0.02):
    """Calls `look` until it gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(every)
