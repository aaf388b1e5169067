"""The checks of the command ``companion doctor``, and the metrics of a running Companion."""
