"""`dwc import`, `lpir`, `recount`, `token`, `keys`: what they print, how they end, and that they refuse in a sentence."""

import asyncio
import json
import socket
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import Result
from joserfc import jwt
from joserfc.jwk import KeySet
from typer.testing import CliRunner

from services.cli import app
from services.host import Installation
from shared.settings import Settings

CENSUS = """<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year>
<ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails><Source><LEA>206</LEA></Source></Header><Children>
<Child><ChildIdentifiers><LAchildID>C1</LAchildID><PersonBirthDate>2024-05-02</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>NONE</Disability></Disabilities></ChildCharacteristics>
<CINdetails><CINreferralDate>2025-06-02</CINreferralDate><ReferralSource>2A</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>
<CINclosureDate>2025-06-01</CINclosureDate><ReasonForClosure>RC7</ReasonForClosure><ReferralNFA>0</ReferralNFA></CINdetails></Child>
<Child><ChildIdentifiers><LAchildID>Robin Example</LAchildID></ChildIdentifiers></Child>
</Children></Message>"""
POSTS = """reference,name,role,team,team_name,member_from
asha,Asha Sample,social_worker,north,North,2024-01-01
ben,Ben Sample,boss,north,North,2024-01-01
norma,Norma Sample,team_manager,north,North,2024-01-01
"""


class CommandLine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def __call__(self, *arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(app, arguments, env={"DWC_DATA_DIR": str(self.data), **environment})

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)


@pytest.fixture
def dwc(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def assert_refused(ended: Result, sentence: str) -> None:
    """Status 2, a sentence on the error stream, nothing on the other, and no traceback."""
    assert ended.exit_code == 2, ended.output
    assert sentence in " ".join(ended.stderr.replace("│", " ").split())
    assert (ended.stdout, "Traceback" in ended.stderr) == ("", False)


def test_a_census_is_taken_in_with_its_findings_and_again_is_unchanged(dwc: CommandLine) -> None:
    file = dwc.file("cin.xml", CENSUS)
    first = dwc("import", "cin-census", file)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "census 2026 of authority 206 taken in: 1 children, 1 cases",
        "1 new, 0 changed, 0 unchanged",
        "2 findings, 1 of them on what was set aside",
        f"       1 x 8630   {'CINclosureDate':<28} the case closes before its referral [stored]",
        (
            f"       1 x 1580   {'LAchildID':<28} an LAchildID is up to 20 letters and digits; this child is set aside; "
            "it begins on line 7 [set_aside]"
        ),
        "`--all` lists every finding with its child, `--json` gives the whole report",
    ]
    again = dwc("import", "cin-census", file, "--all")
    assert again.stdout.splitlines()[1:] == [
        "0 new, 0 changed, 1 unchanged",
        "2 findings, 1 of them on what was set aside",
        f"  {'C1':<20} {'CINclosureDate':<28} 8630   the case closes before its referral [stored]",
        (
            f"  {'-':<20} {'LAchildID':<28} 1580   an LAchildID is up to 20 letters and digits; this child is set aside; "
            "it begins on line 7 [set_aside]"
        ),
    ]


def test_findings_alike_are_one_line_with_how_many(dwc: CommandLine) -> None:
    unnamed = "<Child><ChildIdentifiers><LAchildID>Robin Example</LAchildID></ChildIdentifiers></Child>"
    told = dwc("import", "cin-census", dwc.file("cin.xml", CENSUS.replace("</Children>", f"{unnamed * 30}</Children>")))
    assert "      31 x 1580" in told.stdout
    assert len(told.stdout.splitlines()) < 8


def test_the_file_of_another_authority_is_told_in_the_first_line(dwc: CommandLine) -> None:
    told = dwc("import", "cin-census", dwc.file("cin.xml", CENSUS.replace("<LEA>206", "<LEA>301")))
    assert told.stdout.startswith("census 2026 of authority 301, WHICH IS NOT THIS ONE (206), taken in: 1 children")


