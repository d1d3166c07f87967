"""A network of a test's own: loopback, and one interface that the test gives and takes an address."""

import contextlib
import ctypes
import os
import subprocess

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def _check(status):
    if status != 0:
        raise OSError(ctypes.get_errno(), "the network namespace")


@contextlib.contextmanager
def own_network():
    """What is started within sees this network only. Needs root."""
    outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _check(libc.unshare(CLONE_NEWNET))
        ip("link", "set", "lo", "up")
        ip("link", "add", "wan", "type", "veth", "peer", "name", "far-end")
        ip("link", "set", "far-end", "up")
        ip("link", "set", "wan", "up")
        yield
    finally:
        _check(libc.setns(outside, CLONE_NEWNET))
        os.close(outside)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def connect():
    ip("addr", "add", "192.0.2.7/24", "dev", "wan")


def disconnect():
    ip("addr", "flush", "dev", "wan")
