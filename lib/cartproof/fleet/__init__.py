"""The fleet: all customers' filed runs as tables and charts, and the notebook that shows them."""
