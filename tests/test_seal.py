"""A sealed record shows every change of its bytes."""

import hashlib
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.seal import file_digest, is_sealed, sealed

records = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=4)


@given(record=records)
def test_a_record_is_sealed_by_its_own_bytes(record: dict[str, object]) -> None:
    """Whatever it says; sealing again changes nothing."""
    data = sealed(record)
    assert is_sealed(json.loads(data), data)
    assert sealed(json.loads(data)) == data


@given(record=records, place=st.integers(0), bit=st.integers(0, 7))
def test_a_flipped_bit_breaks_the_seal(record: dict[str, object], place: int, bit: int) -> None:
    """At any place, or the bytes are no JSON any more."""
    data = bytearray(sealed(record))
    data[place % len(data)] ^= 1 << bit
    try:
        read = json.loads(bytes(data))
    except ValueError:
        return
    assert not is_sealed(read, bytes(data))


def test_the_digest_of_a_file(tmp_path: Path) -> None:
    """Of its bytes."""
    (tmp_path / "file").write_bytes(b"bytes")
    assert file_digest(tmp_path / "file") == f"sha256:{hashlib.sha256(b'bytes').hexdigest()}"
