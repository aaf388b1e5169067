"""Rules about running Companion, such as the checks of ``doctor`` and the format of metrics."""
