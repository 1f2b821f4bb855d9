"""Signing in by an identity provider: the authorization code flow of OpenID Connect, with PKCE, state and nonce.

What the provider is asked goes out by the product's own fetcher. The issuer is the operator's choice, and may stand on
a private network; what its description names beyond its own origin has to be public, and https.
"""

import hmac
import importlib.util
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from annotator.services.network import Network, Unreached, network_of_operator

ALGORITHMS = ("RS256", "ES256")
"""With which an ID token may be signed: by a key of which we know the public half only."""
SCOPE = "openid profile"
LEEWAY = 60
"""Seconds by which clocks may differ."""
ANSWERED_WITHIN = 600
"""Seconds that a person has for signing in at the provider."""
KEPT_SECONDS = 3600
"""How long the provider's description and keys are kept."""
AGAIN_SECONDS = 60
"""No sooner are keys asked for again, however many tokens come with a key that is not known."""
MOST_BYTES = 1 << 18
MOST_CHARACTERS = 255
TYPES = {"application/json": MOST_BYTES, "application/jwk-set+json": MOST_BYTES}


class NotSignedIn(Exception):
    """The provider did not vouch for anybody; the message is the honest reason, for operators only."""


@dataclass(frozen=True)
class Start:
    """A sign-in that was begun in one browser, which keeps this until the provider sends it back."""

    state: str
    nonce: str
    verifier: str
    at: int

    @property
    def is_old(self) -> bool:
        """Tell whether too much time has gone by."""
        return not 0 <= time.time() - self.at <= ANSWERED_WITHIN

    def fits(self, state: str) -> bool:
        """Tell whether an answer is to this sign-in, and in time."""
        return not self.is_old and hmac.compare_digest(self.state.encode(), state.encode())


@dataclass(frozen=True)
class Account:
    """Somebody's account at the provider: known by issuer and subject. `shown_as` is only to be read by people."""

    issuer: str
    subject: str
    shown_as: str


@dataclass
class Provider:
    """An identity provider as the operator configured it, and what it has said about itself."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def description(self) -> Mapping[str, Any]:
        """Return what the provider says about itself; its issuer has to be the one that the operator named."""
        found = self._ask(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", KEPT_SECONDS)
        if not isinstance(found, dict) or found.get("issuer") != self.issuer:
            raise NotSignedIn("the description is of another issuer")
        return found

    def endpoint(self, name: str) -> str:
        """Return an address that the description names; raises NotSignedIn for one that must not be used."""
        address = self.description.get(name)
        if not isinstance(address, str) or not (self._is_own(address) or address.startswith("https://")):
            raise NotSignedIn(f"{name} is no safe address")
        return address

    def keys(self, *, again: bool = False) -> Any:
        """Return the keys that the provider signs with."""
        return self._ask(self.endpoint("jwks_uri"), AGAIN_SECONDS if again else KEPT_SECONDS)

    def redeem(self, code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
        """Return what the provider gives for a code."""
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        from annotator.services.retrieval import Sent

        offered = self.description.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        address = self.endpoint("token_endpoint")
        body = prepare_token_request("authorization_code", "", redirect_uri, code=code, code_verifier=verifier)
        client = ClientAuth(self.client_id, self.client_secret, way)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        address, headers, body = client.prepare("POST", address, headers, body)
        form = body.encode()
        given = self._fetch(address, Sent(form, {**headers, "Content-Length": str(len(form))}))
        if not isinstance(given, dict):
            raise NotSignedIn("the answer to the code is no object")
        return given

    def _ask(self, address: str, seconds: float) -> Any:
        with self._lock:
            kept = self._kept.get(address)
        if kept and time.monotonic() - kept[0] < seconds:
            return kept[1]
        found = self._fetch(address)
        with self._lock:
            self._kept[address] = time.monotonic(), found
        return found

    def _fetch(self, address: str, sent: Any = None) -> Any:
        from annotator.services.retrieval import retrieve
        from annotator.services.web_addresses import NoWebAddress, parse

        network = self._network(address)
        try:
            page = retrieve(parse(address, network.ports), TYPES, network, hops=0, sent=sent)
            return json.loads(page.content)
        except (Unreached, NoWebAddress, ValueError) as error:
            raise NotSignedIn(f"{urlsplit(address).hostname}: {error}") from error

    def _network(self, address: str) -> Network:
        """Return the way to an address: the operator's own host, or the public internet as for any address."""
        if not self._is_own(address):
            return Network(ports=frozenset({443}), max_seconds=10, wait_seconds=5)
        return network_of_operator(_origin(address)[2])

    def _is_own(self, address: str) -> bool:
        return _origin(address) == _origin(self.issuer)


