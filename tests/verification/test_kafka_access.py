"""A real Kafka that knows users, speaks TLS and keeps an access list a topic: who is let in, and who is not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import ClusterAuthorizationFailedError, KafkaConnectionError, TopicAuthorizationFailedError
from aiokafka.protocol.admin import CreateAclsRequest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.contracts.envelope import Envelope
from shared.contracts.intake import ChildState, WorkerState
from shared.ids import new_id
from shared.messaging.transports.kafka import KafkaTransport, admission
from shared.settings import Settings
from tests.conftest import dev_servers, needs
from tests.contracts.samples import sample

PASSWORD = "kept in a file"
TOPIC, GROUP, LITERAL, ALLOW = 2, 3, 3, 3
READ, WRITE, DESCRIBE = 3, 4, 8
"""Kafka's own numbers of resources, patterns, permissions and operations."""


def certificate(folder: Path) -> Path:
    """A certificate of this machine's own, with its key in one file, and its public part in another."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = signed.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + public)
    (folder / "ca.pem").write_bytes(public)
    return folder / "ca.pem"


@pytest.fixture(scope="module")
def guarded() -> Iterator[SimpleNamespace]:
    """A broker with two listeners: one for its administrator, and one for clients, who must name themselves."""
    servers = dev_servers()
    needs(servers.missing_kafka())

    class GuardedKafka(servers.Kafka):
        def __init__(self, folder: Path) -> None:
            self.clients = servers._free_port()
            self.ca = certificate(folder)
            super().__init__(folder)

        def _settings(self) -> dict[str, object]:
            settings = super()._settings()
            of_clients = "listener.name.clients"
            return settings | {
                "listeners": f"{settings['listeners']},CLIENTS://127.0.0.1:{self.clients}",
                "advertised.listeners": f"{settings['advertised.listeners']},CLIENTS://127.0.0.1:{self.clients}",
                "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:SASL_SSL",
                f"{of_clients}.sasl.enabled.mechanisms": "SCRAM-SHA-512",
                f"{of_clients}.scram-sha-512.sasl.jaas.config": (
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;"
                ),
                f"{of_clients}.ssl.keystore.type": "PEM",
                f"{of_clients}.ssl.keystore.location": self.folder / "server.pem",
                "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users": "User:ANONYMOUS",
            }

        def _users(self) -> list[str]:
            named = (f"SCRAM-SHA-512=[name={name},password={PASSWORD}]" for name in ("intake", "reporting"))
            return [flag for user in named for flag in ("--add-scram", user)]

    with servers._running(GuardedKafka) as broker:
        asyncio.run(set_up(broker.bootstrap))
        yield SimpleNamespace(bootstrap=f"127.0.0.1:{broker.clients}", ca=str(broker.ca))


async def set_up(bootstrap: str) -> None:
    """What deploy/kafka/README.md tells the administrator to do: topics first, then who may do what with them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1) for topic in ("intake.child", "intake.workforce")])
    grants = [
        (TOPIC, "intake.child", "intake", WRITE),
        (TOPIC, "intake.child", "intake", DESCRIBE),
        (TOPIC, "intake.child", "reporting", READ),
        (GROUP, "dwc.reporting", "reporting", READ),
    ]
    for kind, name, user, operation in grants:
        request = CreateAclsRequest(kind, name, LITERAL, f"User:{user}", "*", operation, ALLOW)
        answer = await admin._send_to_controller(request)
        assert [each[0] for each in answer.creation_responses] == [0], answer
    await admin.close()


@asynccontextmanager
async def transport(guarded: SimpleNamespace, **access: Any) -> AsyncIterator[KafkaTransport]:
    told = {"kafka_user": "intake", "kafka_password": PASSWORD, "kafka_ca": guarded.ca} | access
    opened = KafkaTransport(guarded.bootstrap, admission(Settings(**told)))
    try:
        yield opened
    finally:
        await opened.close()


def event(kind: type[ChildState] | type[WorkerState]) -> Envelope:
    return Envelope.around(
        sample(kind),
        id=new_id(),
        service="intake",
        time=datetime.now(UTC),
        actor="",
        correlation_id="",
        causation_id="",
    )


class Listener:
    """Whoever hears, as a transport knows one."""

    name = "reporting"
    topics = frozenset({"intake.child"})

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Envelope] = asyncio.Queue()

    async def hear(self, envelopes: list[Envelope]) -> None:
        for envelope in envelopes:
            self.heard.put_nowait(envelope)


async def test_a_speaker_and_a_hearer_with_their_own_passwords_reach_one_another(guarded):
    said, listener = event(ChildState), Listener()
    async with transport(guarded) as intake, transport(guarded, kafka_user="reporting") as reporting:
        await intake.send([said])
        listening = asyncio.create_task(reporting.listen(listener))
        assert (await asyncio.wait_for(listener.heard.get(), 30)).id == said.id
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def test_a_speaker_with_a_wrong_password_is_not_let_in(guarded):
    async with transport(guarded, kafka_password="guessed") as intake:
        with pytest.raises(KafkaConnectionError):
            await intake.send([event(ChildState)])


async def test_a_speaker_does_not_talk_to_a_broker_whose_certificate_it_cannot_check(guarded):
    async with transport(guarded, kafka_ca="") as intake:
        with pytest.raises((KafkaConnectionError, ssl.SSLError)):
            await intake.send([event(ChildState)])


async def test_nobody_is_let_in_without_naming_themselves(guarded):
    async with transport(guarded, kafka_user="", kafka_password="", kafka_ca="") as stranger:
        with pytest.raises(Exception, match=r"(?i)connect|closed|bootstrap"):
            await asyncio.wait_for(stranger.send([event(ChildState)]), 60)


async def test_a_speaker_does_not_speak_on_a_topic_it_was_not_given(guarded):
    async with transport(guarded) as intake:
        with pytest.raises(TopicAuthorizationFailedError):
            await asyncio.wait_for(intake.send([event(WorkerState)]), 60)


async def test_a_hearer_of_one_topic_does_not_speak_on_it(guarded):
    async with transport(guarded, kafka_user="reporting") as reporting:
        with pytest.raises((TopicAuthorizationFailedError, ClusterAuthorizationFailedError)):
            await asyncio.wait_for(reporting.send([event(ChildState)]), 60)
