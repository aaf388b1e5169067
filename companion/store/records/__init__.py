"""Store and load the data for data-protection rights: access log, exports, corrections, legal holds, erasure
and retention.
"""
