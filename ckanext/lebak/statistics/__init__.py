"""EXCHANGE: BPS's forms in and out. Each form is declared once, in the schema of the records that hold it."""
