"""How a database of records is brought to the present shape."""
