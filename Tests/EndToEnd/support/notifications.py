"""A desktop's notification service on a private bus, which keeps what it is told."""

import threading

from jeepney import HeaderFields, MessageType, message_bus, new_error, new_method_return

NAME = "org.freedesktop.Notifications"
SIGNATURES = {"GetCapabilities": "", "Notify": "susssasa{sv}i", "CloseNotification": "u"}


class Notifications:
    """`told` has the arguments of each Notify, `shown` what is on the screen, by its id."""

    def __init__(self, bus, capabilities=("body", "body-markup"), silent=False, refuses=False):
        self.told, self.shown, self.asked = [], {}, []
        self._capabilities = list(capabilities)
        self._refuses = refuses
        self._ends = False
        self._answering = threading.Event()
        if not silent:
            self._answering.set()
        self._connection = bus.connect()
        self._connection.send_and_get_reply(message_bus.RequestName(NAME), timeout=10)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def go_on(self):
        """Ends its silence: what waits is answered."""
        self._answering.set()

    def _serve(self):
        while not self._ends:
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type == MessageType.method_call:
                self.asked.append(message.header.fields[HeaderFields.member])
                self._answering.wait()
                if not self._ends:
                    self._answer(message)

    def _answer(self, message):
        method = message.header.fields[HeaderFields.member]
        assert message.header.fields.get(HeaderFields.signature, "") == SIGNATURES[method], message
        if method == "GetCapabilities":
            reply = new_method_return(message, "as", (self._capabilities,))
        elif method == "CloseNotification":
            self.shown.pop(message.body[0])
            reply = new_method_return(message)
        elif self._refuses:
            self.told.append(message.body)
            reply = new_error(message, f"{NAME}.Error.ExcessNotificationGeneration", "s", ("too many",))
        else:
            self.told.append(message.body)
            number = message.body[1] or len(self.told)
            self.shown[number] = message.body
            reply = new_method_return(message, "u", (number,))
        self._connection.send(reply)

    @property
    def summaries(self):
        """What is on the screen."""
        return sorted(arguments[3] for arguments in self.shown.values())

    def end(self):
        self._ends = True
        self._answering.set()
        self._thread.join()
        self._connection.close()
