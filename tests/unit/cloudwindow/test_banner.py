"""What the demonstration tells a newcomer."""

from cloudwindow.banner import BannerFacts, SignIn, banner

FACTS = BannerFacts(
    base="http://localhost:8080",
    booth_name="炭步镇便民服务中心 1",
    booth_code="ABCD-EFGH",
    sign_ins=(SignIn("s004", "agent"), SignIn("sup", "supervisor")),
    passwords=("abcd-efgh-ijkl", "mnop-qrst-uvwx"),
    folder="/srv/window/var",
)


def test_it_names_every_page_and_every_sign_in():
    text = banner(FACTS)
    for path in ("/", "/booth", "/console", "/wallboard", "/records"):
        assert f"http://localhost:8080{path}" in text
    for word in ("ABCD-EFGH", "s004", "abcd-efgh-ijkl", "sup", "two browser windows", "around the clock"):
        assert word in text


def test_it_fits_a_terminal():
    assert max(len(line) for line in banner(FACTS).splitlines()) <= 120


def test_addresses_for_other_devices_are_told_with_the_certificates_fingerprint():
    text = banner(BannerFacts(base="https://localhost:8080", lan=("https://192.168.1.20:8080",), fingerprint="AB:CD"))
    assert "https://192.168.1.20:8080" in text
    assert "AB:CD" in text
    assert "--insecure" in text


def test_a_time_that_is_set_is_told():
    assert "The business clock is set" not in banner(FACTS)
    text = banner(BannerFacts(base="http://localhost:8080", business="2026-02-16 09:00 +0800"))
    assert "The business clock is set to 2026-02-16 09:00 +0800" in text


def test_simulated_people_and_real_hours_are_told():
    text = banner(BannerFacts(base="http://localhost:8080", lively=20, hours="real"))
    assert "20 simulated citizens" in text
    assert "catalogue's own hours" in text
