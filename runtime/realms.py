"""Derives the settings of one realm from those of the process: its name, its host, its keys and its folders."""

import hashlib
import hmac
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from runtime.receivers import of_realm
from runtime.settings import BadSettings, Settings

FOLDER: Final = "realms"
"""Folder of the further realms within the folders of documents and anchors."""


def settings_of(settings: Settings, realm: str) -> Settings:
    """Return the settings by which `realm` works; the first realm works by the process's own.

    A further realm has keys that are derived from the installation's and its name, so that a token, a document or an
    entry of the trail that was made in one realm is none in another.

    Raises:
        BadSettings: no such realm is named.
    """
    if realm == settings.realm:
        return settings
    hosts = dict(one.split("=") for one in settings.further_realms)
    if realm not in hosts:
        known = ", ".join(settings.realms)
        raise BadSettings(f"{realm}: there is no such realm; WINDOW_REALM and WINDOW_FURTHER_REALMS name {known}")
    return replace(
        settings,
        realm=realm,
        further_realms=(),
        hosts=(hosts[realm],),
        origins=(),
        phone_url="",
        hook_receivers=of_realm(settings.hook_receivers, realm),
        secret_key=derived(settings.secret_key, "secret", realm),
        old_secret_keys=tuple(derived(key, "secret", realm) for key in settings.old_secret_keys),
        master_key=derived(settings.master_key, "master", realm),
        old_master_keys=tuple(derived(key, "master", realm) for key in settings.old_master_keys),
        audit_key=derived(settings.audit_key, "audit", realm),
        old_audit_keys=tuple(derived(key, "audit", realm) for key in settings.old_audit_keys),
        documents_folder=str(Path(settings.documents_folder) / FOLDER / realm),
        anchors_folder=str(Path(settings.anchors_folder) / FOLDER / realm),
    )


def derived(key: str, purpose: str, realm: str) -> str:
    """Return a realm's key, 64 hexadecimal digits, from the installation's; empty where that is not set."""
    return hmac.digest(key.encode(), f"cloudwindow {purpose} {realm}".encode(), hashlib.sha256).hex() if key else ""
