"""How much of a table is read."""

MOST_BYTES = 50_000_000  # of a table's file
MOST_LINES = 1_048_576  # blank ones too: as many as a spreadsheet has
MOST_ROWS = 200_000  # that are not blank
MOST_CELLS = 2_000_000  # empty ones too
MOST_COLUMNS = 10_000
LONGEST_ROW = 1_000_000  # characters
