"""Services for importing programmes, and for planning their topics."""
