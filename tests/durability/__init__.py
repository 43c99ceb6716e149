"""Kills: the bot as real processes, ended by ``kill -9`` at random moments, loses nothing and does nothing twice.

``python -m tests.durability`` runs the whole measure; a short run of the same is among the tests.
"""
