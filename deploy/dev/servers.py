"""Real PostgreSQL and real Apache Kafka on this machine, without Docker: for tests and for trying the whole thing out.

    python deploy/dev/servers.py fetch     brings Kafka's published artifacts (needs Java 17 and Maven)
    python deploy/dev/servers.py up        starts both, prints the settings to export, stops them on Ctrl-C

Both listen on 127.0.0.1 only, are started by process id and stopped by it, and die with whoever started them.
"""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
START_SECONDS = 90
STOP_SECONDS = 20
PR_SET_PDEATHSIG = 1


def kafka_jars() -> Path:
    return Path(os.environ.get("DWC_DEV_KAFKA_JARS") or ROOT / ".dev" / "kafka")


def missing_postgres() -> str | None:
    """Why real PostgreSQL cannot be had here, in one line with the cure; None when it can."""
    if _postgres_binaries() is None:
        return "real PostgreSQL is not installed: `apt-get install postgresql` (Debian, Ubuntu)"
    if os.geteuid() == 0 and _postgres_user() is None:
        return "PostgreSQL refuses to run as root and there is no user `postgres`: run as an ordinary user"
    return None


def missing_kafka() -> str | None:
    """Why real Kafka cannot be had here, in one line with the cure; None when it can."""
    if shutil.which("java") is None:
        return "real Kafka needs Java 17: `apt-get install openjdk-17-jre-headless maven`, then `make servers`"
    if not any(kafka_jars().glob("kafka_2.13-*.jar")):
        return "real Kafka has not been fetched: `make servers` (needs Maven)"
    return None


def _postgres_binaries() -> Path | None:
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in [*installed, *on_path]:
        if all((folder / name).exists() for name in ("initdb", "postgres", "psql")):
            return folder
    return None


