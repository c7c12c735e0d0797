"""What a password has to be, and when one is right."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from monitor.web.access.names import account_name, fault_of
from monitor.web.access.passwords import LONGEST, Passwords
from monitor.web.access.passwords import fault_of as fault_of_password

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_the_same_letters_are_the_same_password_however_the_keyboard_writes_them() -> None:
    typed = "Zoë's naïve café"
    hashed = QUICK.hashed(unicodedata.normalize("NFD", typed))
    assert QUICK.is_right(unicodedata.normalize("NFC", typed), hashed)
    assert not QUICK.is_right("Zoe's naive cafe", hashed)


def test_what_is_no_hash_or_nobodys_fits_no_password() -> None:
    for hashed in (None, "", "$argon2id$v=19$broken", "plain text"):
        for password in ("", "plain text", "x" * 10_000, "\ud800"):
            assert not QUICK.is_right(password, hashed)


def test_two_hashes_of_one_password_are_two() -> None:
    assert QUICK.hashed("correct horse battery") != QUICK.hashed("correct horse battery")
    assert not QUICK.is_outdated(QUICK.hashed("x"))
    assert Passwords().is_outdated(QUICK.hashed("x"))


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        ("correct horse", True),
        ("twelve chars", True),
        ("eleven char", False),
        ("é" * 6 + "пароль", True),
        (" " * 20, False),
        ("ann.mammadova", False),
        ("ANN.MAMMADOVA", False),
        ("x" * 11 + "y", True),
        ("xy" * (LONGEST // 2), True),
        ("xy" * (LONGEST // 2) + "z", False),
    ],
)
def test_length_is_what_counts(password: str, fine: bool) -> None:
    assert (fault_of_password(password, "ann.mammadova") == "") == fine


@pytest.mark.parametrize(
    ("written", "name", "fine"),
    [
        (" Ann ", "ann", True),
        ("ＡＮＮ", "ann", True),
        ("Ləman.Əliyeva", "ləman.əliyeva", True),
        ("ann@example.org", "ann@example.org", True),
        ("ann\u202e\u200b", "ann", True),
        ("ann smith", "ann smith", False),
        (".ann", ".ann", False),
        ("", "", False),
        ("a" * 81, "a" * 81, False),
    ],
)
def test_a_name_is_one_however_it_is_written(written: str, name: str, fine: bool) -> None:
    assert (account_name(written), fault_of(account_name(written)) == "") == (name, fine)
