"""What shows gnome-keyring's prompts on a desktop, without a person: answers them as a test says.

The bus interfaces and the exchange of the password are those of gcr's system prompter (`sx-aes-1`: Diffie-Hellman over
the 1536 bit group of RFC 3526, HKDF with SHA-256, AES-128-CBC).
"""

import base64
import os
import re
import threading

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_call, new_method_return

NAME = "org.gnome.keyring.SystemPrompter"
CALLBACK = "org.gnome.keyring.internal.Prompter.Callback"
PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF",
    16,
)


class Prompter:
    """`password`: what it types; None: the person closes the prompt. `answers=False`: nobody is there."""

    def __init__(self, bus, password, answers=True):
        self.password, self.answers = password, answers
        self.shown = threading.Semaphore(0)
        self._connection = bus.connect()
        self._connection.send_and_get_reply(message_bus.RequestName(NAME), timeout=10)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                message = self._connection.receive()
            except (OSError, EOFError, ValueError):  # closed, at the end
                return
            if message.header.message_type == MessageType.method_call:
                self._connection.send(new_method_return(message))
                self._handle(message)

    def _handle(self, message):
        fields = message.header.fields
        client, method = fields[HeaderFields.sender], fields[HeaderFields.member]
        path = message.body[0]
        if method == "BeginPrompting":
            self._say(client, path, "PromptReady", "sa{sv}s", "", {}, "")
        elif method == "PerformPrompt":
            self.shown.release()
            if self.answers:
                reply = "no" if self.password is None else "yes"
                self._say(client, path, "PromptReady", "sa{sv}s", reply, {}, self._exchange(message.body[3]))
        elif method == "StopPrompting":
            self._say(client, path, "PromptDone", None)

    def _say(self, client, path, method, signature, *body):
        self._connection.send(new_method_call(DBusAddress(path, client, CALLBACK), method, signature, body))

    def _exchange(self, offer):
        """The password for who made the offer."""
        theirs = int.from_bytes(base64.b64decode(re.search(r"public=(\S+)", offer)[1]), "big")
        mine = int.from_bytes(os.urandom(190), "big")
        shared = pow(theirs, mine, PRIME).to_bytes(192, "big")
        key = HKDF(algorithm=hashes.SHA256(), length=16, salt=None, info=b"").derive(shared)
        vector = os.urandom(16)
        padder = padding.PKCS7(128).padder()
        text = padder.update(self.password or b"") + padder.finalize()
        encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
        values = {
            "public": pow(2, mine, PRIME).to_bytes(192, "big"),
            "secret": encryptor.update(text) + encryptor.finalize(),
            "iv": vector,
        }
        lines = [f"{name}={base64.b64encode(value).decode()}" for name, value in values.items()]
        return "\n".join(["[sx-aes-1]", *lines, ""])

    def end(self):
        self._connection.close()
