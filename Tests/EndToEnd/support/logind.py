"""A logind that only says when the machine goes to sleep and wakes up, on a private bus."""

from jeepney import DBusAddress, message_bus, new_signal

NAME = "org.freedesktop.login1"


class Logind:
    def __init__(self, bus):
        self._connection = bus.connect()
        self._connection.send_and_get_reply(message_bus.RequestName(NAME), timeout=10)

    def prepare_for_sleep(self, begins):
        """The signal, at the beginning or the end of a sleep."""
        manager = DBusAddress("/org/freedesktop/login1", NAME, NAME + ".Manager")
        self._connection.send(new_signal(manager, "PrepareForSleep", "b", (begins,)))

    def end(self):
        self._connection.close()
