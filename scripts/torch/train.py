"""
Trains what `latentscape train` trains, on any number of GPUs and machines, and leaves the same model folder.

    npm run -s cli -- prepare DIR --out DATA --size 64
    torchrun --nproc-per-node 2 scripts/torch/train.py DATA --kind vae --out M

Networks, objectives, schedules, initial weights, split and order of the images are the app's. Noise and augmentation are
drawn from PyTorch's generators, for the whole batch whatever the number of processes: as many processes as divide the
batch give the same run, up to rounding. `M.training` holds the checkpoint, and at the end the weights, which the app's
own exporter makes a model of.
"""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call

import linear_start
from dataset import Batches, Prepared
from early_stopping import EarlyStopping, balance_of
from networks import NetworkConfig, initialise, mean_logits, weights
from objectives import Autoencoder, Reconstruction
from processes import Processes
from settings import UserError, objective_of, optimiser_of, parser, refuse_other_images, resolve, schedule_of
from start import network_of, start_from
from trainer import Trainer

ROOT = Path(__file__).resolve().parents[2]

# The validation error is measured about this often in a run, as in the app.
MEASUREMENTS = 60
# Steps between looks at the loss and at signals; each makes the processes wait for one another.
LOOK_EVERY = 20
# Images decoded at a time when the validation error is measured.
CHUNK = 256
FEWEST_IMAGES = 4
# Of checkpoints.
FORMAT = 2
UNBALANCED = {
    "wins": "The discriminator tells every picture apart, and the decoder learns nothing from it any more. If that lasts, the "
    "run ends and keeps what it was before; take a smaller share with --adversarial, or more images.",
    "loses": "The discriminator tells nothing apart: pictures will not become sharper. If that lasts, the run ends and keeps "
    "what it was before.",
}


class Interrupted(Exception):
    def __init__(self, number: int):
        self.number = number


