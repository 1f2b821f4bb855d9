"""An identity provider on this machine for tests: honest until a test tells it to lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.desk import Reader

CLIENT_ID, SECRET = "claims-client", "claims-secret-of-the-tests"


class Provider:
    """Signs people in: `account` is who they are; `claims` and `sign` are what a test can bend."""

    rsa: ClassVar[RSAKey] = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
    ec: ClassVar[ECKey] = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
    other: ClassVar[RSAKey] = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})

    def __init__(self) -> None:
        self.account: dict[str, Any] = {"sub": "subject-1", "preferred_username": "ines"}
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.honestly
        self.description: dict[str, Any] = {}
        self.is_forgetful = False
        self.codes: dict[str, dict[str, str]] = {}
        self.redeemed: set[str] = set()
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, b"")

            def do_POST(self) -> None:
                provider.answer(self, self.rfile.read(int(self.headers["Content-Length"])))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}/realm"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        path = urlsplit(handler.path).path.removeprefix("/realm")
        self.asked.append(path)
        status, headers, content = self.answers.get(path) or self._said(path, handler, body)
        handler.send_response(status)
        for name, value in (
            {"Content-Type": "application/json", "Content-Length": str(len(content))} | headers
        ).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    def _said(self, path: str, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if path == "/.well-known/openid-configuration":
            return 200, {}, json.dumps(self._description()).encode()
        if path == "/keys":
            keys = [self.rsa.as_dict(private=False), self.ec.as_dict(private=False)]
            return 200, {}, json.dumps({"keys": keys}).encode()
        if path == "/token":
            return self._token(handler.headers.get("Authorization", ""), body)
        if path == "/authorize":
            back = parse_qs(urlsplit(handler.path).query)["redirect_uri"][0]
            return 302, {"Location": urljoin(back, self.approve(handler.path))}, b""
        return 404, {}, b"{}"

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.description,
        }

    def _token(self, authorization: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.get(form.get("code", ""))
        basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        wrong = asked is None or authorization != f"Basic {basic}" or asked["code_challenge"] != challenge
        if wrong or asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return 400, {}, b'{"error": "invalid_grant"}'
        if form["code"] in self.redeemed and not self.is_forgetful:
            return 400, {}, b'{"error": "invalid_grant"}'
        self.redeemed.add(form["code"])
        now = int(time.time())
        facts = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {**facts, **self.account, **self.claims}
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {}, json.dumps({"access_token": "a", "token_type": "Bearer", "id_token": token}).encode()

    def honestly(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, self.rsa)

    def with_curve(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "ES256", "kid": "ec"}, claims, self.ec)

    def unsigned(self, claims: dict[str, Any]) -> str:
        parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
        return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."

    def with_public_key_as_secret(self, claims: dict[str, Any]) -> str:
        secret = OctKey.import_key(self.rsa.as_pem(private=False))
        return jwt.encode({"alg": "HS256", "kid": "rsa"}, claims, secret, algorithms=["HS256"])

    def with_the_client_secret(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])

    def with_a_key_of_others(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, self.other)

    def with_its_key_in_the_header(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "jwk": self.other.as_dict(private=False)}, claims, self.other)

    def approve(self, address: str) -> str:
        """Do what the provider does when somebody signs in there: return the path to which the browser is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def go(self, browser: Reader, next_page: str = "") -> str:
        """Begin in `browser`, sign in at the provider, and return the path of its answer."""
        answer = browser.get("/sign-in/provider", query_string={"next": next_page} if next_page else {})
        assert answer.status_code == 303, answer.text
        return self.approve(answer.headers["Location"])
