"""A mail server for tests that behaves as it is told: it accepts, refuses, hangs, or goes away after it accepted."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

ACCEPT, REFUSE, REFUSE_CONTENT, HANG, NO_GOODBYE = "accept", "refuse", "refuse content", "hang", "no goodbye"


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine.

    Attributes:
        mode: How it behaves.
        letters: What it accepted.
        asked: How many connections it had.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.mode = ACCEPT
        self.letters: list[EmailMessage] = []
        self.asked = 0
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """What ``smtp.server`` is set to."""
        return f"127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        """Ends it, with conversations that hang."""
        self.released.set()
        self.shutdown()
        self.server_close()


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        self.server.asked += 1
        if self.server.mode == HANG:
            self.server.released.wait(60)
            return
        self.say("220 simulasi")
        while line := self.rfile.readline():
            command = line.strip().upper()[:4]
            if command == b"DATA":
                self.say("354 go on")
                self.take()
                if self.server.mode == NO_GOODBYE:
                    return
            elif command == b"RCPT" and self.server.mode == REFUSE:
                self.say("550 simulasi: no such mailbox")
            elif command == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if self.server.mode == REFUSE_CONTENT:
            self.say("554 simulasi: refused")
            return
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
