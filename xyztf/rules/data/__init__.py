"""Data: encrypted, backed up, hard to delete, and copied to where it can be read when its region is down."""
