"""What a mail server says, and what it is taken for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from monitor.errors import SendError
from monitor.notify import AppriseSender
from tests.contracts.channels import HASTE, HELLO, longest, to
from tests.making import written
from tests.receivers.channels import MailChannel
from tests.receivers.mail import Mail


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(read=HASTE, pace=0)
    yield sender
    sender.close()


async def failure(sender: AppriseSender, url: str) -> tuple[str, bool, bool]:
    """The words, whether it is permanent, whether it may have arrived."""
    with pytest.raises(SendError) as caught:
        await sender.send(to(url), HELLO)
    return str(caught.value), caught.value.permanent, caught.value.unknown


@pytest.mark.parametrize(
    ("refusal", "permanent"),
    [
        ("421 4.3.2 closing", False),
        ("450 4.2.0 greylisted", False),
        ("452 4.2.2 mailbox full", False),
        ("550 5.1.1 no such mailbox", True),
        ("554 5.7.1 rejected", True),
    ],
)
async def test_a_refusal_is_for_good_where_its_code_says_so(
    sender: AppriseSender, refusal: str, permanent: bool
) -> None:
    with Mail() as server:
        server.refusal = refusal
        assert await failure(sender, MailChannel(server).url) == (f"SMTP {refusal[:3]}", permanent, False)


async def test_a_greylisted_letter_arrives_at_the_next_try(sender: AppriseSender) -> None:
    with Mail() as server:
        server.refusal = "450 4.2.0 greylisted"
        await failure(sender, MailChannel(server).url)
        server.refusal = ""
        await sender.send(to(MailChannel(server).url), HELLO)
        assert [shown.title for shown in server.shown] == [HELLO.title]


async def test_a_letter_above_the_size_that_the_server_takes_is_refused_for_good(sender: AppriseSender) -> None:
    with Mail(most=200) as server:
        assert await failure(sender, MailChannel(server).url) == ("SMTP 552", True, False)


async def test_a_wrong_password_is_refused_for_good_and_told_to_nobody(sender: AppriseSender) -> None:
    def wrong(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with Mail(authenticator=wrong, auth_require_tls=False) as server:
        url = MailChannel(server).url.replace("mailto://", "mailto://desk:hunter2pass@")
        assert await failure(sender, url) == ("SMTP 535", True, False)


async def test_a_server_without_encryption_is_refused_for_good_where_the_url_asks_for_it(sender: AppriseSender) -> None:
    with Mail() as server:
        words, permanent, _ = await failure(sender, MailChannel(server).url.replace("=insecure", "=starttls"))
    assert (words, permanent) == ("the mail server does not offer what the URL asks for", True)


async def test_a_server_that_never_greets_has_been_given_nothing(sender: AppriseSender, deaf_port: int) -> None:
    url = f"mailto://127.0.0.1:{deaf_port}?from=a@desk.example&to=b@desk.example&mode=insecure"
    words, *rest = await failure(sender, url)
    assert "could not connect" in words
    assert rest == [False, False]


async def test_a_connection_that_breaks_before_the_letter_leaves_no_doubt(sender: AppriseSender) -> None:
    class Dropping(Mail):
        async def handle_RCPT(self, server: Any, *_: Any) -> str:
            server.transport.abort()
            return "250 OK"

    with Dropping() as server:
        words, *rest = await failure(sender, MailChannel(server).url)
    assert "before anything was said" in words
    assert rest == [False, False]


async def test_no_line_is_longer_than_servers_take_and_the_subject_says_the_same(sender: AppriseSender) -> None:
    """RFC 5322: 998 bytes at most; a Georgian letter takes nine in a subject."""
    with Mail() as server:
        target = to(MailChannel(server).url)
        message = written(longest("ა"), target.format, target.limit)
        await sender.send(target, message)
        [letter], [shown] = server.letters, server.shown
    assert max(map(len, letter.splitlines())) <= 998
    assert shown.title == message.title
