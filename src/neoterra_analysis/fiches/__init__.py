"""A published document to a draft; anchors traced."""
