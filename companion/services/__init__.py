"""What people do: one module for each human act. Each act is one transaction, committed on its last line."""