def _origin(address: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise NotSignedIn("an address that can't be read") from error
    return parts.scheme, parts.hostname or "", port


def is_installed() -> bool:
    """Tell whether the optional extra `oidc` is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("authlib", "joserfc"))


@cache
def provider_for(issuer: str, client_id: str, client_secret: str, name: str) -> Provider:
    """Return the provider with these settings, one for the whole process."""
    return Provider(issuer, client_id, client_secret, name)


def begin(provider: Provider, redirect_uri: str) -> tuple[str, Start]:
    """Return where to send a browser that wants to sign in, and what to keep until it comes back."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    start = Start(state, nonce, verifier, int(time.time()))
    address = prepare_grant_uri(
        provider.endpoint("authorization_endpoint"),
        provider.client_id,
        "code",
        redirect_uri,
        SCOPE,
        start.state,
        nonce=start.nonce,
        code_challenge=create_s256_code_challenge(start.verifier),
        code_challenge_method="S256",
    )
    return str(address), start


def finish(provider: Provider, code: str, start: Start, redirect_uri: str) -> Account:
    """Return whose account the provider vouches for; raises NotSignedIn."""
    given = provider.redeem(code, start.verifier, redirect_uri)
    token = given.get("id_token")
    if not isinstance(token, str) or not token.isascii():
        raise NotSignedIn("no ID token")
    claims = check(provider, token, start.nonce, given.get("access_token"))
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isprintable() or not 0 < len(subject) <= MOST_CHARACTERS:
        raise NotSignedIn("the subject is no short text")
    shown = next((claims[name] for name in ("preferred_username", "name") if isinstance(claims.get(name), str)), "")
    return Account(provider.issuer, subject, "".join(filter(str.isprintable, shown))[:MOST_CHARACTERS] or subject)


def check(provider: Provider, token: str, nonce: str, access_token: object = None) -> Mapping[str, Any]:
    """Return what an ID token claims, if it is the provider's, for us, fresh, and an answer to our question."""
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    try:
        found = _decoded(provider, token)
        claims = CodeIDToken(
            found.claims,
            found.header,
            params={"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotSignedIn(f"the ID token is not accepted: {type(error).__name__}: {error}") from error
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims["iss"] != provider.issuer or provider.client_id not in audience:
        raise NotSignedIn("the ID token is of another issuer, or for somebody else")
    return dict(claims)


def _decoded(provider: Provider, token: str) -> Any:
    """Return header and claims of a token whose signature is right; a key that is not known is asked for once more."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        return jwt.decode(token, _key_set(provider.keys()), algorithms=list(ALGORITHMS))
    except (JoseError, ValueError):
        return jwt.decode(token, _key_set(provider.keys(again=True)), algorithms=list(ALGORITHMS))


def _key_set(found: Any) -> Any:
    """Return the provider's public keys for signatures; a secret among them is none."""
    from joserfc.jwk import KeySet

    listed = found.get("keys") if isinstance(found, dict) else None
    keys = [
        key
        for key in listed or ()
        if isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
    ]
    if not keys:
        raise NotSignedIn("the provider has no keys")
    return KeySet.import_key_set({"keys": keys})
