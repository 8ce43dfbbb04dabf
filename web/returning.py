"""Addresses of our own to come back to, and whether a form came from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def local_address(address: str | None) -> str:
    """The address if it is a path on this site, else an empty string: nobody is sent elsewhere after signing in."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return ""
    parts = urlsplit(address)
    return "" if parts.scheme or parts.netloc or any(ord(c) < 32 for c in address) else address


def same_origin() -> bool:
    """Whether the form was sent from a page of this site; only then is a failed form offered again."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.host
