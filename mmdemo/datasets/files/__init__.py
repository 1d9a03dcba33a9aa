"""The files of somebody's folder or zip, and which of them a table's cell means."""
