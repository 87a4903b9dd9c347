"""The archive measured: its pace against other writers and readers, and what kills do to it."""
