#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server of the common chat API that answers as it is told: chat_stub.py PORT_FILE LOG ANSWER...

It writes its port to PORT_FILE, and what it was asked to LOG, a line each; the replies have the
ANSWERs in turn.
"""
import http.server
import itertools
import json
import sys

answers = itertools.cycle(sys.argv[3:])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization")
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(json.dumps({"path": self.path, "key": key, "asked": asked}) + "\n")
        message = {"choices": [{"message": {"role": "assistant", "content": next(answers)}}]}
        body = json.dumps(message).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write(str(server.server_port))
server.serve_forever()
