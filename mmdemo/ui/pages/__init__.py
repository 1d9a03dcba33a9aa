"""What each page draws, a module or package a page."""
