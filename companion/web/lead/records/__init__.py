"""The pages for leads about access to records, and about data-protection rights."""
