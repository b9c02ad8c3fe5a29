"""Reading a customer list: the sheet, its columns, and the cleaning of one row."""
