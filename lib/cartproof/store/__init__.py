"""The BigCommerce store: its address, its credentials, and the client that asks it."""
