"""Verify this bundle without cartproof: python verify.py [KEY.pem …].

It needs one package: pip install "securesystemslib[crypto]".

It checks that each entry holds the hash of the one before, that each record is the one of its
entry, and that it is signed by one of the keys given. Compare the keys with those that you were
given another way: whoever made a bundle could have put his own into it.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import Key, SSlibKey


def sha256(content: bytes) -> str:
    """Return the sha256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def wrong_with(
    entry: dict[str, Any], number: int, previous: str, keys: list[Key], folder: Path
) -> str:
    """Return what is wrong with an entry; empty when nothing is."""
    head = ("cartproof ledger entry 1", entry["number"], entry["previous"], entry["record_sha256"])
    lines = (*head, sha256(entry["facts"].encode()))
    if sha256("".join(f"{line}\n" for line in lines).encode()) != entry["hash"]:
        return "its hash does not fit"
    if (entry["number"], entry["previous"]) != (number, previous):
        return "it does not follow the one before"
    record = (folder / "records" / f"{number}.json").read_bytes()
    if sha256(record) != entry["record_sha256"]:
        return "its record was changed"
    Envelope.from_dict(json.loads(record)).verify(keys, 1)
    return ""


def main(folder: Path, places: list[Path]) -> int:
    """Verify a bundle and return 0; else say what is wrong and return 1."""
    pems = [path.read_bytes() for path in places or sorted((folder / "keys").glob("*.pem"))]
    keys: list[Key] = [SSlibKey.from_crypto(load_pem_public_key(pem)) for pem in pems]
    first, *entries = map(json.loads, (folder / "ledger.jsonl").read_text().splitlines())
    previous = sha256(f"cartproof ledger 1\n{first['ledger']}\n".encode())
    for number, entry in enumerate(entries, start=1):
        try:
            wrong = wrong_with(entry, number, previous, keys, folder)
        except Exception as error:  # noqa: BLE001 - whatever it is, the record does not count
            wrong = f"its record does not count ({type(error).__name__}: {error})"
        if wrong:
            print(f"entry {number}: {wrong}")  # noqa: T201 - a program for the terminal
            return 1
        previous = entry["hash"]
    print(f"{len(entries)} entries fit; the last hash is {previous}")  # noqa: T201 - the same
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parent, [Path(name) for name in sys.argv[1:]]))
