"""What a token may do: the rows of BigCommerce's account screen, and the probes that tell."""
