def is_copy(path): return False
