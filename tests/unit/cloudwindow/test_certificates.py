"""The self-signed certificate of the demonstration."""

import ssl
import stat
from pathlib import Path

from cryptography import x509

from cloudwindow.certificates import self_signed
from runtime.clock import ManualClock

NAMES = ["localhost", "window-pc"]
DAY_S = 86400


def covered(path: Path) -> set[str]:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))}


def test_it_covers_the_machines_names_and_addresses(tmp_path: Path, clock: ManualClock):
    made = self_signed(tmp_path, NAMES, ["127.0.0.1", "192.168.1.20"], clock)
    assert covered(made.chain) == {"localhost", "window-pc", "127.0.0.1", "192.168.1.20"}
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(made.chain, made.key)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600


def test_it_is_kept_for_the_next_start(tmp_path: Path, clock: ManualClock):
    first = self_signed(tmp_path, NAMES, ["127.0.0.1"], clock)
    clock.advance(30 * DAY_S)
    assert self_signed(tmp_path, NAMES, ["127.0.0.1"], clock).fingerprint == first.fingerprint


def test_a_new_address_of_the_machine_makes_a_new_one(tmp_path: Path, clock: ManualClock):
    first = self_signed(tmp_path, NAMES, ["127.0.0.1"], clock)
    second = self_signed(tmp_path, NAMES, ["127.0.0.1", "10.0.0.7"], clock)
    assert second.fingerprint != first.fingerprint
    assert "10.0.0.7" in covered(second.chain)


def test_one_that_runs_out_is_renewed(tmp_path: Path, clock: ManualClock):
    first = self_signed(tmp_path, NAMES, ["127.0.0.1"], clock)
    clock.advance(395 * DAY_S)
    assert self_signed(tmp_path, NAMES, ["127.0.0.1"], clock).fingerprint != first.fingerprint


def test_a_spoiled_one_is_replaced(tmp_path: Path, clock: ManualClock):
    made = self_signed(tmp_path, NAMES, ["127.0.0.1"], clock)
    made.chain.write_text("no certificate")
    assert covered(self_signed(tmp_path, NAMES, ["127.0.0.1"], clock).chain) == {*NAMES, "127.0.0.1"}