def _postgres_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    """A test run that is killed leaves no server behind. Linux only; elsewhere it does nothing.

    To Linux the parent is the thread that started it: start servers from one that lives as long as they are to.
    """
    with contextlib.suppress(OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """A process with a log and a port, that can be stopped and started again on the same port and data."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.port = _free_port()
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Raises with the end of its log when it does not in time."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- nothing else can tie a child's life to ours
                **self._as_whom(),
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-4000:]
                self.stop()
                raise RuntimeError(f"{self.name} did not start within {START_SECONDS} s; the end of its log:\n{tail}")
            time.sleep(0.1)

    def freeze(self) -> None:
        """It keeps its connections and answers nobody, as a machine that hangs or a network that drops everything."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to stop, then make it."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(self._stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)

    _stop_signal = signal.SIGTERM

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _as_whom(self) -> dict[str, object]:
        return {}


class Postgres(Server):
    """A PostgreSQL cluster of its own. It survives being killed; the machine's power failing only where it is durable."""

    _stop_signal = signal.SIGINT  # "fast": does not wait for clients to leave

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__("postgres", folder)
        self._durable = durable
        binaries = _postgres_binaries()
        if binaries is None:
            raise RuntimeError(missing_postgres())
        self._bin = binaries
        self.data = folder / "data"
        if user := self._user():
            os.chown(folder, user.pw_uid, user.pw_gid)
        subprocess.run(
            [
                self._bin / "initdb",
                "-D",
                self.data,
                "-U",
                "dwc",
                "--auth=trust",
                "-E",
                "UTF8",
                "--no-locale",
                "--no-sync",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **self._as_whom(),
        )

    def url(self, database: str, *, template: str = "template1") -> str:
        """The address of a database, made first if there is none of that name."""
        if not self._sql(f"SELECT 1 FROM pg_database WHERE datname = '{database}'"):
            self._sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return f"postgresql+asyncpg://dwc@127.0.0.1:{self.port}/{database}"

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected."""
        self._sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _sql(self, statement: str) -> str:
        ask = [
            self._bin / "psql",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "dwc",
            "-d",
            "postgres",
            "-Atc",
            statement,
        ]
        return subprocess.run(ask, check=True, capture_output=True, text=True, cwd="/").stdout.strip()

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            **({} if self._durable else {"fsync": "off", "full_page_writes": "off"}),
        }
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.data), "-p", str(self.port), *flags]

    def _answers(self) -> bool:
        with contextlib.suppress(subprocess.CalledProcessError):
            return self._sql("SELECT 1") == "1"
        return False

    @staticmethod
    def _user() -> pwd.struct_passwd | None:
        return _postgres_user() if os.geteuid() == 0 else None

    def _as_whom(self) -> dict[str, object]:
        user = self._user()
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


class Kafka(Server):
    """One Apache Kafka node in KRaft mode, broker and controller in one."""

    def __init__(self, folder: Path) -> None:
        super().__init__("kafka", folder)
        self._controller_port = _free_port()
        self._properties = folder / "server.properties"
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in self._settings().items()))
        self._format()

    def wipe(self) -> None:
        """Lose everything: stopped, its data gone, to be started again on the same port as if it were new."""
        self.stop()
        shutil.rmtree(self.folder / "log-dirs")
        self._format()

    def _format(self) -> None:
        done = subprocess.run(
            [
                *self._java("256m"),
                "kafka.tools.StorageTool",
                "format",
                "--cluster-id",
                uuid.uuid4().hex[:22],
                "--config",
                str(self._properties),
                *self._users(),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"Kafka's storage could not be formatted:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _settings(self) -> dict[str, object]:
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.folder / "log-dirs",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.num.partitions": 4,
            "transaction.state.log.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
        }

    def _users(self) -> list[str]:
        """Flags that enter users when the storage is formatted; none, unless a test of access wants some."""
        return []

    @staticmethod
    def _java(heap: str) -> list[str]:
        log = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return ["java", f"-Xmx{heap}", "-XX:+UseSerialGC", log, "-cp", f"{kafka_jars()}/*"]

    def _command(self) -> list[str]:
        return [*self._java("512m"), "kafka.Kafka", str(self._properties)]

    def _answers(self) -> bool:
        """Ready when both ports are open: the broker opens its own only once it is registered."""
        for port in (self._controller_port, self.port):
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex(("127.0.0.1", port)):
                    return False
        return True


@contextlib.contextmanager
def _running(make: Callable[[Path], Server]) -> Iterator[Server]:
    """A server in a folder of its own under the system's temporary folder, which the user it runs as may enter."""
    with tempfile.TemporaryDirectory(prefix="dwc-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder) / "server"
        place.mkdir()
        server = make(place)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def postgres(*, durable: bool = True) -> Iterator[Postgres]:
    """A real PostgreSQL for the length of the block. Not durable, it makes a database in a tenth of the time."""
    with _running(lambda folder: Postgres(folder, durable=durable)) as server:
        assert isinstance(server, Postgres)
        yield server


@contextlib.contextmanager
def kafka() -> Iterator[Kafka]:
    """A real Apache Kafka for the length of the block."""
    with _running(Kafka) as server:
        assert isinstance(server, Kafka)
        yield server


def fetch() -> None:
    """Bring Kafka's jars, if they are not here. Registries hiccup, so it tries three times."""
    if any(kafka_jars().glob("kafka_2.13-*.jar")):
        return
    copy = ["mvn", "-q", "-B", "-f", HERE / "kafka" / "pom.xml", "dependency:copy-dependencies"]
    for attempt in (1, 2, 3):
        if subprocess.run([*copy, f"-DoutputDirectory={kafka_jars()}"], check=False, timeout=600).returncode == 0:
            return
        shutil.rmtree(kafka_jars(), ignore_errors=True)
        print(f"fetching Kafka failed ({attempt} of 3)", file=sys.stderr)
        time.sleep(5 * attempt)
    sys.exit("Kafka could not be fetched: is Maven Central within reach?")


def up() -> None:
    """Both servers, until interrupted."""
    for missing in (missing_postgres(), missing_kafka()):
        if missing:
            sys.exit(missing)
    with postgres() as database, kafka() as broker:
        print("export DWC_TRANSPORT=kafka")
        print(f"export DWC_KAFKA_BOOTSTRAP={broker.bootstrap}")
        for service in ("intake", "observation", "reporting"):
            print(f"export DWC_{service.upper()}_DATABASE_URL={database.url(service)}")
        print("# PostgreSQL and Kafka are running; Ctrl-C stops them", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    {"fetch": fetch, "up": up}[sys.argv[1] if len(sys.argv) > 1 else "up"]()
