"""The address of a database means the same to every program that connects to it."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from dougong.kit.errors import Unavailable
from dougong.storage.engine import check_server, libpq_address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://crm:p%40ss%20w%3Ard+x@db:5433/c%20m", ("crm", "p@ss w:rd+x", "db", "5433", "c m")),
        ("postgres://crm:%E6%96%97%27%5C@db/crm", ("crm", "斗'\\", "db", None, "crm")),
        ("postgresql+psycopg://u@/d?host=%2Fa%20b%2Bc%2F%E5%BC%A0&port=1", ("u", None, "/a b+c/张", "1", "d")),
        ("postgresql://u@/d?host=one:1&host=two:2", ("u", None, "one,two", "1,2", "d")),
    ],
)
def test_libpq_is_told_what_the_url_means(url: str, expected: tuple[str | None, ...]) -> None:
    told = conninfo_to_dict(libpq_address(url))
    assert tuple(told.get(name) for name in ("user", "password", "host", "port", "dbname")) == expected
    assert conninfo_to_dict(libpq_address(url, "other"))["dbname"] == "other"


def test_options_reach_libpq_as_they_are_meant() -> None:
    told = conninfo_to_dict(libpq_address("postgresql://u@h/d?sslmode=require&options=-c%20search_path%3Da"))
    assert (told["sslmode"], told["options"]) == ("require", "-c search_path=a")


def test_no_part_of_a_password_is_told_when_the_server_is_not_there() -> None:
    with pytest.raises(Unavailable) as caught:
        check_server("postgresql://me:hu%20sh%3A!@127.0.0.1:1/none")
    assert caught.value.code == "storage.unreachable"
    assert not any("sh" in str(value).replace("hostname", "") for value in caught.value.params.values())
