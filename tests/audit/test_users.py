"""Users sign in, are known again, wait after wrong passwords, and are shut out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from audit import sessions, users
from audit.records import RecordsError
from audit.sessions import TooManyTriesError, WrongPasswordError
from audit.tables import API_KEYS, METADATA, SESSIONS
from audit.users import NewUser

if TYPE_CHECKING:
    from audit.records import Records
    from tests.audit.world import Clock

WANG = NewUser("wang", "王", "handler", "330382", ("civil_affairs",))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords hashed with little work: the work is argon2's own affair."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "HASHER", hasher)
    monkeypatch.setattr(sessions, "HASHER", hasher)
    sessions.nobody.cache_clear()


def test_a_user_signs_in_and_is_known_again(records: Records) -> None:
    password = users.add(records, WANG)
    signed = sessions.sign_in(records, "wang", password)
    assert signed.user.departments == ("civil_affairs",)
    assert signed.expires_at[:16] == "2026-11-02T13:00"
    assert sessions.by_session(records, signed.token) == signed.user
    sessions.sign_out(records, signed.token)
    assert sessions.by_session(records, signed.token) is None


def test_a_session_ends_after_twelve_hours(records: Records, clock: Clock) -> None:
    signed = sessions.sign_in(records, "wang", users.add(records, WANG))
    clock.ahead(hours=11, minutes=59)
    assert sessions.by_session(records, signed.token) is not None
    clock.ahead(minutes=2)
    assert sessions.by_session(records, signed.token) is None


def test_neither_password_nor_token_nor_key_is_kept(records: Records) -> None:
    password = users.add(records, WANG)
    token = sessions.sign_in(records, "wang", password).token
    key = users.add_key(records, "wang", "反洗钱系统")
    with records.read() as connection:
        for table in METADATA.sorted_tables:
            kept = str(connection.execute(select(table)).all())
            assert not [secret for secret in (password, token, key) if secret in kept]


@pytest.mark.parametrize("login", ["wang", "nobody"])
def test_a_wrong_password_and_an_unknown_login_look_the_same(records: Records, login: str) -> None:
    users.add(records, WANG)
    with pytest.raises(WrongPasswordError, match="do not belong together"):
        sessions.sign_in(records, login, "guess")


def test_five_wrong_passwords_make_even_the_right_one_wait(records: Records, clock: Clock) -> None:
    password = users.add(records, WANG)
    for _ in range(5):
        clock.ahead(minutes=1)
        with pytest.raises(WrongPasswordError):
            sessions.sign_in(records, "wang", "guess")
    with pytest.raises(TooManyTriesError) as caught:
        sessions.sign_in(records, "wang", password)
    assert caught.value.seconds == 11 * 60 - 1
    clock.ahead(minutes=11)
    assert sessions.sign_in(records, "wang", password).user.login == "wang"


def test_a_success_forgets_the_wrong_passwords_before_it(light: Records, clock: Clock) -> None:
    password = users.add(light, WANG)
    for _ in range(3):
        for _ in range(4):
            clock.ahead(seconds=1)
            with pytest.raises(WrongPasswordError):
                sessions.sign_in(light, "wang", "guess")
        clock.ahead(seconds=1)
        sessions.sign_in(light, "wang", password)


def test_a_key_works_until_it_expires(records: Records, clock: Clock) -> None:
    users.add(records, WANG)
    key = users.add_key(records, "wang", "integrator", days=2)
    assert sessions.by_key(records, key) is not None
    assert sessions.by_key(records, key + "x") is None
    clock.ahead(days=3)
    assert sessions.by_key(records, key) is None


def test_who_is_shut_out_is_out_at_once(records: Records) -> None:
    password = users.add(records, WANG)
    signed = sessions.sign_in(records, "wang", password)
    key = users.add_key(records, "wang", "integrator")
    users.disable(records, "wang")
    assert sessions.by_session(records, signed.token) is None
    assert sessions.by_key(records, key) is None
    with pytest.raises(WrongPasswordError):
        sessions.sign_in(records, "wang", password)
    with records.read() as connection:
        assert connection.execute(select(SESSIONS)).all() == []
        assert connection.execute(select(API_KEYS.c.revoked_at)).scalar_one() is not None


def test_a_new_password_ends_the_old_one_and_its_sessions(light: Records) -> None:
    old = users.add(light, WANG)
    signed = sessions.sign_in(light, "wang", old)
    new = users.new_password(light, "wang")
    assert sessions.by_session(light, signed.token) is None
    assert sessions.sign_in(light, "wang", new).user.login == "wang"
    with pytest.raises(WrongPasswordError):
        sessions.sign_in(light, "wang", old)


def test_an_unknown_role_names_the_known_ones(light: Records) -> None:
    with pytest.raises(RecordsError, match="leader, deputy_leader, inspector"):
        users.add(light, NewUser("wang", "王", "king"))


def test_the_demo_users_are_made_once_with_passwords_that_differ(light: Records) -> None:
    made = users.make_demo_users(light, region="330382", township="330382101")
    assert [(one.login, one.role) for one in made] == [
        ("leader", "leader"),
        ("inspector", "inspector"),
        ("civil-affairs", "handler"),
        ("disability-federation", "handler"),
        ("medical-insurance", "handler"),
        ("township", "township"),
        ("auditor", "auditor"),
    ]
    assert len({one.password for one in made}) == 7
    assert users.make_demo_users(light, region="330382", township="330382101") == []


def test_every_role_of_the_offices_is_there() -> None:
    assert list(users.roles()) == [
        "leader",
        "deputy_leader",
        "inspector",
        "aid_section",
        "handler",
        "department_head",
        "township",
        "village",
        "policy_editor",
        "auditor",
        "administrator",
        "integrator",
    ]


@pytest.mark.parametrize(
    ("role", "sensitivity", "sight"),
    [
        ("leader", "finance", "truth"),
        ("leader", "judicial", "nothing"),
        ("leader", None, "value"),
        ("handler", "finance", "value"),
        ("village", "finance", "nothing"),
        ("administrator", "finance", "nothing"),
    ],
)
def test_a_role_sees_the_value_the_truth_or_nothing(
    role: str, sensitivity: str | None, sight: str
) -> None:
    assert users.roles()[role].sight(sensitivity) == sight
