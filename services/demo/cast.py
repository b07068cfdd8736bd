"""The people of the demo, each with a token and a way to the services."""

from typing import Any

from httpx import ASGITransport, AsyncClient, Response

from services.host import Installation
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

ANALYST = Principal(id="analyst (demo)", role=Role.PERFORMANCE_ANALYST)


class Cast:
    def __init__(self, house: Installation) -> None:
        self._house = house
        self._key = trial_key(house.settings.data_dir)

    def token(self, principal: Principal, *, minutes: int) -> str:
        return sign_token(self._key, principal, issuer=self._house.settings.issuer, minutes=minutes)

    def _client(self, service: str, principal: Principal) -> AsyncClient:
        return AsyncClient(
            transport=ASGITransport(self._house.apps[service]),
            base_url=f"http://{service}",
            headers={"Authorization": f"Bearer {self.token(principal, minutes=30)}"},
        )

    def case_system(self) -> AsyncClient:
        return self._client("intake", Principal(id="case-system", role=Role.SOURCE_SYSTEM))

    def manager(self) -> AsyncClient:
        return self._client("intake", Principal(id="W100", role=Role.TEAM_MANAGER, worker="W100"))

    def coach(self) -> AsyncClient:
        return self._client("observation", Principal(id="W101", role=Role.COACH, worker="W101"))

    def analyst(self, service: str = "reporting") -> AsyncClient:
        return self._client(service, ANALYST)


def told(answer: Response) -> Any:
    """What a door answered. A refusal breaks off whatever is being told: it would not be true."""
    if answer.is_error:
        raise RuntimeError(f"a door refused: {answer.status_code} {answer.text}")
    return answer.json()
