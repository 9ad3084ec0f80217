"""Secrets at rest, and the key that opens them."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dougong.kit.errors import Unavailable
from dougong.storage.sealing import KEY_FILE, Sealer, load_sealer, new_key


def test_what_is_sealed_is_read_by_the_same_key_only() -> None:
    sealer, other = Sealer(new_key()), Sealer(new_key())
    sealed = sealer.seal("密语")
    assert "密语" not in sealed
    assert sealer.seal("密语") != sealed
    assert sealer.unseal(sealed) == "密语"
    changed = sealed[:20] + ("B" if sealed[20] == "A" else "A") + sealed[21:]
    for broken in (sealed[:-8], changed, "JBSWY3DPEHPK3PXP", ""):
        with pytest.raises(Unavailable) as caught:
            sealer.unseal(broken)
        assert caught.value.code == "storage.secret_key_other"
    with pytest.raises(Unavailable):
        other.unseal(sealed)


def test_the_key_of_a_data_directory_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    with ThreadPoolExecutor(8) as pool:
        keys = {sealer.key for sealer in pool.map(lambda _: load_sealer(data), range(16))}
    assert len(keys) == 1
    assert stat.S_IMODE((data / KEY_FILE).stat().st_mode) == 0o600
    assert keys.isdisjoint({repr(load_sealer(data))})
    assert all(key not in repr(load_sealer(data)) for key in keys)


@pytest.mark.parametrize("key", ["", "short", "密" * 43, "A" * 40, "=" * 44])
def test_what_is_no_key(key: str) -> None:
    with pytest.raises(Unavailable) as caught:
        Sealer(key)
    assert caught.value.code == "storage.secret_key_malformed"


def test_a_key_as_openssl_prints_it() -> None:
    sealer = Sealer("+/+/" * 10 + "+/8=")
    assert sealer.unseal(sealer.seal("x")) == "x"


def test_a_directory_that_cannot_hold_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable) as caught:
        load_sealer(tmp_path / "file" / "data")
    assert caught.value.code == "storage.secret_key_unreadable"
    os.symlink(tmp_path / "elsewhere", tmp_path / KEY_FILE)
    with pytest.raises(Unavailable):
        load_sealer(tmp_path)
