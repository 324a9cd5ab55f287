"""The test order as a transaction: plan, consent, create, verify, archive; and orphans of it."""
