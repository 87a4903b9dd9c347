"""Evidence and data in forms that other tools read: citations, custody reports, WACZ."""
