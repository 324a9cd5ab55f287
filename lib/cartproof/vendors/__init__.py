"""What can be checked on vendors' own sides: reads alone, opt-in, by the vendor's own login."""
