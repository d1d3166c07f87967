"""An OIDC provider just big enough for oidc-agent to have a token: discovery and the refresh grant.

usage: oidc-provider.py TOKEN_LENGTH    prints its issuer, then serves until it is killed
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        issuer = self.server.issuer
        if self.path != "/.well-known/openid-configuration":
            return self.answer(404, {})
        return self.answer(200, {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "scopes_supported": ["openid", "offline_access"],
            "grant_types_supported": ["refresh_token"],
            "response_types_supported": ["code"],
        })

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(200, {
            "access_token": "a" * self.server.token_length,
            "refresh_token": "r" * 40,
            "token_type": "Bearer",
            "expires_in": 86400,
            "scope": "openid offline_access",
        })

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Provider)
    server.issuer = f"http://127.0.0.1:{server.server_port}"
    server.token_length = int(sys.argv[1])
    print(server.issuer, flush=True)
    server.serve_forever()