def test_a_dry_run_says_what_would_be_and_a_report_comes_as_json(dwc: CommandLine) -> None:
    file = dwc.file("cin.xml", CENSUS)
    dwc("migrate", "intake")
    foreseen = dwc("import", "cin-census", file, "--dry-run")
    assert foreseen.stdout.splitlines()[:2] == [
        "census 2026 of authority 206 read, nothing stored: 1 children, 1 cases",
        "1 would be new, 0 would be changed, 0 unchanged",
    ]
    report = json.loads(dwc("import", "cin-census", file, "--json").stdout)
    assert (report["dry_run"], report["new"], report["set_aside"]) == (False, 1, 1)
    assert [(each["child"], each["rule"], each["done"]) for each in report["findings"]] == [
        ("C1", "8630", "stored"),
        ("", "1580", "set_aside"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "not a children in need census file: it is not XML"),
        ("<html/>", "its outermost element is not Message"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + CENSUS, "declares a document type"),
    ],
)
def test_a_file_that_is_no_census_is_refused(dwc: CommandLine, content: str, sentence: str) -> None:
    assert_refused(dwc("import", "cin-census", dwc.file("cin.xml", content)), sentence)


@pytest.mark.parametrize("command", [("import", "cin-census"), ("import", "workforce")])
def test_a_file_that_is_not_there_or_is_a_folder_is_refused(dwc: CommandLine, command: tuple[str, str]) -> None:
    assert_refused(dwc(*command, str(dwc.folder / "missing")), "does not exist")
    assert_refused(dwc(*command, str(dwc.folder)), "is a directory")


def test_posts_are_taken_in_and_a_wrong_line_is_told(dwc: CommandLine) -> None:
    ended = dwc("import", "workforce", dwc.file("posts.csv", POSTS))
    assert (ended.exit_code, ended.stdout.splitlines()) == (
        1,
        [
            "2 posts new, 0 changed, 0 unchanged; 1 set aside",
            "  line 3: role: one of social_worker, senior_social_worker, family_practitioner, deputy_team_manager, team_manager, practice_evaluator, coach, clinician: docs/codes.md says what each means",
        ],
    )
    moved = POSTS.replace("ben,Ben Sample,boss", "ben,Ben Sample,social_worker").replace("Norma Sample", "Norma Other")
    ended = dwc("import", "workforce", dwc.file("posts.csv", moved))
    assert (ended.exit_code, ended.stdout) == (0, "1 posts new, 1 changed, 1 unchanged; 0 set aside\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (POSTS.replace(",role", ""), "not a workforce file: its first line names the columns; missing: role"),
        (POSTS.replace("Asha", "Äsha").encode("cp1252"), "save it as `CSV UTF-8`"),
    ],
)
def test_a_file_that_holds_no_posts_is_refused_whole(dwc: CommandLine, content: str | bytes, sentence: str) -> None:
    assert_refused(dwc("import", "workforce", dwc.file("posts.csv", content)), sentence)
    assert not (dwc.data / "intake.sqlite").exists()


PUBLISHED = """table,measure,area,year_ending_31_march,value
b1,Started_episodes_rate,England,2015,341.5
b1,Started_episodes_rate,England,2015,many
"""


def test_published_figures_are_taken_in_under_their_vintage_and_a_wrong_line_is_told(dwc: CommandLine) -> None:
    file = dwc.file("published.csv", PUBLISHED)
    told = ("--source", "DfE", "--ours", "Islington")
    ended = dwc("import", "comparators", file, *told, "--vintage", "2015-10")
    assert (ended.exit_code, ended.stdout.splitlines()) == (
        0,
        [
            "1 figures taken in, 1 set aside",
            "  line 3: missing or not understood: value",
            "no row is of Islington: rates have no population to be of",
        ],
    )
    assert_refused(dwc("import", "comparators", file, *told, "--vintage", "autumn"), "a vintage is written as 2024-10")


def test_figures_are_printed_as_a_table_and_as_json(dwc: CommandLine) -> None:
    dwc("import", "cin-census", dwc.file("cin.xml", CENSUS))
    told = json.loads(dwc("lpir", "--from", "2025-04", "--to", "2026-03", "--json").stdout)
    assert list(told) == ["months", "years"]
    assert list(told["months"]) == [f"2025-{n:02}" for n in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]
    assert {month: figures["referrals"] for month, figures in told["months"].items() if figures["referrals"]} == {
        "2025-06": 1
    }
    assert (told["years"]["2026"]["started"], told["years"]["2026"]["ended"]) == (1, 0)
    table = dwc("lpir", "--from", "2025-06", "--to", "2025-06")
    assert (table.exit_code, "2025-06" in table.stdout, "year to date" in table.stdout) == (0, True, True)
    assert "referrals_no_further_action" in table.stdout  # under the names of the API and its CSV
    assert "0.0% (0 of 1)" in table.stdout
    assert "year to date: 2025-04 to 2025-06" in table.stdout


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2025-4", "2026-03", "a month is written as 2025-04"),
        ("2025-13", "2026-03", "a month is written as 2025-04"),
        ("2025-04", "March", "a month is written as 2025-04"),
        ("2025-04", "2025-03", "--from is on or before --to"),
    ],
)
def test_months_that_cannot_be_are_refused(dwc: CommandLine, first: str, last: str, sentence: str) -> None:
    assert_refused(dwc("lpir", "--from", first, "--to", last), sentence)


