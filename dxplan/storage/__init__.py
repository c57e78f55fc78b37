"""Where a dataset lies: its files, the state of a run beside them, and folders given by URL."""
