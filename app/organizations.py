"""Which organizations this process serves: installed, their policy in force, and that written down."""

import logging

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import ConfigError, Policy
from app.services import Services, reading
from app.slack.credentials import GivenTokens, Installation
from app.slack.directory import Live
from app.slack.gateway import Gateway, ReadFailed
from app.slack.pace import Lane

log = logging.getLogger(__name__)


class Organizations:
    """Takes organizations in. The policy in force is part of the evidence: each time is an audit event."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told: dict[str, str] = {}

    def accept(self, enterprise_id: str) -> Policy:
        """Serve an installed organization. Raises ConfigError and ReadFailed."""
        return self._accept(enterprise_id, self._services.gateway)

    def admit(self, found: Installation) -> Policy:
        """Serve an organization by tokens that are not kept yet. Raises ConfigError and ReadFailed."""
        services = self._services
        gateway = reading(services.settings, services.database, GivenTokens(found))
        return self._accept(found.enterprise_id, gateway)

    def take_in(self) -> int:
        """Serve every organization that is installed and not served yet; answers how many were new.

        What keeps one out is logged once, and keeps no other one out.
        """
        new = 0
        for enterprise_id in self._services.credentials.enterprise_ids():
            if self._services.policies.in_force(enterprise_id):
                continue
            try:
                self.accept(enterprise_id)
                new += 1
            except (ConfigError, ReadFailed) as error:
                if self._told.get(enterprise_id) != str(error):
                    log.error("%s cannot be served: %s", enterprise_id, error)
                self._told[enterprise_id] = str(error)
        return new

    def look_at_channels(self) -> int:
        """Look at the admin channel of every organization served; answers how many are unfit."""
        services, unfit = self._services, 0
        for enterprise_id in services.credentials.enterprise_ids():
            if not services.policies.in_force(enterprise_id):
                continue
            try:
                found = services.channels.unfit(Live(services.gateway, enterprise_id, Lane.BACKGROUND))
                unfit += found is not None
            except ReadFailed as failed:
                log.warning("the admin channel of %s could not be read: %s", enterprise_id, failed)
        return unfit

    def _accept(self, enterprise_id: str, gateway: Gateway) -> Policy:
        services = self._services
        policy = services.policies.resolve(Live(gateway, enterprise_id, Lane.INTERACTIVE))
        with services.database.write(enterprise_id) as connection:
            append(
                connection,
                enterprise_id=enterprise_id,
                at=services.clock(),
                event=Event.SETTINGS_READ,
                actor=APP,
                body={"policy_digest": policy.digest, "admin_channel": policy.admin_channel},
            )
        services.policy_changes.adopted(enterprise_id, policy)
        return policy
