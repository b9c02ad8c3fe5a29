"""Mail out: from the parts of a letter to finished bytes, and from bytes to an outcome."""
