"""Services for data-protection rights: the access log, exports, corrections, legal holds, erasure, retention,
policies.
"""
