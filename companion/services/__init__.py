"""What people do: one module per act. Each act is one transaction, committed on its last line."""
