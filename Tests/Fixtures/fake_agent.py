"""A small stand-in for the agent: scripted answers over a unix socket, and a record of what was asked.

usage: fake_agent.py SOCKET SCRIPT [UID]

SCRIPT is a JSON object: {"METHOD /path": [answer, …]}; the last answer of a list is repeated. An answer is
{"status": 200, "body": …, "chunked": false, "hang": false, "raw": null}. Where no entry fits: 404. Says "ready" on standard
error and writes a byte to descriptor 3, then each request as a JSON line on standard output. With UID the server takes on
that user before it listens.
"""

import json
import os
import socket
import sys
import threading

path, script = sys.argv[1], json.loads(open(sys.argv[2]).read())
used = {}
lock = threading.Lock()


def answer_for(key):
    if key not in script:
        key = key.split("?")[0]
    with lock:
        answers = script.get(key)
        if answers is None:
            detail = f"no answer for {key}"
            problem = {"type": "about:blank", "title": "Not found", "status": 404, "detail": detail, "code": "not_found"}
            return {"status": 404, "body": problem}
        index = used.get(key, 0)
        used[key] = index + 1
        return answers[min(index, len(answers) - 1)]


def read_request(file):
    words = file.readline().decode().split()
    headers = {}
    while (line := file.readline().strip()) != b"":
        name, value = line.decode().split(":", 1)
        headers[name.lower()] = value.strip()
    return words[0], words[1], headers, file.read(int(headers.get("content-length", 0))).decode()


def write_answer(connection, answer):
    if answer.get("raw") is not None:
        connection.sendall(answer["raw"].encode())
        return
    status = answer.get("status", 200)
    body = b"" if status == 204 else json.dumps(answer.get("body")).encode()
    kind = "application/problem+json" if status >= 400 else "application/json"
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nConnection: close\r\n"
    if answer.get("chunked"):
        connection.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        for start in range(0, len(body), 7):
            part = body[start : start + 7]
            connection.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
    else:
        connection.sendall((head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body)


def serve(connection):
    with connection, connection.makefile("rb") as file:
        try:
            method, target, headers, body = read_request(file)
        except (IndexError, ValueError):
            return
        with lock:
            print(json.dumps({"request": f"{method} {target}", "headers": headers, "body": body}), flush=True)
        answer = answer_for(f"{method} {target}")
        write_answer(connection, answer)
        if answer.get("hang"):
            file.read()  # until the client leaves


server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
if len(sys.argv) > 3:
    os.setuid(int(sys.argv[3]))  # SO_PEERCRED shows who called listen
server.bind(path)
server.listen(64)
print("ready", file=sys.stderr, flush=True)
try:
    os.write(3, b"r")
except OSError:
    pass  # nobody waits
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
