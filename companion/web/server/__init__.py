"""The web server: threads, limits on requests, assets, compression and the request log."""
