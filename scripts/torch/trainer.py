"""The steps of a run, one phase after the other, as main/engine/training/trainer.ts takes them."""

from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from discriminator import Discriminator, discriminator_weights
from linear_start import LinearAutoencoder
from networks import NetworkConfig, initialise, outer, weights
from objectives import Autoencoder
from optimiser import Optimiser, OptimiserConfig
from schedules import Schedule
from vae_gan import AdversarialFeeds, AdversarialLosses, Pictures, losses

# How the discriminator of a VAE-GAN learns (Radford et al. 2016: β₁ = 0.5).
DISCRIMINATOR_OPTIMISER = OptimiserConfig("adam", average_decay=0, betas=(0.5, 0.99))


class Feeds(Protocol):
    """What steps are fed, by their number."""

    def plain(self, step: int) -> tuple[Tensor, Tensor | None]:
        """Images, and of a VAE the noise of the reparameterisation."""

    def adversarial(self, step: int) -> AdversarialFeeds: ...


class Adversary:
    """The other side of a VAE-GAN: the discriminator, how it learns, and the step that both sides take."""

    def __init__(self, network: NetworkConfig, model: Autoencoder, seed: int, distributed):
        self.discriminator = Discriminator(network)
        initialise(discriminator_weights(self.discriminator), seed, "discriminator")
        like = next(model.parameters())
        self.discriminator.to(like.device, like.dtype)
        self.parameters = list(self.discriminator.parameters())
        self.optimiser = Optimiser(self.parameters, [], DISCRIMINATOR_OPTIMISER)
        self.pictures, self.judge = distributed(Pictures(model)), distributed(self.discriminator)

    def backward(self, feeds: AdversarialFeeds, beta: float, parameters: list[Tensor]) -> AdversarialLosses:
        """The gradients of both sides, each in its own parameters alone: the other's are `parameters`."""
        found = losses(self.pictures, self.judge, feeds, beta)
        torch.autograd.backward(found.generator, inputs=parameters, retain_graph=True)
        torch.autograd.backward(found.discriminator, inputs=self.parameters)
        return found

    def state(self) -> dict:
        return {"weights": self.discriminator.state_dict(), "optimiser": self.optimiser.state()}

    def restore(self, state: dict) -> None:
        self.discriminator.load_state_dict(state["weights"])
        self.optimiser.restore(state["optimiser"])


class Trainer:
    """
    A run of `model`, whose initial weights are in place, the same in every process. Among processes that torch.distributed
    knows, gradients are means over all of them.
    """

    def __init__(
        self,
        network: NetworkConfig,
        model: Autoencoder,
        optimiser: OptimiserConfig,
        schedule: Schedule,
        seed: int,
        linear: LinearAutoencoder | None = None,
    ):
        self.network, self.model, self.schedule, self.seed = network, model, schedule, seed
        self.named = weights(model.encoder, model.decoder)
        self.parameters = list(model.parameters())
        self.optimiser = Optimiser(self.parameters, outer(self.named), optimiser)
        model.linear = linear and linear.to(self.parameters[0])
        self.forward = distributed(model)
        self.adversary: Adversary | None = None
        self.step = 0

    def next(self, feeds: Feeds) -> dict[str, Tensor]:
        """One update. Returns the loss, its terms, and the norm of the gradient of encoder and decoder."""
        schedule, step = self.schedule, self.step
        if schedule.is_adversarial(step):
            self._oppose()
        for side in (self, self.adversary):
            if side:
                side.optimiser.zero_grad()
        beta = schedule.beta_at(step)
        if self.adversary:
            loss, _, terms = self.adversary.backward(feeds.adversarial(step), beta, self.parameters)
            self.adversary.optimiser.update(schedule.discriminator_rate, step - schedule.adversarial_from + 1)
        else:
            loss, terms = self.forward(*feeds.plain(step), beta, schedule.linear_share(step))
            loss.backward()
        norm = self.optimiser.update(schedule.rate(step), step + 1)
        self.step += 1
        return {"loss": loss.detach(), **{name: term.detach() for name, term in terms.items()}, "norm": norm}

    def _oppose(self) -> None:
        """A discriminator takes part from now on; it is random as yet."""
        if self.adversary:
            return
        self.forward = None  # its buckets of gradients are not needed any more
        self.adversary = Adversary(self.network, self.model, self.seed, distributed)

    def state(self) -> dict:
        """All that decides the next step, but the weights of encoder and decoder."""
        return {
            "step": self.step,
            "optimiser": self.optimiser.state(),
            "averages": self.optimiser.averages or [],
            "adversary": self.adversary and self.adversary.state(),
        }

    def restore(self, state: dict) -> None:
        self.step = state["step"]
        self.optimiser.restore(state["optimiser"])
        for average, saved in zip(self.optimiser.averages or [], state["averages"]):
            average.copy_(saved)
        if state["adversary"]:
            self._oppose()
            self.adversary.restore(state["adversary"])


def distributed(module: nn.Module) -> nn.Module:
    """`module`, whose gradients become means over all processes where there are several."""
    if not torch.distributed.is_initialized():
        return module
    device = next(module.parameters()).device
    return DistributedDataParallel(module, device_ids=[device] if device.type == "cuda" else None)