def test_a_recount_finds_a_cell_that_somebody_touched_and_puts_it_right(dwc: CommandLine) -> None:
    dwc("import", "cin-census", dwc.file("cin.xml", CENSUS))
    agrees = dwc("recount", "--check")
    assert (agrees.exit_code, agrees.stdout) == (0, "0 cells differ\n0 figures differ from what DuckDB counts\n")
    with sqlite3.connect(dwc.data / "reporting.sqlite") as database:
        database.execute("UPDATE cell SET numerator = 7 WHERE indicator = 'referrals'")
    differs = dwc("recount", "--check")
    assert differs.exit_code == 1
    assert "indicator referrals" in differs.stdout
    assert "kept 7 of 1, counted 1 of 1" in " ".join(differs.stdout.split())
    assert "1 cells differ\nreferrals 206 " in differs.stdout
    assert differs.stdout.endswith("1 figures differ from what DuckDB counts\n")
    put_right = dwc("recount")
    assert (put_right.exit_code, put_right.stdout.endswith("1 cells put right\n")) == (0, True)
    assert dwc("recount", "--check").exit_code == 0


def test_a_question_in_sql_is_answered_on_screen_or_as_parquet_and_changes_nothing(dwc: CommandLine) -> None:
    dwc("import", "cin-census", dwc.file("cin.xml", CENSUS))
    told = dwc("ask", "SELECT count(*) AS referrals FROM referral")
    assert (told.exit_code, "referrals" in told.stdout, "1" in told.stdout) == (0, True, True)
    written = dwc("ask", "SELECT * FROM referral", "--parquet", str(dwc.data / "answer.parquet"))
    assert (written.exit_code, (dwc.data / "answer.parquet").read_bytes()[:4]) == (0, b"PAR1")
    assert_refused(dwc("ask", "DELETE FROM referral"), "ask one SELECT")


def test_a_token_says_who_and_is_good_for_all_three_services(dwc: CommandLine) -> None:
    told = dwc("token", "--role", "team_manager", "--worker", "norma", "--team", "north", "--minutes", "5")
    assert told.exit_code == 0
    dwc("keys", str(dwc.data))
    keys = KeySet.import_key_set(json.loads((dwc.data / "jwks.json").read_text()))
    claims = jwt.decode(told.stdout.strip(), keys, algorithms=["ES256"]).claims
    assert (claims["role"], claims["sub"], claims["worker"], claims["team"]) == (
        "team_manager",
        "norma",
        "norma",
        "north",
    )
    assert set(claims["aud"]) == {"intake", "observation", "reporting"}
    assert claims["exp"] - claims["iat"] == 300


def test_tokens_are_refused_where_they_would_be_wrong(dwc: CommandLine) -> None:
    assert_refused(dwc("token", "--role", "boss"), "roles are: source_system, evaluator")
    assert_refused(dwc("token", "--role", "duty", "--minutes", "0"), "--minutes")
    production = {"DWC_PRODUCTION": "true", "DWC_JWKS": "https://id.example/keys", "DWC_TRANSPORT": "kafka"}
    assert_refused(dwc("token", "--role", "duty", **production), "identity provider")
    assert_refused(dwc("token", "--role", "duty", DWC_JWKS="https://id.example/keys"), "identity provider")


def test_keys_are_made_once_for_their_owner_alone_and_published_without_the_private_half(dwc: CommandLine) -> None:
    first = dwc("keys", str(dwc.data))
    assert (first.exit_code, first.stdout.strip()) == (0, str(dwc.data / "jwks.json"))
    (private,) = [path for path in dwc.data.iterdir() if path.suffix == ".pem"]
    assert private.stat().st_mode & 0o777 == 0o600
    published = (dwc.data / "jwks.json").read_text()
    assert all("d" not in key for key in json.loads(published)["keys"])
    dwc("keys", str(dwc.data))
    assert (dwc.data / "jwks.json").read_text() == published


