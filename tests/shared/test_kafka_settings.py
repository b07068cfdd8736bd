"""Kafka is spoken to in the clear or with a password over TLS, and nothing in between."""

import ssl

import pytest

from shared.messaging.transports.kafka import admission
from shared.settings import Misconfigured, Settings


@pytest.mark.parametrize(
    "half",
    [{"kafka_user": "intake"}, {"kafka_password": "kept in a file"}, {"kafka_ca": "/etc/dwc/ca.pem"}],
    ids=["a user without a password", "a password without a user", "a certificate for nobody"],
)
def test_half_of_what_kafka_needs_keeps_a_service_from_starting(half):
    with pytest.raises(Misconfigured):
        Settings(**half).check()


def test_whoever_has_a_password_speaks_over_tls_and_checks_whom_they_speak_to():
    settings = Settings(kafka_user="intake", kafka_password="kept in a file")
    settings.check()
    shown = admission(settings)
    assert (shown["security_protocol"], shown["sasl_mechanism"]) == ("SASL_SSL", "SCRAM-SHA-512")
    assert shown["ssl_context"].verify_mode is ssl.CERT_REQUIRED
    assert shown["ssl_context"].check_hostname
    assert "kept in a file" not in repr(settings)
