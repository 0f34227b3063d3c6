"""What unit tests of the records share: the sample catalogue as its file says it."""

from pathlib import Path

import pytest

import records.sample
from records.catalogue.file import Catalogue, read_catalogue

SAMPLE = Path(records.sample.__path__[0]) / "catalog.yaml"


@pytest.fixture(scope="session")
def sample_text() -> str:
    return SAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample() -> Catalogue:
    return read_catalogue(SAMPLE)
