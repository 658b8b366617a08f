"""Records as JSON that state their own digest, so that a changed byte shows; and the digests of files."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.models import digest_of

DIGEST = "digest"


def sealed(record: Mapping[str, Any]) -> bytes:
    """Return the bytes of a record with its digest in it; whatever it said about its own digest is replaced."""
    body = {name: value for name, value in record.items() if name != DIGEST}
    return _text({**body, DIGEST: digest_of(_text(body))})


def is_sealed(record: object, data: bytes) -> bool:
    """Tell whether bytes are exactly what sealing the record gives.

    Args:
        record: What was read from the bytes.
        data: The bytes.
    """
    return isinstance(record, dict) and data == sealed(record)


def file_digest(path: Path) -> str:
    """Return `sha256:` and the hex digest of a file.

    Raises:
        OSError: It can not be read.
    """
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _text(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()
