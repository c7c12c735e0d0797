"""Who can come to the desk at the start: somebody, and nobody unasked."""

from __future__ import annotations

import structlog

from monitor import logs
from monitor.errors import ConfigurationError, Problem
from monitor.settings import Settings
from monitor.store.people import By, People
from monitor.web.access.passwords import Passwords, fault_of
from monitor.web.identity import Role
from monitor.web.site import Site

log = structlog.get_logger(__name__)

FIRST = "admin"  # the account that `MONITOR_ADMIN_PASSWORD` is for


def see_that_somebody_can_come_in(site: Site, settings: Settings) -> None:
    """Makes the first account where a password is given for it. Raises ConfigurationError, StoreError."""
    if site.open or site.admission.vouches:
        return
    people, tokens = site.shown.people.counts()
    if people or _first_account(site, settings.admin_password.get_secret_value()):
        return
    hint = "give MONITOR_ADMIN_PASSWORD, or make an account with `monitor accounts add NAME --role admin`"
    if site.admission.elsewhere and not tokens:
        message = f"other machines reach {settings.web_host}, and nobody has an account, nor a token"
        hint += ", or serve on 127.0.0.1 only"
        raise ConfigurationError([Problem("MONITOR_WEB_HOST", 0, 0, message, hint)])
    log.warning("nobody has an account: the pages of the desk are closed to people", hint=hint)


def _first_account(site: Site, password: str) -> bool:
    if not password:
        return False
    logs.secrets.add([password])
    if fault := fault_of(password, FIRST):
        raise ConfigurationError([Problem("MONITOR_ADMIN_PASSWORD", 0, 0, "it cannot be taken", fault)])
    hashed, by = Passwords().hashed(password), By("monitor", "MONITOR_ADMIN_PASSWORD")
    if People(site.store).add(FIRST, Role.ADMIN.value, hashed, site.now(), by):
        log.info("the first account is made", name=FIRST)
    return True
