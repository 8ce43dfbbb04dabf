"""What every answer tells the browser to refuse: foreign content, sniffing, framing, keeping people's data."""

from __future__ import annotations

from flask import Flask, Response, request

# No inline script or style anywhere; data: images are the arrows of our own style sheet and bpmn-js's embedded icons.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATIC_SECONDS = 7 * 24 * 3600


def install(app: Flask) -> None:
    """Add the headers to every answer of `app`."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Set what is not set yet; pages are never stored by a browser or a proxy, static files for a week."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        # The address carries the file's hash (web.app.static_address), so a changed file has a new address.
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
