"""Store and load data for data-protection rights: the access log, exports, corrections, legal holds, erasure
and retention.
"""
