"""How SMTP answers are told apart: a vocabulary, phrases made of it, and rules made of those."""