class Run:
    def __init__(self, settings: dict, name: str, data: Prepared, out: Path, processes: Processes, as_json: bool):
        self.settings, self.name, self.data, self.out = settings, name, data, out
        self.processes, self.as_json = processes, as_json
        tuning, batch = settings["tuning"], settings["batchSize"]
        if batch % processes.count:
            raise UserError(f"--batch {batch} cannot be divided among {processes.count} processes. Use a multiple of them.")
        if data.count < FEWEST_IMAGES:
            raise UserError(f"The data set has {data.count} images; training needs at least {FEWEST_IMAGES}.")
        self.training, self.validation = data.split(settings["seed"], tuning["validation"])
        self.batches = Batches(data, self.training, settings, processes.rank, processes.count, processes.device)
        self.schedule = schedule_of(settings, len(self.training))
        self.steps = self.schedule.steps
        self.measure_every = max(1, math.ceil(self.steps / MEASUREMENTS))

        self.network = NetworkConfig(
            data.size,
            data.channels,
            settings["latentSize"],
            tuning["width"],
            tuning["residualBlocks"],
            tuning["network"],
            data.height,
        )
        if data.size == 28 and self.network.architecture == "convolutional":
            raise UserError("Images of 28 pixels need --network perceptron.")
        self.model = Autoencoder(self.network, objective_of(settings))
        self.named = weights(self.model.encoder, self.model.decoder)
        self.model.to(processes.device)
        self.early = EarlyStopping(tuning["patience"])
        self.balance: str | None = None
        self.seconds, self.history = 0.0, []
        # Of the loss, its terms and the gradient's norm, since the last measurement.
        self.sums: dict[str, Tensor] = {}
        self.summed = 0

    @property
    def folder(self) -> Path:
        return self.out.with_name(self.out.name + ".training")

    @property
    def step(self) -> int:
        return self.trainer.step

    def start(self, checkpoint: dict | None) -> None:
        """Initial values come from the first process alone, which hands them to the others."""
        if self.processes.is_first and not checkpoint:
            initialise(self.named, self.settings["seed"])
            if self.settings["tuning"]["network"] == "perceptron":
                image_bias = next(weight for weight in self.named if weight.name == "decoder.image.b")
                image_bias.read(mean_logits(self.data.pixels[self.training]))
            if "from" in self.settings:
                start_from(Path(self.settings["from"]), self.named, self.settings, self.data)
        if checkpoint:
            self.model.load_state_dict(checkpoint["model"])
        elif self.processes.count > 1:
            for parameter in self.model.parameters():
                torch.distributed.broadcast(parameter.data, 0)
        linear = self._linear_start(checkpoint["trainer"]["step"] if checkpoint else 0)
        optimiser, seed = optimiser_of(self.settings), self.settings["seed"]
        self.trainer = Trainer(self.network, self.model, optimiser, self.schedule, seed, linear)
        if checkpoint:
            self.trainer.restore(checkpoint["trainer"])
            self.early.restore(checkpoint["early"], self.trainer.parameters)
            self.seconds, self.history, self.summed = (checkpoint[key] for key in ("seconds", "history", "summed"))
            device = self.processes.device
            self.sums = {name: torch.tensor(value, device=device) for name, value in checkpoint["sums"].items()}

    def _linear_start(self, step: int) -> linear_start.LinearAutoencoder | None:
        """What the run begins as, if it begins as PCA and has not handed over yet; the first process computes it."""
        if step >= self.schedule.linear_until:
            return None
        fitted = None
        if self.processes.is_first:
            fitted = linear_start.fit(self.data.pixels[self.training], self.settings["latentSize"])
        return self.processes.from_first(fitted)

    def train(self) -> None:
        self.received: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)
        images, held_out = len(self.training), len(self.validation)
        self.tell(
            {"event": "started", "images": images, "validationImages": held_out, "steps": self.steps}
            | {"parameters": sum(w.tensor.numel() for w in self.named), "processes": self.processes.count},
            f"Training on {images} images ({held_out} held out) for {self.steps} steps, "
            f"{self.processes.count} × {self.processes.device.type}, PyTorch {torch.__version__}.",
        )
        self.began = time.perf_counter() - self.seconds
        self.began_at = self.step
        while self.step < self.steps:
            self._add(self.trainer.next(self.batches))
            measuring = self.step % self.measure_every == 0 or self.step == self.steps
            saving = self.step % self.settings["tuning"]["checkpointSteps"] == 0
            if not (measuring or saving or self.step % LOOK_EVERY == 0):
                continue
            means = self._means()
            self._refuse_divergence(means)
            received = self._signal()
            ends_early = measuring and self._measure(means)
            if saving or received:
                self._save()
            if received:
                raise Interrupted(received)
            if ends_early:
                return

    def _add(self, values: dict[str, Tensor]) -> None:
        if self.summed and len(values) != len(self.sums):
            # A discriminator has joined: means of its terms are of the steps that had them.
            self.sums, self.summed = {}, 0
        self.sums = {name: self.sums.get(name, 0) + value for name, value in values.items()}
        self.summed += 1

    def _means(self) -> dict[str, float]:
        """The means of `sums` over all processes, in every process."""
        total = self.processes.total(torch.stack([value.double() for value in self.sums.values()]))
        return dict(zip(self.sums, (total / (self.summed * self.processes.count)).tolist()))

    def _receive(self, number: int, _frame) -> None:
        self.received = number

    def _refuse_divergence(self, means: dict[str, float]) -> None:
        if all(map(math.isfinite, means.values())):
            return
        kept = " The last checkpoint is kept." if (self.folder / "checkpoint.pt").exists() else ""
        raise UserError(
            f"The loss stopped being a number at step {self.step} or shortly before: the learning rate "
            f"{self.settings['learningRate']:g} is probably too high for these settings.{kept} Try a third of it, "
            "or set --clip-norm."
        )

    def _signal(self) -> int:
        """The signal that any of the processes has received; 0 when none has."""
        received = torch.tensor([self.received or 0], device=self.processes.device)
        if self.processes.count > 1:
            torch.distributed.all_reduce(received, torch.distributed.ReduceOp.MAX)
        return int(received)

    def _measure(self, means: dict[str, float]) -> bool:
        """Adds a point to the history; true when the run should end early."""
        error = self._validation_error()
        point = {"step": self.step, "epoch": self.step * self.settings["batchSize"] / len(self.training)}
        terms = {name: value for name, value in means.items() if name not in ("loss", "norm")}
        point |= {"loss": means["loss"], "validationMse": error, "terms": terms}
        self.history.append(point)
        balance = balance_of(means.get("discriminator"), self.summed)
        self.sums, self.summed = {}, 0
        elapsed = time.perf_counter() - self.began
        rate = (self.step - self.began_at) * self.settings["batchSize"] / (elapsed - self.seconds)
        share = self.schedule.linear_share(self.step)
        begun = {"linearShare": share} if share else {}
        self.tell(
            {"event": "progress", **point, "steps": self.steps, "imagesPerSecond": rate, **begun},
            f"step {self.step}/{self.steps} · {rate:.0f} images/s · loss {point['loss']:.5g} · validation MSE {error:.3g}",
        )
        self._warn(balance)
        # PCA is good at once, and the error rises while it hands over: only then the run is the network's own.
        own = self.step >= self.schedule.linear_until
        return own and self.early.measured(error, self.trainer.optimiser.final(), balance)

    def _warn(self, balance: str | None) -> None:
        """Says that a discriminator is out of balance, once each time."""
        if balance in UNBALANCED and balance != self.balance:
            self.tell({"event": "warning", "step": self.step, "what": f"discriminator {balance}"}, UNBALANCED[balance])
        self.balance = balance or self.balance

    @torch.no_grad()
    def _validation_error(self) -> float:
        """Mean squared error per value of decode(μ(x)) over the held-out images, by the weights to keep."""
        names = [name for name, _ in self.model.named_parameters()]
        kept = {f"model.{name}": value for name, value in zip(names, self.trainer.optimiser.final())}
        share = self.schedule.linear_share(self.step)
        rows = self.validation[self.processes.rank :: self.processes.count]
        total = torch.zeros(1, dtype=torch.float64, device=self.processes.device)
        for start in range(0, len(rows), CHUNK):
            images = self.data.images(rows[start : start + CHUNK], self.processes.device)
            reconstructed = functional_call(Reconstruction(self.model), kept, (images, share))
            total += (reconstructed - images).double().square().sum()
        return self.processes.total(total).item() / (len(self.validation) * self.data.pixels[0].size)

    def _save(self) -> None:
        means = self._means() if self.summed else {}
        if not self.processes.is_first:
            return
        state = {
            "format": FORMAT,
            "settings": self.settings,
            "name": self.name,
            "images": self.data.sha256,
            "seconds": time.perf_counter() - self.began,
            "history": self.history,
            "summed": self.summed,
            "sums": {name: mean * self.summed for name, mean in means.items()},
            "model": self.model.state_dict(),
            "trainer": self.trainer.state(),
            "early": self.early.state(),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / "checkpoint.pt.partial"
        torch.save(state, partial)
        partial.replace(self.folder / "checkpoint.pt")

    def finish(self) -> None:
        """Writes what `latentscape assemble` makes a model of."""
        seconds = time.perf_counter() - self.began
        final = dict(zip(map(id, self.trainer.parameters), self.early.kept(self.trainer.optimiser.final())))
        self.folder.mkdir(parents=True, exist_ok=True)
        np.savez(self.folder / "weights.npz", **{w.name: w.write(final[id(w.tensor)]) for w in self.named})
        run = {"format": 1, "name": self.name, "settings": self.settings, "images": self.data.sha256}
        run |= {"steps": self.step, "seconds": seconds, "history": self.history}
        (self.folder / "run.json").write_text(json.dumps(run, indent=1) + "\n")

    def tell(self, event: dict, sentence: str) -> None:
        if self.processes.is_first:
            print(json.dumps(event) if self.as_json else sentence, flush=True)


def load_checkpoint(out: Path, data: Prepared) -> dict:
    file = out.with_name(out.name + ".training") / "checkpoint.pt"
    if not file.exists():
        raise UserError(f'There is no unfinished run for "{out}". Start one without --resume.')
    state = torch.load(file, map_location="cpu", weights_only=True)
    if state.get("format") != FORMAT:
        raise UserError(f'The unfinished run for "{out}" is of another version of this program. Start it anew without --resume.')
    if state["images"] != data.sha256:
        raise UserError("The data set has changed since this run began, so it cannot continue as it was.")
    return state


def discard(out: Path, restart: bool, processes: Processes) -> None:
    """Discards an unfinished run, where that was asked for. Raises UserError where it was not."""
    folder = out.with_name(out.name + ".training")
    if not (folder / "checkpoint.pt").exists():
        return
    if not restart:
        raise UserError(f'There is an unfinished run for "{out}". Continue it with --resume, or discard it with --restart.')
    if processes.is_first:
        shutil.rmtree(folder)


def assemble(run: Run, data: Path, out: Path) -> None:
    """Lets the app make a model of what was learned: there is one way to write models."""
    command = ["scripts/cli.mjs", "assemble", str(run.folder), "--data", str(data), "--out", str(out)]
    node = shutil.which("node")
    if node is None:
        raise UserError(
            f"The training is done and lies in {run.folder}, but Node is not installed here, which makes a model of it. "
            f"Where it is: node {' '.join(command)}"
        )
    made = subprocess.run([node, *command], cwd=ROOT, stdout=subprocess.PIPE if run.as_json else None)
    if made.returncode:
        raise UserError(f"The training is done and lies in {run.folder}. To make a model of it: node {' '.join(command)}")
    shutil.rmtree(run.folder)


def main() -> int:
    options = parser().parse_args()
    data_folder, out = Path(options.data).resolve(), Path(options.out).resolve()
    try:
        processes = Processes(getattr(options, "device", None))
        options.device = processes.kind
        settings = resolve(options, network_of(Path(options.start)) if "start" in options else None)
        data = Prepared(data_folder)
        if "preset" in options:
            refuse_other_images(options.preset, data.pixels.shape[1:])
        checkpoint = None
        if options.resume:
            checkpoint = processes.from_first(load_checkpoint(out, data) if processes.is_first else None)
            device = {"device": processes.kind}
            settings = checkpoint["settings"] | {"tuning": checkpoint["settings"]["tuning"] | device}
        else:
            discard(out, options.restart, processes)
        name = checkpoint["name"] if checkpoint else getattr(options, "name", out.name)
        run = Run(settings, name, data, out, processes, options.json)
        run.start(checkpoint)
        run.train()
        processes.end()
        if not processes.is_first:
            return 0
        run.finish()
        assemble(run, data_folder, out)
        if options.json:
            last = {key: run.history[-1][key] for key in ("loss", "validationMse")}
            run.tell({"event": "done", "model": str(out), "steps": run.step, **last}, "")
        return 0
    except UserError as error:
        # All processes find the same fault; one says it.
        if os.environ.get("RANK", "0") == "0":
            print(error, file=sys.stderr, flush=True)
        return 1
    except Interrupted as signalled:
        run.tell({"event": "state", "state": "cancelled"}, f"Stopped at step {run.step}. Continue with --resume.")
        return 128 + signalled.number


if __name__ == "__main__":
    sys.exit(main())
