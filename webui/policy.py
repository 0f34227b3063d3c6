"""The content security policy of our pages, written in one place."""


def content_security_policy(*, wasm: bool = False) -> str:
    """Return the policy of a page: no inline scripts, nothing from elsewhere.

    `wasm` lets pdf.js run its image decoders; it allows no other evaluation.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self' 'wasm-unsafe-eval'" if wasm else "'self'",
        "style-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "'self' blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


PERMISSIONS_POLICY = (
    "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self), autoplay=(self), "
    "geolocation=(), payment=(), usb=()"
)
"""Browser features that our pages may request."""
