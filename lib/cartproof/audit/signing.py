"""What signs and verifies, from securesystemslib, without the clouds' keys that it could use.

Where boto3 is installed, its import would take longer than all the rest of a command.
"""

from cartproof.imports import without

with without(("boto3",)):
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError
    from securesystemslib.signer import CryptoSigner, SSlibKey

__all__ = ["CryptoSigner", "Envelope", "SSlibKey", "VerificationError"]
