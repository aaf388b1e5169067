"""The checks that ``companion doctor`` runs, and Companion's metrics."""
