"""URLs of a store: which are taken, and that no secret in one is ever shown."""

from __future__ import annotations

import pytest

from parallel_tui.model.settings.rows.store import store_url
from parallel_tui.model.settings.values import WrongValueError


@pytest.mark.parametrize(
    "url",
    [
        "files",
        "postgresql:///?service=pdev",
        "postgresql://role@h:5432/d?options=a:b@c",
        "postgresql://h1:1,h2:2/d@x",
        "postgresql://role@[::1]:5432/d@x?sslrootcert=//a:b@c",
        "postgresql://%2Fvar%2Frun:5432/d",
        "postgresql://a@h/d?application_name=xpassword=1",
    ],
)
def test_colons_and_ats_that_are_no_password_are_taken(url: str) -> None:
    assert store_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:geheim@h/d",
        "postgresql://u@server:geheim@h:5432/d",
        "postgresql://u:geheim/geheim?@h/d",
        "postgresql://u:p1/geheim#@h/d",
        "postgresql://u:ge\ngeheim@h/d",
        "postgresql://h/d?password=x&PASSWORD=geheim&sslmode=require",
        "postgresql://h/d?oauth_client_secret=geheim",
        "postgresql://h/d?x=y&scram_server_key=geheim",
        "http://u:geheim@h/d",
        "host=h user=u password=geheim",
        "host=h password = 'geheim and more' dbname=d",
        "password=geheim",
        "postgresql:/u:geheim@h/d",
        "postgresql:u:geheim@h/d",
        "jdbc:postgresql://u:geheim@h/d",
        "jdbc:postgresql://h/d?user=u&password=geheim",
        "u:geheim@h/d",
    ],
)
def test_a_secret_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(WrongValueError) as wrong:
        store_url(url)
    assert "geheim" not in f"{wrong.value} {wrong.value.found} {wrong.value.allowed}"
