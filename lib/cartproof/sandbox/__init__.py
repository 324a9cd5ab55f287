"""A local imitation of BigCommerce, written from its documentation and public recordings."""
