"""A restored backup cuts off the audit's tail, and says so once somebody answers for it; a forger's cut never does."""

import json
import random

import pytest
from sqlalchemy import select

from services.intake.main import SERVICE
from shared.audit import audit_table
from shared.sealing.acknowledging import NothingWasLost, NotOnlyRestored, acknowledge
from shared.sealing.findings import Wrong
from shared.sealing.keys import key_in, public_keys, sign
from shared.sealing.models import seal_table
from shared.sealing.statement import Restore
from tests.audit.attacks import Attacker, seal_again
from tests.audit.sealed import Sealed


async def restored(kept: Sealed, *, seals: int) -> None:
    """The database as a backup taken after so many seals held it."""
    async with kept.database.transaction() as session:
        await session.execute(seal_table.delete().where(seal_table.c.n > seals))
        last = select(seal_table.c.last).where(seal_table.c.n == seals)
        await session.execute(audit_table.delete().where(audit_table.c.seq > last.scalar_subquery()))


async def acknowledged(kept: Sealed) -> Restore:
    return await acknowledge(
        kept.database,
        key=kept.key,
        keys=public_keys(kept.folder),
        anchors=kept.anchors,
        by="olga",
        reason="the disk died; backup of Sunday",
    )


async def went_on(kept: Sealed, *, seals: int) -> None:
    for _ in range(seals):
        await kept.record(2)
        await kept.seal()


async def wrong(kept: Sealed) -> set[Wrong]:
    return {finding.wrong for finding in (await kept.verified()).findings}


async def heads(kept: Sealed) -> int:
    return len([*kept.anchors])


async def test_until_an_operator_answers_for_it_the_cut_is_reported_and_then_it_is_explained(long_sealed):
    total = await heads(long_sealed)
    await restored(long_sealed, seals=5)
    assert await wrong(long_sealed) == {Wrong.TAIL_CUT}
    stated = await acknowledged(long_sealed)
    assert (stated.kept, stated.lost, stated.heads) == (5, total, total)
    report = await long_sealed.verified()
    assert report.is_whole, [finding.sentence for finding in report.findings]
    (told,) = report.restores
    assert (told["kept"], told["lost"], told["by"], told["reason"]) == (5, total, "olga", stated.reason)
    assert json.dumps(report.as_dict())
    async with long_sealed.database.reading() as session:
        row = (await session.execute(select(audit_table).order_by(audit_table.c.seq.desc()).limit(1))).one()
    assert (row.actor, row.role, row.act) == ("olga", "operator", "acknowledge a restore")


@pytest.mark.parametrize("before", [0, 3])
async def test_the_service_goes_on_and_its_new_seals_take_the_numbers_of_the_lost_ones(long_sealed, before):
    """Whether the operator answers before the service runs again or after."""
    total = await heads(long_sealed)
    await restored(long_sealed, seals=5)
    await went_on(long_sealed, seals=before)
    await acknowledged(long_sealed)
    await went_on(long_sealed, seals=total)
    report = await long_sealed.verified()
    assert report.is_whole, [finding.sentence for finding in report.findings]
    assert (report.anchored, report.seals) == (report.seals, before + total + 5)


async def test_a_second_restore_is_another_matter_and_explained_by_another_statement(long_sealed):
    await restored(long_sealed, seals=8)
    await acknowledged(long_sealed)
    await went_on(long_sealed, seals=4)
    await restored(long_sealed, seals=6)
    assert Wrong.TAIL_CUT in await wrong(long_sealed)
    await acknowledged(long_sealed)
    await went_on(long_sealed, seals=2)
    await restored(long_sealed, seals=7)
    await acknowledged(long_sealed)
    report = await long_sealed.verified()
    assert report.is_whole, [finding.sentence for finding in report.findings]
    assert [told["kept"] for told in report.restores] == [8, 6, 7]


async def test_what_is_cut_after_it_is_not_explained_by_it(long_sealed):
    await restored(long_sealed, seals=5)
    await acknowledged(long_sealed)
    await went_on(long_sealed, seals=3)
    await restored(long_sealed, seals=6)
    assert await wrong(long_sealed) == {Wrong.TAIL_CUT}


async def test_a_changed_row_is_no_restore(long_sealed):
    await restored(long_sealed, seals=5)
    async with long_sealed.database.transaction() as session:
        first = (await session.execute(select(audit_table.c.seq).order_by(audit_table.c.seq).limit(1))).scalar_one()
        await session.execute(audit_table.update().where(audit_table.c.seq == first).values(actor="nobody"))
    with pytest.raises(NotOnlyRestored):
        await acknowledged(long_sealed)
    assert await wrong(long_sealed) == {Wrong.TAIL_CUT, Wrong.ROW_CHANGED}


async def test_seals_made_anew_with_the_stolen_key_are_no_restore(long_sealed):
    """They would take the place of lost ones, but the service never kept their heads outside."""
    async with long_sealed.database.transaction() as session:
        attacker = Attacker(session, random.Random(1), SERVICE.name, long_sealed.key)
        seq = (await attacker.seqs())[20]
        await attacker.change(seq, actor="nobody")
        await seal_again(attacker, long_sealed.key, seq)
    assert await wrong(long_sealed) == {Wrong.SEAL_REPLACED}
    with pytest.raises(NotOnlyRestored):
        await acknowledged(long_sealed)


async def test_where_nothing_was_lost_there_is_nothing_to_answer_for(long_sealed):
    with pytest.raises(NothingWasLost):
        await acknowledged(long_sealed)
    await restored(long_sealed, seals=5)
    await acknowledged(long_sealed)
    with pytest.raises(NothingWasLost):
        await acknowledged(long_sealed)


async def test_a_statement_signed_by_another_key_explains_nothing_and_is_told(long_sealed):
    await restored(long_sealed, seals=5)
    stated = await acknowledged(long_sealed)
    another = key_in(long_sealed.folder / "another.pem")
    long_sealed.anchors.restores.write_text(sign(stated, another) + "\n")
    assert await wrong(long_sealed) == {Wrong.RESTORE_NOT_SIGNED, Wrong.TAIL_CUT}
    long_sealed.anchors.restores.write_text("nonsense\n")
    assert await wrong(long_sealed) == {Wrong.RESTORE_NOT_SIGNED, Wrong.TAIL_CUT}


async def test_a_statement_about_other_heads_explains_nothing_and_is_told(long_sealed):
    """As when one was kept, the heads were thinned out, and it is laid beside them again."""
    await restored(long_sealed, seals=5)
    await acknowledged(long_sealed)
    lines = long_sealed.anchors.path.read_text().splitlines(keepends=True)
    long_sealed.anchors.path.write_text("".join(lines[:3] + lines[4:]))
    assert await wrong(long_sealed) == {Wrong.RESTORE_OF_OTHER_HEADS, Wrong.TAIL_CUT}
