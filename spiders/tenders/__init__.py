"""One small spider per procurement source."""
