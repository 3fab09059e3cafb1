"""Tables and numbers read aloud."""
