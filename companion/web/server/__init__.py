"""The web server: threads, limits on requests, assets, compression, the request log."""
