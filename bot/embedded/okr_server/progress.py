"""The arithmetic of progress (API reference, 3.2). Progress is a fraction: 0.62 is 62 %."""

ABOVE = "above"
BELOW = "below"
"""The operators of key results that are all or nothing; every other one is progress from the initial value to the
target, whichever of them is larger (``at_least`` and ``at_most`` by custom)."""


def attainment(operator: str, initial: float, target: float, actual: float) -> float:
    """How far a key result has come; below 0 and above 1 where it is worse than the start or better than the target.

    To stay above or below is strict: hitting the target exactly is 0.
    """
    if operator == ABOVE:
        return 1.0 if actual > target else 0.0
    if operator == BELOW:
        return 1.0 if actual < target else 0.0
    if target == initial:
        reached = actual <= target if operator == "at_most" else actual >= target
        return 1.0 if reached else 0.0
    return round((actual - initial) / (target - initial), 6)
