"""Authenticator codes (RFC 6238), by other code than the programs'."""

import base64
import hashlib
import hmac
import struct
import time


def code_at(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    number = struct.unpack_from(">I", digest, digest[-1] & 15)[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


class Authenticator:
    """An authenticator app that never shows a code twice: a pool takes each once."""

    def __init__(self, secret):
        self.secret = secret
        self._used = set()

    def code(self, offset_seconds=0):
        """A code of this step or, where that was used, of one beside it."""
        while True:
            now = int((time.time() + offset_seconds) // 30)
            for step in (now, now + 1, now - 1):
                if step not in self._used:
                    self._used.add(step)
                    return code_at(self.secret, step)
            time.sleep(0.2)  # all three are used: the next step must begin

    def wrong_code(self):
        """A code that is right in none of the steps that a pool looks at."""
        now = int(time.time() // 30)
        right = {code_at(self.secret, now + delta) for delta in range(-2, 4)}
        return next(f"{n:06d}" for n in range(100, 1000) if f"{n:06d}" not in right)
