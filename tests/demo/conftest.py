"""The demo's borough at its full size, made once for all that is asked of it."""

import asyncio
from pathlib import Path

import pytest

from services.host import Installation
from shared.clock import held_at
from shared.settings import Settings
from tests.demo.boroughs import NOON, Asked, ask, make_in


@pytest.fixture(scope="session")
def full_size(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """The borough as `dwc demo` makes it."""

    async def made(folder: Path) -> Asked:
        house = Installation(Settings(data_dir=folder))
        async with house.running():
            span = await make_in(house, scale=1)
            return await ask(house, span)

    with held_at(NOON):
        return asyncio.run(made(tmp_path_factory.mktemp("borough")))
