"""Data-protection services: the access log, exports, corrections, legal holds, erasure, retention and
policies.
"""
