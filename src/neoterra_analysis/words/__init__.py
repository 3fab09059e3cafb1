"""Every word, colour and safe file write: what a reader sees, in French and English."""
