"""Runs a program on a pseudo-terminal of its own and types as a person would.

Standard input: {"argv": [...], "env": {...}, "columns": 80, "steps": [...]}, a step being one of
  {"expect": "regular expression"}   wait until the terminal shows it, after what was expected before
  {"echo": true|false}               wait until the terminal echoes, or does not
  {"type": "text"}                   type it
  {"signal": "TERM"}                 send the program a signal
  {"file": "path", "has": "text"}    wait until the file has that text
Standard output: {"shown", "status", "echo", "failure"}: all that was shown, the exit status (negative for a signal), whether
the terminal echoes afterwards, and the step that did not come within 20 s.
"""

import json
import os
import pathlib
import pty
import re
import select
import signal
import sys
import termios
import time

job = json.load(sys.stdin)
shown, seen, status, failure = "", 0, None, None

pid, master = pty.fork()
if pid == 0:
    try:
        os.execve(job["argv"][0], job["argv"], job["env"])
    finally:
        os._exit(127)
termios.tcsetwinsize(master, (30, job.get("columns", 80)))


def read(seconds=0.02):
    """Takes what has come; False at the end."""
    global shown
    if not select.select([master], [], [], seconds)[0]:
        return True
    try:
        data = os.read(master, 65536)
    except OSError:  # EIO: the other side is closed
        return False
    shown += data.decode(errors="replace")
    return bool(data)


def echoes():
    return bool(termios.tcgetattr(master)[3] & termios.ECHO)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        if not read() and not condition() or time.monotonic() > deadline:
            return False
    return True


def found(pattern):
    global seen
    match = re.compile(pattern, re.I).search(shown, seen)
    if match:
        seen = match.end()
    return match


def take(step):
    if "expect" in step:
        return until(lambda: found(step["expect"]))
    if "echo" in step:
        return until(lambda: echoes() == step["echo"])
    if "file" in step:
        return until(lambda: step["has"] in pathlib.Path(step["file"]).read_text())
    if "type" in step:
        os.write(master, step["type"].encode())
    elif "signal" in step:
        os.kill(pid, getattr(signal, "SIG" + step["signal"]))
    return True


for step in job["steps"]:
    if not take(step):
        failure = step
        os.kill(pid, signal.SIGKILL)
        break


def ended():
    global status
    if status is None and (got := os.waitpid(pid, os.WNOHANG))[0]:
        status = os.waitstatus_to_exitcode(got[1])
    return status is not None


if not until(ended):
    os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
while select.select([master], [], [], 0)[0] and read(0):
    pass
print(json.dumps({"shown": shown, "status": status, "echo": echoes(), "failure": failure}))
