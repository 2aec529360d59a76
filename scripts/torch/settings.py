"""The settings of a run: those of `latentscape train`, with the same names, defaults and ranges."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from objectives import ObjectiveConfig
from optimiser import OptimiserConfig


class UserError(Exception):
    """Said to a person as it is: what, where, what to do."""


@dataclass(frozen=True)
class Number:
    """A setting that is a number. `name` is the app's own name for it in a model's manifest."""

    name: str
    default: float
    least: float
    most: float
    meaning: str


@dataclass(frozen=True)
class Choice:
    name: str
    choices: tuple[str, ...]
    meaning: str


# By option. Ranges and defaults are those of main/engine/runs/settings/settings.ts; a test compares them.
SETTINGS: dict[str, Number | Choice] = {
    "latent": Number("latentSize", 32, 2, 512, "numbers in a code"),
    "epochs": Number("epochs", 100.0, 0.01, 1e6, "times that every image is shown"),
    "batch": Number("batchSize", 16, 1, 1024, "images a step, over all processes"),
    "beta": Number("beta", 1.0, 0, 1000, "weight of the KL term (VAE)"),
    "learning-rate": Number("learningRate", 1e-3, 1e-7, 1, "step size"),
    "seed": Number("seed", 1, 0, 2**31 - 1, "of the initial weights, the split, the order of images and all noise"),
}
TUNING: dict[str, Number | Choice] = {
    "network": Choice("network", ("convolutional", "perceptron"), "perceptron: that of the IWAE paper, for small images"),
    "width": Choice("width", ("standard", "small", "large"), "channels of the networks"),
    "residual-blocks": Number("residualBlocks", 0, 0, 4, "residual blocks at each resolution: slower, sharper"),
    "likelihood": Choice("likelihood", ("gaussian", "learned-sigma", "bernoulli"), "of an image given its code (VAE)"),
    "warm-up": Number("warmUp", 0.0, 0, 1, "share of the run over which beta rises from 0 (VAE)"),
    "free-bits": Number("freeBits", 0.0, 0, 100, "nats that each number of a code may carry for free (VAE)"),
    "importance-samples": Number("importanceSamples", 1, 1, 1000, "samples of the importance-weighted bound (VAE)"),
    "code-weight": Number("codeWeight", 0.1, 0, 1000, "weight of ½‖z‖² (RAE)"),
    "adversarial": Number("adversarial", 0.0, 0, 1, "share of the run against a discriminator too (VAE-GAN)"),
    "optimiser": Choice("optimiser", ("muon", "adam"), "muon: steps along all directions of a matrix alike; fewer steps"),
    "schedule": Choice("schedule", ("cosine", "constant", "staircase"), "of the learning rate"),
    "weight-decay": Number("weightDecay", 0.0, 0, 10, "decay of the weights per unit of learning rate"),
    "clip-norm": Number("clipNorm", 0.0, 0, 1e9, "largest norm of the gradient; 0 never clips"),
    "average-decay": Number("averageDecay", 0.995, 0, 0.99999, "decay of the moving average of the weights; 0: none"),
    "adam-epsilon": Number("adamEpsilon", 1e-8, 1e-12, 1, "ε of Adam"),
    "shift": Number("shift", 1, 0, 32, "pixels that images are shifted by at random"),
    "crop": Number("crop", 0.06, 0, 0.5, "share of the side that a random crop may leave out"),
    "colour": Number("colour", 0.1, 0, 1, "strength of random changes of colour and brightness"),
    "validation": Number("validation", 0.1, 0, 0.5, "share of the images that is held out"),
    "patience": Number("patience", 0, 0, 1000, "measurements without progress after which the run ends; 0: never"),
    "checkpoint-steps": Number("checkpointSteps", 200, 1, 1_000_000, "steps between checkpoints"),
}


def parser() -> argparse.ArgumentParser:
    parse = argparse.ArgumentParser(
        prog="torchrun --nproc-per-node N scripts/torch/train.py",
        description="Train on a data set that `latentscape prepare` made, on any number of machines and GPUs.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parse.add_argument("data", metavar="DATA", help="the prepared data set")
    parse.add_argument("--kind", required=True, choices=["ae", "vae", "rae"], help="what to train")
    parse.add_argument("--out", required=True, metavar="M", help="the model's folder")
    parse.add_argument("--name", default=argparse.SUPPRESS, help="the model's name; the folder's unless given")
    for option, setting in {**SETTINGS, **TUNING}.items():
        if isinstance(setting, Choice):
            default, kind = setting.choices[0], dict(choices=setting.choices)
        else:
            default, kind = setting.default, dict(type=type(setting.default), metavar="NUMBER")
        parse.add_argument(f"--{option}", dest=setting.name, default=default, help=setting.meaning, **kind)
    parse.add_argument("--no-mirror", dest="mirror", action="store_false", help="do not mirror half of the images")
    parse.add_argument("--binarise", action="store_true", help="draw each value as 0 or 1, anew at each step")
    parse.add_argument("--device", choices=["cpu", "gpu"], default=argparse.SUPPRESS, help="gpu where there is one")
    parse.add_argument("--from", dest="start", metavar="MODEL", help="a model folder to start from; its network is needed")
    parse.add_argument("--resume", action="store_true", help="continue the unfinished run of M with its settings")
    parse.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parse


def resolve(options: argparse.Namespace) -> dict:
    """
    The settings as the app names them, with `tuning` apart.
    Raises UserError with every setting that is out of its range.
    """
    wrong = [
        f"--{option} must be from {setting.least:g} to {setting.most:g}, not {getattr(options, setting.name):g}."
        for option, setting in {**SETTINGS, **TUNING}.items()
        if isinstance(setting, Number) and not setting.least <= getattr(options, setting.name) <= setting.most
    ]
    if wrong:
        raise UserError(" ".join(wrong))
    if options.adversarial:
        raise UserError("A discriminator is trained by the app alone as yet: leave --adversarial at 0.")
    if options.importanceSamples > 1 and (options.beta != 1 or options.warmUp or options.freeBits):
        raise UserError("The importance-weighted bound has no KL term: leave --beta at 1, --warm-up and --free-bits at 0.")
    values = {setting.name: getattr(options, setting.name) for setting in SETTINGS.values()}
    tuning = {setting.name: getattr(options, setting.name) for setting in TUNING.values()}
    start = {"from": str(Path(options.start).resolve())} if options.start else {}
    return {"kind": options.kind, **values, **start, "tuning": {**tuning, "mirror": options.mirror, "binarise": options.binarise, "device": options.device}}


def objective_of(settings: dict) -> ObjectiveConfig:
    tuning = settings["tuning"]
    return ObjectiveConfig(
        kind=settings["kind"],
        likelihood=tuning["likelihood"],
        beta=settings["beta"],
        warm_up=tuning["warmUp"],
        free_bits=tuning["freeBits"],
        importance_samples=tuning["importanceSamples"],
        code_weight=tuning["codeWeight"],
    )


def optimiser_of(settings: dict) -> OptimiserConfig:
    tuning = settings["tuning"]
    return OptimiserConfig(
        kind=tuning["optimiser"],
        learning_rate=settings["learningRate"],
        schedule=tuning["schedule"],
        weight_decay=tuning["weightDecay"],
        clip_norm=tuning["clipNorm"],
        average_decay=tuning["averageDecay"],
        epsilon=tuning["adamEpsilon"],
    )
