"""
The settings of a run: those of `latentscape train`, with the same names, defaults and ranges. What decides the images is
settled when they are prepared.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from objectives import ObjectiveConfig
from optimiser import OptimiserConfig
from schedules import Schedule, rounded


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
    "adversarial": Number("adversarial", 0.0, 0, 1, "share of the run, at its end, against a discriminator (VAE-GAN)"),
    "linear-start": Number("linearStart", 0.0, 0, 1, "share of the run, at its start, over which PCA hands over"),
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


# Settings that are on or off, with the option that changes them.
SWITCHES = {
    "mirror": (True, "no-mirror", "do not mirror half of the images"),
    "whiten": (True, "no-whiten", "do not lay the codes onto the prior when the model is made (VAE)"),
    "binarise": (False, "binarise", "draw each value as 0 or 1, anew at each step"),
}
MOTIFS = ("faces", "digits", "images")

# Published settings, as in main/engine/runs/settings/presets.ts; a test compares them.
PRESETS: dict[str, dict] = {
    "iwae-paper": {
        **{"latentSize": 50, "batchSize": 20, "epochs": 3280.0, "beta": 1.0, "learningRate": 1e-3, "motif": "digits"},
        **{"network": "perceptron", "likelihood": "bernoulli", "optimiser": "adam", "schedule": "staircase"},
        **{"adamEpsilon": 1e-4, "whiten": False, "binarise": True, "mirror": False, "shift": 0, "crop": 0.0, "colour": 0.0},
        **{"averageDecay": 0.0, "validation": 400 / 60_000},
    }
}

# Pixels across and down of the images that they are for, which are grey.
PRESET_SIDES = {"iwae-paper": 28}

# Options of `train` that decide the images.
OF_IMAGES = ("size", "height", "no-align", "take", "leave-out")


def parser() -> argparse.ArgumentParser:
    """What is not given is not in the namespace: `resolve` knows what it is then."""
    parse = argparse.ArgumentParser(
        prog="torchrun --nproc-per-node N scripts/torch/train.py",
        description="Train on a data set that `latentscape prepare` made, on any number of machines and GPUs. "
        "What `train` has and this has not: --size, --height, --no-align, --take and --leave-out are said to `prepare`; no "
        "film is recorded.",
        argument_default=argparse.SUPPRESS,
    )
    parse.add_argument("data", metavar="DATA", help="the prepared data set")
    parse.add_argument("--kind", required=True, choices=["ae", "vae", "rae"], help="what to train")
    parse.add_argument("--out", required=True, metavar="M", help="the model's folder")
    parse.add_argument("--name", help="the model's name (default: the folder's)")
    parse.add_argument("--preset", choices=list(PRESETS), help="published settings; options given here override them")
    for option, setting in {**SETTINGS, **TUNING}.items():
        of_kind = (
            {"choices": setting.choices}
            if isinstance(setting, Choice)
            else {"type": type(setting.default), "metavar": "NUMBER"}
        )
        meaning = f"{setting.meaning} (default: {default_of(setting)})"
        parse.add_argument(f"--{option}", dest=setting.name, help=meaning.replace("%", "%%"), **of_kind)
    for name, (standard, option, meaning) in SWITCHES.items():
        parse.add_argument(f"--{option}", dest=name, action="store_const", const=not standard, help=meaning)
    parse.add_argument("--motif", choices=MOTIFS, help="what the images show, and are called by (default: faces)")
    parse.add_argument("--device", choices=["cpu", "gpu"], help="gpu where there is one")
    parse.add_argument("--from", dest="start", metavar="MODEL", help="a model to start from: its networks, its weights")
    parse.add_argument("--resume", action="store_true", default=False, help="continue the unfinished run of M with its settings")
    parse.add_argument("--restart", action="store_true", default=False, help="discard the unfinished run of M and start over")
    parse.add_argument("--json", action="store_true", default=False, help="print one JSON object a line")
    for option in OF_IMAGES:
        nargs = 0 if option.startswith("no-") else 1
        parse.add_argument(f"--{option}", dest="of_images", nargs=nargs, action=OfImages, help=argparse.SUPPRESS)
    return parse


def refuse_other_images(preset: str, shape: tuple[int, int, int]) -> None:
    """Numbers that others have published are of their images. `shape`: channels, height and width of those that are there."""
    side = PRESET_SIDES[preset]
    if shape != (1, side, side):
        channels, height, width = shape
        colour = "grey" if channels == 1 else "colour"
        raise UserError(
            f"--preset {preset} is for grey images of {side} pixels; those of the data set are {colour}, {width}×{height}."
        )


class OfImages(argparse.Action):
    """Remembers which option was given, whatever its value."""

    def __call__(self, parse, namespace, values, option_string=None):
        namespace.of_images = option_string


def default_of(setting: Number | Choice) -> float | str:
    return setting.choices[0] if isinstance(setting, Choice) else setting.default


def resolve(options: argparse.Namespace, network: dict | None = None) -> dict:
    """
    The settings as the app names them, with `tuning` apart. `network`: settings of the model that training starts from.
    Raises UserError with every setting that is out of its range, and where settings contradict one another.
    """
    given = vars(options)
    if "of_images" in given:
        raise UserError(f'{given["of_images"]} decides the images: give it to `latentscape prepare`, which makes the data set.')
    values = {setting.name: default_of(setting) for setting in (SETTINGS | TUNING).values()}
    values |= {name: standard for name, (standard, _, _) in SWITCHES.items()}
    values |= PRESETS.get(given.get("preset"), {}) | (network or {})
    values |= {name: given[name] for name in [*values, "motif"] if name in given}
    refuse_idle(given, values)
    wrong = [
        f"--{option} must be from {setting.least:g} to {setting.most:g}, not {values[setting.name]:g}."
        for option, setting in (SETTINGS | TUNING).items()
        if isinstance(setting, Number) and not setting.least <= values[setting.name] <= setting.most
    ]
    found = wrong or contradictions(options.kind, values, "start" in given)
    if found:
        raise UserError(" ".join(found))
    tuning = {name: values.pop(name) for name in [*(setting.name for setting in TUNING.values()), *SWITCHES]}
    start = {"from": str(Path(options.start).resolve())} if "start" in given else {}
    return {"kind": options.kind, **values, **start, "tuning": {**tuning, "device": options.device}}


def refuse_idle(given: dict, values: dict) -> None:
    """What was given and does nothing would be believed to have done something."""
    kind, idle = given["kind"], {}
    if kind != "vae":
        of_vae = ("beta", "likelihood", "warm-up", "free-bits", "no-whiten", "importance-samples", "adversarial")
        idle |= dict.fromkeys(of_vae, f"--kind {kind}")
    if kind != "rae":
        idle["code-weight"] = f"--kind {kind}"
    if values["network"] == "perceptron":
        idle |= dict.fromkeys(("width", "residual-blocks"), "--network perceptron")
    names = {option: setting.name for option, setting in (SETTINGS | TUNING).items()}
    names |= {option: name for name, (_, option, _) in SWITCHES.items()}
    for option, where in idle.items():
        if names[option] in given:
            raise UserError(f"--{option} does nothing with {where}. Leave it out.")


def contradictions(kind: str, values: dict, has_start: bool) -> list[str]:
    """What is allowed by itself and not together."""
    found = []
    several = values["importanceSamples"] > 1
    adversarial = values["adversarial"] if kind == "vae" else 0
    if kind == "vae" and several and (values["beta"] != 1 or values["warmUp"] or values["freeBits"]):
        found.append("The importance-weighted bound has no KL term: leave --beta at 1, --warm-up and --free-bits at 0.")
    if adversarial and (several or values["likelihood"] != "gaussian" or values["network"] != "convolutional"):
        found.append(
            "A discriminator judges what a convolutional network draws: leave --network, --likelihood and "
            "--importance-samples as they are, or --adversarial at 0."
        )
    if values["linearStart"] and (values["linearStart"] + adversarial > 1 or has_start):
        found.append(
            "A run that starts as PCA cannot start from another model, and PCA must hand over before a discriminator takes "
            "part: use a smaller --linear-start, or 0."
        )
    return found


def objective_of(settings: dict) -> ObjectiveConfig:
    tuning = settings["tuning"]
    return ObjectiveConfig(
        kind=settings["kind"],
        likelihood=tuning["likelihood"],
        free_bits=tuning["freeBits"],
        importance_samples=tuning["importanceSamples"],
        code_weight=tuning["codeWeight"],
    )


def optimiser_of(settings: dict) -> OptimiserConfig:
    tuning = settings["tuning"]
    return OptimiserConfig(
        kind=tuning["optimiser"],
        weight_decay=tuning["weightDecay"],
        clip_norm=tuning["clipNorm"],
        average_decay=tuning["averageDecay"],
        epsilon=tuning["adamEpsilon"],
    )


def schedule_of(settings: dict, images: int) -> Schedule:
    """Of a run on so many training images."""
    tuning = settings["tuning"]
    is_vae = settings["kind"] == "vae"
    return Schedule(
        steps=max(1, rounded(settings["epochs"] * images / settings["batchSize"])),
        learning_rate=settings["learningRate"],
        kind=tuning["schedule"],
        beta=settings["beta"],
        warm_up=tuning["warmUp"],
        adversarial=tuning["adversarial"] if is_vae else 0,
        linear_start=tuning["linearStart"],
    )
