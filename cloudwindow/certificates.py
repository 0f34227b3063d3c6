"""Makes a self-signed certificate for trying things on one's own network; browsers will say they do not know it."""

import datetime as dt
import ipaddress
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cloudwindow.installation import write_private
from runtime.clock import Clock, local

VALID: Final = dt.timedelta(days=397)
"""Longer ones are refused by some browsers."""
RENEW_BEFORE: Final = dt.timedelta(days=7)


class Certificate(msgspec.Struct, frozen=True):
    """The files that a server reads, and the fingerprint that a person compares."""

    chain: Path
    key: Path
    fingerprint: str


def self_signed(folder: Path, names: list[str], addresses: list[str], clock: Clock) -> Certificate:
    """Return the certificate for these names and addresses; a new one where the old one does not cover them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    chain, key = folder / "certificate.pem", folder / "key.pem"
    now = local(clock.now_ms(), dt.UTC)
    certificate = _kept(chain, key, names, addresses, now)
    if certificate is None:
        private = ec.generate_private_key(ec.SECP256R1())
        certificate = _make(private, names, addresses, now)
        write_private(key, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
        write_private(chain, certificate.public_bytes(Encoding.PEM).decode())
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(chain, key, fingerprint)


def _kept(chain: Path, key: Path, names: list[str], addresses: list[str], now: dt.datetime) -> x509.Certificate | None:
    """Return the certificate from last time if it still will do."""
    if not chain.exists() or not key.exists():
        return None
    try:
        certificate = x509.load_pem_x509_certificate(chain.read_bytes())
        covered = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound):
        return None
    has = {*covered.get_values_for_type(x509.DNSName), *map(str, covered.get_values_for_type(x509.IPAddress))}
    good = {*names, *addresses} <= has and certificate.not_valid_after_utc - RENEW_BEFORE > now
    return certificate if good else None


def _make(
    private: ec.EllipticCurvePrivateKey, names: list[str], addresses: list[str], now: dt.datetime
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cloud Window demonstration")])
    covered = [x509.DNSName(name) for name in names]
    covered_addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([*covered, *covered_addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
