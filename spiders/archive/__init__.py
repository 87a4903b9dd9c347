"""Responses into WARC files, and back: writer, index, manifests, reader, verification."""
