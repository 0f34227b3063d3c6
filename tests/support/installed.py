"""What every server of the tests is set up with, and the password of everybody who works there."""

from typing import Final

PASSWORD: Final = "correct horse battery"
SECRETS: Final = {"secret_key": "0" * 64, "master_key": "1" * 64, "audit_key": "2" * 64}
#: Always open, quick to stop; staff sign in with a password alone.
ALWAYS_OPEN: Final[dict[str, object]] = {"hours": "always", "drain_s": 2, "factor_roles": ()}
