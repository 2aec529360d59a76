"""
Early stopping (Prechelt 1998), as in main/engine/runs/monitoring: the weights of the best measurement, and when to give up
waiting for a better one. Against a discriminator the error rises on purpose: the best one is then the last at which both
sides still learned.
"""

import math

from torch import Tensor

# Measurements in a row at which a discriminator tells everything apart, or nothing, after which the run ends.
OUT_OF_BALANCE = 5
# Of the discriminator's loss, −log of the probability that it gives to the truth; log 4 when it knows nothing.
WINS, LOSES = 0.1, math.log(4) - 0.01
# Steps of the means that it is judged by, at least.
FEWEST = 20


def balance_of(loss: float | None, count: int) -> str | None:
    """
    What a discriminator's loss, mean over `count` steps, says: it tells everything apart ('wins'), nothing ('loses'), or both
    sides still learn from one another. None: there is none, or too few steps to say.
    """
    if loss is None or count < FEWEST:
        return None
    if loss < WINS:
        return "wins"
    return "loses" if loss > LOSES else "in balance"


class EarlyStopping:
    def __init__(self, patience: int):
        """`patience`: measurements without a better one after which the run ends; 0 waits for ever and keeps nothing, as
        long as there is no discriminator."""
        self.patience = patience
        self.weights: list[Tensor] | None = None
        self.best = math.inf
        self.waited = 0

    def measured(self, error: float, weights: list[Tensor], balance: str | None) -> bool:
        """Takes note of a measurement. Returns whether the run should end."""
        if balance is None:
            if not self.patience:
                return False
            if error >= self.best:
                self.waited += 1
                return self.waited >= self.patience
        elif balance != "in balance":
            self.waited += 1
            return self.waited >= OUT_OF_BALANCE and self.weights is not None
        self.best, self.waited = error, 0
        self.weights = [weight.clone() for weight in weights]
        return False

    def kept(self, last: list[Tensor]) -> list[Tensor]:
        """The weights to keep at the end: the best ones measured, else `last`."""
        return self.weights or last

    def state(self) -> dict:
        return {"best": self.best, "waited": self.waited, "weights": self.weights}

    def restore(self, state: dict, like: list[Tensor]) -> None:
        self.best, self.waited = state["best"], state["waited"]
        self.weights = state["weights"] and [saved.to(each) for saved, each in zip(state["weights"], like)]
