"""A folder of CSV to a checked Dataset."""
