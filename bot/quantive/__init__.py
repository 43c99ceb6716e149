"""The Quantive Results (Gtmhub) REST API, seen as objectives: the only place that says goal and metric."""

from bot.quantive.client import QuantiveClient

__all__ = ["QuantiveClient"]
