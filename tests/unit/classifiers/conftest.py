"""The shipped model, loaded once for all tests."""

import pytest

from classifiers.model import Classifier


@pytest.fixture(scope="session")
def shipped() -> Classifier:
    return Classifier.load()