def while_it_runs(dwc: CommandLine, *commands: tuple[str, ...]) -> list[Result]:
    async def meanwhile() -> list[Result]:
        async with Installation(Settings(data_dir=dwc.data)).running():
            return [await asyncio.to_thread(dwc, *command) for command in commands]

    return asyncio.run(meanwhile())


def test_a_folder_that_a_running_service_uses_is_left_alone(dwc: CommandLine) -> None:
    file = dwc.file("cin.xml", CENSUS)
    for ended in while_it_runs(dwc, ("import", "cin-census", file), ("recount",), ("republish", "intake")):
        assert_refused(ended, "The data folder is in use: another process is using")
        assert "DWC_DATA_DIR" not in ended.stderr  # what is imported into another folder is not found again


def test_what_only_reads_and_holds_work_while_the_services_run(dwc: CommandLine) -> None:
    lpir = ("lpir", "--from", "2025-04", "--to", "2025-04")
    commands = [lpir, ("recount", "--check"), ("dead-letters", "list", "reporting"), ("hold", "list")]
    commands += [("import", "cin-census", dwc.file("cin.xml", CENSUS), "--dry-run"), ("audit", "verify", "intake")]
    commands.append(("hold", "place", "--by", "legal", "--reason", "inquiry"))
    ended = while_it_runs(dwc, *commands)
    assert [(each.exit_code, each.stderr) for each in ended] == [(0, "")] * len(commands)


def test_what_reads_where_nothing_is_says_so_and_makes_nothing(dwc: CommandLine) -> None:
    assert_refused(dwc("hold", "list"), "intake has no database here")
    assert_refused(dwc("lpir", "--from", "2025-04", "--to", "2025-04"), "is DWC_DATA_DIR right?")
    assert not dwc.data.exists()


def test_a_data_folder_that_cannot_be_made_is_named(dwc: CommandLine) -> None:
    below_a_file = str(Path(dwc.file("a_file", "")) / "data")
    for command in (("serve", "all"), ("migrate", "intake"), ("import", "cin-census", dwc.file("cin.xml", CENSUS))):
        assert_refused(dwc(*command, DWC_DATA_DIR=below_a_file), f"{below_a_file}")


def test_a_fault_of_ours_is_a_sentence_with_its_place_and_without_its_message(
    dwc: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def falls(*_: object) -> None:
        raise RuntimeError("Robin Example")

    monkeypatch.setattr("shared.web.tokens.publish_keys", falls)
    ended = dwc("keys", str(dwc.data))
    assert (ended.exit_code, "Robin" in ended.output, "Traceback" in ended.output) == (70, False, False)
    assert "A fault of this program, RuntimeError at test_commands.py:" in ended.stderr


def test_whoever_stops_reading_ends_a_command_quietly(dwc: CommandLine) -> None:
    listed = f"{sys.executable} -c 'from services.cli import app; app()' config show --json"
    for reader in ("head -1", "true"):
        ended = subprocess.run(["bash", "-c", f"{listed} | {reader}"], capture_output=True, text=True, check=True)
        assert ended.stderr == ""


def test_a_port_that_is_in_use_is_told_and_another_may_be_said(dwc: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = dwc("serve", "all", "--port", port)
    assert ended.exit_code == 2
    assert f"The port is in use: {port} is in use: stop what listens there, or say another with --port" in ended.stderr


def test_which_version_this_is(dwc: CommandLine) -> None:
    assert dwc("--version").stdout == f"dwc {version('doing-what-counts')}\n"
    assert dwc("migrate", "intake").stdout == "intake: its tables are what this version needs\n"


def test_a_service_that_is_none_is_refused(dwc: CommandLine) -> None:
    assert_refused(dwc("migrate", "billing"), "the services are intake, observation, reporting")
    assert_refused(dwc("serve", "billing"), "dwc serve")


def test_a_database_that_is_out_of_reach_is_told_in_a_sentence(dwc: CommandLine) -> None:
    nobody_listens = "postgresql+asyncpg://nobody:secret@127.0.0.1:1/none"
    ended = dwc("recount", DWC_REPORTING_DATABASE_URL=nobody_listens)
    assert_refused(ended, "out of reach")
    assert "secret" not in ended.stderr
