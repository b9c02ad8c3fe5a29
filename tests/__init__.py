"""The tests of drip, in sentences of the house."""
