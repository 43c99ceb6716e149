"""Durable work: what was accepted is carried out, whatever dies in between."""
