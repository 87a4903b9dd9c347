"""What people run: the command line, the sample site, shell scripts."""
